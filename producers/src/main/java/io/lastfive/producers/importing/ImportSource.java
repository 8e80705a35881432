// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A file of payments and how to read it.
 *
 * @param customers who the customer of a transfer is that does not name one
 * @param rejects where rejected payments go; empty: beside the file, as {@code FILE.rejected}
 */
public record ImportSource(
    Path file,
    PaymentImport.Format format,
    PaymentMapping mapping,
    CustomerSource customers,
    Optional<Path> rejects) {

  /** A file whose name says what it is, and whose columns say what they are. */
  public static ImportSource of(Path file) {
    return new ImportSource(
        file,
        PaymentImport.formatOf(file),
        PaymentMapping.none(),
        CustomerSource.by(CustomerSource.Rule.NONE),
        Optional.empty());
  }

  public ImportSource withFormat(PaymentImport.Format value) {
    return new ImportSource(file, value, mapping, customers, rejects);
  }

  public ImportSource withMapping(PaymentMapping value) {
    return new ImportSource(file, format, value, customers, rejects);
  }

  public ImportSource withCustomers(CustomerSource value) {
    return new ImportSource(file, format, mapping, value, rejects);
  }

  public ImportSource withRejects(Path value) {
    return new ImportSource(file, format, mapping, customers, Optional.of(value));
  }

  Path rejectsFile() {
    return rejects.orElseGet(() -> file.resolveSibling(file.getFileName() + ".rejected"));
  }

  PaymentFile open() {
    return switch (format) {
      case CSV -> CsvPaymentFile.open(file, mapping.file());
      case NDJSON -> NdjsonPaymentFile.open(file, mapping.file());
      case XML -> IsoPaymentFile.open(file, mapping.file(), customers);
    };
  }
}
