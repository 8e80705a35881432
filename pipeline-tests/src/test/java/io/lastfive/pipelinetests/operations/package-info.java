// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.lastfive.pipelinetests.operations;

import org.jspecify.annotations.NullMarked;
