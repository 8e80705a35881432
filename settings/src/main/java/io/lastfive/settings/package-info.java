// SPDX-License-Identifier: Apache-2.0
/** Typed settings from lastfive.properties, the environment and flags, and the kinds of error. */
@NullMarked
package io.lastfive.settings;

import org.jspecify.annotations.NullMarked;
