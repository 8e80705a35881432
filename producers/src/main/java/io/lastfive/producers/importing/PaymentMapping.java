// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.settings.UserError;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the columns, JSON paths or elements of a file become the fields of a payment, where names and
 * forms do not say it by themselves. Immutable.
 *
 * @param columns by field: the column or path that holds it
 * @param defaults by field: its value where a payment has none
 * @param fixed by field: its value whatever the file has
 * @param translations by field: what its texts mean
 * @param zone of times that say no offset
 */
public record PaymentMapping(
    Map<String, String> columns,
    Map<String, String> defaults,
    Map<String, String> fixed,
    Map<String, Map<String, String>> translations,
    Optional<ZoneId> zone,
    TextFormat texts,
    FileFormat file) {

  public PaymentMapping {
    columns = Map.copyOf(columns);
    defaults = Map.copyOf(defaults);
    fixed = Map.copyOf(fixed);
    translations = Map.copyOf(translations);
  }

  /** Names and forms say everything. */
  public static PaymentMapping none() {
    return new PaymentMapping(
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of(),
        Optional.empty(),
        TextFormat.USUAL,
        FileFormat.USUAL);
  }

  /**
   * As {@code file} says, which is written as Java properties.
   *
   * @throws UserError naming everything that is wrong with it
   */
  public static PaymentMapping read(Path file) {
    return MappingFile.read(file);
  }

  /** With these columns and defaults over those there are. */
  public PaymentMapping with(Map<String, String> moreColumns, Map<String, String> moreDefaults) {
    return new PaymentMapping(
        merged(columns, moreColumns),
        merged(defaults, moreDefaults),
        fixed,
        translations,
        zone,
        texts,
        file);
  }

  public PaymentMapping withZone(ZoneId value) {
    return new PaymentMapping(
        columns, defaults, fixed, translations, Optional.of(value), texts, file);
  }

  private static Map<String, String> merged(Map<String, String> low, Map<String, String> high) {
    Map<String, String> merged = new LinkedHashMap<>(low);
    merged.putAll(high);
    return merged;
  }
}
