// SPDX-License-Identifier: Apache-2.0
/** What runs, and how far each part of the pipeline is: for the commands that look at it. */
@NullMarked
package io.lastfive.cli.pipeline;

import org.jspecify.annotations.NullMarked;
