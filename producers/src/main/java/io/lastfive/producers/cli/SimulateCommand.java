// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.lastfive.producers.channel.PaymentJson;
import io.lastfive.producers.channel.ReadyTopics;
import io.lastfive.producers.simulate.Rate;
import io.lastfive.producers.simulate.SimulatedPayment;
import io.lastfive.producers.simulate.Simulation;
import io.lastfive.producers.simulate.SimulationPlan;
import io.lastfive.producers.simulate.SimulationPublishers;
import io.lastfive.producers.simulate.SimulationReport;
import io.lastfive.producers.simulate.SimulationRun;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommandRunner;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.LiveLine;
import io.lastfive.settings.cli.StopSignal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends plausible payments at a rate. */
@Command(
    name = "simulate",
    description = {
      "Sends plausible payments at a rate, and measures. Runs until --count or --duration is reached, or Ctrl-C.",
      "With --seed, ids, times and tokens come from the seed: the same payments to the byte every time.",
      "Cards are test numbers; their tokens are made with a key from the seed, never with card.token.key."
    },
    footer = {
      "",
      "Ctrl-C stops it: what was sent is waited for, 10 s at most, and summed up; the exit code is the same as without.",
      "Exit codes: 0 all acknowledged, 1 some were not or a service is away, 2 something to correct.",
      "Example: lastfive simulate --count 20000 --customers 1000 --duplicates 0.05 --late 0.05 --rate 2000"
    })
public final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(
      names = "--channel",
      paramLabel = "cc|bank|all",
      defaultValue = "all",
      description = "Which payments (default: ${DEFAULT-VALUE}).")
  private String channel;

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      defaultValue = "1000",
      description = {
        "Records a second (default: ${DEFAULT-VALUE}); max: as fast as the broker takes them; or a pattern:",
        "ramp:100..5000 rises over the whole run, ramp:100..5000/30s within 30 s;",
        "sine:100..5000/60s swings to the higher rate and back every 60 s;",
        "burst:100..5000/10s is high for a tenth of every 10 s, low for the rest.",
        "ramp, sine and burst alone mean those numbers."
      })
  private String rate;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "How many payments; those sent twice come in addition.")
  private @Nullable Long count;

  @Option(names = "--duration", paramLabel = "D", description = "How long, such as 30s or 5m.")
  private @Nullable Duration duration;

  @Option(
      names = "--customers",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many customers pay (default: ${DEFAULT-VALUE}).")
  private int customers;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Where everything random comes from (default: another one each time).")
  private @Nullable Long seed;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      description =
          "Time of the first payment, such as 2026-01-01T00:00:00Z; the others follow by a second on average. "
              + "Default: with --seed that very time, else the payments happen when they are sent.")
  private @Nullable String start;

  @Option(
      names = "--duplicates",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share sent twice, from 0 to 1 (default: ${DEFAULT-VALUE}).")
  private double duplicates;

  @Option(
      names = "--late",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share sent up to two hours late (default: ${DEFAULT-VALUE}).")
  private double late;

  @Option(
      names = "--declined",
      paramLabel = "SHARE",
      defaultValue = "0.03",
      description = "Share declined or rejected (default: ${DEFAULT-VALUE}).")
  private double declined;

  @Option(
      names = "--refunds",
      paramLabel = "SHARE",
      defaultValue = "0.02",
      description = "Share of the card payments that are refunds (default: ${DEFAULT-VALUE}).")
  private double refunds;

  @Option(
      names = "--invalid",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = {
        "Share with something wrong (default: ${DEFAULT-VALUE}). Refused, not sent: negative amount, currency that is none, too many",
        "decimals, IBAN with a wrong check digit, end-to-end id of 40 characters. Sent, left out by the scripts:",
        "status that is none, time before 1970 or none at all. None holds a card number."
      })
  private double invalid;

  @Option(
      names = "--skew",
      paramLabel = "S",
      defaultValue = "1",
      description =
          "How unevenly customers pay: the exponent of Zipf's law, 0 for all alike (default: ${DEFAULT-VALUE}).")
  private double skew;

  @Option(names = "--dry-run", description = "Print the payments as NDJSON; send nothing.")
  private boolean dryRun;

  @Override
  public Integer call() {
    SimulationPlan plan = plan();
    Simulation simulation = new Simulation(plan, payments());
    Rate effectiveRate = rate();
    return dryRun ? print(simulation) : send(plan, simulation, effectiveRate);
  }

  private SimulationPlan plan() {
    long effectiveSeed = seed == null ? new SecureRandom().nextLong() >>> 16 : seed;
    Optional<Instant> first = Optional.ofNullable(start).map(SimulateCommand::parseStart);
    return new SimulationPlan(
        ChannelChoice.parse(channel),
        customers,
        effectiveSeed,
        first.isEmpty() && seed != null ? Optional.of(SimulationPlan.DEFAULT_START) : first,
        duplicates,
        late,
        declined,
        refunds,
        invalid,
        skew);
  }

  private static Instant parseStart(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException notATime) {
      throw new UserError(
          "start = '%s' is not a time such as 2026-01-01T00:00:00Z.".formatted(text), notATime);
    }
  }

  private long payments() {
    if (count != null && count < 0) {
      throw new UserError("count = %d is below zero.".formatted(count));
    }
    if (count == null && dryRun) {
      throw new UserError("--dry-run needs --count: how many payments to print.");
    }
    return count == null ? Simulation.ENDLESS : count;
  }

  private int print(Simulation simulation) {
    PrintWriter out = spec.commandLine().getOut();
    JsonFactory json = new JsonFactory();
    try (StopSignal stop = StopSignal.install()) {
      while (simulation.hasNext() && !stop.isRequested() && !out.checkError()) {
        out.print(line(json, simulation.next()) + "\n");
      }
      out.flush();
    }
    return CommandRunner.OK;
  }

  private static String line(JsonFactory factory, SimulatedPayment payment) {
    StringWriter line = new StringWriter(512);
    try (JsonGenerator json = factory.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("channel", ChannelChoice.shortName(payment.channel()));
      PaymentJson.writeFields(json, payment.event());
      json.writeBooleanField("duplicate", payment.duplicate());
      json.writeBooleanField("late", payment.late());
      if (payment.flaw().isPresent()) {
        json.writeStringField("invalid", payment.flaw().get().toString());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("A text in memory could not be written", e);
    }
    return line.toString();
  }

  private Rate rate() {
    return Rate.parse(rate)
        .over(
            Optional.ofNullable(duration),
            count == null ? OptionalLong.empty() : OptionalLong.of(count));
  }

  private int send(SimulationPlan plan, Simulation simulation, Rate effectiveRate) {
    Settings settings = common.settings();
    Console console = common.console();
    LiveLine live = common.liveLine();
    ReadyTopics.require(settings, plan.channels().stream().map(PaymentEvent::topic).toList());
    try (StopSignal stop = StopSignal.install();
        SimulationPublishers publishers = SimulationPublishers.open(settings)) {
      SimulationRun run =
          duration == null
              ? new SimulationRun(simulation, publishers, effectiveRate)
              : new SimulationRun(simulation, publishers, effectiveRate, duration);
      SimulationReport report =
          run.run(payment -> {}, progress -> live.show(progressLine(progress)), stop::isRequested);
      live.clear();
      if (report.acknowledged() == 0 && run.firstFailure() instanceof UnavailableError away) {
        throw away;
      }
      if (common.json()) {
        console.json(json(plan, report));
      } else {
        console.print(summary(plan, report));
      }
      Exception failure = run.firstFailure();
      if (failure != null) {
        console.error(
            "%,d record%s not acknowledged%s because: %s"
                .formatted(
                    report.failed(),
                    report.failed() == 1 ? " was" : "s were",
                    report.failed() == 1 ? "" : ", the first",
                    failure.getMessage()));
        return CommandRunner.FAILED;
      }
      return CommandRunner.OK;
    }
  }

  private static String progressLine(SimulationReport report) {
    return String.format(
        Locale.ROOT,
        "sent %,d  %,.0f/s  errors %,d  latency p50 %.1f ms, p99 %.1f ms  %s",
        report.acknowledged(),
        report.perSecond(),
        report.failed(),
        report.latency().p50(),
        report.latency().p99(),
        seconds(report.elapsed()));
  }

  private static String summary(SimulationPlan plan, SimulationReport report) {
    return String.format(
        Locale.ROOT,
        "%,d payments sent (%,d late), %,d of them twice: %,d records acknowledged, %,d failed%n%s"
            + "in %s, %,.0f/s, latency p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, max %.1f ms; seed %d",
        report.payments(),
        report.late(),
        report.duplicates(),
        report.acknowledged(),
        report.failed(),
        invalidLine(report),
        seconds(report.elapsed()),
        report.perSecond(),
        report.latency().p50(),
        report.latency().p95(),
        report.latency().p99(),
        report.latency().p999(),
        report.latency().max(),
        plan.seed());
  }

  private static String invalidLine(SimulationReport report) {
    return report.refused() + report.leftOut() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "invalid: %,d refused and not sent, %,d sent that the scripts leave out%n",
            report.refused(),
            report.leftOut());
  }

  private static String seconds(Duration elapsed) {
    return String.format(Locale.ROOT, "%.1f s", elapsed.toMillis() / 1000.0);
  }

  private static Map<String, Object> json(SimulationPlan plan, SimulationReport report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("payments", report.payments());
    json.put("duplicates", report.duplicates());
    json.put("late", report.late());
    json.put("acknowledged", report.acknowledged());
    json.put("failed", report.failed());
    json.put("refused", report.refused());
    json.put("leftOut", report.leftOut());
    json.put("seconds", report.elapsed().toMillis() / 1000.0);
    json.put("perSecond", Math.round(report.perSecond()));
    json.put("latencyMillis", report.latency());
    json.put("seed", plan.seed());
    return json;
  }
}
