// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.channel.PaymentPublisher;
import io.lastfive.producers.channel.ReadyTopics;
import io.lastfive.producers.channel.creditcard.CardTokenizer;
import io.lastfive.producers.channel.registered.RegisteredChannel;
import io.lastfive.producers.importing.BankTransferFields;
import io.lastfive.producers.importing.ChannelFields;
import io.lastfive.producers.importing.CreditCardFields;
import io.lastfive.producers.importing.ImportSummary;
import io.lastfive.producers.importing.PaymentImport;
import io.lastfive.producers.importing.RegisteredFields;
import io.lastfive.schemas.PaymentEvent;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommandRunner;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.LiveLine;
import io.lastfive.settings.cli.StopSignal;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends the payments of a file. */
@Command(
    name = "import",
    description = {
      "Sends the payments of a CSV or NDJSON file. Columns are found by the field's name or a common alias of it.",
      "A line that is no sound payment is reported and written to FILE.rejected, its card number masked; the rest is sent.",
      "Importing a file again sends the same payments, which count once."
    },
    footer = {
      "",
      "Exit codes: 0 all sent, 1 some lines were rejected or a service is away, 2 the file or an option cannot be used.",
      "Example: lastfive import cc export.csv --map customer_id=Kunde --zone Europe/Berlin"
    })
public final class ImportCommand implements Callable<Integer> {
  private static final int MOST_REPORTED = 20;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      index = "0",
      paramLabel = "CHANNEL",
      description = {
        "What the payments are: cc, bank, or the topic of another channel, whose schema is registered",
        "and says which fields a payment has."
      })
  private String channel;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "CSV, or NDJSON (.ndjson, .jsonl, .json).")
  private Path file;

  @Option(
      names = "--format",
      paramLabel = "csv|ndjson",
      description = "What the file is, where its name does not say.")
  private @Nullable String format;

  @Option(
      names = "--map",
      paramLabel = "FIELD=COLUMN",
      description = "The column that holds a field of the event.")
  private Map<String, String> columnByField = new LinkedHashMap<>();

  @Option(
      names = "--default",
      paramLabel = "FIELD=VALUE",
      description = "A field's value where a line has none, such as status=CAPTURED.")
  private Map<String, String> defaults = new LinkedHashMap<>();

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Time zone of times without an offset, such as Europe/Berlin.")
  private @Nullable String zone;

  @Option(names = "--dry-run", description = "Check every line; send and write nothing.")
  private boolean dryRun;

  @Override
  public Integer call() {
    Settings settings = common.settings();
    // By its topic, too: cards are masked whatever the channel is called.
    String name = PaymentEvent.ofTopic(channel).map(ChannelChoice::shortName).orElse(channel);
    return switch (name) {
      case "cc" -> run(settings, new CreditCardFields(CardTokenizer.from(settings), zone()));
      case "bank" -> run(settings, new BankTransferFields(zone()));
      default -> run(settings, new RegisteredFields(registered(settings), zone()));
    };
  }

  private RegisteredChannel registered(Settings settings) {
    return RegisteredChannel.of(channel, settings)
        .orElseThrow(
            () ->
                new UserError(
                    "channel '%s' is none. Channels: cc, bank, and every topic whose schema is registered; %s has no subject '%s-value'. Register one with 'lastfive schemas register FILE --topic %s'."
                        .formatted(
                            channel,
                            settings.get(KnownSettings.SCHEMA_REGISTRY_URL),
                            channel,
                            channel)));
  }

  private Optional<ZoneId> zone() {
    try {
      return Optional.ofNullable(zone).map(ZoneId::of);
    } catch (DateTimeException unknown) {
      throw new UserError(
          "zone '%s' is none. Name one such as Europe/Berlin or +01:00.".formatted(zone), unknown);
    }
  }

  private <E extends IndexedRecord> int run(Settings settings, ChannelFields<E> fields) {
    PaymentImport<E> payments =
        new PaymentImport<>(file, format(), fields, columnByField, defaults);
    Console console = common.console();
    LiveLine live =
        new LiveLine(spec.commandLine().getErr(), console.isTerminal() && !common.json());
    Reporting progress = new Reporting(console, live);
    ImportSummary summary;
    try (StopSignal stop = StopSignal.install()) {
      if (dryRun) {
        summary = payments.check(progress, stop::isRequested);
      } else {
        ReadyTopics.require(settings, List.of(fields.channel().topic()));
        try (PaymentProducer producer = PaymentProducer.open(settings)) {
          summary =
              payments.send(
                  PaymentPublisher.on(producer, fields.channel()), progress, stop::isRequested);
        }
      }
    }
    live.clear();
    progress.finish();
    show(console, summary);
    return summary.rejected() == 0 && !summary.stopped() ? CommandRunner.OK : CommandRunner.FAILED;
  }

  private PaymentImport.Format format() {
    if (format == null) {
      return PaymentImport.formatOf(file);
    }
    return switch (format.toLowerCase(Locale.ROOT)) {
      case "csv" -> PaymentImport.Format.CSV;
      case "ndjson" -> PaymentImport.Format.NDJSON;
      default ->
          throw new UserError("format '%s' is none. Formats: csv, ndjson.".formatted(format));
    };
  }

  private void show(Console console, ImportSummary summary) {
    if (common.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("file", file.toString());
      json.put("payments", summary.rows());
      json.put(dryRun ? "sound" : "sent", summary.sent());
      json.put("rejected", summary.rejected());
      summary.rejectedFile().ifPresent(written -> json.put("rejectedFile", written.toString()));
      json.put("ignoredColumns", summary.ignoredColumns());
      json.put("stopped", summary.stopped());
      console.json(json);
      return;
    }
    if (!summary.ignoredColumns().isEmpty()) {
      console.status("Columns not used: " + String.join(", ", summary.ignoredColumns()) + ".");
    }
    console.print(
        String.format(
            Locale.ROOT,
            "%s%s: %,d payments, %,d %s, %,d rejected%s",
            summary.stopped() ? "Stopped. " : "",
            file,
            summary.rows(),
            summary.sent(),
            dryRun ? "sound" : "sent",
            summary.rejected(),
            summary.rejectedFile().map(written -> " (see " + written + ")").orElse("")));
  }

  /** Names the first rejected lines, counts the others. */
  private final class Reporting implements PaymentImport.Progress {
    private final Console console;
    private final LiveLine live;
    private long rejectedSoFar;
    private long shownAt = System.nanoTime();

    Reporting(Console console, LiveLine live) {
      this.console = console;
      this.live = live;
    }

    @Override
    public void rejected(long line, String reason) {
      rejectedSoFar++;
      if (rejectedSoFar <= MOST_REPORTED) {
        live.clear();
        console.error("%s:%d: %s".formatted(file, line, reason));
      }
    }

    @Override
    public void read(long rows, long rejected, long bytesRead) {
      long now = System.nanoTime();
      if (now - shownAt > 250_000_000L) {
        shownAt = now;
        live.show(
            String.format(
                Locale.ROOT,
                "%,d payments read (%,.1f MB), %,d rejected",
                rows,
                bytesRead / 1e6,
                rejected));
      }
    }

    void finish() {
      if (rejectedSoFar > MOST_REPORTED) {
        console.error(
            String.format(
                Locale.ROOT,
                "%s: %,d more lines were rejected",
                file,
                rejectedSoFar - MOST_REPORTED));
      }
    }
  }
}
