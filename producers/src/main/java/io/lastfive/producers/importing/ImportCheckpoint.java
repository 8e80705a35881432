// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.SentPayments;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * The progress file of an import, beside the imported one. Every so many rows, when all sent so far
 * is acknowledged, it notes how many that are and from which offsets on everything later will
 * stand. An import that was interrupted, even killed, skips those rows, looks behind those offsets
 * for the few that were sent after the last note, and sends the rest: nothing twice.
 */
public final class ImportCheckpoint {
  private static final int FINGERPRINTED = 1 << 16;

  private final Path path;
  private final String fingerprint;
  private final String topic;
  private final SentPayments sentPayments;
  private final boolean goesOn;
  private ImportState state;

  private ImportCheckpoint(
      Path path,
      String fingerprint,
      String topic,
      SentPayments sentPayments,
      ImportState state,
      boolean goesOn) {
    this.path = path;
    this.fingerprint = fingerprint;
    this.topic = topic;
    this.sentPayments = sentPayments;
    this.state = state;
    this.goesOn = goesOn;
  }

  /** Where it is unless somebody says otherwise. */
  public static Path fileBeside(Path imported) {
    return imported.resolveSibling(imported.getFileName() + ".progress");
  }

  /**
   * For an import from the first row on. One that was interrupted before its first note goes on by
   * itself.
   *
   * @throws UserError where a later one was interrupted, which would then be sent twice in part
   */
  public static ImportCheckpoint begin(Path path, Path imported, String topic, Settings settings) {
    if (Files.exists(path)) {
      Noted noted = read(path);
      boolean interrupted = noted.state().phase() == ImportState.Phase.INTERRUPTED;
      boolean same = noted.isOf(imported, topic);
      if (interrupted && noted.state().rows() > 0) {
        if (!same) {
          throw otherFile(path, imported);
        }
        throw new UserError(
            "An import of '%s' was interrupted after %d payments. Go on with --resume, or delete '%s' to begin anew."
                .formatted(imported, noted.state().rows(), path));
      }
      if (interrupted && same) {
        return resume(path, imported, topic, settings);
      }
    }
    SentPayments sent = new SentPayments(settings, topic);
    ImportState start =
        new ImportState(ImportState.Phase.INTERRUPTED, 0, 0, 0, 0, sent.endOffsets());
    return new ImportCheckpoint(path, fingerprint(imported), topic, sent, start, false);
  }

  /** For one that goes on where the last one was; from the first row on where there was none. */
  public static ImportCheckpoint resume(Path path, Path imported, String topic, Settings settings) {
    if (!Files.exists(path)) {
      return begin(path, imported, topic, settings);
    }
    Noted noted = read(path);
    if (!noted.isOf(imported, topic)) {
      throw otherFile(path, imported);
    }
    return new ImportCheckpoint(
        path, fingerprint(imported), topic, new SentPayments(settings, topic), noted.state(), true);
  }

  private static UserError otherFile(Path path, Path imported) {
    return new UserError(
        "'%s' notes how far the import of another '%s' was, or to another topic. Delete it to begin anew."
            .formatted(path, imported));
  }

  /** Whether all of the file was imported before. */
  public boolean isComplete() {
    return state.phase() == ImportState.Phase.COMPLETE;
  }

  /** How many payments were sent so far. */
  public long sent() {
    return state.sent();
  }

  ImportState state() {
    return state;
  }

  /** Whether an import was interrupted here, which may have sent more than it noted. */
  boolean goesOn() {
    return goesOn;
  }

  /** Which of {@code ids} were sent after the last note. */
  Set<String> sentSince(Set<String> ids) {
    return sentPayments.among(ids, state.nextOffsets());
  }

  /** Notes how far the import is; a crash leaves this note or the one before. */
  void note(ImportState now) {
    Properties properties = new Properties();
    properties.setProperty("file", fingerprint);
    properties.setProperty("topic", topic);
    properties.setProperty("phase", now.phase().name());
    properties.setProperty("rows", Long.toString(now.rows()));
    properties.setProperty("sent", Long.toString(now.sent()));
    properties.setProperty("rejected", Long.toString(now.rejected()));
    properties.setProperty("rejects.length", Long.toString(now.rejectsLength()));
    now.nextOffsets()
        .forEach(
            (partition, offset) ->
                properties.setProperty("offset." + partition, Long.toString(offset)));
    Path written = path.resolveSibling(path.getFileName() + ".new");
    try {
      try (Writer writer = Files.newBufferedWriter(written, StandardCharsets.UTF_8)) {
        properties.store(writer, "How far an import is; 'lastfive import --resume' goes on here");
      }
      move(written);
    } catch (IOException e) {
      throw new UserError(
          "Progress cannot be written to '%s': %s. Name a file where there is space with --progress FILE."
              .formatted(path, e.getMessage()),
          e);
    }
    state = now;
  }

  private void move(Path written) throws IOException {
    try {
      Files.move(written, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException otherFileSystem) {
      Files.move(written, path, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** What a progress file says, and of which file. */
  private record Noted(String file, String topic, ImportState state) {
    boolean isOf(Path imported, String wantedTopic) {
      return file.equals(fingerprint(imported)) && topic.equals(wantedTopic);
    }
  }

  private static Noted read(Path path) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      properties.load(reader);
      Map<Integer, Long> offsets = new HashMap<>();
      for (String name : properties.stringPropertyNames()) {
        if (name.startsWith("offset.")) {
          offsets.put(
              Integer.valueOf(name.substring("offset.".length())), number(properties, name));
        }
      }
      ImportState state =
          new ImportState(
              ImportState.Phase.valueOf(properties.getProperty("phase", "")),
              number(properties, "rows"),
              number(properties, "sent"),
              number(properties, "rejected"),
              number(properties, "rejects.length"),
              offsets);
      return new Noted(
          properties.getProperty("file", ""), properties.getProperty("topic", ""), state);
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new UserError(
          "'%s' does not say how far an import is. Delete it to begin anew.".formatted(path),
          unreadable);
    }
  }

  private static long number(Properties properties, String name) {
    return Long.parseLong(properties.getProperty(name, ""));
  }

  /** Tells a file from another by its size and its beginning. */
  private static String fingerprint(Path file) {
    try (InputStream in = FileStart.bytes(file)) {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(in.readNBytes(FINGERPRINTED));
      return Files.size(file) + "-" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256.", e);
    } catch (IOException e) {
      throw FileStart.unreadable(file, e);
    }
  }
}
