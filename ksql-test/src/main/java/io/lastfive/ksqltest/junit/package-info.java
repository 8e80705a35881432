// SPDX-License-Identifier: Apache-2.0
/** Tests of scripts as JUnit tests. */
@NullMarked
package io.lastfive.ksqltest.junit;

import org.jspecify.annotations.NullMarked;
