// SPDX-License-Identifier: Apache-2.0
/** The commands sink and customer. */
@NullMarked
package io.lastfive.customersink.cli;

import org.jspecify.annotations.NullMarked;
