// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqltest.script;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.KsqlStatementException;
import io.lastfive.ksqlengine.parser.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The classes that {@code --@expected.error} names in ksqlDB's tests, and what they are here. */
final class ExpectedErrors {
  private static final Map<String, Predicate<Throwable>> BY_NAME = byName();

  private ExpectedErrors() {}

  private static Map<String, Predicate<Throwable>> byName() {
    Map<String, Predicate<Throwable>> byName = new LinkedHashMap<>();
    byName.put("io.confluent.ksql.util.KsqlException", KsqlException.class::isInstance);
    // A refusal that names its statement there need not be told apart here.
    byName.put(
        "io.confluent.ksql.util.KsqlStatementException",
        error -> error instanceof KsqlException && !(error instanceof ParseException));
    byName.put(
        "io.confluent.ksql.parser.exception.ParseFailedException",
        error ->
            error instanceof ParseException
                || (error instanceof KsqlException && !(error instanceof KsqlStatementException)));
    byName.put("java.lang.AssertionError", TestFailure.class::isInstance);
    byName.put("java.lang.Throwable", error -> true);
    byName.put("java.lang.Exception", error -> true);
    byName.put("java.lang.RuntimeException", KsqlException.class::isInstance);
    return byName;
  }

  static boolean isKnown(String name) {
    return BY_NAME.containsKey(name);
  }

  static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  static boolean isOne(String name, Throwable error) {
    return BY_NAME.getOrDefault(name, other -> false).test(error);
  }
}
