// SPDX-License-Identifier: Apache-2.0
/** The whole chain, driven as a user drives it. */
@NullMarked
package io.lastfive.pipelinetests;

import org.jspecify.annotations.NullMarked;
