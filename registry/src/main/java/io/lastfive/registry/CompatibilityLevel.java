// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

/** Which earlier versions of a subject a new schema must be able to live with. */
public enum CompatibilityLevel {
  NONE,
  BACKWARD,
  BACKWARD_TRANSITIVE,
  FORWARD,
  FORWARD_TRANSITIVE,
  FULL,
  FULL_TRANSITIVE
}
