// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

/**
 * A condition that rows must meet: the evaluator answers Boolean or null, and null is not met.
 *
 * @param text the condition as SQL, for messages and plans
 */
public record AnalysedFilter(Evaluator condition, String text) {}
