// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.ksql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The scripts and tests below a path as they were, to be compared with how they are: editors that
 * replace files, and file systems of other machines, are seen as well as any.
 */
final class ChangedFiles {
  private record Look(FileTime changedAt, long size) {}

  private static final List<String> KINDS = List.of(".sql", ".json", ".properties");

  private final Path path;
  private final Map<Path, Look> before;

  private ChangedFiles(Path path) {
    this.path = path;
    this.before = look(path);
  }

  static ChangedFiles of(Path path) {
    return new ChangedFiles(path);
  }

  boolean isChanged() {
    return !look(path).equals(before);
  }

  private static Map<Path, Look> look(Path path) {
    Map<Path, Look> looks = new TreeMap<>();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file :
          files.filter(found -> KINDS.stream().anyMatch(found.toString()::endsWith)).toList()) {
        looks.put(file, new Look(Files.getLastModifiedTime(file), Files.size(file)));
      }
    } catch (IOException | UncheckedIOException beingChanged) {
      // A file went away between two looks at it; the next look sees how it ends.
      return looks;
    }
    return looks;
  }
}
