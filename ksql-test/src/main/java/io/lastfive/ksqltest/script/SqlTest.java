// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Statement;
import io.lastfive.ksqlengine.ast.Statement.RunScript;
import io.lastfive.ksqlengine.parser.StatementText;
import io.lastfive.ksqltest.driver.ScriptDriver;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A test in run-ksql-test's format: statements, rows and assertions one after the other, until one
 * does not hold or an error is thrown. {@code RUN SCRIPT} is an addition: it brings in a file, or a
 * folder of migrations, named from where the test is.
 *
 * @param statements with their lines in the file
 * @param error the class that must be thrown
 * @param message what its message must hold
 */
record SqlTest(
    String file,
    String name,
    List<StatementText> statements,
    Optional<String> error,
    Optional<String> message)
    implements ScriptTest {

  SqlTest {
    statements = List.copyOf(statements);
  }

  @Override
  public void run(ScriptDriver driver) {
    SqlAssertions assertions = new SqlAssertions(driver);
    for (StatementText text : statements) {
      try {
        run(text, driver, assertions);
      } catch (KsqlException | TestFailure thrown) {
        end(text, thrown);
        return;
      }
    }
    if (error.isPresent() || message.isPresent()) {
      throw new TestFailure(
          "%s: every statement was accepted, expected %s".formatted(file, expectation()));
    }
  }

  private void run(StatementText text, ScriptDriver driver, SqlAssertions assertions) {
    Statement statement = driver.parseTest(text);
    if (statement instanceof RunScript script) {
      Path beside = Path.of(file).resolveSibling(script.file());
      Scripts.run(beside, driver);
    } else if (!assertions.check(statement)) {
      driver.execute(statement);
    }
  }

  private void end(StatementText text, RuntimeException thrown) {
    boolean expected = error.isPresent() || message.isPresent();
    String said = String.valueOf(thrown.getMessage());
    if (!expected) {
      throw thrown instanceof KsqlException refused
          ? Scripts.refused(file, text, refused)
          : failed(text, said, thrown);
    }
    boolean asExpected =
        error.map(name -> ExpectedErrors.isOne(name, thrown)).orElse(true)
            && message.map(said::contains).orElse(true);
    if (!asExpected) {
      throw failed(text, "expected %s\ngot      %s".formatted(expectation(), said), thrown);
    }
  }

  private TestFailure failed(StatementText text, String problem, Throwable cause) {
    return new TestFailure(
        "%s:%d: %s\n%s".formatted(file, text.line(), Scripts.firstLine(text), problem), cause);
  }

  private String expectation() {
    return error.orElse("an error")
        + message.map(part -> " with '" + part + "' in its message").orElse("");
  }
}
