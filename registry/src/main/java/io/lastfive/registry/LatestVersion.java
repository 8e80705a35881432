// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;

/** Writes records of one schema as the subject's latest version asks for them. */
final class LatestVersion {
  private LatestVersion() {}

  /**
   * The given writer where both schemas lay their bytes out alike; one that converts where the
   * latest version can read the other; an error where it cannot.
   */
  static DatumWriter<Object> writer(
      RegisteredSchema latest, Schema own, DatumWriter<Object> ownWriter) {
    if (SchemaNormalization.toParsingForm(latest.schema())
        .equals(SchemaNormalization.toParsingForm(own))) {
      return ownWriter;
    }
    SchemaCompatibility.SchemaPairCompatibility judged =
        SchemaCompatibility.checkReaderWriterCompatibility(latest.schema(), own);
    if (judged.getType() != SchemaCompatibilityType.COMPATIBLE) {
      throw new SerializationException(
          "subject '%s': its latest version %d cannot read schema '%s': %s"
              .formatted(
                  latest.subject(),
                  latest.version(),
                  own.getFullName(),
                  judged.getResult().getIncompatibilities()));
    }
    return new Converting(latest.schema(), own, ownWriter);
  }

  private static final class Converting implements DatumWriter<Object> {
    private final Schema latest;
    private final Schema own;
    private final DatumWriter<Object> ownWriter;

    Converting(Schema latest, Schema own, DatumWriter<Object> ownWriter) {
      this.latest = latest;
      this.own = own;
      this.ownWriter = ownWriter;
    }

    @Override
    public void setSchema(Schema schema) {
      throw new UnsupportedOperationException("the schema is the subject's latest version");
    }

    @Override
    public void write(Object datum, Encoder encoder) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BinaryEncoder ownEncoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      ownWriter.write(datum, ownEncoder);
      ownEncoder.flush();
      Object resolved =
          new GenericDatumReader<>(own, latest)
              .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
      new GenericDatumWriter<>(latest).write(resolved, encoder);
    }
  }
}
