// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.query;

import io.lastfive.ksqlengine.EngineConfig;
import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.AnalysedStatement.AnalysedInsertValues;
import io.lastfive.ksqlengine.catalog.DataSource;
import io.lastfive.ksqlengine.serde.Format.FormatSpec;
import io.lastfive.ksqlengine.serde.Format.SchemaStore;
import io.lastfive.ksqlengine.serde.Formats;
import io.lastfive.ksqlengine.types.Column;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** Writes the rows of INSERT VALUES. Safe for use by several threads. */
public final class RowInserter implements AutoCloseable {
  private final SchemaStore schemas;
  private final Producer<byte[], byte[]> producer;

  public RowInserter(EngineConfig config, SchemaStore schemas) {
    this.schemas = schemas;
    Map<String, Object> settings = new HashMap<>(config.kafka());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "ksql-insert-values");
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Writes the row and waits until Kafka has it.
   *
   * @throws KsqlException where it cannot be written as the topic's format and schema want it
   */
  public void insert(AnalysedInsertValues row) {
    DataSource target = row.target();
    byte @Nullable [] key =
        bytes(target, target.schema().key(), target.keyFormat(), true, row.key());
    byte @Nullable [] value =
        bytes(target, target.schema().value(), target.valueFormat(), false, row.value());
    Long timestamp = row.rowtime().isPresent() ? row.rowtime().getAsLong() : null;
    try {
      producer.send(new ProducerRecord<>(target.topic(), null, timestamp, key, value)).get();
    } catch (ExecutionException e) {
      throw failed(target, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  private byte @Nullable [] bytes(
      DataSource target,
      List<Column> columns,
      FormatSpec spec,
      boolean isKey,
      @Nullable Object @Nullable [] row) {
    if (columns.isEmpty() || row == null) {
      return null;
    }
    try (Serde<@Nullable Object[]> serde =
        Formats.of(spec.name()).serde(columns, spec, isKey, target.topic(), schemas)) {
      return serde.serializer().serialize(target.topic(), row);
    } catch (RuntimeException e) {
      throw failed(target, e);
    }
  }

  private static KsqlException failed(DataSource target, Throwable cause) {
    return new KsqlException(
        "Failed to insert values into '" + target.name() + "'. " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
