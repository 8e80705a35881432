// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes Avro records, generated or generic, and Avro's primitive types in Confluent's wire format.
 *
 * <p>Takes the configuration keys of Confluent's serializer, which can stand in its place. The
 * schema that it registers or looks up never carries {@code avro.java.string}. Thread-safe. Its
 * errors name topic, subject and type, never a value.
 */
public final class LastfiveAvroSerializer implements Serializer<Object> {
  private final ThreadLocal<Encoding> encodings = ThreadLocal.withInitial(Encoding::new);
  private final Map<TargetKey, Target> targets = new ConcurrentHashMap<>();
  private @Nullable SchemaRegistryClient client;
  private @Nullable SerdeConfig config;
  private boolean isKey;

  /** For Kafka's clients, which call {@link #configure}. */
  public LastfiveAvroSerializer() {}

  /** A configured serializer that shares a client, and its cache, with others. */
  public LastfiveAvroSerializer(
      SchemaRegistryClient client, Map<String, ?> configuration, boolean isKey) {
    this.client = client;
    this.config = SerdeConfig.from(configuration, isKey);
    this.isKey = isKey;
  }

  @Override
  public void configure(Map<String, ?> configuration, boolean isKey) {
    this.config = SerdeConfig.from(configuration, isKey);
    this.isKey = isKey;
    if (client == null) {
      client = new SchemaRegistryClient(configuration);
    }
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable Object datum) {
    if (datum == null) {
      return null;
    }
    Encoding encoding = encodings.get();
    Target target = encoding.target(topic, datum, this);
    try {
      return encoding.encode(target, datum);
    } catch (IOException | RuntimeException e) {
      throw unwritable(topic, datum, e);
    }
  }

  private Target target(String topic, Schema schema, Object datum) {
    TargetKey key = new TargetKey(topic, schema, datum instanceof SpecificRecord);
    Target known = targets.get(key);
    if (known != null) {
      return known;
    }
    Target resolved = resolve(topic, schema, datum);
    targets.put(key, resolved);
    return resolved;
  }

  private Target resolve(String topic, Schema schema, Object datum) {
    if (client == null || config == null) {
      throw new IllegalStateException("configure() has not been called");
    }
    String subject = config.subjectNames().subject(topic, isKey, schema);
    DatumWriter<Object> writer = writer(schema, datum, config);
    try {
      if (config.autoRegister()) {
        return new Target(client.register(subject, schema), writer);
      }
      if (!config.useLatestVersion()) {
        return new Target(client.idOf(subject, schema), writer);
      }
      Optional<RegisteredSchema> latest = client.latest(subject);
      if (latest.isEmpty()) {
        throw new SerializationException(
            "topic '%s': subject '%s' has no version at the schema registry %s. Register its schema, or set auto.register.schemas=true."
                .formatted(topic, subject, client.addresses()));
      }
      return new Target(latest.get().id(), LatestVersion.writer(latest.get(), schema, writer));
    } catch (SchemaRegistryException e) {
      throw new SerializationException(
          "topic '%s': schema '%s' is not usable under subject '%s'"
              .formatted(topic, schema.getFullName(), subject),
          e);
    }
  }

  private static DatumWriter<Object> writer(Schema schema, Object datum, SerdeConfig config) {
    if (datum instanceof SpecificRecord) {
      return new SpecificDatumWriter<>(schema, SpecificData.getForClass(datum.getClass()));
    }
    return new GenericDatumWriter<>(schema, AvroModels.generic(config.convertLogicalTypes()));
  }

  private static Schema schemaOf(String topic, Object datum) {
    if (datum instanceof GenericContainer container) {
      return container.getSchema();
    }
    Schema.Type type;
    if (datum instanceof CharSequence) {
      type = Schema.Type.STRING;
    } else if (datum instanceof Integer) {
      type = Schema.Type.INT;
    } else if (datum instanceof Long) {
      type = Schema.Type.LONG;
    } else if (datum instanceof Boolean) {
      type = Schema.Type.BOOLEAN;
    } else if (datum instanceof Double) {
      type = Schema.Type.DOUBLE;
    } else if (datum instanceof Float) {
      type = Schema.Type.FLOAT;
    } else if (datum instanceof byte[] || datum instanceof ByteBuffer) {
      type = Schema.Type.BYTES;
    } else {
      throw new SerializationException(
          "topic '%s': a %s is not Avro. Give a generated or generic Avro record, or a String, Integer, Long, Boolean, Double, Float, byte[] or ByteBuffer."
              .formatted(topic, datum.getClass().getName()));
    }
    return Primitives.schema(type);
  }

  /** Leaves the cause out where its text may hold the value; its stack stays. */
  private static SerializationException unwritable(String topic, Object datum, Exception e) {
    String reason =
        e instanceof NullPointerException
            ? String.valueOf(e.getMessage())
            : e.getClass().getSimpleName();
    SerializationException error =
        new SerializationException(
            "topic '%s': a value of schema '%s' could not be written: %s"
                .formatted(topic, schemaOf(topic, datum).getFullName(), reason));
    error.setStackTrace(e.getStackTrace());
    return error;
  }

  private record TargetKey(String topic, Schema schema, boolean specific) {}

  /** What a schema's records are written with. */
  record Target(int id, DatumWriter<Object> writer) {}

  /** One thread's buffer and encoder, and what it wrote last: mostly the same again. */
  private static final class Encoding {
    private static final int KEPT_BYTES = 1 << 20;

    private Buffer buffer = new Buffer();
    private @Nullable BinaryEncoder encoder;
    private @Nullable String lastTopic;
    private @Nullable Schema lastSchema;
    private @Nullable Class<?> lastClass;
    private @Nullable Target lastTarget;

    Target target(String topic, Object datum, LastfiveAvroSerializer serializer) {
      Schema schema = schemaOf(topic, datum);
      Target last = lastTarget;
      if (last != null
          && schema.equals(lastSchema)
          && datum.getClass() == lastClass
          && topic.equals(lastTopic)) {
        return last;
      }
      Target target = serializer.target(topic, schema, datum);
      lastTopic = topic;
      lastSchema = schema;
      lastClass = datum.getClass();
      lastTarget = target;
      return target;
    }

    byte[] encode(Target target, Object datum) throws IOException {
      buffer.reset();
      if (datum instanceof byte[] bytes) {
        buffer.write(bytes, 0, bytes.length);
      } else if (datum instanceof ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        buffer.write(copy, 0, copy.length);
      } else {
        encoder = EncoderFactory.get().directBinaryEncoder(buffer, encoder);
        target.writer().write(datum, encoder);
        encoder.flush();
      }
      byte[] result = buffer.toBytes();
      WireFormat.writeHeader(result, target.id());
      if (result.length > KEPT_BYTES) {
        buffer = new Buffer();
        encoder = null;
      }
      return result;
    }
  }

  /** A byte array that grows, with room for the header in front; of one thread, so no locks. */
  private static final class Buffer extends OutputStream {
    private byte[] bytes = new byte[512];
    private int length = WireFormat.HEADER_BYTES;

    void reset() {
      length = WireFormat.HEADER_BYTES;
    }

    @Override
    public void write(int value) {
      ensure(1);
      bytes[length++] = (byte) value;
    }

    @Override
    public void write(byte[] from, int offset, int count) {
      ensure(count);
      System.arraycopy(from, offset, bytes, length, count);
      length += count;
    }

    byte[] toBytes() {
      return Arrays.copyOf(bytes, length);
    }

    private void ensure(int more) {
      if (bytes.length - length < more) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
      }
    }
  }
}
