// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.ast.Expression.ArithmeticOperator;
import io.lastfive.ksqlengine.ast.Expression.ComparisonOperator;
import io.lastfive.ksqlengine.ast.Expression.Literal;
import io.lastfive.ksqlengine.ast.Expression.LogicalOperator;
import io.lastfive.ksqlengine.ast.SourcePosition;
import io.lastfive.ksqlengine.parser.grammar.SqlBaseVisitor;
import io.lastfive.ksqlengine.parser.grammar.SqlParser;
import io.lastfive.ksqlengine.types.SqlType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.antlr.v4.runtime.ParserRuleContext;
import org.jspecify.annotations.Nullable;

/**
 * Expressions as parsed to {@link Expression}s. Names that a surrounding lambda declares become its
 * variables, the innermost first; every other name is a column.
 */
final class ExpressionBuilder extends SqlBaseVisitor<Expression> {

  /** The functions whose first argument is a unit of time, not a column of that name. */
  private static final Set<String> TAKE_A_UNIT =
      Set.of("TIMESTAMPADD", "TIMESTAMPSUB", "DATEADD", "DATESUB", "TIMEADD", "TIMESUB");

  private final StatementText statement;
  private final Names names;
  private final TypeBuilder types;
  private final Deque<Set<String>> lambdaScopes = new ArrayDeque<>();

  ExpressionBuilder(StatementText statement, Function<String, Optional<SqlType>> customTypes) {
    this.statement = statement;
    this.names = new Names(statement);
    this.types = new TypeBuilder(statement, customTypes);
  }

  Expression build(SqlParser.ExpressionContext expression) {
    return visit(expression);
  }

  List<Expression> build(List<SqlParser.ExpressionContext> expressions) {
    return expressions.stream().map(this::visit).toList();
  }

  Literal literal(SqlParser.LiteralContext literal) {
    return (Literal) visit(literal);
  }

  // --- logic

  @Override
  public Expression visitExpression(SqlParser.ExpressionContext context) {
    return visit(context.booleanExpression());
  }

  @Override
  public Expression visitNot(SqlParser.NotContext context) {
    return new Expression.Not(visit(context.booleanExpression()), position(context));
  }

  @Override
  public Expression visitAnd(SqlParser.AndContext context) {
    return new Expression.Logical(
        LogicalOperator.AND,
        visit(context.booleanExpression(0)),
        visit(context.booleanExpression(1)),
        position(context));
  }

  @Override
  public Expression visitOr(SqlParser.OrContext context) {
    return new Expression.Logical(
        LogicalOperator.OR,
        visit(context.booleanExpression(0)),
        visit(context.booleanExpression(1)),
        position(context));
  }

  @Override
  public Expression visitPredicated(SqlParser.PredicatedContext context) {
    Expression value = visit(context.valueExpression());
    SqlParser.PredicateContext predicate = context.predicate();
    return predicate == null ? value : predicate(value, predicate, position(context));
  }

  private Expression predicate(
      Expression value, SqlParser.PredicateContext predicate, SourcePosition position) {
    if (predicate instanceof SqlParser.ComparisonContext comparison) {
      return new Expression.Comparison(
          comparison(comparison.comparisonOperator().getText()),
          value,
          visit(comparison.valueExpression()),
          position);
    }
    if (predicate instanceof SqlParser.DistinctFromContext distinct) {
      return new Expression.Comparison(
          distinct.NOT() == null
              ? ComparisonOperator.IS_DISTINCT_FROM
              : ComparisonOperator.IS_NOT_DISTINCT_FROM,
          value,
          visit(distinct.valueExpression()),
          position);
    }
    if (predicate instanceof SqlParser.IsNullContext isNull) {
      return new Expression.IsNull(value, isNull.NOT() != null, position);
    }
    if (predicate instanceof SqlParser.BetweenContext between) {
      return negated(
          between.NOT() != null,
          new Expression.Between(value, visit(between.min), visit(between.max), position));
    }
    if (predicate instanceof SqlParser.InContext in) {
      return negated(
          in.NOT() != null,
          new Expression.In(value, build(in.expressionList().expression()), position));
    }
    if (predicate instanceof SqlParser.LikeContext like) {
      Optional<Character> escape = Optional.ofNullable(like.escape).map(e -> escape(e.getText()));
      return negated(
          like.NOT() != null, new Expression.Like(value, visit(like.pattern), escape, position));
    }
    throw new IllegalStateException("Unknown predicate: " + predicate.getClass());
  }

  private static Expression negated(boolean negated, Expression predicate) {
    return negated ? new Expression.Not(predicate, predicate.position()) : predicate;
  }

  private static char escape(String quoted) {
    String text = Names.unquote(quoted);
    if (text.length() != 1) {
      throw new KsqlException(
          "Failed to prepare statement: Expected a single character escape but got '" + text + "'");
    }
    return text.charAt(0);
  }

  private static ComparisonOperator comparison(String symbol) {
    return switch (symbol) {
      case "=" -> ComparisonOperator.EQUAL;
      case "<>", "!=" -> ComparisonOperator.NOT_EQUAL;
      case "<" -> ComparisonOperator.LESS_THAN;
      case "<=" -> ComparisonOperator.LESS_THAN_OR_EQUAL;
      case ">" -> ComparisonOperator.GREATER_THAN;
      case ">=" -> ComparisonOperator.GREATER_THAN_OR_EQUAL;
      default -> throw new IllegalStateException("Unknown comparison: " + symbol);
    };
  }

  // --- arithmetic

  @Override
  public Expression visitArithmetic(SqlParser.ArithmeticContext context) {
    return new Expression.Arithmetic(
        arithmetic(context.operator.getText()),
        visit(context.left),
        visit(context.right),
        position(context));
  }

  @Override
  public Expression visitConcatenation(SqlParser.ConcatenationContext context) {
    return new Expression.FunctionCall(
        "CONCAT", List.of(visit(context.left), visit(context.right)), position(context));
  }

  @Override
  public Expression visitSigned(SqlParser.SignedContext context) {
    boolean negative = context.sign.getText().equals("-");
    Expression value = visit(context.valueExpression());
    if (value instanceof Literal literal && isUnsignedNumber(literal.value())) {
      return negative ? new Literal(negate(literal.value()), position(context)) : literal;
    }
    return new Expression.Sign(negative, value, position(context));
  }

  private static boolean isUnsignedNumber(@Nullable Object value) {
    return value instanceof Number number
        && !number.toString().startsWith("-")
        && !(value instanceof Double d && d.isNaN());
  }

  private static Object negate(@Nullable Object number) {
    if (number instanceof Integer i) {
      return -i;
    }
    if (number instanceof Long l) {
      return -l;
    }
    if (number instanceof Double d) {
      return -d;
    }
    if (number instanceof BigDecimal decimal) {
      return decimal.negate();
    }
    throw new IllegalStateException("Not a number of the language: " + number);
  }

  private static ArithmeticOperator arithmetic(String symbol) {
    return switch (symbol) {
      case "+" -> ArithmeticOperator.ADD;
      case "-" -> ArithmeticOperator.SUBTRACT;
      case "*" -> ArithmeticOperator.MULTIPLY;
      case "/" -> ArithmeticOperator.DIVIDE;
      case "%" -> ArithmeticOperator.MODULUS;
      default -> throw new IllegalStateException("Unknown operator: " + symbol);
    };
  }

  // --- primaries

  @Override
  public Expression visitParenthesized(SqlParser.ParenthesizedContext context) {
    return visit(context.expression());
  }

  @Override
  public Expression visitColumnReference(SqlParser.ColumnReferenceContext context) {
    SourcePosition position = position(context);
    String first = names.of(context.identifier(0));
    if (context.identifier().size() == 2) {
      return new Expression.ColumnReference(
          Optional.of(first), names.of(context.identifier(1)), position);
    }
    return lambdaScopes.stream().anyMatch(scope -> scope.contains(first))
        ? new Expression.LambdaVariable(first, position)
        : new Expression.ColumnReference(Optional.empty(), first, position);
  }

  @Override
  public Expression visitDereference(SqlParser.DereferenceContext context) {
    return new Expression.Dereference(
        visit(context.base), names.of(context.identifier()), position(context));
  }

  @Override
  public Expression visitSubscript(SqlParser.SubscriptContext context) {
    return new Expression.Subscript(visit(context.base), visit(context.index), position(context));
  }

  @Override
  public Expression visitFunctionCall(SqlParser.FunctionCallContext context) {
    String name = names.of(context.identifier());
    List<Expression> arguments = context.argument().stream().map(this::visit).toList();
    return new Expression.FunctionCall(
        name, TAKE_A_UNIT.contains(name) ? withUnit(arguments) : arguments, position(context));
  }

  private static List<Expression> withUnit(List<Expression> arguments) {
    if (!arguments.isEmpty()
        && arguments.get(0) instanceof Expression.ColumnReference column
        && column.source().isEmpty()) {
      Optional<TimeUnit> unit = Durations.unit(column.name());
      if (unit.isPresent()) {
        List<Expression> replaced = new ArrayList<>(arguments);
        replaced.set(0, new Expression.IntervalUnit(unit.get(), column.position()));
        return replaced;
      }
    }
    return arguments;
  }

  @Override
  public Expression visitArgument(SqlParser.ArgumentContext context) {
    return context.lambda() == null ? visit(context.expression()) : visit(context.lambda());
  }

  @Override
  public Expression visitLambda(SqlParser.LambdaContext context) {
    List<String> parameters = context.identifier().stream().map(names::of).toList();
    lambdaScopes.push(new HashSet<>(parameters));
    try {
      return new Expression.Lambda(parameters, visit(context.expression()), position(context));
    } finally {
      lambdaScopes.pop();
    }
  }

  @Override
  public Expression visitCast(SqlParser.CastContext context) {
    return new Expression.Cast(
        visit(context.expression()), types.build(context.type()), position(context));
  }

  @Override
  public Expression visitSearchedCase(SqlParser.SearchedCaseContext context) {
    return new Expression.SearchedCase(
        whens(context.whenClause()), otherwise(context.elseBranch()), position(context));
  }

  @Override
  public Expression visitSimpleCase(SqlParser.SimpleCaseContext context) {
    return new Expression.SimpleCase(
        visit(context.operand),
        whens(context.whenClause()),
        otherwise(context.elseBranch()),
        position(context));
  }

  private List<Expression.When> whens(List<SqlParser.WhenClauseContext> clauses) {
    return clauses.stream()
        .map(clause -> new Expression.When(visit(clause.condition), visit(clause.result)))
        .toList();
  }

  private Optional<Expression> otherwise(SqlParser.@Nullable ElseBranchContext branch) {
    return Optional.ofNullable(branch).map(b -> visit(b.expression()));
  }

  @Override
  public Expression visitArrayConstructor(SqlParser.ArrayConstructorContext context) {
    return new Expression.ArrayConstructor(build(context.expression()), position(context));
  }

  @Override
  public Expression visitMapConstructor(SqlParser.MapConstructorContext context) {
    return new Expression.MapConstructor(
        context.mapEntry().stream()
            .map(entry -> new Expression.MapEntry(visit(entry.key), visit(entry.value)))
            .toList(),
        position(context));
  }

  @Override
  public Expression visitStructConstructor(SqlParser.StructConstructorContext context) {
    return new Expression.StructConstructor(
        context.structField().stream()
            .map(
                field ->
                    new Expression.StructField(
                        names.of(field.identifier()), visit(field.expression())))
            .toList(),
        position(context));
  }

  // --- literals

  @Override
  public Expression visitNullLiteral(SqlParser.NullLiteralContext context) {
    return new Literal(null, position(context));
  }

  @Override
  public Expression visitBooleanLiteral(SqlParser.BooleanLiteralContext context) {
    return new Literal(context.TRUE() != null, position(context));
  }

  @Override
  public Expression visitStringLiteral(SqlParser.StringLiteralContext context) {
    return new Literal(Names.unquote(context.getText()), position(context));
  }

  @Override
  public Expression visitNumberLiteral(SqlParser.NumberLiteralContext context) {
    SqlParser.NumberContext number = context.number();
    String text = context.getText();
    SourcePosition position = position(context);
    if (number.INTEGER_VALUE() != null) {
      return new Literal(integer(text), position);
    }
    if (number.DECIMAL_VALUE() != null) {
      return new Literal(new BigDecimal(text), position);
    }
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      // The column is one too high: so ksqlDB counts it in this message alone.
      throw new KsqlException(
          "Failed to prepare statement: line "
              + position.line()
              + ":"
              + (position.column() + 1)
              + ": Number overflows DOUBLE: "
              + text.toUpperCase(Locale.ROOT));
    }
    return new Literal(value, position);
  }

  private static Object integer(String text) {
    BigInteger value = new BigInteger(text);
    if (value.bitLength() < Integer.SIZE) {
      return value.intValueExact();
    }
    if (value.bitLength() < Long.SIZE) {
      return value.longValueExact();
    }
    throw new KsqlException("Failed to prepare statement: Invalid numeric literal: " + text);
  }

  private SourcePosition position(ParserRuleContext context) {
    return Positions.of(context.getStart(), statement);
  }
}
