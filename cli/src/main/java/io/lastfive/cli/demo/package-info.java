// SPDX-License-Identifier: Apache-2.0
/** The whole pipeline on one machine, from nothing to a checked result. */
@NullMarked
package io.lastfive.cli.demo;

import org.jspecify.annotations.NullMarked;
