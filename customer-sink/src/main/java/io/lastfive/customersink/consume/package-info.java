// SPDX-License-Identifier: Apache-2.0
/** Reads the aggregate topic: poll loop, ownership of partitions, records to changes. */
@NullMarked
package io.lastfive.customersink.consume;

import org.jspecify.annotations.NullMarked;
