// SPDX-License-Identifier: Apache-2.0
/** What people do with a sink's tables beside the sink: look, compare, rebuild, repair, erase. */
@NullMarked
package io.lastfive.customersink.operate;

import org.jspecify.annotations.NullMarked;
