// SPDX-License-Identifier: Apache-2.0
/** How every stage of the pipeline does, as far as it can be read. */
@NullMarked
package io.lastfive.customersink.page.pipeline;

import org.jspecify.annotations.NullMarked;
