// SPDX-License-Identifier: Apache-2.0
/**
 * Payments onto their topics: a publisher a channel, and the commands that send, simulate and
 * import payments.
 */
@NullMarked
package io.lastfive.producers;

import org.jspecify.annotations.NullMarked;
