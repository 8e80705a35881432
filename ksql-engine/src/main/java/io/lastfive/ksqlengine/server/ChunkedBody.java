// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.server;

import io.vertx.core.http.HttpServerResponse;

/**
 * The body of an answer that is written piece by piece from a thread of its own. Where the client
 * reads slowly the writer waits.
 */
final class ChunkedBody {
  private final HttpServerResponse response;
  private final BoundedWrites writes = new BoundedWrites(this::isClosed);
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
    writes.write(text, () -> response.write(text));
  }

  void end(String text) {
    if (!isClosed()) {
      response.end(text);
    }
  }
}
