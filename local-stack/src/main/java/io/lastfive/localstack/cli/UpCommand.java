// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.cli;

import io.lastfive.localstack.LocalStack;
import io.lastfive.localstack.StackPorts;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.StopSignal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the stack, here or in the background. */
@Command(
    name = "up",
    description = {
      "Start Kafka, the schema registry, the KSQL engine and PostgreSQL on this machine, without Docker.",
      "They listen where the settings' addresses say. Runs until Ctrl-C, or with --detach until 'lastfive down'."
    })
public final class UpCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Where data is kept between runs (default: the setting data.dir).")
  private @Nullable Path dataDir;

  @Option(names = "--ephemeral", description = "Start empty, and forget everything at the end.")
  private boolean ephemeral;

  @Option(
      names = "--detach",
      description = "Run in the background: return once the stack is ready.")
  private boolean detach;

  @Override
  public Integer call() throws Exception {
    Settings settings = common.settings();
    Path folder =
        Optional.ofNullable(dataDir).orElseGet(() -> settings.get(KnownSettings.DATA_DIR));
    StackReport report = new StackReport(common.console(), common.json());
    if (detach) {
      new DetachedStack(settings, folder, ephemeral).start(report);
    } else {
      runHere(settings, folder, report);
    }
    return 0;
  }

  private void runHere(Settings settings, Path folder, StackReport report)
      throws InterruptedException {
    Console console = common.console();
    try (StopSignal stop = StopSignal.install();
        LocalStack stack =
            LocalStack.builder()
                .dataDir(folder)
                .ephemeral(ephemeral)
                .ports(StackPorts.of(settings))
                .databaseOwner(
                    settings.get(KnownSettings.DATABASE_USER),
                    settings.get(KnownSettings.DATABASE_PASSWORD))
                .onPartUp(report::up)
                .start()) {
      report.ready(folder, ProcessHandle.current().pid(), stack.parts(), "Ctrl-C");
      stop.await();
      console.status("Stopping ...");
    }
  }
}
