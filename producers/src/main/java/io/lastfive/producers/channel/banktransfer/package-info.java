// SPDX-License-Identifier: Apache-2.0
/** The bank transfer channel. */
@NullMarked
package io.lastfive.producers.channel.banktransfer;

import org.jspecify.annotations.NullMarked;
