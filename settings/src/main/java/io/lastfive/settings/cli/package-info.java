// SPDX-License-Identifier: Apache-2.0
/** What every command of {@code lastfive} shares: options, output, exit codes, stopping. */
@NullMarked
package io.lastfive.settings.cli;

import org.jspecify.annotations.NullMarked;
