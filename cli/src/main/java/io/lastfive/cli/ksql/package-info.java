// SPDX-License-Identifier: Apache-2.0
/** Commands on KSQL scripts that need no server. */
@NullMarked
package io.lastfive.cli.ksql;

import org.jspecify.annotations.NullMarked;
