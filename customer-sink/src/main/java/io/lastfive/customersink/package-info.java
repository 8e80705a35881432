// SPDX-License-Identifier: Apache-2.0
/** Carries PAYMENT-TRX-AGGR into the customer service's PostgreSQL, exactly once. */
@NullMarked
package io.lastfive.customersink;

import org.jspecify.annotations.NullMarked;
