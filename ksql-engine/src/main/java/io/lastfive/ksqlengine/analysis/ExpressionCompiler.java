// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.KsqlException;
import io.lastfive.ksqlengine.analysis.Casts.Conversion;
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
import io.lastfive.ksqlengine.ast.Expression.Subscript;
import io.lastfive.ksqlengine.functions.FunctionCatalog;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ArgumentType;
import io.lastfive.ksqlengine.functions.FunctionCatalog.LambdaValue;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarBody;
import io.lastfive.ksqlengine.functions.FunctionCatalog.ScalarCall;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.SqlType.Array;
import io.lastfive.ksqlengine.types.SqlType.Field;
import io.lastfive.ksqlengine.types.SqlType.MapType;
import io.lastfive.ksqlengine.types.SqlType.Struct;
import io.lastfive.ksqlengine.types.StructValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compiles expressions, once, into trees of closures that read rows. Names are resolved, types
 * found and conversions chosen here, so that an evaluation does nothing but its work.
 *
 * <p>An expression that makes no sense is refused with ksqlDB's words ({@link KsqlException}). It
 * holds no state between calls.
 */
public final class ExpressionCompiler {
  private final FunctionCatalog functions;
  private final Function<Expression, String> format;
  private final ArithmeticCompiler arithmetic;

  /**
   * @param format expressions as SQL, for messages
   */
  public ExpressionCompiler(FunctionCatalog functions, Function<Expression, String> format) {
    this.functions = functions;
    this.format = format;
    this.arithmetic = new ArithmeticCompiler(format);
  }

  public TypedExpression compile(Expression expression, Scope scope) {
    return expression.accept(new Compilation(scope, Map.of(), 0));
  }

  /**
   * Compiles an expression where a value of a given type is wanted: literals and constructors bend
   * to it, other expressions are widened.
   *
   * @throws KsqlException where its values cannot become values of the type
   */
  public Evaluator compileAs(Expression expression, Scope scope, SqlType target) {
    return new Compilation(scope, Map.of(), 0).as(expression, target);
  }

  /** A lambda's parameter while its body is compiled. */
  private record Variable(int index, SqlType type) {}

  private final class Compilation
      implements Expression.Visitor<TypedExpression>, ConditionCompiler.Parts {
    private final Scope scope;
    private final Map<String, Variable> variables;
    private final int firstFreeVariable;
    private final CommonType commonType;
    private final ConditionCompiler conditions;

    Compilation(Scope scope, Map<String, Variable> variables, int firstFreeVariable) {
      this.scope = scope;
      this.variables = variables;
      this.firstFreeVariable = firstFreeVariable;
      this.commonType = new CommonType(this::typeOf, format);
      this.conditions = new ConditionCompiler(this, scope, commonType, format);
    }

    @Override
    public TypedExpression compile(Expression expression) {
      return expression.accept(this);
    }

    private Optional<SqlType> typeOf(Expression expression) {
      return compile(expression).type();
    }

    // --- leaves

    @Override
    public TypedExpression literal(Literal node) {
      Object value = node.value();
      return new TypedExpression(LiteralValues.typeOf(value), row -> value);
    }

    @Override
    public TypedExpression columnReference(ColumnReference node) {
      Slot slot = scope.resolve(node);
      return TypedExpression.of(slot.type(), read(slot));
    }

    @Override
    public TypedExpression lambdaVariable(LambdaVariable node) {
      Variable variable = variables.get(node.name());
      if (variable == null) {
        throw new IllegalStateException("lambda variable " + node.name() + " outside its lambda");
      }
      int index = variable.index();
      return TypedExpression.of(variable.type(), row -> row.variable(index));
    }

    @Override
    public TypedExpression lambda(Lambda node) {
      throw new KsqlException(
          "Lambda expressions are only allowed as arguments of functions: " + format.apply(node));
    }

    @Override
    public TypedExpression intervalUnit(IntervalUnit node) {
      return new TypedExpression(Optional.empty(), row -> node.unit());
    }

    // --- arithmetic

    /** Outside lambdas a NULL operand gives NULL; inside, it fails the function, as on ksqlDB. */
    @Override
    public TypedExpression arithmetic(Arithmetic node) {
      TypedExpression calculation =
          ExpressionCompiler.this.arithmetic.calculation(
              node, compile(node.left()), compile(node.right()));
      if (variables.isEmpty()) {
        return calculation;
      }
      Evaluator evaluator = calculation.evaluator();
      String text = format.apply(node);
      return new TypedExpression(
          calculation.type(),
          row -> {
            Object value = evaluator.evaluate(row);
            if (value == null) {
              throw new NullOperandException(text);
            }
            return value;
          });
    }

    @Override
    public TypedExpression sign(Sign node) {
      return ExpressionCompiler.this.arithmetic.sign(node, compile(node.value()));
    }

    // --- conditions

    @Override
    public TypedExpression comparison(Comparison node) {
      return conditions.comparison(node);
    }

    @Override
    public TypedExpression between(Between node) {
      return conditions.between(node);
    }

    @Override
    public TypedExpression logical(Logical node) {
      return conditions.logical(node);
    }

    @Override
    public TypedExpression not(Not node) {
      return conditions.not(node);
    }

    @Override
    public TypedExpression isNull(IsNull node) {
      return conditions.isNull(node);
    }

    @Override
    public TypedExpression in(In node) {
      return conditions.in(node);
    }

    @Override
    public TypedExpression like(Like node) {
      return conditions.like(node);
    }

    @Override
    public TypedExpression searchedCase(SearchedCase node) {
      return conditions.searchedCase(node);
    }

    @Override
    public TypedExpression simpleCase(SimpleCase node) {
      throw new KsqlException(
          "not yet implemented: visitSimpleCaseExpression. Write CASE WHEN "
              + format.apply(node.operand())
              + " = ... THEN ... END.");
    }

    // --- structures

    @Override
    public TypedExpression dereference(Dereference node) {
      TypedExpression base = compile(node.base());
      if (!(base.type().orElse(null) instanceof Struct struct)) {
        throw new KsqlException(
            "Expected STRUCT type, got: " + base.type().map(t -> t.toSql(true)).orElse("null"));
      }
      int index = struct.indexOf(node.field());
      if (index < 0) {
        throw new KsqlException(
            "Could not find field '" + node.field() + "' in '" + format.apply(node.base()) + "'.");
      }
      Evaluator evaluator = base.evaluator();
      return TypedExpression.of(
          struct.fields().get(index).type(),
          row -> {
            Object value = evaluator.evaluate(row);
            return value == null ? null : ((StructValue) value).get(index);
          });
    }

    @Override
    public TypedExpression subscript(Subscript node) {
      TypedExpression base = compile(node.base());
      SqlType type = base.type().orElse(null);
      Evaluator container = base.evaluator();
      if (type instanceof Array array) {
        Evaluator index = as(node.index(), SqlType.BIGINT);
        return TypedExpression.of(
            array.item(),
            row -> item((List<?>) container.evaluate(row), (Long) index.evaluate(row)));
      }
      if (type instanceof MapType map) {
        Evaluator key = as(node.index(), map.key());
        return TypedExpression.of(
            map.value(),
            row -> {
              Object value = container.evaluate(row);
              return value == null ? null : ((Map<?, ?>) value).get(key.evaluate(row));
            });
      }
      throw new KsqlException(
          "Subscript expression ("
              + format.apply(node)
              + ") do not apply to "
              + base.type().map(t -> t.toSql(true)).orElse("null")
              + ".");
    }

    @Override
    public TypedExpression structConstructor(StructConstructor node) {
      List<Field> fields = new ArrayList<>();
      Evaluator[] values = new Evaluator[node.fields().size()];
      for (int i = 0; i < values.length; i++) {
        Expression.StructField field = node.fields().get(i);
        TypedExpression value = compile(field.value());
        fields.add(
            new Field(
                field.name(),
                value
                    .type()
                    .orElseThrow(
                        () ->
                            new KsqlException(
                                "Cannot construct a struct with a NULL value for field '"
                                    + field.name()
                                    + "'. As a workaround, you may cast a NULL value to the desired type."))));
        values[i] = value.evaluator();
      }
      Struct.duplicate(fields)
          .ifPresent(
              twice -> {
                throw new KsqlException(twice);
              });
      return TypedExpression.of(
          SqlType.struct(fields), row -> new StructValue(evaluateAll(values, row)));
    }

    @Override
    public TypedExpression arrayConstructor(ArrayConstructor node) {
      if (node.items().isEmpty()) {
        throw new KsqlException(
            "Array constructor cannot be empty. Please supply at least one element (see https://github.com/confluentinc/ksql/issues/4239).");
      }
      SqlType item =
          commonType
              .of(node.items())
              .orElseThrow(
                  () ->
                      new KsqlException(
                          "Cannot construct an array with all NULL elements (see https://github.com/confluentinc/ksql/issues/4239). As a workaround, you may cast a NULL value to the desired type."));
      SqlType type = SqlType.array(item);
      return TypedExpression.of(type, as(node, type));
    }

    @Override
    public TypedExpression mapConstructor(MapConstructor node) {
      if (node.entries().isEmpty()) {
        throw new KsqlException(
            "Map constructor cannot be empty. Please supply at least one key value pair (see https://github.com/confluentinc/ksql/issues/4239).");
      }
      SqlType key = allNullRefused(node.entries().stream().map(MapEntry::key).toList(), "keys");
      SqlType value =
          allNullRefused(node.entries().stream().map(MapEntry::value).toList(), "values");
      SqlType type = SqlType.map(key, value);
      return TypedExpression.of(type, as(node, type));
    }

    private SqlType allNullRefused(List<Expression> parts, String what) {
      return commonType
          .of(parts)
          .orElseThrow(
              () ->
                  new KsqlException(
                      "Cannot construct a map with all NULL "
                          + what
                          + " (see https://github.com/confluentinc/ksql/issues/4239). As a workaround, you may cast a NULL value to the desired type."));
    }

    @Override
    public TypedExpression cast(Cast node) {
      TypedExpression value = compile(node.value());
      if (value.type().isEmpty()) {
        return TypedExpression.of(node.type(), row -> null);
      }
      return TypedExpression.of(
          node.type(),
          converted(value.evaluator(), Casts.explicit(value.type().get(), node.type())));
    }

    // --- functions

    @Override
    public TypedExpression functionCall(FunctionCall node) {
      List<ArgumentType> types = new ArrayList<>();
      List<Optional<TypedExpression>> values = new ArrayList<>();
      for (Expression argument : node.arguments()) {
        if (argument instanceof Lambda lambda) {
          types.add(
              new ArgumentType.Lambda(
                  lambda.parameters().size(), given -> lambdaBodyType(lambda, given)));
          values.add(Optional.empty());
        } else {
          TypedExpression value = compile(argument);
          types.add(
              argument instanceof IntervalUnit
                  ? new ArgumentType.Unit()
                  : new ArgumentType.Value(value.type().orElse(null)));
          values.add(Optional.of(value));
        }
      }
      ScalarCall call = functions.resolveScalar(node.name(), types);
      Evaluator[] arguments = new Evaluator[types.size()];
      for (int i = 0; i < arguments.length; i++) {
        Expression argument = node.arguments().get(i);
        arguments[i] =
            argument instanceof Lambda lambda
                ? lambdaValue(lambda, call.lambdaParameterTypes().get(i))
                : argument(argument, values.get(i).orElseThrow(), call.argumentTypes().get(i));
      }
      return TypedExpression.of(call.returnType(), invoke(call.body(), arguments, node));
    }

    /** What is compiled already is not compiled again, lest nested calls double the work. */
    private Evaluator argument(
        Expression node, TypedExpression compiled, @Nullable SqlType wanted) {
      return wanted == null || compiled.type().filter(wanted::equals).isPresent()
          ? compiled.evaluator()
          : as(node, wanted);
    }

    private SqlType lambdaBodyType(Lambda lambda, List<SqlType> parameterTypes) {
      return inside(lambda, parameterTypes)
          .typeOf(lambda.body())
          .orElseThrow(
              () ->
                  new KsqlException(
                      "The lambda "
                          + format.apply(lambda)
                          + " returns NULL only. Cast it to a type."));
    }

    private Evaluator lambdaValue(Lambda lambda, List<SqlType> parameterTypes) {
      Evaluator body = inside(lambda, parameterTypes).compile(lambda.body()).evaluator();
      int first = firstFreeVariable;
      Optional<byte[]> delimiter = SplitLambda.delimiter(lambda, parameterTypes);
      return row -> {
        LambdaValue value =
            arguments -> {
              row.setVariables(first, arguments);
              return body.evaluate(row);
            };
        return delimiter.isPresent() ? new SplitLambda(value, delimiter.get()) : value;
      };
    }

    private Compilation inside(Lambda lambda, List<SqlType> parameterTypes) {
      Map<String, Variable> visible = new HashMap<>(variables);
      for (int i = 0; i < parameterTypes.size(); i++) {
        visible.put(
            lambda.parameters().get(i), new Variable(firstFreeVariable + i, parameterTypes.get(i)));
      }
      return new Compilation(scope, visible, firstFreeVariable + parameterTypes.size());
    }

    // --- where a type is wanted

    @Override
    public Evaluator as(Expression node, SqlType target) {
      if (node instanceof Literal literal) {
        Object constant = LiteralValues.as(literal, target, format);
        return row -> constant;
      }
      if (node instanceof ArrayConstructor constructor && target instanceof Array array) {
        Evaluator[] items = new Evaluator[constructor.items().size()];
        for (int i = 0; i < items.length; i++) {
          items[i] = as(constructor.items().get(i), array.item());
        }
        return row -> Arrays.asList(evaluateAll(items, row));
      }
      if (node instanceof MapConstructor constructor && target instanceof MapType map) {
        Evaluator[] keys = new Evaluator[constructor.entries().size()];
        Evaluator[] values = new Evaluator[keys.length];
        for (int i = 0; i < keys.length; i++) {
          keys[i] = as(constructor.entries().get(i).key(), map.key());
          values[i] = as(constructor.entries().get(i).value(), map.value());
        }
        return row -> mapOf(keys, values, row);
      }
      if (node instanceof StructConstructor constructor && target instanceof Struct struct) {
        Evaluator[] values = new Evaluator[struct.fields().size()];
        Arrays.fill(values, (Evaluator) row -> null);
        for (Expression.StructField field : constructor.fields()) {
          int index = struct.indexOf(field.name());
          if (index >= 0) {
            values[index] = as(field.value(), struct.fields().get(index).type());
          }
        }
        return row -> new StructValue(evaluateAll(values, row));
      }
      TypedExpression value = compile(node);
      if (value.type().isEmpty()) {
        return value.evaluator();
      }
      SqlType type = value.type().get();
      return converted(
          value.evaluator(),
          Casts.implicit(type, target)
              .orElseThrow(
                  () ->
                      new KsqlException(
                          "operator does not exist: "
                              + target.toSql(true)
                              + " = "
                              + type.toSql(true)
                              + " ("
                              + format.apply(node)
                              + ")\nHint: You might need to add explicit type casts.")));
    }
  }

  // --- closures

  private static Evaluator read(Slot slot) {
    if (slot instanceof Slot.Key key) {
      int index = key.index();
      return row -> row.key[index];
    }
    if (slot instanceof Slot.Value value) {
      int index = value.index();
      return row -> row.value[index];
    }
    return switch ((Slot.Pseudo) slot) {
      case ROWTIME -> row -> row.rowtime;
      case ROWPARTITION -> row -> row.partition;
      case ROWOFFSET -> row -> row.offset;
      case WINDOWSTART -> row -> row.windowStart;
      case WINDOWEND -> row -> row.windowEnd;
    };
  }

  private static Evaluator converted(Evaluator evaluator, Conversion conversion) {
    return row -> conversion.applyOrNull(evaluator.evaluate(row));
  }

  private Evaluator invoke(ScalarBody body, Evaluator[] arguments, FunctionCall node) {
    return row -> {
      @Nullable Object[] values = evaluateAll(arguments, row);
      try {
        return body.apply(values);
      } catch (RuntimeException e) {
        row.failedCalls.accept(format.apply(node), e);
        return null;
      }
    };
  }

  private static @Nullable Object[] evaluateAll(Evaluator[] evaluators, RowContext row) {
    @Nullable Object[] values = new Object[evaluators.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = evaluators[i].evaluate(row);
    }
    return values;
  }

  private static @Nullable Object item(@Nullable List<?> list, @Nullable Long index) {
    if (list == null || index == null) {
      return null;
    }
    long position = index < 0 ? list.size() + index : index - 1;
    return position < 0 || position >= list.size() ? null : list.get((int) position);
  }

  private static Map<@Nullable Object, @Nullable Object> mapOf(
      Evaluator[] keys, Evaluator[] values, RowContext row) {
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keys.length; i++) {
      map.put(keys[i].evaluate(row), values[i].evaluate(row));
    }
    return map;
  }
}
