// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;

/**
 * A version of a subject, as the topic {@code _schemas} holds it.
 *
 * @param type AVRO, JSON or PROTOBUF
 */
record StoredSchema(
    String subject,
    int version,
    int id,
    String type,
    String text,
    List<Reference> references,
    long timestamp,
    boolean deleted) {

  StoredSchema {
    references = List.copyOf(references);
  }

  StoredSchema asDeleted() {
    return new StoredSchema(subject, version, id, type, text, references, timestamp, true);
  }

  boolean isAvro() {
    return type.equals(SchemaRequest.AVRO);
  }

  boolean hasContent(ParsedSchema other) {
    return type.equals(other.type())
        && text.equals(other.text())
        && references.equals(other.references());
  }

  UUID guid() {
    return guid(text, references);
  }

  /** Tells contents apart: the MD5 of the text and of what it refers to. */
  static UUID guid(String text, List<Reference> references) {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      md5.update(text.getBytes(StandardCharsets.UTF_8));
      for (Reference reference : references) {
        md5.update(reference.name().getBytes(StandardCharsets.UTF_8));
        md5.update(reference.subject().getBytes(StandardCharsets.UTF_8));
        md5.update(ByteBuffer.allocate(Integer.BYTES).putInt(reference.version()).array());
      }
      ByteBuffer digest = ByteBuffer.wrap(md5.digest());
      return new UUID(digest.getLong(), digest.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
