// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.Arithmetic;
import io.lastfive.ksqlengine.ast.Expression.ArrayConstructor;
import io.lastfive.ksqlengine.ast.Expression.Between;
import io.lastfive.ksqlengine.ast.Expression.Cast;
import io.lastfive.ksqlengine.ast.Expression.ColumnReference;
import io.lastfive.ksqlengine.ast.Expression.Comparison;
import io.lastfive.ksqlengine.ast.Expression.Dereference;
import io.lastfive.ksqlengine.ast.Expression.FunctionCall;
import io.lastfive.ksqlengine.ast.Expression.In;
import io.lastfive.ksqlengine.ast.Expression.IntervalUnit;
import io.lastfive.ksqlengine.ast.Expression.IsNull;
import io.lastfive.ksqlengine.ast.Expression.Lambda;
import io.lastfive.ksqlengine.ast.Expression.LambdaVariable;
import io.lastfive.ksqlengine.ast.Expression.Like;
import io.lastfive.ksqlengine.ast.Expression.Literal;
import io.lastfive.ksqlengine.ast.Expression.Logical;
import io.lastfive.ksqlengine.ast.Expression.MapConstructor;
import io.lastfive.ksqlengine.ast.Expression.MapEntry;
import io.lastfive.ksqlengine.ast.Expression.Not;
import io.lastfive.ksqlengine.ast.Expression.SearchedCase;
import io.lastfive.ksqlengine.ast.Expression.Sign;
import io.lastfive.ksqlengine.ast.Expression.SimpleCase;
import io.lastfive.ksqlengine.ast.Expression.StructConstructor;
import io.lastfive.ksqlengine.ast.Expression.StructField;
import io.lastfive.ksqlengine.ast.Expression.Subscript;
import io.lastfive.ksqlengine.ast.Expression.When;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Replaces parts of an expression from the outside in: where {@code replacement} answers, its
 * answer stands and nothing below it is looked at; elsewhere the node stays and its parts are
 * rewritten.
 */
final class ExpressionRewriter implements Expression.Visitor<Expression> {
  private final Function<Expression, Optional<Expression>> replacement;

  private ExpressionRewriter(Function<Expression, Optional<Expression>> replacement) {
    this.replacement = replacement;
  }

  static Expression rewrite(
      Expression expression, Function<Expression, Optional<Expression>> replacement) {
    return new ExpressionRewriter(replacement).rewrite(expression);
  }

  private Expression rewrite(Expression node) {
    return replacement.apply(node).orElseGet(() -> node.accept(this));
  }

  private List<Expression> rewrite(List<Expression> nodes) {
    return nodes.stream().map(this::rewrite).toList();
  }

  private List<When> rewriteWhens(List<When> whens) {
    return whens.stream()
        .map(when -> new When(rewrite(when.condition()), rewrite(when.result())))
        .toList();
  }

  @Override
  public Expression literal(Literal node) {
    return node;
  }

  @Override
  public Expression columnReference(ColumnReference node) {
    return node;
  }

  @Override
  public Expression dereference(Dereference node) {
    return new Dereference(rewrite(node.base()), node.field(), node.position());
  }

  @Override
  public Expression subscript(Subscript node) {
    return new Subscript(rewrite(node.base()), rewrite(node.index()), node.position());
  }

  @Override
  public Expression functionCall(FunctionCall node) {
    return new FunctionCall(node.name(), rewrite(node.arguments()), node.position());
  }

  @Override
  public Expression lambda(Lambda node) {
    return new Lambda(node.parameters(), rewrite(node.body()), node.position());
  }

  @Override
  public Expression lambdaVariable(LambdaVariable node) {
    return node;
  }

  @Override
  public Expression intervalUnit(IntervalUnit node) {
    return node;
  }

  @Override
  public Expression arithmetic(Arithmetic node) {
    return new Arithmetic(
        node.operator(), rewrite(node.left()), rewrite(node.right()), node.position());
  }

  @Override
  public Expression sign(Sign node) {
    return new Sign(node.negative(), rewrite(node.value()), node.position());
  }

  @Override
  public Expression comparison(Comparison node) {
    return new Comparison(
        node.operator(), rewrite(node.left()), rewrite(node.right()), node.position());
  }

  @Override
  public Expression logical(Logical node) {
    return new Logical(
        node.operator(), rewrite(node.left()), rewrite(node.right()), node.position());
  }

  @Override
  public Expression not(Not node) {
    return new Not(rewrite(node.value()), node.position());
  }

  @Override
  public Expression isNull(IsNull node) {
    return new IsNull(rewrite(node.value()), node.negated(), node.position());
  }

  @Override
  public Expression in(In node) {
    return new In(rewrite(node.value()), rewrite(node.options()), node.position());
  }

  @Override
  public Expression between(Between node) {
    return new Between(
        rewrite(node.value()), rewrite(node.min()), rewrite(node.max()), node.position());
  }

  @Override
  public Expression like(Like node) {
    return new Like(rewrite(node.value()), rewrite(node.pattern()), node.escape(), node.position());
  }

  @Override
  public Expression cast(Cast node) {
    return new Cast(rewrite(node.value()), node.type(), node.position());
  }

  @Override
  public Expression searchedCase(SearchedCase node) {
    return new SearchedCase(
        rewriteWhens(node.whens()), node.otherwise().map(this::rewrite), node.position());
  }

  @Override
  public Expression simpleCase(SimpleCase node) {
    return new SimpleCase(
        rewrite(node.operand()),
        rewriteWhens(node.whens()),
        node.otherwise().map(this::rewrite),
        node.position());
  }

  @Override
  public Expression structConstructor(StructConstructor node) {
    return new StructConstructor(
        node.fields().stream()
            .map(field -> new StructField(field.name(), rewrite(field.value())))
            .toList(),
        node.position());
  }

  @Override
  public Expression arrayConstructor(ArrayConstructor node) {
    return new ArrayConstructor(rewrite(node.items()), node.position());
  }

  @Override
  public Expression mapConstructor(MapConstructor node) {
    return new MapConstructor(
        node.entries().stream()
            .map(entry -> new MapEntry(rewrite(entry.key()), rewrite(entry.value())))
            .toList(),
        node.position());
  }
}
