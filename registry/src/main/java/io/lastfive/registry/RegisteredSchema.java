// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import org.apache.avro.Schema;

/** A schema as a version of a subject. */
public record RegisteredSchema(String subject, int version, int id, Schema schema) {}
