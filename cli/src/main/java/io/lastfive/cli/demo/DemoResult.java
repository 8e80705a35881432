// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.demo;

import java.util.List;
import java.util.Map;

/**
 * What a demo run came to, as its JSON has it.
 *
 * @param readyMillis from the start of the stack to its last part being up
 * @param sent records on both source topics, second sendings and imported payments included
 * @param customers with payments that passed
 * @param mismatches customers whose last five are not as computed independently
 * @param latencyMillis from sending to being visible in the database: p50, p95, p99
 * @param stages records or rows at each stage of the flow, in its order
 */
record DemoResult(
    long readyMillis,
    long sent,
    long customers,
    long mismatches,
    Map<String, Double> latencyMillis,
    Map<String, Long> stages,
    List<String> mismatchingCustomers,
    String exampleCustomer) {}
