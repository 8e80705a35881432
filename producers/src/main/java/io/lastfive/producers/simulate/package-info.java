// SPDX-License-Identifier: Apache-2.0
/** Plausible payments from a seed, and sending them at a rate. */
@NullMarked
package io.lastfive.producers.simulate;

import org.jspecify.annotations.NullMarked;
