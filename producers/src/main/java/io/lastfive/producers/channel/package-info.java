// SPDX-License-Identifier: Apache-2.0
/** What every payment channel's publisher shares: checks, sending, receipts. */
@NullMarked
package io.lastfive.producers.channel;

import org.jspecify.annotations.NullMarked;
