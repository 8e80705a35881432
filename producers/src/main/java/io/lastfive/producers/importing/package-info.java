// SPDX-License-Identifier: Apache-2.0
/** Files of real payments, read line by line. */
@NullMarked
package io.lastfive.producers.importing;

import org.jspecify.annotations.NullMarked;
