// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.ColumnReference;
import io.lastfive.ksqlengine.ast.Expression.FunctionCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Questions about the parts of an expression. */
final class Expressions {
  private Expressions() {}

  /** The outermost parts that match, in the order they stand. */
  static List<Expression> find(Expression expression, Predicate<Expression> wanted) {
    List<Expression> found = new ArrayList<>();
    ExpressionRewriter.rewrite(
        expression,
        node -> {
          if (wanted.test(node)) {
            found.add(node);
            return Optional.of(node);
          }
          return Optional.empty();
        });
    return found;
  }

  static List<ColumnReference> columns(Expression expression) {
    return find(expression, ColumnReference.class::isInstance).stream()
        .map(ColumnReference.class::cast)
        .toList();
  }

  static List<FunctionCall> calls(Expression expression, Predicate<FunctionCall> wanted) {
    return find(expression, node -> node instanceof FunctionCall call && wanted.test(call)).stream()
        .map(FunctionCall.class::cast)
        .toList();
  }

  /** The expression with the names of sources before columns left out, as messages show it. */
  static Expression withoutSources(Expression expression) {
    return ExpressionRewriter.rewrite(
        expression,
        node ->
            node instanceof ColumnReference column
                ? Optional.of(
                    new ColumnReference(Optional.empty(), column.name(), column.position()))
                : Optional.empty());
  }
}
