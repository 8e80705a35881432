// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and PostgreSQL, and cuts connections in the middle of a commit: some
 * before the server has seen it, the others after, when only its answer is lost.
 */
final class CommitCutter implements AutoCloseable {
  private static final String COMMIT = "COMMIT";

  private final ServerSocket server;
  private final int target;
  private final int everyOf;
  private final AtomicInteger commits = new AtomicInteger();
  private final AtomicInteger cuts = new AtomicInteger();

  /**
   * @param everyOf of so many commits one is cut, by turns before and after the server has seen it
   */
  CommitCutter(int target, int everyOf) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    this.everyOf = everyOf;
    start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  int cuts() {
    return cuts.get();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      Socket database = new Socket(InetAddress.getLoopbackAddress(), target);
      start(() -> pass(client, database, true));
      start(() -> pass(database, client, false));
    }
  }

  private void pass(Socket from, Socket to, boolean mayCut) throws IOException {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[65_536];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        boolean cut = mayCut && isCommit(buffer, read) && commits.incrementAndGet() % everyOf == 0;
        if (cut && cuts.getAndIncrement() % 2 == 0) {
          return;
        }
        out.write(buffer, 0, read);
        out.flush();
        if (cut) {
          // The other direction is cut by the end of this one; the server has the whole message.
          return;
        }
      }
    }
  }

  /** A commit is a message of its own, short and by its name. */
  private static boolean isCommit(byte[] buffer, int length) {
    return length < 100
        && new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains(COMMIT);
  }

  /** Ends by an error of its sockets: nothing else ends it. */
  private interface Loop {
    void run() throws IOException;
  }

  private static void start(Loop loop) {
    Thread thread =
        new Thread(
            () -> {
              try {
                loop.run();
              } catch (IOException closed) {
                // A side is gone; the other is closed with it.
              }
            },
            "commit-cutter");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
