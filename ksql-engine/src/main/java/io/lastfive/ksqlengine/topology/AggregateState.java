// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlengine.topology;

import io.lastfive.ksqlengine.analysis.AnalysedAggregate;
import io.lastfive.ksqlengine.analysis.AnalysedAggregate.AggregateColumn;
import io.lastfive.ksqlengine.types.StructValue;
import io.lastfive.ksqlengine.types.TextList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.Initializer;
import org.apache.kafka.streams.kstream.Merger;
import org.jspecify.annotations.Nullable;

/**
 * The aggregate functions of a query at work on what the store holds of a group: one value a
 * function, in their order.
 */
final class AggregateState {
  private final AggregateColumn[] functions;
  private final boolean keepsOld;

  /**
   * @param keepsOld whether the state before a change is still looked at after it: then it is
   *     copied, for functions may change it in place
   */
  AggregateState(AnalysedAggregate aggregate, boolean keepsOld) {
    this.functions = aggregate.functions().toArray(AggregateColumn[]::new);
    this.keepsOld = keepsOld;
  }

  Initializer<@Nullable Object[]> initializer() {
    return this::initialize;
  }

  /** The state of a group without rows. */
  @Nullable Object[] initialize() {
    @Nullable Object[] state = new Object[functions.length];
    for (int i = 0; i < state.length; i++) {
      state[i] = functions[i].body().initialize();
    }
    return state;
  }

  Aggregator<Object, @Nullable Object[], @Nullable Object[]> adder() {
    return (key, arguments, state) -> add(arguments, state);
  }

  @Nullable Object[] add(@Nullable Object[] arguments, @Nullable Object[] old) {
    @Nullable Object[] state = keepsOld ? copy(old) : old;
    for (int i = 0; i < functions.length; i++) {
      AggregateColumn function = functions[i];
      state[i] = function.body().add(arguments(function, arguments), state[i]);
    }
    return state;
  }

  Aggregator<Object, @Nullable Object[], @Nullable Object[]> subtractor() {
    return (key, arguments, old) -> {
      @Nullable Object[] state = keepsOld ? copy(old) : old;
      for (int i = 0; i < functions.length; i++) {
        AggregateColumn function = functions[i];
        state[i] = function.body().undo(arguments(function, arguments), state[i]);
      }
      return state;
    };
  }

  Merger<Object, @Nullable Object[]> merger() {
    return (key, left, right) -> {
      @Nullable Object[] state = new Object[functions.length];
      for (int i = 0; i < functions.length; i++) {
        state[i] = functions[i].body().merge(left[i], right[i]);
      }
      return state;
    };
  }

  /** What the functions return of a state. */
  @Nullable Object[] results(@Nullable Object[] state) {
    @Nullable Object[] results = new Object[functions.length];
    for (int i = 0; i < functions.length; i++) {
      results[i] = functions[i].body().result(state[i]);
    }
    return results;
  }

  private @Nullable Object[] arguments(AggregateColumn function, @Nullable Object[] all) {
    return function.argumentCount() == all.length
        ? all
        : Arrays.copyOfRange(
            all, function.firstArgument(), function.firstArgument() + function.argumentCount());
  }

  private static @Nullable Object[] copy(@Nullable Object[] state) {
    @Nullable Object[] copy = new Object[state.length];
    for (int i = 0; i < state.length; i++) {
      copy[i] = copy(state[i]);
    }
    return copy;
  }

  private static @Nullable Object copy(@Nullable Object value) {
    if (value instanceof TextList) {
      return value;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> items = new ArrayList<>(list.size());
      list.forEach(item -> items.add(copy(item)));
      return items;
    }
    if (value instanceof Map<?, ?> map) {
      Map<@Nullable Object, @Nullable Object> entries = new LinkedHashMap<>();
      map.forEach((key, item) -> entries.put(key, copy(item)));
      return entries;
    }
    if (value instanceof StructValue struct) {
      @Nullable Object[] fields = new Object[struct.size()];
      for (int i = 0; i < fields.length; i++) {
        fields[i] = copy(struct.get(i));
      }
      return new StructValue(fields);
    }
    return value;
  }
}
