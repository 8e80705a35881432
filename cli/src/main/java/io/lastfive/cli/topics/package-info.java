// SPDX-License-Identifier: Apache-2.0
/** Makes the topics before anything reads or writes them. */
@NullMarked
package io.lastfive.cli.topics;

import org.jspecify.annotations.NullMarked;
