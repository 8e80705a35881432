// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Turns Ctrl-C (and SIGTERM) into a request to stop: the command notices it, closes what it opened
 * and returns; then the process ends with the command's own exit code. A command that has not
 * returned after a minute is ended all the same.
 *
 * <pre>{@code
 * try (StopSignal stop = StopSignal.install();
 *     CustomerSink sink = CustomerSink.start(settings)) {
 *   stop.await();
 * }
 * }</pre>
 */
public final class StopSignal implements AutoCloseable {
  private static final Duration LONGEST_STOP = Duration.ofMinutes(1);

  /** The exit code of the process's command, once it has returned. */
  private static final CompletableFuture<Integer> COMMAND_RETURNED = new CompletableFuture<>();

  private final CountDownLatch requested = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stopAndEnd, "lastfive-stop");

  private StopSignal() {}

  public static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  public boolean isRequested() {
    return requested.getCount() == 0;
  }

  /** Waits until stopping is requested. */
  public void await() throws InterruptedException {
    requested.await();
  }

  /**
   * Waits until stopping is requested or {@code longest} is over; tells whether it is requested.
   */
  public boolean await(Duration longest) throws InterruptedException {
    return requested.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Requests to stop from within the process. */
  public void request() {
    requested.countDown();
  }

  /** From here on Ctrl-C ends the process at once, unless it came before. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endingAlready) {
      // The hook is what asked to stop, and waits for the command to return.
      requested.countDown();
    }
  }

  static void commandReturned(int exitCode) {
    COMMAND_RETURNED.complete(exitCode);
  }

  private void stopAndEnd() {
    requested.countDown();
    int exitCode = CommandRunner.FAILED;
    try {
      exitCode = COMMAND_RETURNED.get(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException stuck) {
      System.err.println("error: not stopped within " + LONGEST_STOP.toSeconds() + " s; ended");
    }
    // A process ended by a signal would answer 130 or 143 although it stopped as it was told to.
    Runtime.getRuntime().halt(exitCode);
  }
}
