// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.producers.channel.CardShapedText;
import io.lastfive.producers.channel.banktransfer.Iban;
import io.lastfive.settings.UserError;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rejected rows beside their file, without anything that must not be stored: card
 * numbers are masked, also mistyped ones, and CVV, track, PIN and expiry are left out. The file is
 * made at the first rejected row and replaces that of an earlier import, or goes on where an
 * interrupted one was. Each row is handed to the system at once, so that a full disk ends the
 * import and not its close.
 */
final class RejectedRows implements Closeable {
  private static final String LEFT_OUT = "";
  private static final Pattern IBAN_LIKE = Pattern.compile("\\s*[A-Za-z]{2}\\d");
  private static final Pattern UUID_LIKE =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private final Path file;
  private final PaymentFile source;
  private final ColumnMapping mapping;
  private @Nullable BufferedWriter writer;

  /**
   * @param kept how many bytes an interrupted import had written by its last checkpoint; where the
   *     file does not have them, it is another and begins anew
   */
  RejectedRows(Path file, PaymentFile source, ColumnMapping mapping, long kept) {
    this.file = file;
    this.source = source;
    this.mapping = mapping;
    try {
      if (kept == 0) {
        deleteFormer();
      } else if (Files.exists(file) && Files.size(file) >= kept) {
        writer = cutTo(kept);
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** A device such as /dev/null is left where it is. */
  private void deleteFormer() throws IOException {
    if (Files.isRegularFile(file)) {
      Files.delete(file);
    }
  }

  private BufferedWriter cutTo(long length) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      channel.truncate(length);
    }
    return Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
  }

  /** How many bytes are written. */
  long length() {
    try {
      return writer == null ? 0 : Files.size(file);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  void write(PaymentRow row, String reason) {
    try {
      BufferedWriter to = writer == null ? open() : writer;
      to.write(source.rejectedLine(withoutSecrets(row), reason));
      to.write('\n');
      to.flush();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private BufferedWriter open() throws IOException {
    BufferedWriter opened = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
    writer = opened;
    Optional<String> header = source.rejectedHeader();
    if (header.isPresent()) {
      opened.write(HiddenDigits.ofCardNumbers(header.get()));
      opened.write('\n');
    }
    return opened;
  }

  private PaymentRow withoutSecrets(PaymentRow row) {
    List<PaymentRow.Cell> cells = row.cells().stream().map(this::withoutSecrets).toList();
    // Of a row that was not understood nobody knows which digits are a card's.
    return new PaymentRow(
        row.line(), row.path(), cells, HiddenDigits.all(row.raw()), row.problem());
  }

  private PaymentRow.Cell withoutSecrets(PaymentRow.Cell cell) {
    String field = mapping.field(cell.column()).orElse("");
    String value = cell.value();
    if (mapping.isForbidden(cell.column())) {
      value = LEFT_OUT;
    } else if (field.equals("card_number")) {
      value = HiddenDigits.middle(value.strip());
    } else if (!isAccountOrId(field, value)) {
      value = HiddenDigits.ofCardNumbers(value);
    }
    return new PaymentRow.Cell(HiddenDigits.ofCardNumbers(cell.column()), value);
  }

  /** Long numbers that are no card's and are needed to mend the row. */
  private static boolean isAccountOrId(String field, String value) {
    return switch (field) {
      case "debtor_iban", "creditor_iban" ->
          IBAN_LIKE.matcher(value).lookingAt()
              && (Iban.problemWith(Iban.normalize(value)).isEmpty() || !CardShapedText.isIn(value));
      case "uetr" -> UUID_LIKE.matcher(value).matches();
      default -> field.endsWith("_id") && UUID_LIKE.matcher(value).matches();
    };
  }

  private UserError unwritable(IOException e) {
    return new UserError(
        "Rejected payments cannot be written to '%s': %s. Name a file where there is space with --rejects FILE."
            .formatted(file, e.getMessage()),
        e);
  }

  @Override
  public void close() {
    if (writer != null) {
      try {
        writer.close();
      } catch (IOException e) {
        throw unwritable(e);
      }
    }
  }
}
