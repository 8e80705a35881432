// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.Between;
import io.lastfive.ksqlengine.ast.Expression.ColumnReference;
import io.lastfive.ksqlengine.ast.Expression.Comparison;
import io.lastfive.ksqlengine.ast.Expression.ComparisonOperator;
import io.lastfive.ksqlengine.ast.Expression.In;
import io.lastfive.ksqlengine.ast.Expression.IsNull;
import io.lastfive.ksqlengine.ast.Expression.Like;
import io.lastfive.ksqlengine.ast.Expression.Literal;
import io.lastfive.ksqlengine.ast.Expression.Logical;
import io.lastfive.ksqlengine.ast.Expression.LogicalOperator;
import io.lastfive.ksqlengine.ast.Expression.Not;
import io.lastfive.ksqlengine.ast.Expression.SearchedCase;
import io.lastfive.ksqlengine.ast.Expression.When;
import io.lastfive.ksqlengine.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Compiles what is true or false, and CASE, which chooses by that. */
final class ConditionCompiler {

  /** The expressions that conditions are made of, compiled where the conditions stand. */
  interface Parts {
    TypedExpression compile(Expression expression);

    /** The expression's value as one of the type. */
    Evaluator as(Expression expression, SqlType type);
  }

  private final Parts parts;
  private final Scope scope;
  private final CommonType commonType;
  private final Function<Expression, String> format;

  ConditionCompiler(
      Parts parts, Scope scope, CommonType commonType, Function<Expression, String> format) {
    this.parts = parts;
    this.scope = scope;
    this.commonType = commonType;
    this.format = format;
  }

  private TypedExpression compile(Expression expression) {
    return parts.compile(expression);
  }

  TypedExpression comparison(Comparison node) {
    return compare(node.operator(), node.left(), node.right());
  }

  private TypedExpression compare(
      ComparisonOperator operator, Expression leftNode, Expression rightNode) {
    TypedExpression left = compile(leftNode);
    TypedExpression right = compile(rightNode);
    if (left.type().isEmpty() || right.type().isEmpty()) {
      throw new KsqlException(
          "Comparison with NULL not supported: "
              + baseName(left)
              + " "
              + operator.symbol()
              + " "
              + baseName(right)
              + "\nUse 'IS NULL' or 'IS NOT NULL' instead.");
    }
    if (isPseudoTime(leftNode) && right.type().filter(t -> t == SqlType.STRING).isPresent()) {
      right = textAsMillis(right);
    } else if (isPseudoTime(rightNode)
        && left.type().filter(t -> t == SqlType.STRING).isPresent()) {
      left = textAsMillis(left);
    }
    return TypedExpression.of(
        SqlType.BOOLEAN,
        Comparisons.prepare(operator, left, right)
            .orElseThrow(cannotCompare(operator, leftNode, left, rightNode, right)));
  }

  private static String baseName(TypedExpression expression) {
    return expression.type().map(SqlType::baseName).orElse("NULL");
  }

  private Supplier<KsqlException> cannotCompare(
      ComparisonOperator operator,
      Expression leftNode,
      TypedExpression left,
      Expression rightNode,
      TypedExpression right) {
    return () ->
        new KsqlException(
            "Cannot compare "
                + format.apply(leftNode)
                + " ("
                + left.type().map(t -> t.toSql(true)).orElse("null")
                + ") to "
                + format.apply(rightNode)
                + " ("
                + right.type().map(t -> t.toSql(true)).orElse("null")
                + ") with "
                + operator.name()
                + ".\nStatement: "
                + format.apply(new Comparison(operator, leftNode, rightNode, leftNode.position())));
  }

  /** ROWTIME and window bounds are numbers that may be compared to a time as text. */
  private boolean isPseudoTime(Expression node) {
    if (!(node instanceof ColumnReference reference)) {
      return false;
    }
    Slot slot = scope.resolve(reference);
    return slot == Slot.Pseudo.ROWTIME
        || slot == Slot.Pseudo.WINDOWSTART
        || slot == Slot.Pseudo.WINDOWEND;
  }

  private TypedExpression textAsMillis(TypedExpression text) {
    Evaluator evaluator = text.evaluator();
    return TypedExpression.of(
        SqlType.BIGINT,
        row -> {
          Object value = evaluator.evaluate(row);
          return value == null ? null : TemporalText.timestamp((String) value).toEpochMilli();
        });
  }

  TypedExpression between(Between node) {
    Evaluator low =
        compare(ComparisonOperator.GREATER_THAN_OR_EQUAL, node.value(), node.min()).evaluator();
    Evaluator high =
        compare(ComparisonOperator.LESS_THAN_OR_EQUAL, node.value(), node.max()).evaluator();
    return TypedExpression.of(
        SqlType.BOOLEAN, row -> isTrue(low.evaluate(row)) && isTrue(high.evaluate(row)));
  }

  TypedExpression logical(Logical node) {
    Evaluator left = condition(node.left());
    Evaluator right = condition(node.right());
    boolean decisive = node.operator() == LogicalOperator.OR;
    return TypedExpression.of(
        SqlType.BOOLEAN,
        row -> {
          Object first = left.evaluate(row);
          return first == null || (Boolean) first == decisive ? first : right.evaluate(row);
        });
  }

  TypedExpression not(Not node) {
    Evaluator value = condition(node.value());
    return TypedExpression.of(
        SqlType.BOOLEAN,
        row -> {
          Object truth = value.evaluate(row);
          return truth == null ? null : !(Boolean) truth;
        });
  }

  private Evaluator condition(Expression node) {
    TypedExpression value = compile(node);
    if (value.type().filter(type -> type != SqlType.BOOLEAN).isPresent()) {
      throw new KsqlException(
          "Expression '"
              + format.apply(node)
              + "' should return type BOOLEAN, but returns "
              + value.type().get().toSql(true));
    }
    return value.evaluator();
  }

  TypedExpression isNull(IsNull node) {
    Evaluator value = compile(node.value()).evaluator();
    boolean negated = node.negated();
    return TypedExpression.of(SqlType.BOOLEAN, row -> (value.evaluate(row) == null) != negated);
  }

  TypedExpression in(In node) {
    List<Expression> all = new ArrayList<>();
    all.add(node.value());
    all.addAll(node.options());
    try {
      Optional<SqlType> type = commonType.of(all);
      if (type.isEmpty()) {
        return TypedExpression.of(SqlType.BOOLEAN, row -> false);
      }
      Evaluator value = parts.as(node.value(), type.get());
      Evaluator[] options = new Evaluator[node.options().size()];
      for (int i = 0; i < options.length; i++) {
        options[i] = parts.as(node.options().get(i), type.get());
      }
      return TypedExpression.of(SqlType.BOOLEAN, row -> isOneOf(value.evaluate(row), options, row));
    } catch (KsqlException e) {
      throw new KsqlException("Invalid Predicate: " + e.getMessage(), e);
    }
  }

  TypedExpression like(Like node) {
    TypedExpression value = compile(node.value());
    TypedExpression pattern = compile(node.pattern());
    if (isNoText(value) || isNoText(pattern)) {
      throw new KsqlException("Like condition must be between strings");
    }
    Evaluator text = value.evaluator();
    if (node.pattern() instanceof Literal literal && literal.value() instanceof String constant) {
      LikePattern compiled = LikePattern.of(constant, node.escape());
      return TypedExpression.of(
          SqlType.BOOLEAN, row -> text.evaluate(row) instanceof String s && compiled.matches(s));
    }
    Evaluator patternText = pattern.evaluator();
    Optional<Character> escape = node.escape();
    return TypedExpression.of(
        SqlType.BOOLEAN,
        row ->
            text.evaluate(row) instanceof String s
                && patternText.evaluate(row) instanceof String p
                && LikePattern.of(p, escape).matches(s));
  }

  private static boolean isNoText(TypedExpression expression) {
    return expression.type().filter(type -> type != SqlType.STRING).isPresent();
  }

  TypedExpression searchedCase(SearchedCase node) {
    List<Evaluator> conditions = new ArrayList<>();
    List<Evaluator> results = new ArrayList<>();
    SqlType type = null;
    for (When when : node.whens()) {
      TypedExpression condition = compile(when.condition());
      if (condition.type().filter(t -> t == SqlType.BOOLEAN).isEmpty()) {
        throw new KsqlException(
            "WHEN operand type should be boolean.\nType for '"
                + format.apply(when.condition())
                + "' is "
                + condition.type().map(t -> t.toSql(true)).orElse("null"));
      }
      TypedExpression result = compile(when.result());
      SqlType resultType = result.type().orElse(null);
      if (type != null && resultType != null && !type.equals(resultType)) {
        throw new KsqlException(
            "Invalid Case expression. Type for all 'THEN' clauses should be the same.\nTHEN expression '"
                + format.apply(when.result())
                + "' has type: "
                + resultType.toSql(true)
                + ".\nPrevious THEN expression(s) type: "
                + type.toSql(true)
                + ".");
      }
      type = type == null ? resultType : type;
      conditions.add(condition.evaluator());
      results.add(result.evaluator());
    }
    Evaluator otherwise = row -> null;
    if (node.otherwise().isPresent()) {
      TypedExpression last = compile(node.otherwise().get());
      SqlType lastType = last.type().orElse(null);
      if (type != null && lastType != null && !type.equals(lastType)) {
        throw new KsqlException(
            "Invalid Case expression. Type for the default clause should be the same as for 'THEN' clauses.\nTHEN type: "
                + type.toSql(true)
                + ".\nDEFAULT type: "
                + lastType.toSql(true)
                + ".");
      }
      type = type == null ? lastType : type;
      otherwise = last.evaluator();
    }
    if (type == null) {
      throw new KsqlException("Invalid Case expression. All case branches have a NULL type");
    }
    return TypedExpression.of(
        type,
        firstTrue(
            conditions.toArray(Evaluator[]::new), results.toArray(Evaluator[]::new), otherwise));
  }

  private static Evaluator firstTrue(Evaluator[] conditions, Evaluator[] results, Evaluator last) {
    return row -> {
      for (int i = 0; i < conditions.length; i++) {
        if (isTrue(conditions[i].evaluate(row))) {
          return results[i].evaluate(row);
        }
      }
      return last.evaluate(row);
    };
  }

  private static boolean isTrue(@Nullable Object value) {
    return Boolean.TRUE.equals(value);
  }

  private static boolean isOneOf(@Nullable Object value, Evaluator[] options, RowContext row) {
    if (value == null) {
      return false;
    }
    for (Evaluator option : options) {
      if (value.equals(option.evaluate(row))) {
        return true;
      }
    }
    return false;
  }
}
