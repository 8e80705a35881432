// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import io.lastfive.settings.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a stack, held by one process at a time.
 *
 * <p>The operating system gives the lock back when its holder ends, however it ends; the pid in the
 * file only tells who that is.
 */
final class StackFolder implements AutoCloseable {
  private static final String LOCK = "stack.lock";

  private final Path path;
  private final FileChannel channel;

  private StackFolder(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Refuses a folder that another stack holds, and one that cannot be written. */
  static StackFolder take(Path path) {
    try {
      Files.createDirectories(path);
      FileChannel channel =
          FileChannel.open(
              path.resolve(LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        channel.close();
        throw held(path);
      }
      String pid = ProcessHandle.current().pid() + "\n";
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)), 0);
      return new StackFolder(path, channel);
    } catch (IOException e) {
      throw new UserError(
          "The stack's folder '%s' cannot be used (%s). Give one that can be written: --data-dir DIR."
              .formatted(path, e),
          e);
    }
  }

  /** The process that holds the folder, if one does. */
  static Optional<Long> holder(Path path) throws IOException {
    if (!Files.exists(path.resolve(LOCK))) {
      return Optional.empty();
    }
    try (FileChannel channel =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (lock(channel) != null) {
        return Optional.empty();
      }
      String content = Files.readString(path.resolve(LOCK)).strip();
      return content.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(content));
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // Held by another stack in this very JVM.
      return null;
    }
  }

  private static UserError held(Path path) throws IOException {
    String content = Files.readString(path.resolve(LOCK)).strip();
    return new UserError(
        "A stack runs on the folder '%s' already, in process %s. Stop it with 'lastfive down --data-dir %s', or give another folder: --data-dir DIR."
            .formatted(path, content, path));
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /** The file with the key of card tokens, made on first use, readable by its owner only. */
  Path cardTokenKey() throws IOException {
    Path file = path.resolve(LocalStack.CARD_TOKEN_KEY_FILE);
    if (Files.exists(file)) {
      return file;
    }
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    Path partial = path.resolve(LocalStack.CARD_TOKEN_KEY_FILE + ".partial");
    Files.deleteIfExists(partial);
    Files.createFile(
        partial,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(partial, HexFormat.of().formatHex(key) + "\n");
    return Files.move(partial, file);
  }

  @Override
  public void close() throws IOException {
    channel.truncate(0);
    channel.close();
  }
}
