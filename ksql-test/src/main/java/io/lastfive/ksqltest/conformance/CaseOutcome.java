// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.conformance;

/** How a case ended, and why where it did not pass. */
record CaseOutcome(Verdict verdict, String reason) {
  static final CaseOutcome PASSED = new CaseOutcome(Verdict.PASSED, "");

  enum Verdict {
    PASSED,
    FAILED,
    /** Accepted, and then a row was not the expected one: a kind of failure. */
    WRONG_ROWS,
    /** Refused as something that this engine leaves out. */
    UNSUPPORTED
  }

  static CaseOutcome failed(String reason) {
    return new CaseOutcome(Verdict.FAILED, reason);
  }

  static CaseOutcome wrongRows(String reason) {
    return new CaseOutcome(Verdict.WRONG_ROWS, reason);
  }

  static CaseOutcome unsupported(String reason) {
    return new CaseOutcome(Verdict.UNSUPPORTED, reason);
  }
}
