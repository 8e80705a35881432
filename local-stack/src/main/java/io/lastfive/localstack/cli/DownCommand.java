// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.cli;

import io.lastfive.localstack.RunningStack;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.cli.CommonOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stops the stack that runs on a folder. */
@Command(
    name = "down",
    description = {
      "Stop the stack that runs on a folder, and wait until it has stopped.",
      "Its data stays. Says so, and succeeds, where none runs."
    })
public final class DownCommand implements Callable<Integer> {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);

  @Mixin private CommonOptions common;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The stack's folder (default: the setting data.dir).")
  private @Nullable Path dataDir;

  @Override
  public Integer call() throws IOException {
    Settings settings = common.settings();
    Path folder =
        Optional.ofNullable(dataDir).orElseGet(() -> settings.get(KnownSettings.DATA_DIR));
    Optional<RunningStack> stack = RunningStack.on(folder);
    if (stack.isEmpty()) {
      tell(folder, Optional.empty(), "No stack runs on the folder '%s'.".formatted(folder));
      return 0;
    }
    long pid = stack.get().pid();
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
    long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
    while (RunningStack.on(folder).isPresent() || runs(pid)) {
      if (System.nanoTime() > deadline) {
        throw new UnavailableError(
            "The stack on the folder '%s', process %d, has not stopped after %d s. End it with 'kill -9 %d': the next start recovers."
                .formatted(folder, pid, STOP_TIMEOUT.toSeconds(), pid));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    tell(folder, Optional.of(pid), "The stack has stopped (process %d).".formatted(pid));
    return 0;
  }

  /** A process that has ended but whose parent has not asked for its exit code shows no command. */
  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
  }

  private void tell(Path folder, Optional<Long> stopped, String text) {
    if (!common.json()) {
      common.console().print(text);
      return;
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("stopped", stopped.isPresent());
    stopped.ifPresent(pid -> result.put("pid", pid));
    result.put("dataDir", folder.toAbsolutePath().normalize().toString());
    common.console().json(result);
  }
}
