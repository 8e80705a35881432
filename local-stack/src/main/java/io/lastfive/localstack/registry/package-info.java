// SPDX-License-Identifier: Apache-2.0
/** The schema registry's server: log, state, operations, REST API. */
@NullMarked
package io.lastfive.localstack.registry;

import org.jspecify.annotations.NullMarked;
