// SPDX-License-Identifier: Apache-2.0
/**
 * All that a payment flows through, on one machine: see {@link io.lastfive.localstack.LocalStack}.
 */
@NullMarked
package io.lastfive.localstack;

import org.jspecify.annotations.NullMarked;
