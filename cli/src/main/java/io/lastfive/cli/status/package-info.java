// SPDX-License-Identifier: Apache-2.0
/** One screen of the pipeline's health. */
@NullMarked
package io.lastfive.cli.status;

import org.jspecify.annotations.NullMarked;
