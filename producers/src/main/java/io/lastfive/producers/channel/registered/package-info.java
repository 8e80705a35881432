// SPDX-License-Identifier: Apache-2.0
/** Payment channels that are known by the schema of their topic alone. */
@NullMarked
package io.lastfive.producers.channel.registered;

import org.jspecify.annotations.NullMarked;
