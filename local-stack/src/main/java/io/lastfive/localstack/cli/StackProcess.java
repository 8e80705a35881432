// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.cli;

import io.lastfive.settings.cli.CommandRunner;

/**
 * The background process of {@code up --detach}: the same command in the foreground of its own JVM.
 */
final class StackProcess {
  private StackProcess() {}

  public static void main(String... arguments) {
    System.exit(CommandRunner.run(new UpCommand(), arguments));
  }
}
