// SPDX-License-Identifier: Apache-2.0
/** What becomes of a payment that was sent. */
@NullMarked
package io.lastfive.cli.send;

import org.jspecify.annotations.NullMarked;
