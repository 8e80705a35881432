// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.producers.channel.CardShapedText;
import io.lastfive.producers.channel.banktransfer.BankTransferChannel;
import io.lastfive.producers.channel.banktransfer.Iban;
import io.lastfive.producers.channel.creditcard.CardNumber;
import io.lastfive.producers.channel.creditcard.CreditCardChannel;
import io.lastfive.schemas.BankTransferPayment;
import io.lastfive.schemas.CreditCardPayment;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.UserError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final SimulationPlan FAULTY =
      new SimulationPlan(
          EnumSet.allOf(PaymentEvent.class),
          1000,
          42,
          Optional.of(SimulationPlan.DEFAULT_START),
          0.05,
          0.05,
          0.03,
          0.02);

  @Test
  void makesTheSamePaymentsFromTheSameSeed() {
    assertThat(records(FAULTY, 5000)).isEqualTo(records(FAULTY, 5000));
  }

  @Test
  void makesOtherPaymentsFromAnotherSeed() {
    SimulationPlan other = SimulationPlan.ofSeed(43);

    assertThat(records(other, 10))
        .doesNotContainAnyElementsOf(records(SimulationPlan.ofSeed(42), 10));
  }

  @Test
  void makesOnlyPaymentsThatThePublishersTake() {
    for (SimulatedPayment payment : records(FAULTY, 50_000)) {
      if (payment.event() instanceof CreditCardPayment card) {
        new CreditCardChannel().refuseUnsound(card);
        assertThat(payment.occurredAt()).isEqualTo(card.getTransactedAt().toEpochMilli());
        assertThat(CardShapedText.isIn(card.getPaymentId())).isFalse();
      } else {
        BankTransferPayment transfer = (BankTransferPayment) payment.event();
        new BankTransferChannel().refuseUnsound(transfer);
        assertThat(Iban.problemWith(transfer.getDebtorIban())).isEmpty();
        assertThat(CardShapedText.isIn(transfer.getUetr())).isFalse();
        assertThat(CardShapedText.isIn(transfer.getDebtorIban())).isFalse();
      }
    }
  }

  @Test
  void coversCurrenciesWithoutAndWithThreeDecimals() {
    Set<Integer> decimals = new HashSet<>();
    for (SimulatedPayment payment : records(FAULTY, 2000)) {
      if (payment.event() instanceof CreditCardPayment card) {
        decimals.add(Currency.getInstance(card.getCurrency()).getDefaultFractionDigits());
      }
    }

    assertThat(decimals).containsExactlyInAnyOrder(0, 2, 3);
  }

  @Test
  void sendsTheShareTwiceThatThePlanWants() {
    List<SimulatedPayment> records = records(FAULTY, 20_000);
    Map<String, SimulatedPayment> first = new HashMap<>();
    int again = 0;

    for (SimulatedPayment payment : records) {
      SimulatedPayment earlier = first.putIfAbsent(payment.paymentId(), payment);
      assertThat(payment.duplicate()).isEqualTo(earlier != null);
      if (earlier != null) {
        again++;
        assertThat(payment.event()).isSameAs(earlier.event());
      }
    }

    assertThat(first).hasSize(20_000);
    assertThat(again).isBetween(900, 1100);
  }

  @Test
  void sendsEveryPaymentTwiceWhereThePlanSaysAll() {
    SimulationPlan twice =
        new SimulationPlan(Set.of(PaymentEvent.CREDIT_CARD), 10, 1, FAULTY.start(), 1, 0, 0, 0);

    assertThat(records(twice, 3000)).hasSize(6000);
  }

  @Test
  void marksLatePaymentsAndOnlyThose() {
    long newest = 0;
    int late = 0;
    for (SimulatedPayment payment : records(FAULTY, 20_000)) {
      if (payment.late() && !payment.duplicate()) {
        late++;
        assertThat(newest - payment.occurredAt()).isLessThan(2 * 3600 * 1000);
      } else if (!payment.late() && !payment.duplicate()) {
        assertThat(payment.occurredAt()).isGreaterThanOrEqualTo(newest);
        newest = payment.occurredAt();
      }
    }
    assertThat(late).isBetween(900, 1200);
  }

  @Test
  void refundsWhatWasPaidBefore() {
    Map<String, Set<BigDecimal>> paid = new HashMap<>();
    int refunds = 0;

    for (SimulatedPayment payment : records(FAULTY, 20_000)) {
      if (!payment.duplicate() && payment.event() instanceof CreditCardPayment card) {
        String account = card.getCustomerId() + card.getCardToken() + card.getMerchantName();
        if (card.getStatus().equals("CAPTURED")) {
          paid.computeIfAbsent(account, none -> new HashSet<>()).add(card.getAmount());
        } else if (card.getStatus().equals("REFUNDED")) {
          refunds++;
          assertThat(paid.get(account)).contains(card.getAmount());
        }
      }
    }

    assertThat(refunds).isBetween(150, 260);
  }

  @Test
  void keepsToOneChannelWhereThePlanSaysSo() {
    SimulationPlan bank =
        new SimulationPlan(Set.of(PaymentEvent.BANK_TRANSFER), 10, 1, FAULTY.start(), 0, 0, 0, 0);

    assertThat(records(bank, 100))
        .extracting(SimulatedPayment::channel)
        .containsOnly(PaymentEvent.BANK_TRANSFER);
  }

  @Test
  void namesMoreCustomersThanItHasAccounts() {
    SimulationPlan many =
        new SimulationPlan(
            EnumSet.allOf(PaymentEvent.class), 1_000_000, 1, FAULTY.start(), 0, 0, 0, 0);

    assertThat(records(many, 50_000).stream().map(SimulatedPayment::customerId).distinct().count())
        .isGreaterThan(48_000);
  }

  @Test
  void knowsTheTestCardBehindAMaskedNumber() {
    Accounts accounts = new Accounts(42, 1000);

    for (int customer = 0; customer < 1000; customer++) {
      assertThat(CardNumber.of(accounts.cardNumber(customer)).masked())
          .isEqualTo(accounts.of(customer).cardNumberMasked());
    }
  }

  @Test
  void namesEverythingThatIsWrongWithAPlan() {
    assertThatThrownBy(
            () -> new SimulationPlan(Set.of(), 0, 1, Optional.empty(), 1.5, Double.NaN, 0.6, -0.1))
        .isInstanceOf(UserError.class)
        .hasMessage(
            """
            5 problems with the simulation:
              A simulation needs a channel.
              customers = 0 is not from 1 to 100000000.
              duplicates = 1.5 is no share: a number from 0 to 1, such as 0.05.
              late = NaN is no share: a number from 0 to 1, such as 0.05.
              refunds = -0.1 is no share: a number from 0 to 1, such as 0.05.""");
    assertThatThrownBy(() -> FAULTY.withSkew(6).withInvalid(2))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "skew = 6.0 is not from 0 (all customers pay alike) to 5.0 (one pays nearly always).");
  }

  @Test
  void spoilsTheShareThatThePlanWantsInEveryWayThereIs() {
    SimulationPlan plan = FAULTY.withInvalid(0.1);
    Map<PaymentEvent, Set<Flaw>> flaws = new HashMap<>();
    int spoilt = 0;

    for (SimulatedPayment payment : records(plan, 20_000)) {
      if (payment.flaw().isPresent() && !payment.duplicate()) {
        spoilt++;
        flaws
            .computeIfAbsent(payment.channel(), none -> EnumSet.noneOf(Flaw.class))
            .add(payment.flaw().get());
        if (payment.flaw().get().isRefused()) {
          SimulationPublishers.refuse(payment);
        }
      }
    }

    assertThat(spoilt).isBetween(1850, 2150);
    assertThat(flaws.get(PaymentEvent.BANK_TRANSFER)).containsExactlyInAnyOrder(Flaw.values());
    assertThat(flaws.get(PaymentEvent.CREDIT_CARD))
        .containsExactlyInAnyOrder(
            Flaw.NEGATIVE_AMOUNT,
            Flaw.UNKNOWN_CURRENCY,
            Flaw.TOO_MANY_DECIMALS,
            Flaw.UNKNOWN_STATUS,
            Flaw.TIME_OUT_OF_RANGE);
  }

  @Test
  void letsTheFirstCustomersPayMostWhereThePlanIsSkewed() {
    Map<String, Long> payments = new HashMap<>();
    for (SimulatedPayment payment : records(FAULTY.withSkew(1), 100_000)) {
      if (!payment.duplicate() && !"REFUNDED".equals(payment.event().get(13))) {
        payments.merge(payment.customerId(), 1L, Long::sum);
      }
    }

    // The 1,000th harmonic number is 7.4855.
    assertThat(payments.get("C-000001")).isBetween(12_500L, 13_900L);
    assertThat(payments.get("C-000010")).isBetween(1_150L, 1_550L);
    assertThat(payments.size()).isGreaterThan(980);
  }

  @Test
  void skewsMoreCustomersThanItHasCells() {
    Popularity popularity = new Popularity(10_000_000, 1);
    Dice dice = new Dice(1);
    int first = 0;
    int last = 0;

    for (int i = 0; i < 200_000; i++) {
      int customer = popularity.next(dice);
      assertThat(customer).isBetween(0, 9_999_999);
      first += customer == 0 ? 1 : 0;
      last += customer >= 5_000_000 ? 1 : 0;
    }

    // Shares by the harmonic numbers of 10^7 (16.695) and 5*10^6 (16.002).
    assertThat(first).isBetween(11_300, 12_700);
    assertThat(last).isBetween(7_600, 9_000);
  }

  private static List<SimulatedPayment> records(SimulationPlan plan, long payments) {
    List<SimulatedPayment> records = new ArrayList<>();
    new Simulation(plan, payments).forEachRemaining(records::add);
    return records;
  }
}
