// SPDX-License-Identifier: Apache-2.0
/** Push queries for people. */
@NullMarked
package io.lastfive.ksqlclient.watch;

import org.jspecify.annotations.NullMarked;
