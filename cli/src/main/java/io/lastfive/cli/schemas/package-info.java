// SPDX-License-Identifier: Apache-2.0
/** Registers and checks the schemas of the events. */
@NullMarked
package io.lastfive.cli.schemas;

import org.jspecify.annotations.NullMarked;
