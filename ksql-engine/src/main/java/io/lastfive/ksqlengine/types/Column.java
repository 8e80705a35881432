// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.types;

/** A column of a stream or table; the name is as stored, upper-cased unless it was quoted. */
public record Column(String name, SqlType type) {}
