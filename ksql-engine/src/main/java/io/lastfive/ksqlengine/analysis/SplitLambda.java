// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.analysis;

import io.lastfive.ksqlengine.ast.Expression.FunctionCall;
import io.lastfive.ksqlengine.ast.Expression.Lambda;
import io.lastfive.ksqlengine.ast.Expression.LambdaVariable;
import io.lastfive.ksqlengine.ast.Expression.Literal;
import io.lastfive.ksqlengine.functions.FunctionCatalog.LambdaValue;
import io.lastfive.ksqlengine.types.SqlType;
import io.lastfive.ksqlengine.types.TextList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code p => SPLIT(p, '|')}: unpacks what an aggregate has packed into texts. Those come as UTF-8
 * and are split as that, so that only the parts are decoded, most of which are short and ASCII.
 */
final class SplitLambda implements LambdaValue {
  private final LambdaValue asWritten;
  private final byte[] delimiter;

  SplitLambda(LambdaValue asWritten, byte[] delimiter) {
    this.asWritten = asWritten;
    this.delimiter = delimiter;
  }

  /** The UTF-8 of the delimiter where the lambda does nothing but split its parameter by it. */
  static Optional<byte[]> delimiter(Lambda lambda, List<SqlType> parameterTypes) {
    boolean splitsText =
        parameterTypes.equals(List.of(SqlType.STRING))
            && lambda.body() instanceof FunctionCall call
            && call.name().equalsIgnoreCase("SPLIT")
            && call.arguments().size() == 2
            && call.arguments().get(0) instanceof LambdaVariable variable
            && variable.name().equals(lambda.parameters().get(0));
    return splitsText
            && ((FunctionCall) lambda.body()).arguments().get(1) instanceof Literal literal
            && literal.value() instanceof String text
            && !text.isEmpty()
        ? Optional.of(TextList.encode(text))
        : Optional.empty();
  }

  @Override
  public @Nullable Object apply(@Nullable Object... arguments) {
    return asWritten.apply(arguments);
  }

  @Override
  public List<@Nullable Object> applyToEach(List<?> elements) {
    return elements instanceof TextList texts
        ? texts.splitEach(delimiter)
        : asWritten.applyToEach(elements);
  }
}
