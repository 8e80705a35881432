// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

/** A refusal with Confluent's error code; its status is the code's first three digits. */
final class RegistryError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errorCode;

  private RegistryError(int errorCode, String message) {
    super(message);
    this.errorCode = errorCode;
  }

  int errorCode() {
    return errorCode;
  }

  int status() {
    return errorCode >= 1000 ? errorCode / 100 : errorCode;
  }

  static RegistryError subjectNotFound(String subject) {
    return new RegistryError(40401, "Subject '%s' not found.".formatted(subject));
  }

  static RegistryError versionNotFound(String version) {
    return new RegistryError(40402, "Version %s not found.".formatted(version));
  }

  static RegistryError schemaNotFound() {
    return new RegistryError(40403, "Schema not found");
  }

  static RegistryError schemaNotFound(int id) {
    return new RegistryError(40403, "Schema %d not found".formatted(id));
  }

  static RegistryError subjectSoftDeleted(String subject) {
    return new RegistryError(
        40404,
        "Subject '%s' was soft deleted.Set permanent=true to delete permanently"
            .formatted(subject));
  }

  static RegistryError subjectNotSoftDeleted(String subject) {
    return new RegistryError(
        40405,
        "Subject '%s' was not deleted first before being permanently deleted".formatted(subject));
  }

  static RegistryError versionSoftDeleted(String subject, int version) {
    return new RegistryError(
        40406,
        "Subject '%s' Version %d was soft deleted.Set permanent=true to delete permanently"
            .formatted(subject, version));
  }

  static RegistryError versionNotSoftDeleted(String subject, int version) {
    return new RegistryError(
        40407,
        "Subject '%s' Version %d was not deleted first before being permanently deleted"
            .formatted(subject, version));
  }

  static RegistryError noSubjectCompatibility(String subject) {
    return new RegistryError(
        40408,
        "Subject '%s' does not have subject-level compatibility configured".formatted(subject));
  }

  static RegistryError noSubjectMode(String subject) {
    return new RegistryError(
        40409, "Subject '%s' does not have subject-level mode configured".formatted(subject));
  }

  static RegistryError incompatible(String subject, String details) {
    return new RegistryError(
        40901,
        "Schema being registered is incompatible with an earlier schema for subject \"%s\", details: %s"
            .formatted(subject, details));
  }

  static RegistryError invalidSchema(String message) {
    return new RegistryError(42201, message);
  }

  static RegistryError invalidVersion(String version) {
    return new RegistryError(
        42202,
        "The specified version '%s' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
            .formatted(version));
  }

  static RegistryError invalidCompatibility() {
    return new RegistryError(
        42203,
        "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, forward_transitive, and full_transitive");
  }

  static RegistryError invalidMode() {
    return new RegistryError(
        42204, "Invalid mode. Valid values are READWRITE, READONLY, READONLY_OVERRIDE, IMPORT");
  }

  static RegistryError operationNotPermitted(String message) {
    return new RegistryError(42205, message);
  }

  static RegistryError referenced(StoredSchema schema) {
    return new RegistryError(
        42206,
        "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=%s,version=%d}."
            .formatted(schema.subject(), schema.version()));
  }

  static RegistryError badRequest(String message) {
    return new RegistryError(400, message);
  }
}
