// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BoundedWritesTest {
  private static final String PIECE = "x".repeat(100 * 1024);

  private final AtomicBoolean gone = new AtomicBoolean();
  private final BoundedWrites writes = new BoundedWrites(gone::get);

  /** What is under way; the test is the network. */
  private final BlockingQueue<Promise<Void>> underWay = new LinkedBlockingQueue<>();

  private final List<String> written = new CopyOnWriteArrayList<>();

  @Test
  void letsTheWriterWaitUntilTheNetworkHasTakenWhatWasWritten() throws Exception {
    Thread writer = startWriting(5);

    Promise<Void> first = take();
    take();
    assertThat(underWay.poll(300, TimeUnit.MILLISECONDS)).as("a third of 100 KiB").isNull();
    first.complete();

    take();
    assertThat(written).hasSize(3);
    gone.set(true);
    writer.join();
    assertThat(written).as("nothing more once the client has gone").hasSizeLessThan(5);
  }

  @Test
  void writesOnePieceThatIsLargerThanTheBound() throws Exception {
    writes.write("y".repeat(10 << 20), () -> record("large"));

    assertThat(written).containsExactly("large");
  }

  private Thread startWriting(int pieces) {
    Thread thread =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < pieces; i++) {
                  String name = "piece " + i;
                  writes.write(PIECE, () -> record(name));
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
    return thread;
  }

  private Future<Void> record(String name) {
    Promise<Void> promise = Promise.promise();
    written.add(name);
    underWay.add(promise);
    return promise.future();
  }

  private Promise<Void> take() throws InterruptedException {
    Promise<Void> next = underWay.poll(10, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }
}
