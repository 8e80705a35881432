// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro in Confluent's wire format: generic records, or generated ones with {@code
 * specific.avro.reader=true}.
 *
 * <p>Takes the configuration keys of Confluent's deserializer, which can stand in its place.
 * Thread-safe. Bytes that cannot be read are a {@link SerializationException} that names topic and
 * schema id, never the bytes; a registry that is away is a {@link
 * SchemaRegistryUnavailableException}, after which the same bytes may be tried again.
 */
public final class LastfiveAvroDeserializer implements Deserializer<Object> {
  private final ThreadLocal<Decoding> decodings = ThreadLocal.withInitial(Decoding::new);
  private final Map<Integer, Reading> readings = new ConcurrentHashMap<>();
  private @Nullable SchemaRegistryClient client;
  private @Nullable SerdeConfig config;
  private String part = "value";

  /** For Kafka's clients, which call {@link #configure}. */
  public LastfiveAvroDeserializer() {}

  /** A configured deserializer that shares a client, and its cache, with others. */
  public LastfiveAvroDeserializer(
      SchemaRegistryClient client, Map<String, ?> configuration, boolean isKey) {
    this.client = client;
    this.config = SerdeConfig.from(configuration, isKey);
    this.part = isKey ? "key" : "value";
  }

  @Override
  public void configure(Map<String, ?> configuration, boolean isKey) {
    this.config = SerdeConfig.from(configuration, isKey);
    this.part = isKey ? "key" : "value";
    if (client == null) {
      client = new SchemaRegistryClient(configuration);
    }
  }

  @Override
  public @Nullable Object deserialize(String topic, byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    if (!WireFormat.matches(bytes)) {
      throw new SerializationException(
          "topic '%s': a %s of %d bytes is not Avro in the schema registry's wire format (a zero byte and a schema id first)"
              .formatted(topic, part, bytes.length));
    }
    int id = WireFormat.schemaId(bytes);
    Reading reading = reading(topic, id);
    if (reading.rawBytes()) {
      return Arrays.copyOfRange(bytes, WireFormat.HEADER_BYTES, bytes.length);
    }
    try {
      return decodings.get().decode(reading.reader(), bytes);
    } catch (IOException | RuntimeException e) {
      // The cause's text may hold what was read; its stack stays.
      SerializationException error =
          new SerializationException(
              "topic '%s': a %s of schema id %d ('%s') could not be read: %s"
                  .formatted(topic, part, id, reading.name(), e.getClass().getSimpleName()));
      error.setStackTrace(e.getStackTrace());
      throw error;
    }
  }

  private Reading reading(String topic, int id) {
    Reading known = readings.get(id);
    if (known != null) {
      return known;
    }
    Reading resolved = resolve(topic, id);
    readings.put(id, resolved);
    return resolved;
  }

  private Reading resolve(String topic, int id) {
    if (client == null || config == null) {
      throw new IllegalStateException("configure() has not been called");
    }
    Schema written;
    try {
      written = client.schemaById(id);
    } catch (SchemaRegistryException e) {
      throw new SerializationException(
          "topic '%s': schema id %d of a %s is not to be had from the schema registry %s"
              .formatted(topic, id, part, client.addresses()),
          e);
    }
    boolean rawBytes = written.getType() == Schema.Type.BYTES && written.getLogicalType() == null;
    try {
      return new Reading(written.getFullName(), reader(topic, id, written, config), rawBytes);
    } catch (AvroRuntimeException e) {
      throw new SerializationException(
          "topic '%s': schema id %d ('%s') cannot be read as asked"
              .formatted(topic, id, written.getFullName()),
          e);
    }
  }

  private static DatumReader<Object> reader(
      String topic, int id, Schema written, SerdeConfig config) {
    if (!config.specificReader() || written.getType() != Schema.Type.RECORD) {
      return new GenericDatumReader<>(
          written, written, AvroModels.generic(config.convertLogicalTypes()));
    }
    String name = config.specificType().orElse(written.getFullName());
    Class<?> generated =
        GeneratedClasses.find(name, classLoader())
            .orElseThrow(
                () ->
                    new SerializationException(
                        "topic '%s': schema id %d has no generated class '%s' on the class path. Add it, or set specific.avro.reader=false."
                            .formatted(topic, id, name)));
    SpecificData model = GeneratedClasses.beside(generated);
    return new SpecificDatumReader<>(written, model.getSchema(generated), model);
  }

  private static ClassLoader classLoader() {
    ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
    return ofThread == null ? LastfiveAvroDeserializer.class.getClassLoader() : ofThread;
  }

  private record Reading(String name, DatumReader<Object> reader, boolean rawBytes) {}

  /** One thread's decoder. */
  private static final class Decoding {
    private @Nullable BinaryDecoder decoder;

    Object decode(DatumReader<Object> reader, byte[] bytes) throws IOException {
      decoder =
          DecoderFactory.get()
              .binaryDecoder(
                  bytes, WireFormat.HEADER_BYTES, bytes.length - WireFormat.HEADER_BYTES, decoder);
      return reader.read(null, decoder);
    }
  }
}
