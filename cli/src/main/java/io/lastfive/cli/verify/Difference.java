// SPDX-License-Identifier: Apache-2.0
package io.lastfive.cli.verify;

import io.lastfive.producers.channel.CardShapedText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is not as calculated. A value that reads as a card number is never shown.
 *
 * @param place topic or database
 * @param position of the payment, 1 is the newest: the expected one, or the one found where none is
 *     expected; 0 where the customer as a whole differs
 */
record Difference(
    String place, String customerId, int position, String field, String expected, String found) {

  private static final String NOTHING = "nothing";

  static List<Difference> between(
      String place,
      String customerId,
      List<ExpectedPayment> expected,
      List<ExpectedPayment> found) {
    if (expected.isEmpty() || found.isEmpty()) {
      return List.of(
          new Difference(place, customerId, 0, "customer", count(expected), count(found)));
    }
    List<Difference> differences = new ArrayList<>();
    Map<String, Integer> places = new LinkedHashMap<>();
    for (int i = 0; i < found.size(); i++) {
      places.putIfAbsent(found.get(i).paymentId(), i);
    }
    for (int i = 0; i < expected.size(); i++) {
      String id = expected.get(i).paymentId();
      @Nullable Integer there = places.remove(id);
      if (there == null) {
        differences.add(new Difference(place, customerId, i + 1, "payment_id", id, NOTHING));
      } else {
        addFields(differences, place, customerId, i + 1, expected.get(i), found.get(there));
      }
    }
    places.forEach(
        (id, there) ->
            differences.add(
                new Difference(place, customerId, there + 1, "payment_id", NOTHING, id)));
    return differences.isEmpty()
        ? order(place, customerId, expected, found)
        : List.copyOf(differences);
  }

  /** The same payments, in another order or one of them twice. */
  private static List<Difference> order(
      String place,
      String customerId,
      List<ExpectedPayment> expected,
      List<ExpectedPayment> found) {
    return List.of(new Difference(place, customerId, 0, "order", ids(expected), ids(found)));
  }

  private static String ids(List<ExpectedPayment> payments) {
    return payments.stream().map(ExpectedPayment::paymentId).collect(Collectors.joining(" "));
  }

  static Difference unreadable(
      String place, String customerId, List<ExpectedPayment> expected, String reason) {
    return new Difference(place, customerId, 0, "customer", count(expected), reason);
  }

  private static void addFields(
      List<Difference> differences,
      String place,
      String customerId,
      int position,
      ExpectedPayment expected,
      ExpectedPayment found) {
    List<ExpectedPayment.Value> wanted = expected.values();
    List<ExpectedPayment.Value> there = found.values();
    for (int i = 0; i < wanted.size(); i++) {
      if (!wanted.get(i).equals(there.get(i))) {
        differences.add(
            new Difference(
                place,
                customerId,
                position,
                wanted.get(i).field(),
                shown(wanted.get(i)),
                shown(there.get(i))));
      }
    }
  }

  private static String shown(ExpectedPayment.Value value) {
    return value
        .text()
        .map(text -> CardShapedText.isIn(text) ? "(reads as a card number)" : text)
        .orElse("null");
  }

  private static String count(List<ExpectedPayment> payments) {
    return switch (payments.size()) {
      case 0 -> NOTHING;
      case 1 -> "1 payment";
      default -> payments.size() + " payments";
    };
  }
}
