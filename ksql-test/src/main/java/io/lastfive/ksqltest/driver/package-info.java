// SPDX-License-Identifier: Apache-2.0
/** The engine without a server: statements, records, and what comes out. */
@NullMarked
package io.lastfive.ksqltest.driver;

import org.jspecify.annotations.NullMarked;
