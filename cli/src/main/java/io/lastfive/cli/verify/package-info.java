// SPDX-License-Identifier: Apache-2.0
/** Everyone's last five payments, computed another way and compared. */
@NullMarked
package io.lastfive.cli.verify;

import org.jspecify.annotations.NullMarked;
