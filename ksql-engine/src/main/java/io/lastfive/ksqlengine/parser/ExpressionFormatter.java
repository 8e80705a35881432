// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.parser;

import io.lastfive.ksqlengine.ast.Expression;
import io.lastfive.ksqlengine.types.SqlType;
import java.math.BigDecimal;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Expressions as ksqlDB prints them: every operation in parentheses, nothing left to precedence.
 */
final class ExpressionFormatter implements Expression.Visitor<String> {

  static final ExpressionFormatter INSTANCE = new ExpressionFormatter();

  private ExpressionFormatter() {}

  static String format(Expression expression) {
    return expression.accept(INSTANCE);
  }

  static String string(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** A type with its field names quoted only where they need it. */
  static String type(SqlType type) {
    if (type instanceof SqlType.Array array) {
      return "ARRAY<" + type(array.item()) + ">";
    }
    if (type instanceof SqlType.MapType map) {
      return "MAP<" + type(map.key()) + ", " + type(map.value()) + ">";
    }
    if (type instanceof SqlType.Struct struct) {
      return struct.fields().stream()
          .map(field -> Identifiers.format(field.name()) + " " + type(field.type()))
          .collect(Collectors.joining(", ", "STRUCT<", ">"));
    }
    return type.toSql(false);
  }

  @Override
  public String literal(Expression.Literal node) {
    return literal(node.value());
  }

  private static String literal(@Nullable Object value) {
    if (value instanceof String text) {
      return string(text);
    }
    if (value instanceof Double number) {
      return new DecimalFormat(
              "0.################E0", DecimalFormatSymbols.getInstance(Locale.ROOT))
          .format(number);
    }
    return value instanceof BigDecimal number ? decimal(number) : String.valueOf(value);
  }

  /** With a decimal point, without which it would be read as a whole number. */
  private static String decimal(BigDecimal number) {
    String plain = number.toPlainString();
    return number.scale() > 0 ? plain : plain + ".";
  }

  @Override
  public String columnReference(Expression.ColumnReference node) {
    return node.source().map(source -> Identifiers.format(source) + ".").orElse("")
        + Identifiers.format(node.name());
  }

  @Override
  public String dereference(Expression.Dereference node) {
    return format(node.base()) + "->" + Identifiers.format(node.field());
  }

  @Override
  public String subscript(Expression.Subscript node) {
    return format(node.base()) + "[" + format(node.index()) + "]";
  }

  @Override
  public String functionCall(Expression.FunctionCall node) {
    String arguments =
        node.arguments().isEmpty() && node.name().equals("COUNT") ? "*" : list(node.arguments());
    return Identifiers.format(node.name()) + "(" + arguments + ")";
  }

  @Override
  public String lambda(Expression.Lambda node) {
    return node.parameters().stream()
        .map(Identifiers::format)
        .collect(Collectors.joining(", ", "(", ") => " + format(node.body())));
  }

  @Override
  public String lambdaVariable(Expression.LambdaVariable node) {
    return Identifiers.format(node.name());
  }

  @Override
  public String intervalUnit(Expression.IntervalUnit node) {
    return node.unit().name();
  }

  @Override
  public String arithmetic(Expression.Arithmetic node) {
    return operation(node.left(), node.operator().symbol(), node.right());
  }

  @Override
  public String sign(Expression.Sign node) {
    String value = format(node.value());
    if (!node.negative()) {
      return "+" + value;
    }
    return (value.startsWith("-") ? "- " : "-") + value;
  }

  @Override
  public String comparison(Expression.Comparison node) {
    return operation(node.left(), node.operator().symbol(), node.right());
  }

  @Override
  public String logical(Expression.Logical node) {
    return operation(node.left(), node.operator().name(), node.right());
  }

  private static String operation(Expression left, String operator, Expression right) {
    return "(" + format(left) + " " + operator + " " + format(right) + ")";
  }

  @Override
  public String not(Expression.Not node) {
    return "(NOT " + format(node.value()) + ")";
  }

  @Override
  public String isNull(Expression.IsNull node) {
    return "(" + format(node.value()) + (node.negated() ? " IS NOT NULL)" : " IS NULL)");
  }

  @Override
  public String in(Expression.In node) {
    return "(" + format(node.value()) + " IN (" + list(node.options()) + "))";
  }

  @Override
  public String between(Expression.Between node) {
    return "("
        + format(node.value())
        + " BETWEEN "
        + format(node.min())
        + " AND "
        + format(node.max())
        + ")";
  }

  @Override
  public String like(Expression.Like node) {
    return "("
        + format(node.value())
        + " LIKE "
        + format(node.pattern())
        + node.escape().map(escape -> " ESCAPE " + string(escape.toString())).orElse("")
        + ")";
  }

  @Override
  public String cast(Expression.Cast node) {
    return "CAST(" + format(node.value()) + " AS " + type(node.type()) + ")";
  }

  @Override
  public String searchedCase(Expression.SearchedCase node) {
    return "(CASE" + branches(node.whens(), node.otherwise());
  }

  @Override
  public String simpleCase(Expression.SimpleCase node) {
    return "(CASE " + format(node.operand()) + branches(node.whens(), node.otherwise());
  }

  private static String branches(List<Expression.When> whens, Optional<Expression> otherwise) {
    StringBuilder text = new StringBuilder();
    for (Expression.When when : whens) {
      text.append(" WHEN ")
          .append(format(when.condition()))
          .append(" THEN ")
          .append(format(when.result()));
    }
    otherwise.ifPresent(expression -> text.append(" ELSE ").append(format(expression)));
    return text.append(" END)").toString();
  }

  @Override
  public String structConstructor(Expression.StructConstructor node) {
    return node.fields().stream()
        .map(field -> Identifiers.format(field.name()) + ":=" + format(field.value()))
        .collect(Collectors.joining(", ", "STRUCT(", ")"));
  }

  @Override
  public String arrayConstructor(Expression.ArrayConstructor node) {
    return "ARRAY[" + list(node.items()) + "]";
  }

  @Override
  public String mapConstructor(Expression.MapConstructor node) {
    return node.entries().stream()
        .map(entry -> format(entry.key()) + ":=" + format(entry.value()))
        .collect(Collectors.joining(", ", "MAP(", ")"));
  }

  private static String list(List<Expression> expressions) {
    return expressions.stream().map(ExpressionFormatter::format).collect(Collectors.joining(", "));
  }
}
