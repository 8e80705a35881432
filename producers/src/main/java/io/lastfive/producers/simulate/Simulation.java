// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import io.lastfive.producers.channel.Amounts;
import io.lastfive.producers.channel.banktransfer.SettledAt;
import io.lastfive.schemas.BankTransferPayment;
import io.lastfive.schemas.CreditCardPayment;
import io.lastfive.schemas.PaymentEvent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Entry point: the records of a simulation, one after the other, as many as wanted. A test that
 * computes what must come out at the end of the pipeline takes them from here too. Not thread-safe;
 * making one takes a fraction of what sending it takes.
 */
public final class Simulation implements Iterator<SimulatedPayment> {
  /** Without an end. */
  public static final long ENDLESS = Long.MAX_VALUE;

  private static final int MEAN_SPACING_MILLIS = 1000;
  private static final int MOST_LATE_MILLIS = 2 * 60 * 60 * 1000;
  private static final int RECENT = 64;
  private static final int CREDITOR_ACCOUNTS = 256;
  private static final long[] UNSCALED_PER_MINOR = {10_000, 1_000, 100, 10, 1};
  private static final List<String> REMITTANCES =
      List.of(
          "Rent",
          "Miete Januar",
          "Loyer",
          "Facture d'électricité",
          "Rechnung",
          "Salary",
          "Membership fee",
          "Λογαριασμός νερού",
          "家賃",
          "Подарунок",
          "Children's school trip",
          "Thanks for dinner!",
          "Versicherung",
          "Car repair",
          "إيجار",
          "Savings");

  private final SimulationPlan plan;
  private final long payments;
  private final Dice dice;
  private final Accounts accounts;
  private final List<PaymentEvent> channels;
  private final List<String> creditorIbans;
  private final SecondSendings secondSendings = new SecondSendings();
  private final CreditCardPayment[] recentCaptures = new CreditCardPayment[RECENT];
  private final long duplicateThreshold;
  private final long lateThreshold;
  private final long declinedThreshold;
  private final long refundThreshold;
  private final long invalidThreshold;
  private final Popularity popularity;
  private int captures;
  private long made;
  private long clock;

  /**
   * @param payments how many different payments, or {@link #ENDLESS}; the second sendings come in
   *     addition
   */
  public Simulation(SimulationPlan plan, long payments) {
    this.plan = plan;
    this.payments = payments;
    this.dice = new Dice(plan.seed());
    this.accounts = new Accounts(plan.seed(), plan.customers());
    this.channels =
        List.of(PaymentEvent.values()).stream().filter(plan.channels()::contains).toList();
    this.creditorIbans = creditorIbans(new Dice(~plan.seed()));
    this.duplicateThreshold = Dice.threshold(plan.duplicates());
    this.lateThreshold = Dice.threshold(plan.late());
    this.declinedThreshold = Dice.threshold(plan.declined());
    this.refundThreshold = Dice.threshold(plan.refunds());
    this.invalidThreshold = Dice.threshold(plan.invalid());
    this.popularity = new Popularity(plan.customers(), plan.skew());
    this.clock = plan.start().map(Instant::toEpochMilli).orElse(0L);
  }

  private static List<String> creditorIbans(Dice dice) {
    List<String> ibans = new ArrayList<>();
    for (int i = 0; i < CREDITOR_ACCOUNTS; i++) {
      ibans.add(Accounts.iban(dice.oneOf(Country.ALL), dice));
    }
    return List.copyOf(ibans);
  }

  @Override
  public boolean hasNext() {
    return made < payments || !secondSendings.isEmpty();
  }

  @Override
  public SimulatedPayment next() {
    SimulatedPayment again = secondSendings.due(made == payments);
    if (again != null) {
      return again;
    }
    if (made == payments) {
      throw new NoSuchElementException("The simulation has made all its payments.");
    }
    made++;
    boolean invalid = dice.hits(invalidThreshold);
    SimulatedPayment payment = make(invalid);
    if (invalid) {
      payment = payment.with(dice.oneOf(Flaw.of(payment.channel())));
    }
    if (dice.hits(duplicateThreshold)) {
      secondSendings.add(payment.sentAgain(), 1 + dice.below(SecondSendings.FARTHEST));
    }
    return payment;
  }

  private SimulatedPayment make(boolean toBeSpoilt) {
    boolean late = dice.hits(lateThreshold);
    long time = tick();
    long occurredAt = late ? time - 1 - dice.below(MOST_LATE_MILLIS) : time;
    int customer = popularity.next(dice);
    Accounts.Account account = accounts.of(customer);
    String customerId =
        customer < Accounts.MOST ? account.customerId() : Accounts.customerId(customer);
    PaymentEvent channel = channels.get(channels.size() == 1 ? 0 : dice.below(channels.size()));
    long fate = dice.next() >>> 32;
    boolean declined = fate < declinedThreshold;
    if (channel == PaymentEvent.BANK_TRANSFER) {
      BankTransferPayment transfer = transfer(customerId, account, occurredAt, declined);
      return new SimulatedPayment(
          channel,
          transfer.getUetr(),
          customerId,
          occurredAt,
          transfer,
          false,
          late,
          Optional.empty());
    }
    boolean refund = !declined && fate < declinedThreshold + refundThreshold && captures > 0;
    CreditCardPayment payment =
        refund ? refund(occurredAt) : purchase(customerId, account, occurredAt, declined);
    if (!declined && !refund && !toBeSpoilt) {
      remember(payment);
    }
    return new SimulatedPayment(
        channel,
        payment.getPaymentId(),
        payment.getCustomerId(),
        occurredAt,
        payment,
        false,
        late,
        Optional.empty());
  }

  /** The time of the next payment in milliseconds since 1970. */
  private long tick() {
    if (plan.start().isEmpty()) {
      return System.currentTimeMillis();
    }
    long now = clock;
    clock += dice.below(2 * MEAN_SPACING_MILLIS);
    return now;
  }

  private CreditCardPayment purchase(
      String customerId, Accounts.Account account, long occurredAt, boolean declined) {
    Merchant merchant = dice.oneOf(Merchant.ALL);
    return new CreditCardPayment(
        dice.uuid(),
        customerId,
        amount(account.country(), merchant.leastCents(), merchant.mostCents()),
        account.country().currency(),
        account.cardNumberMasked(),
        account.cardToken(),
        account.name(),
        account.bank().name(),
        account.cardScheme(),
        dice.digits("", 12),
        declined ? null : dice.code(6),
        merchant.name(),
        merchant.categoryCode(),
        declined ? "DECLINED" : "CAPTURED",
        Instant.ofEpochMilli(occurredAt));
  }

  /** A refund may pay it back. */
  private void remember(CreditCardPayment purchase) {
    recentCaptures[captures++ % RECENT] = purchase;
    captures = captures == 2 * RECENT ? RECENT : captures;
  }

  /**
   * Pays a recent purchase back: the same card, merchant and amount, an id and a time of its own.
   */
  private CreditCardPayment refund(long occurredAt) {
    CreditCardPayment purchase = recentCaptures[dice.below(Math.min(captures, RECENT))];
    return new CreditCardPayment(
        dice.uuid(),
        purchase.getCustomerId(),
        purchase.getAmount(),
        purchase.getCurrency(),
        purchase.getCardNumberMasked(),
        purchase.getCardToken(),
        purchase.getCardholderName(),
        purchase.getIssuerName(),
        purchase.getCardScheme(),
        dice.digits("", 12),
        purchase.getAuthorizationCode(),
        purchase.getMerchantName(),
        purchase.getMerchantCategoryCode(),
        "REFUNDED",
        Instant.ofEpochMilli(occurredAt));
  }

  private BankTransferPayment transfer(
      String customerId, Accounts.Account account, long occurredAt, boolean declined) {
    Country country = account.country();
    return new BankTransferPayment(
        dice.uuid(),
        customerId,
        amount(country, 500, 250_000),
        country.currency(),
        account.iban(),
        account.name(),
        account.bank().name(),
        account.bank().bic(),
        dice.oneOf(Merchant.ALL).name(),
        dice.oneOf(creditorIbans),
        dice.digits("E2E-", 10),
        dice.oneOf(REMITTANCES),
        declined ? "RJCT" : "ACSC",
        SettledAt.text(occurredAt, country.offsetMinutes()));
  }

  /** Small amounts are more frequent: the smaller of two throws. */
  private BigDecimal amount(Country country, int leastCents, int mostCents) {
    int range = mostCents - leastCents;
    int cents = leastCents + Math.min(dice.below(range), dice.below(range));
    long minor = Math.max(1, cents * country.minorPerEuro() / 100);
    return BigDecimal.valueOf(minor * UNSCALED_PER_MINOR[country.decimals()], Amounts.SCALE);
  }

  /** Payments to be sent once more, some records later. */
  private static final class SecondSendings {
    static final int FARTHEST = 100;
    private static final int SLOTS = 4096;

    private final @Nullable SimulatedPayment[] slots = new SimulatedPayment[SLOTS];
    private int position;
    private int waiting;

    boolean isEmpty() {
      return waiting == 0;
    }

    /** In {@code distance} records, or as soon after as no other one is. */
    void add(SimulatedPayment payment, int distance) {
      int slot = (position + distance) % SLOTS;
      while (slots[slot] != null) {
        slot = (slot + 1) % SLOTS;
      }
      slots[slot] = payment;
      waiting++;
    }

    /**
     * What is due at this position; with {@code allThatWait} the next one there is. Moves on by
     * one.
     */
    @Nullable SimulatedPayment due(boolean allThatWait) {
      do {
        position = (position + 1) % SLOTS;
        SimulatedPayment due = slots[position];
        if (due != null) {
          slots[position] = null;
          waiting--;
          return due;
        }
      } while (allThatWait && waiting > 0);
      return null;
    }
  }
}
