// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;

/** Binds loopback ports, and says whose port is taken when one is. */
final class Ports {
  private Ports() {}

  /** Binds {@code port}, or any free one where it is 0. */
  static ServerSocketChannel bind(String host, int port, String owner) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(new InetSocketAddress(host, port));
      return channel;
    } catch (BindException e) {
      channel.close();
      BindException named = new BindException(inUse(host, port, owner));
      named.initCause(e);
      throw named;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  static String inUse(String host, int port, String owner) {
    return "port %d of %s, wanted for %s, is in use. Stop what holds it, or give another port."
        .formatted(port, host, owner);
  }
}
