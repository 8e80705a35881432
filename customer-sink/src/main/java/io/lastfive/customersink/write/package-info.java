// SPDX-License-Identifier: Apache-2.0
/** Writes a batch and how far it reaches in one PostgreSQL transaction. */
@NullMarked
package io.lastfive.customersink.write;

import org.jspecify.annotations.NullMarked;
