// SPDX-License-Identifier: Apache-2.0
/** The one command, {@code lastfive}: its root and what belongs to no other module. */
@NullMarked
package io.lastfive.cli;

import org.jspecify.annotations.NullMarked;
