// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a statement does to the server, read from its first words: enough to look later whether it
 * was done. The statement itself is the server's to judge.
 *
 * @param name of the stream, table, type, connector or query, as the server lists it; {@code ALL}
 *     of TERMINATE, PAUSE and RESUME
 * @param makesQuery whether it starts a persistent query
 * @param queryId the id that the script gives its query
 * @param columns of ALTER, those it adds
 */
record StatementEffect(
    Kind kind, String name, boolean makesQuery, Optional<String> queryId, List<String> columns) {

  enum Kind {
    CREATE_STREAM,
    CREATE_TABLE,
    INSERT_QUERY,
    INSERT_VALUES,
    DROP_STREAM,
    DROP_TABLE,
    ALTER,
    CREATE_TYPE,
    DROP_TYPE,
    CREATE_CONNECTOR,
    DROP_CONNECTOR,
    TERMINATE,
    PAUSE,
    RESUME,
    ASSERT,
    /** Nothing that is known here; the server will say. */
    OTHER;

    boolean createsSource() {
      return this == CREATE_STREAM || this == CREATE_TABLE;
    }

    boolean dropsSource() {
      return this == DROP_STREAM || this == DROP_TABLE;
    }
  }

  static final String ALL = "ALL";

  /** What it does, in a few words. */
  String description() {
    String query =
        makesQuery ? " and starts " + queryId.map(id -> "query " + id).orElse("its query") : "";
    return switch (kind) {
      case CREATE_STREAM -> "makes stream " + name + query;
      case CREATE_TABLE -> "makes table " + name + query;
      case INSERT_QUERY ->
          "starts " + queryId.map(id -> "query " + id).orElse("a query") + " into " + name;
      case INSERT_VALUES -> "writes a row to " + name;
      case DROP_STREAM -> "drops stream " + name;
      case DROP_TABLE -> "drops table " + name;
      case ALTER -> "adds " + String.join(", ", columns) + " to " + name;
      case CREATE_TYPE -> "makes type " + name;
      case DROP_TYPE -> "drops type " + name;
      case CREATE_CONNECTOR -> "makes connector " + name;
      case DROP_CONNECTOR -> "drops connector " + name;
      case TERMINATE -> "ends " + queries();
      case PAUSE -> "pauses " + queries();
      case RESUME -> "lets go on " + queries();
      case ASSERT -> "checks, and changes nothing";
      case OTHER -> "is passed to the server";
    };
  }

  private String queries() {
    return name.equals(ALL) ? "every query" : "query " + name;
  }

  static StatementEffect of(String sql) {
    Deque<SqlToken> tokens = new ArrayDeque<>(SqlToken.meaningful(sql));
    String verb = next(tokens);
    return switch (verb) {
      case "CREATE" -> create(tokens);
      case "INSERT" -> insert(tokens);
      case "DROP" -> drop(tokens);
      case "ALTER" -> alter(tokens);
      case "TERMINATE", "PAUSE", "RESUME" -> {
        skip(tokens, "QUERY");
        yield named(Kind.valueOf(verb), name(tokens));
      }
      case "ASSERT" -> named(Kind.ASSERT, "");
      default -> named(Kind.OTHER, "");
    };
  }

  private static StatementEffect create(Deque<SqlToken> tokens) {
    skip(tokens, "OR", "REPLACE");
    boolean source = skip(tokens, "SOURCE");
    boolean connector = skip(tokens, "SINK") || source;
    String what = next(tokens);
    skip(tokens, "IF", "NOT", "EXISTS");
    String name = name(tokens);
    return switch (what) {
      case "STREAM", "TABLE" ->
          new StatementEffect(
              what.equals("STREAM") ? Kind.CREATE_STREAM : Kind.CREATE_TABLE,
              name,
              selects(tokens),
              queryId(tokens),
              List.of());
      case "TYPE" -> named(Kind.CREATE_TYPE, name);
      case "CONNECTOR" -> named(connector ? Kind.CREATE_CONNECTOR : Kind.OTHER, name);
      default -> named(Kind.OTHER, name);
    };
  }

  private static StatementEffect insert(Deque<SqlToken> tokens) {
    skip(tokens, "INTO");
    String name = name(tokens);
    boolean selects = selects(tokens);
    return new StatementEffect(
        selects ? Kind.INSERT_QUERY : Kind.INSERT_VALUES,
        name,
        selects,
        selects ? queryId(tokens) : Optional.empty(),
        List.of());
  }

  private static StatementEffect drop(Deque<SqlToken> tokens) {
    String what = next(tokens);
    skip(tokens, "IF", "EXISTS");
    String name = name(tokens);
    return switch (what) {
      case "STREAM" -> named(Kind.DROP_STREAM, name);
      case "TABLE" -> named(Kind.DROP_TABLE, name);
      case "TYPE" -> named(Kind.DROP_TYPE, name);
      case "CONNECTOR" -> named(Kind.DROP_CONNECTOR, name);
      default -> named(Kind.OTHER, name);
    };
  }

  private static StatementEffect alter(Deque<SqlToken> tokens) {
    next(tokens);
    String name = name(tokens);
    List<String> columns = new ArrayList<>();
    while (!tokens.isEmpty()) {
      if (tokens.removeFirst().is("ADD")) {
        skip(tokens, "COLUMN");
        columns.add(name(tokens));
      }
    }
    return new StatementEffect(Kind.ALTER, name, false, Optional.empty(), List.copyOf(columns));
  }

  /** Whether what is left holds SELECT, as a word of its own. */
  private static boolean selects(Deque<SqlToken> tokens) {
    return tokens.stream().anyMatch(token -> token.is("SELECT"));
  }

  /** Of {@code WITH (..., QUERY_ID = 'X', ...)}; the server turns it to upper case. */
  private static Optional<String> queryId(Deque<SqlToken> tokens) {
    List<SqlToken> list = List.copyOf(tokens);
    for (int i = 0; i + 2 < list.size() && !list.get(i).is("SELECT"); i++) {
      if (list.get(i).is("QUERY_ID") && list.get(i + 2).kind() == SqlToken.Kind.STRING) {
        return Optional.of(list.get(i + 2).unquoted().toUpperCase(Locale.ROOT));
      }
    }
    return Optional.empty();
  }

  private static StatementEffect named(Kind kind, String name) {
    return new StatementEffect(kind, name, false, Optional.empty(), List.of());
  }

  private static String next(Deque<SqlToken> tokens) {
    return tokens.isEmpty() ? "" : tokens.removeFirst().text().toUpperCase(Locale.ROOT);
  }

  private static String name(Deque<SqlToken> tokens) {
    return tokens.isEmpty() ? "" : tokens.removeFirst().name();
  }

  /** Takes these words away, if they all are next. */
  private static boolean skip(Deque<SqlToken> tokens, String... words) {
    List<SqlToken> list = List.copyOf(tokens);
    for (int i = 0; i < words.length; i++) {
      if (i >= list.size() || !list.get(i).is(words[i])) {
        return false;
      }
    }
    for (int i = 0; i < words.length; i++) {
      tokens.removeFirst();
    }
    return true;
  }
}
