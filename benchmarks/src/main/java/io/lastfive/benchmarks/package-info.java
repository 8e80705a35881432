// SPDX-License-Identifier: Apache-2.0
/** Measurements, never tests: numbers beside a peer's, from one run. */
@NullMarked
package io.lastfive.benchmarks;

import org.jspecify.annotations.NullMarked;
