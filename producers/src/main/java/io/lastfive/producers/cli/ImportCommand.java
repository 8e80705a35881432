// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.channel.PaymentPublisher;
import io.lastfive.producers.channel.ProducerOptions;
import io.lastfive.producers.channel.ReadyTopics;
import io.lastfive.producers.channel.creditcard.CardTokenizer;
import io.lastfive.producers.channel.registered.RegisteredChannel;
import io.lastfive.producers.importing.BankTransferFields;
import io.lastfive.producers.importing.ChannelFields;
import io.lastfive.producers.importing.CreditCardFields;
import io.lastfive.producers.importing.CustomerSource;
import io.lastfive.producers.importing.ImportCheckpoint;
import io.lastfive.producers.importing.ImportSource;
import io.lastfive.producers.importing.ImportSummary;
import io.lastfive.producers.importing.PaymentImport;
import io.lastfive.producers.importing.PaymentMapping;
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
import java.time.ZoneOffset;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends the payments of a file. */
@Command(
    name = "import",
    description = {
      "Sends the payments of a CSV, NDJSON or ISO 20022 file (pain.001, pacs.008). Columns are found by the field's name or a",
      "common alias of it, or as a mapping file says (samples/README.md).",
      "What is no sound payment is reported and written to FILE.rejected, card numbers masked; the rest is sent.",
      "Importing a file again sends the same payments, which count once; after an interruption --resume sends nothing twice."
    },
    footer = {
      "",
      "Exit codes: 0 all sent, 1 some were rejected or a service is away, 2 the file or an option cannot be used.",
      "Example: lastfive import cc export.csv --map customer_id=Kunde --zone Europe/Berlin",
      "Example: lastfive import bank orders.xml --lookup customers.csv"
    })
public final class ImportCommand implements Callable<Integer> {
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
      description = "CSV, NDJSON (.ndjson, .jsonl, .json) or ISO 20022 (.xml).")
  private Path file;

  @Option(
      names = "--format",
      paramLabel = "csv|ndjson|xml",
      description = "What the file is, where its name does not say.")
  private @Nullable String format;

  @Option(
      names = "--mapping",
      paramLabel = "FILE",
      description =
          "What the columns or JSON paths are, how amounts and times are written; --map, --default and --zone go over it.")
  private @Nullable Path mapping;

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

  @Option(
      names = "--lookup",
      paramLabel = "FILE",
      description =
          "CSV with the columns account (IBAN, other account or debtor id) and customer_id: who the customer of a transfer is.")
  private @Nullable Path lookup;

  @Option(
      names = "--customer-from",
      paramLabel = "iban|debtor-id",
      description =
          "What names the customer of a transfer that no column and no lookup names: a hash of the debtor's IBAN (default"
              + " for XML without --lookup), or the debtor's id.")
  private @Nullable String customerFrom;

  @Option(
      names = "--resume",
      description = "Go on where an interrupted import was; nothing is sent twice.")
  private boolean resume;

  @Option(
      names = "--progress",
      paramLabel = "FILE",
      description = "Where the import notes how far it is (default: FILE.progress).")
  private @Nullable Path progressFile;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "Where rejected payments go (default: FILE.rejected).")
  private @Nullable Path rejects;

  @Option(names = "--dry-run", description = "Check every payment; send and write nothing.")
  private boolean dryRun;

  @Override
  public Integer call() {
    Settings settings = common.settings();
    // By its topic, too: cards are masked whatever the channel is called.
    String name = PaymentEvent.ofTopic(channel).map(ChannelChoice::shortName).orElse(channel);
    return switch (name) {
      case "cc" -> {
        ImportSource source = source();
        yield run(
            settings,
            source,
            new CreditCardFields(CardTokenizer.from(settings), source.mapping().zone()));
      }
      case "bank" -> {
        ImportSource source = source();
        // Dates of ISO 20022 have no offset, nor need one: it is a bank's day.
        Optional<ZoneId> zone =
            source.format() == PaymentImport.Format.XML
                ? source.mapping().zone().or(() -> Optional.of(ZoneOffset.UTC))
                : source.mapping().zone();
        yield run(settings, source, new BankTransferFields(zone));
      }
      default -> {
        RegisteredChannel registered = registered(settings);
        ImportSource source = source();
        yield run(settings, source, new RegisteredFields(registered, source.mapping().zone()));
      }
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

  private ImportSource source() {
    PaymentMapping wanted = mapping == null ? PaymentMapping.none() : PaymentMapping.read(mapping);
    wanted = wanted.with(columnByField, defaults);
    Optional<ZoneId> said = zone();
    ImportSource source =
        ImportSource.of(file)
            .withFormat(format())
            .withMapping(said.isPresent() ? wanted.withZone(said.get()) : wanted)
            .withCustomers(customers(wanted));
    return rejects == null ? source : source.withRejects(rejects);
  }

  private CustomerSource customers(PaymentMapping wanted) {
    boolean given =
        lookup != null
            || wanted.defaults().containsKey("customer_id")
            || wanted.fixed().containsKey("customer_id");
    CustomerSource.Rule rule =
        switch (customerFrom == null ? "" : customerFrom) {
          case "" ->
              format() == PaymentImport.Format.XML && !given
                  ? CustomerSource.Rule.DEBTOR_IBAN
                  : CustomerSource.Rule.NONE;
          case "iban" -> CustomerSource.Rule.DEBTOR_IBAN;
          case "debtor-id" -> CustomerSource.Rule.DEBTOR_ID;
          default ->
              throw new UserError(
                  "customer-from '%s' is none. Choices: iban, debtor-id.".formatted(customerFrom));
        };
    return lookup == null ? CustomerSource.by(rule) : CustomerSource.of(lookup, rule);
  }

  private Optional<ZoneId> zone() {
    try {
      return Optional.ofNullable(zone).map(ZoneId::of);
    } catch (DateTimeException unknown) {
      throw new UserError(
          "zone '%s' is none. Name one such as Europe/Berlin or +01:00.".formatted(zone), unknown);
    }
  }

  private <E extends IndexedRecord> int run(
      Settings settings, ImportSource source, ChannelFields<E> fields) {
    PaymentImport<E> payments = new PaymentImport<>(source, fields);
    Console console = common.console();
    LiveLine live = common.liveLine();
    ImportReport progress = new ImportReport(file, console, live);
    ImportSummary summary;
    try (StopSignal stop = StopSignal.install()) {
      if (dryRun) {
        summary = payments.check(progress, stop::isRequested);
      } else {
        String topic = fields.channel().topic();
        ReadyTopics.require(settings, List.of(topic));
        ImportCheckpoint checkpoint = checkpoint(topic, settings);
        if (resume && checkpoint.isComplete()) {
          return allSentBefore(console, checkpoint);
        }
        ProducerOptions options = ProducerOptions.none().withSource("lastfive-import");
        try (PaymentProducer producer = PaymentProducer.open(settings, options)) {
          summary =
              payments.send(
                  PaymentPublisher.on(producer, fields.channel()),
                  progress,
                  stop::isRequested,
                  Optional.of(checkpoint));
        }
      }
    }
    live.clear();
    progress.finish();
    show(console, summary);
    return summary.rejected() == 0 && !summary.stopped() ? CommandRunner.OK : CommandRunner.FAILED;
  }

  private ImportCheckpoint checkpoint(String topic, Settings settings) {
    Path noted = progressFile == null ? ImportCheckpoint.fileBeside(file) : progressFile;
    return resume
        ? ImportCheckpoint.resume(noted, file, topic, settings)
        : ImportCheckpoint.begin(noted, file, topic, settings);
  }

  private int allSentBefore(Console console, ImportCheckpoint checkpoint) {
    if (common.json()) {
      console.json(Map.of("file", file.toString(), "sent", 0, "sentBefore", checkpoint.sent()));
    } else {
      console.print(
          String.format(
              Locale.ROOT,
              "%s was imported to its end before: %,d payments. Nothing was sent; without --resume all are sent again.",
              file,
              checkpoint.sent()));
    }
    return CommandRunner.OK;
  }

  private PaymentImport.Format format() {
    if (format == null) {
      return PaymentImport.formatOf(file);
    }
    return switch (format.toLowerCase(Locale.ROOT)) {
      case "csv" -> PaymentImport.Format.CSV;
      case "ndjson" -> PaymentImport.Format.NDJSON;
      case "xml" -> PaymentImport.Format.XML;
      default ->
          throw new UserError("format '%s' is none. Formats: csv, ndjson, xml.".formatted(format));
    };
  }

  private void show(Console console, ImportSummary summary) {
    if (common.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("file", file.toString());
      json.put("payments", summary.rows());
      json.put(dryRun ? "sound" : "sent", summary.sent());
      json.put("sentBefore", summary.sentBefore());
      json.put("rejected", summary.rejected());
      summary
          .rejectedFile()
          .filter(written -> !dryRun)
          .ifPresent(written -> json.put("rejectedFile", written.toString()));
      json.put("ignoredColumns", summary.ignoredColumns());
      json.put("notes", summary.notes());
      json.put("stopped", summary.stopped());
      console.json(json);
      return;
    }
    if (!summary.ignoredColumns().isEmpty()) {
      console.status("Columns not used: " + String.join(", ", summary.ignoredColumns()) + ".");
    }
    summary.notes().forEach(console::warn);
    console.print(
        String.format(
            Locale.ROOT,
            "%s%s: %,d payments, %,d %s%s, %,d rejected%s%s",
            summary.stopped() ? "Stopped. " : "",
            file,
            summary.rows(),
            summary.sent(),
            dryRun ? "sound" : "sent",
            summary.sentBefore() == 0
                ? ""
                : String.format(Locale.ROOT, ", %,d sent before", summary.sentBefore()),
            summary.rejected(),
            summary
                .rejectedFile()
                .filter(written -> !dryRun)
                .map(written -> " (see " + written + ")")
                .orElse(""),
            summary.stopped() && !dryRun ? "; go on with --resume" : ""));
  }
}
