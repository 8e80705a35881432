// SPDX-License-Identifier: Apache-2.0
/** Tests of scripts, in ksql-test-runner's and in run-ksql-test's format. */
@NullMarked
package io.lastfive.ksqltest.script;

import org.jspecify.annotations.NullMarked;
