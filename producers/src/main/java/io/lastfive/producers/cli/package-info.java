// SPDX-License-Identifier: Apache-2.0
/** The commands send, simulate and import. */
@NullMarked
package io.lastfive.producers.cli;

import org.jspecify.annotations.NullMarked;
