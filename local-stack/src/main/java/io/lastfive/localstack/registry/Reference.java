// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack.registry;

/** A named type of one schema that is defined by another subject's version. */
record Reference(String name, String subject, int version) {}
