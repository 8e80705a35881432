// SPDX-License-Identifier: Apache-2.0
/** Migrations on the embedded engine, beside what ksql-migrations did on ksqlDB. */
@NullMarked
package io.lastfive.pipelinetests.migrations;

import org.jspecify.annotations.NullMarked;
