// SPDX-License-Identifier: Apache-2.0
/**
 * The credit card channel: card numbers are masked and tokenized before anything is built from
 * them.
 */
@NullMarked
package io.lastfive.producers.channel.creditcard;

import org.jspecify.annotations.NullMarked;
