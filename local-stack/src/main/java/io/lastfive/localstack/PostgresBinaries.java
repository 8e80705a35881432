// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once per user from the artifact on the class path.
 *
 * <p>They are unpacked beside their place and moved there whole, so an interrupted run leaves
 * nothing half done, and two at once do no harm.
 */
final class PostgresBinaries {
  private PostgresBinaries() {}

  /** The folder that holds {@code bin/postgres}. */
  static Path unpacked() throws IOException {
    String resource = "/postgres-%s-%s.txz".formatted(operatingSystem(), architecture());
    URL archive = PostgresBinaries.class.getResource(resource);
    if (archive == null) {
      throw new IOException(
          "there is no PostgreSQL for this machine ('%s') on the class path. Supported: Linux and macOS on x86_64 and arm64; elsewhere set database.url to a PostgreSQL of your own."
              .formatted(resource));
    }
    Path home = cacheDir().resolve("postgresql-" + fingerprint(archive));
    if (!Files.exists(home)) {
      unpack(archive, home);
    }
    return home;
  }

  private static void unpack(URL archive, Path home) throws IOException {
    Files.createDirectories(home.getParent());
    Path partial = Files.createTempDirectory(home.getParent(), home.getFileName() + ".partial-");
    try (InputStream in = new BufferedInputStream(archive.openStream());
        TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = partial.resolve(entry.getName()).normalize();
        if (!target.startsWith(partial)) {
          throw new IOException("'%s' in %s leaves its folder".formatted(entry.getName(), archive));
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
          continue;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
          continue;
        }
        Files.copy(tar, target);
        boolean executable = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(
            target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
    Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
    try {
      Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
      // Another process was first; its copy is the same.
      Directories.delete(partial);
    } catch (IOException e) {
      if (!Files.exists(home)) {
        throw e;
      }
      Directories.delete(partial);
    }
  }

  private static Path cacheDir() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path caches =
        xdg == null || xdg.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return caches.resolve("lastfive").toAbsolutePath();
  }

  /** Names the archive's content without reading it, where it lies in a jar. */
  private static String fingerprint(URL archive) throws IOException {
    URLConnection connection = archive.openConnection();
    if (connection instanceof JarURLConnection jar) {
      return "%08x-%d".formatted(jar.getJarEntry().getCrc(), jar.getJarEntry().getSize());
    }
    CRC32 crc = new CRC32();
    long size = 0;
    try (InputStream in = connection.getInputStream()) {
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        crc.update(buffer, 0, read);
        size += read;
      }
    }
    return "%08x-%d".formatted(crc.getValue(), size);
  }

  private static String operatingSystem() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return name.startsWith("mac") ? "darwin" : name.replace(' ', '-');
  }

  private static String architecture() {
    String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return name.equals("aarch64") || name.equals("arm64") ? "arm_64" : "x86_64";
  }
}
