// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.settings.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A versioned script, {@code V000003__normalize_credit_card.sql}, as it is in its file now.
 *
 * @param name the file's name without version, with spaces: {@code normalize credit card}
 * @param checksum MD5 of the file's bytes in hexadecimal digits, as ksql-migrations has it
 */
public record Migration(int version, String name, Path file, String checksum, String sql) {
  private static final Pattern FILE_NAME = Pattern.compile("V(\\d{6})__(.+)\\.sql");

  /**
   * The scripts of a folder by version. Files with other names are left alone, as ksql-migrations
   * leaves them.
   *
   * @throws UserError where the folder cannot be read, or two files have one version
   */
  public static List<Migration> readAll(Path folder) {
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(file -> FILE_NAME.matcher(fileName(file)).matches()).sorted().toList();
    } catch (IOException e) {
      throw new UserError(
          "The migrations folder '"
              + folder
              + "' cannot be read. Name a ksql project with --project, a folder that holds migrations/.",
          e);
    }
    List<Migration> migrations = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Path file : files) {
      Migration migration = read(file);
      if (migration.version() == 0) {
        problems.add("'" + fileName(file) + "': versions begin with 000001. Rename the file.");
      }
      migrations.stream()
          .filter(other -> other.version() == migration.version())
          .forEach(
              other ->
                  problems.add(
                      "'"
                          + fileName(file)
                          + "' and '"
                          + fileName(other.file())
                          + "' have the same version. Rename one of them."));
      migrations.add(migration);
    }
    if (!problems.isEmpty()) {
      throw UserError.ofAll("problems in " + folder, problems);
    }
    return List.copyOf(migrations);
  }

  public String fileName() {
    return fileName(file);
  }

  /** The same version with another text. */
  Migration withSql(String other) {
    return new Migration(
        version, name, file, checksum(other.getBytes(StandardCharsets.UTF_8)), other);
  }

  private static Migration read(Path file) {
    Matcher name = FILE_NAME.matcher(fileName(file));
    if (!name.matches()) {
      throw new IllegalArgumentException("not a migration: " + file);
    }
    try {
      byte[] bytes = Files.readAllBytes(file);
      return new Migration(
          Integer.parseInt(name.group(1)),
          name.group(2).replace('_', ' '),
          file,
          checksum(bytes),
          new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  static String checksum(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }

  private static String fileName(Path file) {
    return String.valueOf(file.getFileName());
  }
}
