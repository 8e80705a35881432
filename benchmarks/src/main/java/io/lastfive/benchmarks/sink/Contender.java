// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks.sink;

import io.lastfive.settings.Settings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the sinks that are compared: a class with a main method, run in a JVM of its own.
 *
 * @param column the type of the column that it writes payments to
 */
record Contender(String name, Class<?> main, String topic, int tasks, String column) {

  /** Arguments of the contender's main method: settings, each as name=value. */
  static Settings settings(String[] arguments) {
    Settings settings = Settings.defaults();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      settings = settings.with(argument.substring(0, equals), argument.substring(equals + 1));
    }
    return settings;
  }

  /** Starts it; whoever calls kills it. */
  Process start(Path debezium, List<String> settings) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx768m", "-XX:+UseParallelGC", "-Dtasks=" + tasks, "-Dcolumn=" + column, "-cp"));
    String ours = System.getProperty("java.class.path");
    // Debezium meets its own versions of what both use first.
    command.add(
        main == DebeziumSink.class ? debezium.resolve("*") + File.pathSeparator + ours : ours);
    command.add(main.getName());
    command.addAll(settings);
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
