// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.ast;

import io.lastfive.ksqlengine.types.SqlType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A scalar expression as written. Identifiers are already in their stored case (upper unless
 * quoted). Equality ignores positions.
 */
public sealed interface Expression {

  SourcePosition position();

  <R> R accept(Visitor<R> visitor);

  /** One method a node and none by default: a new node fails to compile everywhere it matters. */
  interface Visitor<R> {
    R literal(Literal node);

    R columnReference(ColumnReference node);

    R dereference(Dereference node);

    R subscript(Subscript node);

    R functionCall(FunctionCall node);

    R lambda(Lambda node);

    R lambdaVariable(LambdaVariable node);

    R intervalUnit(IntervalUnit node);

    R arithmetic(Arithmetic node);

    R sign(Sign node);

    R comparison(Comparison node);

    R logical(Logical node);

    R not(Not node);

    R isNull(IsNull node);

    R in(In node);

    R between(Between node);

    R like(Like node);

    R cast(Cast node);

    R searchedCase(SearchedCase node);

    R simpleCase(SimpleCase node);

    R structConstructor(StructConstructor node);

    R arrayConstructor(ArrayConstructor node);

    R mapConstructor(MapConstructor node);
  }

  /**
   * NULL, TRUE, 1, 3000000000, 1.5, 1E3 or 'text'.
   *
   * @param value null, Boolean, Integer, Long, BigDecimal, Double or String
   */
  record Literal(@Nullable Object value, SourcePosition position) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.literal(this);
    }
  }

  /** {@code amount} or {@code p.amount}. */
  record ColumnReference(Optional<String> source, String name, SourcePosition position)
      implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.columnReference(this);
    }
  }

  /** {@code base->field}. */
  record Dereference(Expression base, String field, SourcePosition position) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.dereference(this);
    }
  }

  /** {@code base[index]}: an array's item, from 1, negative from the end; or a map's value. */
  record Subscript(Expression base, Expression index, SourcePosition position)
      implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.subscript(this);
    }
  }

  /** Any call, scalar, aggregate or table function; {@code COUNT(*)} has no arguments. */
  record FunctionCall(String name, List<Expression> arguments, SourcePosition position)
      implements Expression {
    public FunctionCall {
      arguments = List.copyOf(arguments);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.functionCall(this);
    }
  }

  /** {@code (k, v) => body}. */
  record Lambda(List<String> parameters, Expression body, SourcePosition position)
      implements Expression {
    public Lambda {
      parameters = List.copyOf(parameters);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.lambda(this);
    }
  }

  /** A parameter's use inside the body of its lambda. */
  record LambdaVariable(String name, SourcePosition position) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.lambdaVariable(this);
    }
  }

  /** The first argument of {@code TIMESTAMPADD(DAYS, 1, t)}. */
  record IntervalUnit(java.util.concurrent.TimeUnit unit, SourcePosition position)
      implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.intervalUnit(this);
    }
  }

  /** {@code left operator right} on numbers; {@code +} also joins text. */
  record Arithmetic(
      ArithmeticOperator operator, Expression left, Expression right, SourcePosition position)
      implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.arithmetic(this);
    }
  }

  /** {@code -value} or {@code +value}. */
  record Sign(boolean negative, Expression value, SourcePosition position) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.sign(this);
    }
  }

  record Comparison(
      ComparisonOperator operator, Expression left, Expression right, SourcePosition position)
      implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.comparison(this);
    }
  }

  /** {@code left AND right} or {@code left OR right}. */
  record Logical(
      LogicalOperator operator, Expression left, Expression right, SourcePosition position)
      implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.logical(this);
    }
  }

  record Not(Expression value, SourcePosition position) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.not(this);
    }
  }

  /** {@code value IS NULL}, or {@code value IS NOT NULL} where negated. */
  record IsNull(Expression value, boolean negated, SourcePosition position) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.isNull(this);
    }
  }

  /** {@code value IN (options)}; NOT IN is a {@link Not} around it. */
  record In(Expression value, List<Expression> options, SourcePosition position)
      implements Expression {
    public In {
      options = List.copyOf(options);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.in(this);
    }
  }

  /** {@code value BETWEEN min AND max}; NOT BETWEEN is a {@link Not} around it. */
  record Between(Expression value, Expression min, Expression max, SourcePosition position)
      implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.between(this);
    }
  }

  /** {@code value LIKE pattern [ESCAPE 'c']}; NOT LIKE is a {@link Not} around it. */
  record Like(
      Expression value, Expression pattern, Optional<Character> escape, SourcePosition position)
      implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.like(this);
    }
  }

  record Cast(Expression value, SqlType type, SourcePosition position) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.cast(this);
    }
  }

  /** {@code CASE WHEN condition THEN result ... [ELSE otherwise] END}. */
  record SearchedCase(List<When> whens, Optional<Expression> otherwise, SourcePosition position)
      implements Expression {
    public SearchedCase {
      whens = List.copyOf(whens);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.searchedCase(this);
    }
  }

  /** {@code CASE operand WHEN value THEN result ... END}: parsed, and refused by the analysis. */
  record SimpleCase(
      Expression operand, List<When> whens, Optional<Expression> otherwise, SourcePosition position)
      implements Expression {
    public SimpleCase {
      whens = List.copyOf(whens);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.simpleCase(this);
    }
  }

  /** One branch of a CASE. */
  record When(Expression condition, Expression result) {}

  /** {@code STRUCT(name := value, ...)}. */
  record StructConstructor(List<StructField> fields, SourcePosition position)
      implements Expression {
    public StructConstructor {
      fields = List.copyOf(fields);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.structConstructor(this);
    }
  }

  record StructField(String name, Expression value) {}

  /** {@code ARRAY[items]}. */
  record ArrayConstructor(List<Expression> items, SourcePosition position) implements Expression {
    public ArrayConstructor {
      items = List.copyOf(items);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.arrayConstructor(this);
    }
  }

  /** {@code MAP(key := value, ...)}. */
  record MapConstructor(List<MapEntry> entries, SourcePosition position) implements Expression {
    public MapConstructor {
      entries = List.copyOf(entries);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.mapConstructor(this);
    }
  }

  record MapEntry(Expression key, Expression value) {}

  /** Arithmetic operators with their signs. */
  enum ArithmeticOperator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    MODULUS("%");

    private final String symbol;

    ArithmeticOperator(String symbol) {
      this.symbol = symbol;
    }

    public String symbol() {
      return symbol;
    }
  }

  /** Comparisons with their signs; {@code !=} is {@code <>}. */
  enum ComparisonOperator {
    EQUAL("="),
    NOT_EQUAL("<>"),
    LESS_THAN("<"),
    LESS_THAN_OR_EQUAL("<="),
    GREATER_THAN(">"),
    GREATER_THAN_OR_EQUAL(">="),
    IS_DISTINCT_FROM("IS DISTINCT FROM"),
    IS_NOT_DISTINCT_FROM("IS NOT DISTINCT FROM");

    private final String symbol;

    ComparisonOperator(String symbol) {
      this.symbol = symbol;
    }

    public String symbol() {
      return symbol;
    }
  }

  /** AND, OR. */
  enum LogicalOperator {
    AND,
    OR
  }
}
