// SPDX-License-Identifier: Apache-2.0
/** ksqlDB's own query cases on the engine. */
@NullMarked
package io.lastfive.ksqltest.conformance;

import org.jspecify.annotations.NullMarked;
