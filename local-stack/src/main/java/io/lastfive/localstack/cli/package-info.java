// SPDX-License-Identifier: Apache-2.0
/** The commands {@code up} and {@code down}. */
@NullMarked
package io.lastfive.localstack.cli;

import org.jspecify.annotations.NullMarked;
