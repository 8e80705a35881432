// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import io.vertx.core.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Lets a thread write to a connection no faster than the client reads: what is written and not yet
 * taken by the network is bounded, and who wants to write more waits. For one writing thread; the
 * event loop never waits.
 */
final class BoundedWrites {
  private static final int MOST_CHARACTERS = 256 * 1024;
  private static final long LOOK_AGAIN_MILLIS = 200;

  private final Semaphore free = new Semaphore(MOST_CHARACTERS);
  private final BooleanSupplier gone;

  /**
   * @param gone whether nobody is there to read any more
   */
  BoundedWrites(BooleanSupplier gone) {
    this.gone = gone;
  }

  /** Writes, once there is room; not at all where the client has gone. */
  void write(String text, Supplier<Future<Void>> write) throws InterruptedException {
    int size = Math.min(text.length(), MOST_CHARACTERS);
    while (!gone.getAsBoolean()) {
      if (free.tryAcquire(size, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
        write.get().onComplete(done -> free.release(size));
        return;
      }
    }
  }
}
