// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Query;
import io.lastfive.ksqlengine.ast.Query.Relation;
import io.lastfive.ksqlengine.ast.Query.SelectItem;
import io.lastfive.ksqlengine.ast.Query.Window;
import io.lastfive.ksqlengine.ast.Query.Within;
import io.lastfive.ksqlengine.ast.WindowDuration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** SELECTs as ksqlDB prints them: one clause a line, several columns one a line. */
final class QueryFormatter {

  private QueryFormatter() {}

  static String format(Query query) {
    StringBuilder text = new StringBuilder("SELECT");
    text.append(query.select().size() == 1 ? " " : "\n  ");
    text.append(
        query.select().stream().map(QueryFormatter::item).collect(Collectors.joining(",\n  ")));
    text.append("\nFROM ").append(relation(query.from()));
    query.window().ifPresent(window -> text.append("\nWINDOW ").append(window(window)));
    query.where().ifPresent(where -> clause(text, "WHERE", List.of(where)));
    clause(text, "GROUP BY", query.groupBy());
    clause(text, "PARTITION BY", query.partitionBy());
    query.having().ifPresent(having -> clause(text, "HAVING", List.of(having)));
    query.emit().ifPresent(emit -> text.append("\nEMIT ").append(emit));
    query.limit().ifPresent(limit -> text.append("\nLIMIT ").append(limit));
    return text.toString();
  }

  private static void clause(StringBuilder text, String words, List<Expression> expressions) {
    if (!expressions.isEmpty()) {
      text.append("\n").append(words).append(" ");
      text.append(
          expressions.stream().map(ExpressionFormatter::format).collect(Collectors.joining(", ")));
    }
  }

  private static String item(SelectItem item) {
    if (item instanceof SelectItem.AllColumns all) {
      return all.source().map(source -> Identifiers.format(source) + ".").orElse("") + "*";
    }
    if (item instanceof SelectItem.StructAll all) {
      return ExpressionFormatter.format(all.struct()) + "->*";
    }
    if (item instanceof SelectItem.SingleColumn single) {
      return ExpressionFormatter.format(single.expression())
          + single.alias().map(alias -> " " + Identifiers.format(alias)).orElse("");
    }
    throw new IllegalStateException("Unknown select item: " + item.getClass());
  }

  private static String relation(Relation relation) {
    if (relation instanceof Relation.Source source) {
      return Identifiers.format(source.name()) + " " + Identifiers.format(source.alias());
    }
    if (relation instanceof Relation.Join join) {
      return relation(join.left())
          + "\n"
          + (join.type() == Query.JoinType.INNER
              ? "INNER"
              : join.type() == Query.JoinType.OUTER ? "FULL OUTER" : join.type() + " OUTER")
          + " JOIN "
          + relation(join.right())
          + join.within().map(QueryFormatter::within).orElse("")
          + " ON ("
          + ExpressionFormatter.format(join.on())
          + ")";
    }
    throw new IllegalStateException("Unknown relation: " + relation.getClass());
  }

  private static String within(Within within) {
    String length =
        within.before().equals(within.after())
            ? duration(within.before())
            : "(" + duration(within.before()) + ", " + duration(within.after()) + ")";
    return " WITHIN "
        + length
        + within.grace().map(grace -> " GRACE PERIOD " + duration(grace)).orElse("");
  }

  /** The blank after the parenthesis is ksqlDB's. */
  private static String window(Window window) {
    String bounds =
        optional(" , RETENTION ", window.retention())
            + optional(" , GRACE PERIOD ", window.grace())
            + " ) ";
    if (window instanceof Window.Tumbling tumbling) {
      return "TUMBLING ( SIZE " + duration(tumbling.size()) + bounds;
    }
    if (window instanceof Window.Hopping hopping) {
      return "HOPPING ( SIZE "
          + duration(hopping.size())
          + " , ADVANCE BY "
          + duration(hopping.advance())
          + bounds;
    }
    if (window instanceof Window.Session session) {
      return "SESSION ( " + duration(session.gap()) + bounds;
    }
    throw new IllegalStateException("Unknown window: " + window.getClass());
  }

  private static String optional(String words, Optional<WindowDuration> duration) {
    return duration.map(d -> words + duration(d)).orElse("");
  }

  static String duration(WindowDuration duration) {
    return duration.value() + " " + duration.unit();
  }
}
