// SPDX-License-Identifier: Apache-2.0
/** The customer page, its JSON API, health and metrics. */
@NullMarked
package io.lastfive.customersink.page;

import org.jspecify.annotations.NullMarked;
