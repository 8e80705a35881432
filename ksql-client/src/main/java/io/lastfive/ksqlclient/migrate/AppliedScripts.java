// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.settings.UnavailableError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds what a script was when it was applied, to say what was changed since: in the copies that
 * apply keeps in the project's folder {@code .applied}, then in the history of git, if there is
 * one. Keeping is done as well as it can be: nothing depends on it.
 */
final class AppliedScripts {
  private final Optional<Path> folder;

  private AppliedScripts(Optional<Path> folder) {
    this.folder = folder;
  }

  static AppliedScripts of(Path project) {
    return new AppliedScripts(Optional.of(project.resolve(".applied")));
  }

  /** For scripts that belong to no project: nothing is kept. */
  static AppliedScripts none() {
    return new AppliedScripts(Optional.empty());
  }

  void keep(Migration migration) {
    if (folder.isEmpty()) {
      return;
    }
    try {
      Files.createDirectories(folder.get());
      Files.writeString(copy(folder.get(), migration.checksum()), migration.sql());
    } catch (IOException e) {
      // A folder that cannot be written, such as in a container: the changed lines of a script
      // that is changed later are then not shown, and that is said there.
      return;
    }
  }

  Optional<String> find(Migration changed, String checksum) {
    Optional<String> kept = folder.flatMap(there -> read(copy(there, checksum), checksum));
    return kept.isPresent() ? kept : inGit(changed, checksum);
  }

  private static Path copy(Path folder, String checksum) {
    return folder.resolve(checksum + ".sql");
  }

  private static Optional<String> read(Path file, String checksum) {
    try {
      return Optional.of(Files.readAllBytes(file)).flatMap(bytes -> checked(bytes, checksum));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> inGit(Migration changed, String checksum) {
    Path file = changed.file().toAbsolutePath();
    Path parent = file.getParent();
    if (parent == null) {
      return Optional.empty();
    }
    String commits =
        git(parent, "log", "--format=%H", "--", file.toString())
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .orElse("");
    return commits
        .lines()
        .flatMap(commit -> git(parent, "show", commit + ":./" + changed.fileName()).stream())
        .flatMap(bytes -> checked(bytes, checksum).stream())
        .findFirst();
  }

  private static Optional<byte[]> git(Path folder, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    try {
      Process git =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      byte[] output = git.getInputStream().readAllBytes();
      return git.waitFor() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableError("Interrupted while asking git. Run the command again.", e);
    }
  }

  private static Optional<String> checked(byte[] bytes, String checksum) {
    return Migration.checksum(bytes).equals(checksum)
        ? Optional.of(new String(bytes, StandardCharsets.UTF_8))
        : Optional.empty();
  }
}
