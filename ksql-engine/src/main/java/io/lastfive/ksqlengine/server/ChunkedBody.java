// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer that is written piece by piece from a thread of its own. Where the client
 * reads slowly the writer waits.
 */
final class ChunkedBody {
  private static final long LOOK_AGAIN_MILLIS = 500;

  private final HttpServerResponse response;
  private volatile boolean closed;

  ChunkedBody(HttpServerResponse response, String contentType) {
    this.response = response;
    response.setChunked(true);
    response.putHeader("content-type", contentType);
    response.closeHandler(nothing -> closed = true);
    response.exceptionHandler(failure -> closed = true);
  }

  /** Whether the client has gone. */
  boolean isClosed() {
    return closed || response.closed();
  }

  void write(String text) throws InterruptedException {
    if (isClosed()) {
      return;
    }
    response.write(text);
    while (response.writeQueueFull() && !isClosed()) {
      CountDownLatch drained = new CountDownLatch(1);
      response.drainHandler(nothing -> drained.countDown());
      if (drained.await(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  void end(String text) {
    if (!isClosed()) {
      response.end(text);
    }
  }
}
