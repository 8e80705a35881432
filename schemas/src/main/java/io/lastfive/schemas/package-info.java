// SPDX-License-Identifier: Apache-2.0
/**
 * The events of the payment channels: their schemas, the classes generated from them, and their
 * compatibility.
 */
@NullMarked
package io.lastfive.schemas;

import org.jspecify.annotations.NullMarked;
