// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import io.lastfive.ksqlengine.Command;
import io.lastfive.ksqlengine.CommandOutcome;
import io.lastfive.ksqlengine.KsqlEngine;
import io.lastfive.ksqlengine.KsqlException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes the commands of the log one at a time, in its order, and remembers how far each is. A
 * command that fails leaves its message; those after it go on, as they do when the log is replayed.
 */
final class CommandRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CommandRunner.class);

  /** How long a request waits for the commands of those before it. */
  static final Duration TURN_TIMEOUT = Duration.ofSeconds(30);

  private final KsqlEngine engine;
  private final CommandTopic topic;
  private final Map<String, CommandStatus> statuses =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(task -> new Thread(task, "ksql-commands"));
  private volatile CompletableFuture<?> last = CompletableFuture.completedFuture(null);
  private volatile long lastSequence = -1;

  CommandRunner(KsqlEngine engine, CommandTopic topic) {
    this.engine = engine;
    this.topic = topic;
  }

  /**
   * Brings the engine to where the log left it, and starts its queries.
   *
   * @return how many commands there were
   */
  int replay() {
    int commands = 0;
    for (CommandTopic.Entry entry : topic.readAll()) {
      run(entry.command(), false);
      lastSequence = entry.sequence();
      commands++;
    }
    engine.startQueries();
    return commands;
  }

  /** A command that was written to the log; its outcome comes later. */
  record Submitted(long sequence, CompletableFuture<CommandStatus> outcome) {}

  /** Writes a command to the log and has it executed. One caller at a time. */
  Submitted submit(Command command) {
    long sequence = topic.append(command);
    statuses.put(command.id(), CommandStatus.queued());
    CompletableFuture<CommandStatus> outcome =
        CompletableFuture.supplyAsync(
            () -> {
              CommandStatus status = run(command, true);
              lastSequence = sequence;
              return status;
            },
            thread);
    last = outcome;
    return new Submitted(sequence, outcome);
  }

  /** The outcome if it comes in time, otherwise how far the command is. */
  CommandStatus await(Command command, Submitted submitted, Duration atMost) {
    try {
      return submitted.outcome().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return statuses.getOrDefault(command.id(), CommandStatus.queued());
    } catch (ExecutionException e) {
      throw new IllegalStateException("a command's failure that was not noted", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return statuses.getOrDefault(command.id(), CommandStatus.queued());
    }
  }

  /**
   * Waits until all that was submitted is executed.
   *
   * @return whether it was in time
   */
  boolean awaitAll(Duration atMost) {
    try {
      last.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a command's failure that was not noted", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Waits until the command that a request names is executed.
   *
   * @throws ServerError where that takes too long, or there is no such command
   */
  void awaitSequence(OptionalLong sequence) {
    if (sequence.isPresent() && (!awaitAll(TURN_TIMEOUT) || lastSequence < sequence.getAsLong())) {
      throw ServerError.generic(
          ServerError.COMMAND_QUEUE_TIMEOUT,
          "Timed out while waiting for a previous command to execute. command sequence number: "
              + sequence.getAsLong());
    }
  }

  Optional<CommandStatus> status(String commandId) {
    return Optional.ofNullable(statuses.get(commandId));
  }

  Map<String, CommandStatus> statuses() {
    synchronized (statuses) {
      return new LinkedHashMap<>(statuses);
    }
  }

  private CommandStatus run(Command command, boolean start) {
    statuses.put(command.id(), CommandStatus.executing());
    CommandStatus status;
    try {
      CommandOutcome outcome = engine.execute(command, start);
      status = new CommandStatus(CommandStatus.State.SUCCESS, outcome.message(), outcome.queryId());
      LOG.info("executed command={} queryId={}", command.id(), outcome.queryId().orElse(""));
    } catch (KsqlException e) {
      status = failed(command, e);
      LOG.warn("could not execute command={} reason={}", command.id(), e.getMessage());
    } catch (RuntimeException e) {
      status = failed(command, e);
      LOG.error("could not execute command={}", command.id(), e);
    }
    statuses.put(command.id(), status);
    return status;
  }

  private static CommandStatus failed(Command command, RuntimeException e) {
    return new CommandStatus(
        CommandStatus.State.ERROR,
        e.getClass().getName() + ": " + e.getMessage() + "\nStatement: " + command.statement(),
        Optional.empty());
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn(
            "a command is still being executed after 10 s; it is executed again at the next start");
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
    topic.close();
  }
}
