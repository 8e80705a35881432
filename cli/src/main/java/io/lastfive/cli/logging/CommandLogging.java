// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;

/**
 * Logs warnings to standard error. Found by Logback through {@code META-INF/services}: reading its
 * XML would take longer than most commands. A logback.xml on the class path or named by {@code
 * -Dlogback.configurationFile} replaces it.
 */
public final class CommandLogging extends ContextAwareBase implements Configurator {
  /**
   * Loggers whose warnings say what the command itself says better, such as a broker that is away,
   * or what is no reason to worry, such as the first start of a broker.
   */
  static final List<String> QUIET =
      List.of(
          "org.apache.kafka.clients.NetworkClient",
          "org.apache.kafka.clients.ClientUtils",
          "org.apache.kafka.clients.admin.internals.AdminMetadataManager",
          "org.apache.kafka.clients.consumer.internals.OffsetFetcherUtils",
          "org.apache.kafka.controller.QuorumController",
          "org.apache.kafka.streams.StreamsConfig",
          "org.apache.kafka.streams.processor.internals.RecordDeserializer",
          "org.apache.kafka.streams.processor.internals.StateDirectory");

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(System.getProperty("lastfive.log.level"), Level.WARN));
    root.addAppender(standardError(context));
    QUIET.forEach(name -> context.getLogger(name).setLevel(Level.ERROR));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static ConsoleAppender<ILoggingEvent> standardError(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0} - %msg%n");
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("standard error");
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }
}
