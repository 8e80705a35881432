// SPDX-License-Identifier: Apache-2.0
/**
 * The customer sink beside its peers: the same records, the same database, each in a JVM of its
 * own.
 */
@NullMarked
package io.lastfive.benchmarks.sink;

import org.jspecify.annotations.NullMarked;
