// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

/** A case did not come out as it should; the outcome says how. */
final class CaseFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient CaseOutcome outcome;

  CaseFailure(CaseOutcome outcome) {
    super(outcome.reason());
    this.outcome = outcome;
  }

  CaseOutcome outcome() {
    return outcome;
  }
}
