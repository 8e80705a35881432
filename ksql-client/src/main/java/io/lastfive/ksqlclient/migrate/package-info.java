// SPDX-License-Identifier: Apache-2.0
/** Versioned KSQL scripts, applied once each, with a history that ksql-migrations reads too. */
@NullMarked
package io.lastfive.ksqlclient.migrate;

import org.jspecify.annotations.NullMarked;
