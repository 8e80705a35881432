// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.settings.UserError;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opens a file, and refuses one that is not what it says by what it begins with. */
final class FileStart {
  private static final int LOOKED_AT = 4096;

  private FileStart() {}

  /** The whole file from its first byte, wherever it is what {@code wanted} says. */
  static InputStream open(Path file, PaymentImport.Format wanted) {
    InputStream in = new BufferedInputStream(bytes(file), 1 << 16);
    try {
      try {
        in.mark(LOOKED_AT);
        byte[] first = in.readNBytes(LOOKED_AT);
        in.reset();
        refuse(file, first, wanted);
        return in;
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    } catch (IOException unreadable) {
      throw unreadable(file, unreadable);
    }
  }

  /** The file, whatever it holds. */
  static InputStream bytes(Path file) {
    if (Files.isDirectory(file)) {
      throw new UserError("'" + file + "' is a folder; name a file.");
    }
    try {
      return Files.newInputStream(file);
    } catch (NoSuchFileException missing) {
      throw new UserError("'" + file + "' is not there. Check the path.", missing);
    } catch (AccessDeniedException forbidden) {
      throw new UserError(
          "'" + file + "' may not be read by this user. Give the right to, as with chmod a+r.",
          forbidden);
    } catch (IOException unreadable) {
      throw unreadable(file, unreadable);
    }
  }

  static UserError unreadable(Path file, IOException why) {
    return new UserError("'" + file + "' cannot be read: " + why + ".", why);
  }

  private static void refuse(Path file, byte[] first, PaymentImport.Format wanted) {
    String problem = problemOfAny(first);
    if (problem.isEmpty()) {
      problem = wanted == PaymentImport.Format.XML ? problemOfXml(first) : problemOfLines(first);
    }
    if (!problem.isEmpty()) {
      throw new UserError("'" + file + "' " + problem + ".");
    }
  }

  private static String problemOfAny(byte... first) {
    if (first.length == 0) {
      return "is empty";
    } else if (startsWith(first, 0x1F, 0x8B)) {
      return "is compressed with gzip; gunzip it first";
    } else if (startsWith(first, 'P', 'K', 3, 4)) {
      return "is a ZIP archive or a workbook; unpack it, or export it as CSV";
    } else if (startsWith(first, '%', 'P', 'D', 'F')) {
      return "is a PDF; import reads CSV, NDJSON and ISO 20022 XML";
    }
    return "";
  }

  private static String problemOfLines(byte... first) {
    int start = firstVisible(first);
    if (startsWith(first, 0xFE, 0xFF) || startsWith(first, 0xFF, 0xFE)) {
      return "is UTF-16; save it as UTF-8";
    } else if (start < first.length && first[start] == '<') {
      return "is XML; say --format xml if it is a pain.001 or pacs.008 message";
    } else if (start < first.length && first[start] == '[') {
      return "is a JSON array; import reads one JSON object a line, which jq -c '.[]' makes of it";
    } else if (contains(first, 0)) {
      return "is no text; import reads CSV, NDJSON and ISO 20022 XML";
    }
    return "";
  }

  private static String problemOfXml(byte... first) {
    boolean utf16 = startsWith(first, 0xFE, 0xFF) || startsWith(first, 0xFF, 0xFE);
    int start = firstVisible(first);
    boolean zeroBesideTag = first.length > 1 && (first[0] == 0 || first[1] == 0);
    if (utf16 || zeroBesideTag || (start < first.length && first[start] == '<')) {
      return "";
    }
    return "is no XML; say --format csv or --format ndjson if it is that";
  }

  /** After a UTF-8 byte order mark and white space. */
  static int firstVisible(byte... first) {
    int start = startsWith(first, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    while (start < first.length && first[start] <= ' ' && first[start] > 0) {
      start++;
    }
    return start;
  }

  static boolean startsWith(byte[] bytes, int... wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xFF) != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(byte[] bytes, int wanted) {
    for (byte b : bytes) {
      if (b == wanted) {
        return true;
      }
    }
    return false;
  }
}
