// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import io.lastfive.customersink.write.Change;
import io.lastfive.customersink.write.NameWords;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a record of the aggregate topic into what it does to the tables. The value is Avro in
 * Confluent's wire format: a zero byte, the id of the writer's schema, the data. What cannot be
 * read becomes a dead letter; the same record always the same one. Used by one thread.
 */
public final class RecentPaymentsDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(RecentPaymentsDecoder.class);
  private static final int HEADER_BYTES = 5;
  private static final int MOST_KNOWN_NAMES = 10_000;
  private static final Instant LATEST_TIME = Instant.parse("9999-12-31T23:59:59.999Z");

  private final WriterSchemas writerSchemas;
  private final Map<Integer, KnownSchema> knownSchemas = new HashMap<>();
  private final Map<List<String>, String> nameWords = new HashMap<>();
  private Optional<String> unfitSchema = Optional.empty();

  public RecentPaymentsDecoder(WriterSchemas writerSchemas) {
    this.writerSchemas = writerSchemas;
  }

  /** A writer's schema that was checked, and how it is read; or why it cannot be. */
  private record KnownSchema(Optional<RecentPaymentsReader> reader, String problem) {}

  /**
   * What the record does: an upsert, a delete or, where it cannot be read, a dead letter.
   *
   * @throws io.lastfive.settings.UnavailableError the registry is needed for a schema not seen yet,
   *     and does not answer; nothing is known about the record then
   */
  public Change decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      String customerId = customerId(record.key());
      byte[] value = record.value();
      if (value == null) {
        return new Change.Delete(record.offset(), customerId);
      }
      Instant recordTime = Instant.ofEpochMilli(record.timestamp());
      if (record.timestamp() < 0 || recordTime.isAfter(LATEST_TIME)) {
        throw new BadRecordException("the record's timestamp is out of range");
      }
      return upsert(record, customerId, value);
    } catch (BadRecordException bad) {
      if (bad.isOfItsSchema()) {
        unfitSchema = Optional.of(bad.reason());
      }
      return new Change.DeadLetter(record.offset(), bad.reason(), record.timestamp());
    }
  }

  /** What is wrong with a schema met since the last call, no record of which can be read. */
  Optional<String> takeUnfitSchema() {
    Optional<String> taken = unfitSchema;
    unfitSchema = Optional.empty();
    return taken;
  }

  private static String customerId(byte @Nullable [] key) throws BadRecordException {
    if (key == null || key.length == 0) {
      throw new BadRecordException("the record has no key; the key is the customer's id");
    }
    try {
      String customerId =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
      return AvroJson.storable("the key", customerId);
    } catch (CharacterCodingException notText) {
      throw new BadRecordException("the key is not UTF-8 text");
    }
  }

  private Change upsert(ConsumerRecord<byte[], byte[]> record, String customerId, byte[] value)
      throws BadRecordException {
    if (value.length < HEADER_BYTES || value[0] != 0) {
      throw new BadRecordException(
          "the value is not Avro in Confluent's wire format (a zero byte and a schema id first)");
    }
    int schemaId = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
    KnownSchema known = knownSchema(schemaId);
    RecentPaymentsReader reader =
        known.reader().orElseThrow(() -> BadRecordException.ofItsSchema(known.problem()));
    RecentPaymentsReader.Json json = reader.read(value, HEADER_BYTES);
    return new Change.Upsert(
        record.offset(),
        customerId,
        json.payments(),
        nameWords(json.accountNames()),
        json.extra(),
        record.timestamp());
  }

  /** Most customers keep their name: what was made of it is mostly known. */
  private String nameWords(List<String> accountNames) {
    String known = nameWords.get(accountNames);
    if (known != null) {
      return known;
    }
    if (nameWords.size() == MOST_KNOWN_NAMES) {
      nameWords.clear();
    }
    String words = NameWords.vector(accountNames);
    nameWords.put(accountNames, words);
    return words;
  }

  private KnownSchema knownSchema(int id) {
    KnownSchema known = knownSchemas.get(id);
    if (known != null) {
      return known;
    }
    Optional<Schema> writer = writerSchemas.byId(id);
    if (writer.isEmpty()) {
      // Not remembered: it may be registered yet.
      return new KnownSchema(
          Optional.empty(), "the schema registry has no Avro schema with id " + id);
    }
    KnownSchema checked = check(id, writer.get());
    knownSchemas.put(id, checked);
    return checked;
  }

  private static KnownSchema check(int id, Schema writer) {
    try {
      return new KnownSchema(
          Optional.of(new RecentPaymentsReader(id, new RecentPaymentsSchema(id, writer))), "");
    } catch (BadRecordException unfit) {
      LOG.error(
          "Every record of this schema becomes a dead letter schemaId={} reason={}",
          id,
          unfit.reason());
      return new KnownSchema(Optional.empty(), unfit.reason());
    }
  }
}
