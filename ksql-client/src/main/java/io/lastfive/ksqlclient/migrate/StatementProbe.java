// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.KsqlServerException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks what the server would say to statements, without changing anything. ksqlDB tries every
 * statement of a request in a sandbox before it carries out the first; so a request whose last
 * statement cannot succeed, for it drops a stream that is not there, says what the others are worth
 * and changes nothing.
 */
final class StatementProbe {
  private static final Pattern POSITION =
      Pattern.compile("Line: (\\d+), Col: (\\d+)|line (\\d+):(\\d+)");

  private final KsqlClient client;

  StatementProbe(KsqlClient client) {
    this.client = client;
  }

  /**
   * @param message positions in it count from the statement's beginning
   */
  record Refusal(int index, String message, KsqlServerException cause) {}

  /** The first statement that would be refused if they were run now, one after another. */
  Optional<Refusal> firstRefusal(List<ScriptStatement> statements) {
    Optional<KsqlServerException> refusal = refusal(request(statements));
    if (refusal.isEmpty()) {
      return Optional.empty();
    }
    // What holds for a number of statements holds for fewer: the first refused is searched by
    // halves.
    int good = 0;
    int bad = statements.size();
    KsqlServerException cause = refusal.get();
    while (bad - good > 1) {
      int middle = (good + bad) / 2;
      Optional<KsqlServerException> half = refusal(request(statements.subList(0, middle)));
      if (half.isPresent()) {
        bad = middle;
        cause = half.get();
      } else {
        good = middle;
      }
    }
    String before = request(statements.subList(0, bad - 1));
    return Optional.of(new Refusal(bad - 1, relative(cause, before), cause));
  }

  /** What the server says to one statement; empty: it would run it. */
  Optional<KsqlServerException> refusal(String sql) {
    String missing =
        "LASTFIVE_PROBE_" + UUID.randomUUID().toString().replace("-", "").toUpperCase(Locale.ROOT);
    try {
      client.execute(sql + "\nDROP STREAM " + missing + ";", Map.of(), Map.of());
    } catch (KsqlServerException e) {
      boolean onlyTheLast = String.valueOf(e.getMessage()).contains(missing);
      return onlyTheLast ? Optional.empty() : Optional.of(e);
    }
    throw new IllegalStateException("a stream that is not there was dropped: " + missing);
  }

  /** The statements with the properties that each has. */
  private static String request(List<ScriptStatement> statements) {
    StringBuilder request = new StringBuilder();
    Map<String, String> properties = new LinkedHashMap<>();
    for (ScriptStatement statement : statements) {
      Map<String, String> wanted = statement.properties();
      properties.keySet().stream()
          .filter(name -> !wanted.containsKey(name))
          .forEach(name -> request.append("UNSET '").append(name).append("';\n"));
      wanted.forEach(
          (name, value) -> {
            if (!value.equals(properties.get(name))) {
              request
                  .append("SET '")
                  .append(name)
                  .append("'='")
                  .append(value.replace("'", "''"))
                  .append("';\n");
            }
          });
      properties.clear();
      properties.putAll(wanted);
      request.append(statement.text()).append('\n');
    }
    return request.toString();
  }

  /** The message with the line counted from the last statement, which begins a line. */
  private static String relative(KsqlServerException refusal, String before) {
    String message = String.valueOf(refusal.getMessage());
    Matcher position = POSITION.matcher(message);
    if (!position.find()) {
      return message;
    }
    int lines = (int) before.chars().filter(c -> c == '\n').count();
    boolean analysis = position.group(1) != null;
    int line = Integer.parseInt(position.group(analysis ? 1 : 3)) - lines;
    String column = position.group(analysis ? 2 : 4);
    if (line < 1) {
      return message;
    }
    String moved = analysis ? "Line: " + line + ", Col: " + column : "line " + line + ":" + column;
    return message.substring(0, position.start()) + moved + message.substring(position.end());
  }
}
