// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lastfive.producers.Broker;
import io.lastfive.producers.channel.PaymentProducer;
import io.lastfive.producers.channel.PaymentPublisher;
import io.lastfive.producers.importing.BankTransferFields;
import io.lastfive.producers.importing.ImportCheckpoint;
import io.lastfive.producers.importing.ImportSource;
import io.lastfive.producers.importing.PaymentImport;
import io.lastfive.registry.LastfiveAvroDeserializer;
import io.lastfive.schemas.PaymentEvent;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Good and bad files through the command, on a real broker. */
class ImportCommandIT {
  private static final String HEADER =
      "uetr,customer_id,amount,currency,debtor_iban,end_to_end_id,status,settled_at\n";
  private static Broker broker;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    broker = new Broker().makeTopics().registerSchemas();
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void sendsAnIsoMessageWithCustomersFromALookup() throws Exception {
    Path samples = Path.of("..", "samples", "iso20022");
    Path copy = Files.copy(samples.resolve("pain.001.001.03.xml"), folder.resolve("orders.xml"));

    Broker.Said said =
        broker.run(
            new ImportCommand(),
            "bank",
            copy.toString(),
            "--lookup=" + samples.resolve("customers.csv"));

    assertThat(said.out()).isEqualTo(copy + ": 4 payments, 4 sent, 0 rejected\n");
    assertThat(said.exitCode()).isZero();
    assertThat(of("C-000001"))
        .extracting(transfer -> transfer.get("settled_at") + " " + transfer.get("status"))
        .containsOnly("2026-02-01T00:00:00.000Z ACSC")
        .hasSize(3);
  }

  @Test
  void rejectsTransfersWithLineAndElementAndTakesThemOnceMended() throws Exception {
    Path file =
        write(
            "bad.xml",
            """
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn><GrpHdr><MsgId>M1</MsgId></GrpHdr>
            <PmtInf><ReqdExctnDt>2026-02-01</ReqdExctnDt><DbtrAcct><Id><IBAN>DE88370400440532013000</IBAN></Id></DbtrAcct>
            <CdtTrfTxInf><PmtId><EndToEndId>%s</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">1,000.00</InstdAmt></Amt></CdtTrfTxInf>
            </PmtInf></CstmrCdtTrfInitn></Document>
            """
                .formatted("E".repeat(40)));

    Broker.Said said =
        broker.run(new ImportCommand(), "bank", file.toString(), "--default=customer_id=iso-1");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err())
        .isEqualTo(
            "error: %s:3: /Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]: instructed_amount '1,000.00' is not a number such as 1234.50; debtor_iban has wrong check digits (mod 97): a character is mistyped or swapped; end_to_end_id has 40 characters; at most 35 fit\n"
                .formatted(file));
    Path rejected = folder.resolve("bad.xml.rejected");
    assertThat(Files.readString(rejected))
        .startsWith(
            "{\"rejected_line\":3,\"rejected_path\":\"/Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]\",\"rejected_reason\":\"instructed_amount");
    Path mended =
        write(
            "mended.ndjson",
            Files.readString(rejected)
                .replace("1,000.00", "1000.00")
                .replace("DE88", "DE89")
                .replace("E".repeat(40), "E-1"));
    Broker.Said again =
        broker.run(
            new ImportCommand(),
            "bank",
            mended.toString(),
            "--default=customer_id=iso-1",
            "--default=status=ACSC",
            "--zone=UTC");
    assertThat(again.exitCode()).isZero();
    assertThat(of("iso-1")).hasSize(1);
  }

  @Test
  void sendsNothingTwiceAfterItWasKilledBetweenCheckpoints() throws Exception {
    int rows = 45_000;
    Path file = transfers("killed.csv", "killed", rows);
    Path progress = ImportCheckpoint.fileBeside(file);
    AtomicLong read = new AtomicLong();

    // Some thousand rows after its second checkpoint it dies, and says nothing any more.
    killAt(file, progress, read, 43_000);
    Broker.Said refused = broker.run(new ImportCommand(), "bank", file.toString());
    int sentBefore = of("killed").size();
    Broker.Said resumed = broker.run(new ImportCommand(), "bank", file.toString(), "--resume");
    Broker.Said onceMore = broker.run(new ImportCommand(), "bank", file.toString(), "--resume");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .isEqualTo(
            "error: An import of '%s' was interrupted after 40000 payments. Go on with --resume, or delete '%s' to begin anew.\n"
                .formatted(file, progress));
    assertThat(sentBefore).isGreaterThan(40_000).isLessThan(rows);
    assertThat(resumed.out())
        .isEqualTo(
            "%s: 45,000 payments, %,d sent, %,d sent before, 0 rejected\n"
                .formatted(file, rows - sentBefore, sentBefore));
    assertThat(of("killed"))
        .extracting(transfer -> transfer.get("uetr"))
        .hasSize(rows)
        .doesNotHaveDuplicates();
    assertThat(onceMore.out())
        .isEqualTo(
            file
                + " was imported to its end before: 45,000 payments. Nothing was sent; without --resume all are sent again.\n");
  }

  /** As a process does that is killed: what is sent is sent, and no checkpoint is written after. */
  private static void killAt(Path file, Path progress, AtomicLong read, long row) {
    BankTransferFields fields = new BankTransferFields(Optional.empty());
    ImportCheckpoint checkpoint =
        ImportCheckpoint.begin(
            progress, file, PaymentEvent.BANK_TRANSFER.topic(), broker.settings());
    try (PaymentProducer producer = PaymentProducer.open(broker.settings())) {
      new PaymentImport<>(ImportSource.of(file), fields)
          .send(
              PaymentPublisher.on(producer, fields.channel()),
              new PaymentImport.Progress() {
                @Override
                public void rejected(long line, String reason) {
                  throw new AssertionError(reason);
                }

                @Override
                public void read(long rows, long rejected, long bytesRead) {
                  read.set(rows);
                  if (rows == row) {
                    throw new Killed();
                  }
                }
              },
              () -> false,
              Optional.of(checkpoint));
    } catch (Killed asPlanned) {
      assertThat(read.get()).isEqualTo(row);
    }
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void goesOnByItselfAfterItWasKilledBeforeItsFirstCheckpoint() throws Exception {
    Path file = transfers("early.csv", "early", 3_000);
    killAt(file, ImportCheckpoint.fileBeside(file), new AtomicLong(), 2_000);
    int sentBefore = of("early").size();

    Broker.Said said = broker.run(new ImportCommand(), "bank", file.toString());

    assertThat(said.exitCode()).isZero();
    assertThat(sentBefore).isPositive();
    assertThat(of("early")).hasSize(3_000);
  }

  @Test
  void refusesToGoOnWithAnotherFile() throws Exception {
    Path file = transfers("other.csv", "other", 2);
    broker.run(new ImportCommand(), "bank", file.toString());
    Files.writeString(file, HEADER + "changed");

    Broker.Said said = broker.run(new ImportCommand(), "bank", file.toString(), "--resume");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err())
        .isEqualTo(
            "error: '%s.progress' notes how far the import of another '%s' was, or to another topic. Delete it to begin anew.\n"
                .formatted(file, file));
  }

  @Test
  void saysThatThereIsNoSpaceForRejects() throws Exception {
    Path file = write("full.csv", HEADER + "x\n");

    Broker.Said said =
        broker.run(new ImportCommand(), "bank", file.toString(), "--rejects=/dev/full");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err().lines())
        .containsExactly(
            "error: " + file + ":2: has 1 columns, the header has 8",
            "error: Rejected payments cannot be written to '/dev/full': No space left on device. Name a file where there is space with --rejects FILE.");
  }

  @Test
  void tellsHowManyWereSentWhereThereIsNoSpaceForRejectsAndGoesOn() throws Exception {
    Path file = transfers("filled.csv", "filled", 3);
    Files.writeString(file, "x\n", StandardOpenOption.APPEND);

    Broker.Said full =
        broker.run(new ImportCommand(), "bank", file.toString(), "--rejects=/dev/full");
    Broker.Said resumed = broker.run(new ImportCommand(), "bank", file.toString(), "--resume");

    assertThat(full.exitCode()).isEqualTo(2);
    assertThat(full.err())
        .endsWith(
            "Name a file where there is space with --rejects FILE.\n3 payments were sent before; once that is mended, --resume sends the rest and nothing twice.\n");
    assertThat(resumed.out())
        .isEqualTo(
            file + ": 4 payments, 0 sent, 3 sent before, 1 rejected (see " + file + ".rejected)\n");
    assertThat(of("filled")).hasSize(3);
  }

  @Test
  void saysWhatIsWrongWithEachBadFile() throws Exception {
    Path gz = folder.resolve("a.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gz))) {
      out.write(HEADER.getBytes(StandardCharsets.UTF_8));
    }
    Path binary = folder.resolve("binary.csv");
    Files.write(binary, new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13});
    Path cut =
        write(
            "cut.csv",
            HEADER
                + "a,cut,1.00,EUR,DE89370400440532013000,E-1,ACSC,2026-01-31T13:45:00Z\nb,cut,1.00,EU");
    Path message =
        write(
            "message.xml",
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.03\"><CstmrCdtTrfInitn><GrpHdr><MsgId>M");

    assertRefused(
        "bank",
        write("xml.csv", "<?xml version=\"1.0\"?>\n<Document/>"),
        "is XML; say --format xml if it is a pain.001 or pacs.008 message.");
    assertRefused(
        "bank",
        write("csv.xml", HEADER),
        "is no XML; say --format csv or --format ndjson if it is that.");
    assertRefused("bank", write("empty.csv", ""), "is empty.");
    assertRefused("bank", write("empty.xml", ""), "is empty.");
    assertRefused("bank", write("blank.csv", " \n\n"), "holds blank lines only.");
    assertRefused(
        "bank", Files.createDirectory(folder.resolve("d.csv")), "is a folder; name a file.");
    assertRefused("bank", folder.resolve("missing.csv"), "is not there. Check the path.");
    assertRefused("bank", gz, "is compressed with gzip; gunzip it first.");
    assertRefused("bank", binary, "is no text; import reads CSV, NDJSON and ISO 20022 XML.");
    assertRefused(
        "cc",
        message,
        "is ISO 20022 XML, which holds bank transfers: import it with 'import bank'.");
    assertThat(broker.run(new ImportCommand(), "paypal", cut.toString()).err())
        .isEqualTo(
            "error: channel 'paypal' is none. Channels: cc, bank, and every topic whose schema is registered; %s has no subject 'paypal-value'. Register one with 'lastfive schemas register FILE --topic paypal'.\n"
                .formatted(broker.registryUrl()));
    assertRejected(
        cut,
        cut + ":3: has 4 columns, the header has 8",
        cut + ": 2 payments, 1 sent, 1 rejected (see " + cut + ".rejected)");
    Path half =
        write(
            "half.ndjson",
            "{\"customer_id\":\"half\",\"amount\":1,\"currency\":\"EUR\",\"iban\":\"DE89370400440532013000\",\"status\":\"ACSC\",\"date\":\"2026-01-31T13:45:00Z\"}\n{\"customer_id\":\"half\",\"amo");
    assertRejected(
        half,
        half + ":2: is not valid JSON from column 27 on",
        half + ": 2 payments, 1 sent, 1 rejected (see " + half + ".rejected)");
    Path open =
        write(
            "open.csv",
            HEADER
                + "c,open,1.00,EUR,DE89370400440532013000,E-1,ACSC,2026-01-31T13:45:00Z\nd,open,1.00,EUR,DE89370400440532013000,\"E-2,ACSC");
    assertRejected(
        open,
        open + ":3: has a quote in column 6 that is never closed",
        open + ": 2 payments, 1 sent, 1 rejected (see " + open + ".rejected)");
    assertRejected(
        message,
        message
            + ":1: /Document/CstmrCdtTrfInitn/GrpHdr/MsgId: the file ends in the middle of a message: it was cut off",
        message + ": 1 payments, 0 sent, 1 rejected (see " + message + ".rejected)");
  }

  @Test
  void rejectsEachUnsoundPaymentSayingWhy() throws Exception {
    String sound = "a,unsound,1.00,EUR,DE89370400440532013000,E-1,ACSC,2026-01-31T13:45:00Z\n";
    Path file =
        write(
            "unsound.csv",
            HEADER
                + sound.replace("1.00", "-1.00")
                + sound.replace("EUR", "QQQ")
                + sound.replace("DE89", "DE88")
                + sound.replace("E-1", "X".repeat(40))
                + sound.replace("1.00", "1.005"));

    Broker.Said said = broker.run(new ImportCommand(), "bank", file.toString(), "--dry-run");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err().lines())
        .containsExactly(
            "error: "
                + file
                + ":2: instructed_amount '-1' is not above zero; a refund is a payment of its own with status REFUNDED",
            "error: " + file + ":3: currency 'QQQ' is no ISO 4217 code such as EUR",
            "error: "
                + file
                + ":4: debtor_iban has wrong check digits (mod 97): a character is mistyped or swapped",
            "error: " + file + ":5: end_to_end_id has 40 characters; at most 35 fit",
            "error: " + file + ":6: instructed_amount '1.005' has more decimals than EUR has (2)");
    assertThat(said.out()).isEqualTo(file + ": 5 payments, 0 sound, 5 rejected\n");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  private void assertRefused(String channel, Path file, String problem) {
    Broker.Said said = broker.run(new ImportCommand(), channel, file.toString());
    assertThat(ImportCheckpoint.fileBeside(file)).doesNotExist();
    assertThat(said.err()).isEqualTo("error: '" + file + "' " + problem + "\n");
    assertThat(said.exitCode()).isEqualTo(2);
  }

  private void assertRejected(Path file, String error, String summary) {
    Broker.Said said = broker.run(new ImportCommand(), "bank", file.toString());
    assertThat(said.err()).isEqualTo("error: " + error + "\n");
    assertThat(said.out()).isEqualTo(summary + "\n");
    assertThat(said.exitCode()).isEqualTo(1);
  }

  private Path transfers(String name, String customer, int rows) throws Exception {
    StringBuilder lines = new StringBuilder(HEADER);
    for (int i = 0; i < rows; i++) {
      lines.append(
          "id-%d,%s,1.00,EUR,DE89370400440532013000,E-%d,ACSC,2026-01-31T13:45:00Z%n"
              .formatted(i, customer, i));
    }
    return write(name, lines.toString());
  }

  private Path write(String name, String content) throws Exception {
    return Files.writeString(folder.resolve(name), content);
  }

  private static List<GenericRecord> of(String customer) {
    LastfiveAvroDeserializer avro = new LastfiveAvroDeserializer();
    avro.configure(Map.of("schema.registry.url", broker.registryUrl()), false);
    return broker.records(PaymentEvent.BANK_TRANSFER, avro).stream()
        .filter(message -> message.key().equals(customer))
        .map(message -> (GenericRecord) message.value())
        .toList();
  }
}
