// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqltest.driver.ScriptDriver;

/** One test of scripts, read and not yet run. */
sealed interface ScriptTest permits JsonCase, SqlTest {
  /** The file or folder that it is in, as it was named. */
  String file();

  String name();

  /**
   * Runs it.
   *
   * @param driver a new one
   * @throws TestFailure what was expected and what came out
   * @throws KsqlException a statement was refused
   */
  void run(ScriptDriver driver);
}
