// SPDX-License-Identifier: Apache-2.0
/** What the commands log, and where to. */
@NullMarked
package io.lastfive.cli.logging;

import org.jspecify.annotations.NullMarked;
