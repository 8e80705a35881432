// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

/** What may be done to a subject. */
enum Mode {
  READWRITE,
  READONLY,
  READONLY_OVERRIDE,
  IMPORT
}
