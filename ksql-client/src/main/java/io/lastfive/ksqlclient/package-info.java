// SPDX-License-Identifier: Apache-2.0
/** ksqlDB's REST API for Java, and what Lastfive does with it: migrations and watching. */
@NullMarked
package io.lastfive.ksqlclient;

import org.jspecify.annotations.NullMarked;
