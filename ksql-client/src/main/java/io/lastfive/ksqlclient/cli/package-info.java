// SPDX-License-Identifier: Apache-2.0
/** The commands {@code ksql apply}, {@code ksql info} and {@code watch}. */
@NullMarked
package io.lastfive.ksqlclient.cli;

import org.jspecify.annotations.NullMarked;
