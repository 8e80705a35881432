// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import io.lastfive.cli.schemas.Registration;
import io.lastfive.cli.topics.PaymentTopics;
import io.lastfive.customersink.CustomerSink;
import io.lastfive.customersink.SinkHealth;
import io.lastfive.customersink.page.CustomerPage;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.migrate.Migration;
import io.lastfive.ksqlclient.migrate.Migrations;
import io.lastfive.localstack.LocalStack;
import io.lastfive.producers.channel.creditcard.CardNumber;
import io.lastfive.producers.channel.creditcard.CardPayment;
import io.lastfive.producers.channel.creditcard.CreditCardPaymentPublisher;
import io.lastfive.producers.cli.ImportCommand;
import io.lastfive.producers.cli.SendCommand;
import io.lastfive.producers.cli.SimulateCommand;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.cli.CommandRunner;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Feeds card numbers to the whole pipeline by every way in, sound and unsound, then looks for them
 * in every topic (internal ones, changelogs, the command topic, the processing log, dead letters),
 * table, log and data file. The control puts one where none may be, and must find it there and
 * nowhere else. Does not cover memory, nor what the operating system swaps out.
 */
class CardNumbersIT {
  private static final Set<String> NUMBERS =
      Set.of(
          "4111111111111111",
          "4012888888881881",
          "5555555555554444",
          "5105105105105100",
          "2223003122003222",
          "378282246310005",
          "371449635398431",
          "30569309025904",
          "6011111111111117",
          "3530111333300000",
          "6200000000000005",
          "6304000000000000000");

  private static final String CONTROL = "4000056655665556";
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  @TempDir private Path folder;
  private final StringBuilder said = new StringBuilder();

  @Test
  void leavesNoCardNumberAnywhere() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    Path inputs = Files.createDirectories(folder.resolve("inputs"));
    List<Appender<ILoggingEvent>> usual = new ArrayList<>();
    rootLogger().iteratorForAppenders().forEachRemaining(usual::add);
    Level level = rootLogger().getLevel();
    usual.forEach(rootLogger()::detachAppender);
    FileAppender<ILoggingEvent> log = logTo(data.resolve("everything.log"));
    try (LocalStack stack = LocalStack.builder().dataDir(data).start()) {
      Settings settings = stack.connect(Settings.defaults());
      PaymentTopics.create(settings);
      new Registration(settings).register();
      new Migrations(new KsqlClient(settings), Migration.readAll(Path.of("../ksql/migrations")))
          .apply(Map.of(), row -> {});
      try (CustomerSink sink = Pipeline.startSink(settings)) {
        assertThat(sink).isNotNull();
        write(settings, "CC-PAYMENT", "not Avro");
        write(settings, "PAYMENT-TRX-AGGR", "not Avro either");
        publish(settings);
        send(settings);
        importFiles(settings, inputs);
        run(
            settings,
            new SimulateCommand(),
            "--count=300",
            "--seed=3",
            "--rate=max",
            "--invalid=0.2",
            "--refunds=0.2");
        awaitRows(settings, "sink_dead_letter", 1);
        awaitRows(settings, "customer_payments WHERE customer_id = 'last-one'", 1);

        CardScan scan = new CardScan(settings, NUMBERS);
        assertThat(scan.topics()).isEmpty();
        assertThat(scan.cardShapedFields()).isEmpty();
        assertThat(scan.tables()).isEmpty();
        assertThat(scan.files(data)).isEmpty();
        assertThat(scan.holdsOne(said.toString().getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(scan.files(inputs)).containsExactly("cards.csv", "cards.ndjson", "orders.xml");
        assertThat(besideTheInputs(inputs))
            .containsExactly(
                "cards.csv.progress",
                "cards.csv.rejected",
                "cards.ndjson.progress",
                "cards.ndjson.rejected",
                "orders.xml.progress",
                "orders.xml.rejected");
        assertThat(scan.holdsOne(answersOfThePage(settings).getBytes(StandardCharsets.UTF_8)))
            .isFalse();
        assertThat(scan.looked().keySet())
            .contains(
                "topic CC-PAYMENT",
                "topic BANK-TRANSFER-PAYMENT",
                "topic PAYMENT-OUTPUT",
                "topic PAYMENT-TRX-AGGR",
                "topic PAYMENT-TRX-AGGR-DLQ",
                "topic __consumer_offsets",
                "topic _schemas",
                "table public.customer_payments",
                "table public.sink_dead_letter")
            .anyMatch(place -> place.endsWith("-changelog"))
            .anyMatch(place -> place.contains("command_topic"))
            .anyMatch(place -> place.contains("processing"));
        assertThat(scan.looked()).doesNotContainEntry("topic PAYMENT-TRX-AGGR-DLQ", 0);

        findsOneThatIsPutThere(settings, data);
      }
    } finally {
      log.stop();
      rootLogger().detachAppender(log);
      usual.forEach(rootLogger()::addAppender);
      rootLogger().setLevel(level);
      ((Logger) LoggerFactory.getLogger("io.lastfive")).setLevel(null);
    }
  }

  private static List<String> besideTheInputs(Path inputs) throws IOException {
    try (Stream<Path> files = Files.list(inputs)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".rejected") || name.endsWith(".progress"))
          .sorted()
          .toList();
    }
  }

  /**
   * What a browser gets, of customers, pipeline and dead letters, and of one who asks for a card.
   */
  private static String answersOfThePage(Settings settings) throws Exception {
    StringBuilder answers = new StringBuilder();
    try (CustomerPage page =
        CustomerPage.start(
            settings.with(KnownSettings.PAGE_PORT, 0),
            new SinkHealth(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
      for (String path :
          List.of(
              "/api/customers?query=i",
              "/api/customers/library/payments",
              "/api/customers/imported/payments",
              "/api/pipeline",
              "/metrics",
              "/")) {
        HttpResponse<String> answer =
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create(page.url() + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        answers.append(answer.body()).append('\n');
      }
    }
    assertThat(answers.toString()).containsPattern("\"accountNo\": ?\"\\d{6}\\*+\\d{4}\"");
    return answers.toString();
  }

  /** A payment service's careless record: its bytes stay in its topic and go no further. */
  private void findsOneThatIsPutThere(Settings settings, Path data) throws Exception {
    CardScan scan = new CardScan(settings, Set.of(CONTROL));
    assertThat(scan.topics()).isEmpty();

    write(settings, "PAYMENT-TRX-AGGR", "card 4000 0566 5566 5556");
    awaitRows(settings, "sink_dead_letter", 2);
    try (Connection connection = connect(settings)) {
      connection
          .createStatement()
          .execute("CREATE TABLE careless AS SELECT '" + CONTROL + "' AS pan");
    }
    LoggerFactory.getLogger("io.lastfive.careless").info("card={}", CONTROL);

    assertThat(scan.topics()).containsExactly("PAYMENT-TRX-AGGR");
    assertThat(scan.tables()).containsExactly("public.careless");
    assertThat(scan.files(data))
        .contains("everything.log")
        .anyMatch(file -> file.matches(".*PAYMENT-TRX-AGGR-\\d/.*\\.log"))
        .noneMatch(file -> file.contains("DLQ") || file.contains("changelog"));
    assertThat(scan.holdsOne(CONTROL.getBytes(StandardCharsets.UTF_16LE))).isTrue();
    assertThat(scan.holdsOne("x4000-0566-5566-5556x".getBytes(StandardCharsets.UTF_8))).isTrue();
  }

  private static void publish(Settings settings) {
    try (CreditCardPaymentPublisher publisher = CreditCardPaymentPublisher.open(settings)) {
      for (String number : NUMBERS) {
        publisher
            .publish(
                CardPayment.builder()
                    .customerId("library")
                    .cardNumber(CardNumber.of(number))
                    .amount("12.50", "EUR")
                    .merchantName("Kiosk 24")
                    .build())
            .join();
      }
    }
  }

  private void send(Settings settings) {
    String number = "4111111111111111";
    run(
        settings,
        new SendCommand(),
        "cc",
        "--customer-id=sent",
        "--amount=1",
        "--card-number=" + number);
    run(
        settings,
        new SendCommand(),
        "cc",
        "--customer-id=" + number,
        "--amount=" + number,
        "--card-number=" + number,
        "--merchant-name=paid with " + number,
        "--cardholder-name=" + number,
        "--retrieval-reference=" + number,
        "--status=" + number,
        "--transacted-at=" + number);
    run(
        settings,
        new SendCommand(),
        "bank",
        "--customer-id=sent",
        "--amount=1",
        "--debtor-iban=DE89370400440532013000",
        "--remittance-information=card " + number,
        "--end-to-end-id=" + number);
  }

  private void importFiles(Settings settings, Path inputs) throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add("customer_id,amount,currency,pan,status,time,merchant,cvv,expiry");
    for (String number : NUMBERS) {
      lines.add("imported,1,EUR,%s,CAPTURED,2026-01-31T13:45:00Z,Shop,123,12/29".formatted(number));
      lines.add("imported,x,EUR,%s,CAPTURED,2026-01-31T13:45:00Z,Shop,123,12/29".formatted(number));
      lines.add("%1$s,%1$s,EUR,%1$s1,%1$s,%1$s,%1$s,123,12/29".formatted(number));
      lines.add("imported,1,EUR,,CAPTURED,2026-01-31T13:45:00Z,\"%s".formatted(number));
    }
    lines.add("last-one,1,EUR,4111111111111111,CAPTURED,2026-01-31T13:45:00Z,Shop,123,12/29");
    Path cards = Files.write(inputs.resolve("cards.csv"), lines);
    Path orders =
        Files.writeString(
            inputs.resolve("orders.xml"),
            """
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr><MsgId>4111111111111111</MsgId></GrpHdr>
            <PmtInf><ReqdExctnDt><Dt>2026-02-01</Dt></ReqdExctnDt><DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>
            <CdtTrfTxInf><PmtId><EndToEndId>5555 5555 5555 4444</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">1</InstdAmt></Amt>
              <RmtInf><Ustrd>my card is 378282246310005</Ustrd></RmtInf></CdtTrfTxInf>
            <CdtTrfTxInf><Amt><InstdAmt Ccy="EUR">1</InstdAmt></Amt><Cdtr><Nm>4111-1111-1111-1111</Nm></Cdtr></CdtTrfTxInf>
            <CdtTrfTxInf><Amt><InstdAmt Ccy="EUR">1</InstdAmt></Amt><CdtrAcct><Id><IBAN>4111111111111111</IBAN></Id></CdtrAcct></CdtTrfTxInf>
            <CdtTrfTxInf><Amt><InstdAmt Ccy="EUR">1</InstdAmt></Amt><CdtrAcct><Id><IBAN>DE4111111111111111</IBAN></Id></CdtrAcct></CdtTrfTxInf>
            <CdtTrfTxInf><Amt><InstdAmt Ccy="EUR">1</InstdAmt></Amt><CdtrAcct><Id><Othr><Id>4111111111111111</Id></Othr></Id></CdtrAcct></CdtTrfTxInf>
            </PmtInf></CstmrCdtTrfInitn></Document>
            """);
    Path objects =
        Files.write(
            inputs.resolve("cards.ndjson"),
            NUMBERS.stream()
                .map(
                    number ->
                        "{\"customer_id\":\"%1$s\",\"card\":{\"pan\":\"%1$s\",\"%1$s\":\"%1$s\"},\"amount\":%1$s,\"merchant\":\"%1$s\"}\n{\"pan\":\"%1$s"
                            .formatted(number))
                .toList());
    run(settings, new ImportCommand(), "cc", objects.toString());
    run(settings, new ImportCommand(), "bank", orders.toString());
    run(settings, new ImportCommand(), "cc", cards.toString());
  }

  private void run(Settings settings, Object command, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--kafka.bootstrap.servers=" + settings.get(KnownSettings.KAFKA_BOOTSTRAP_SERVERS));
    all.add("--schema.registry.url=" + settings.get(KnownSettings.SCHEMA_REGISTRY_URL));
    all.add(
        "--card.token.key.file=" + settings.find(KnownSettings.CARD_TOKEN_KEY_FILE).orElseThrow());
    StringWriter output = new StringWriter();
    CommandRunner.run(
        CommandRunner.commandLine(command)
            .setOut(new PrintWriter(output))
            .setErr(new PrintWriter(output)),
        all.toArray(String[]::new));
    said.append(output);
    assertThat(output.toString()).isNotEmpty().doesNotContain("this is a bug");
  }

  private static void write(Settings settings, String topic, String value) throws Exception {
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            new HashMap<>(settings.kafkaProperties()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  topic,
                  "careless".getBytes(StandardCharsets.UTF_8),
                  value.getBytes(StandardCharsets.UTF_8)))
          .get();
    }
  }

  private static void awaitRows(Settings settings, String from, int wanted) {
    await()
        .atMost(LONGEST_WAIT)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(count(settings, from)).isEqualTo(wanted));
  }

  private static int count(Settings settings, String from) throws SQLException {
    try (Connection connection = connect(settings);
        ResultSet rows =
            connection.createStatement().executeQuery("SELECT count(*) FROM " + from)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static Connection connect(Settings settings) throws SQLException {
    return DriverManager.getConnection(
        settings.get(KnownSettings.DATABASE_URL),
        settings.get(KnownSettings.DATABASE_USER),
        settings.get(KnownSettings.DATABASE_PASSWORD));
  }

  /** Everything that our own code logs, and what the others say of their life. */
  private static FileAppender<ILoggingEvent> logTo(Path file) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d %-5level %logger - %msg%n");
    encoder.start();
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setContext(context);
    appender.setFile(file.toString());
    appender.setEncoder(encoder);
    appender.start();
    rootLogger().setLevel(Level.INFO);
    ((Logger) LoggerFactory.getLogger("io.lastfive")).setLevel(Level.TRACE);
    rootLogger().addAppender(appender);
    return appender;
  }

  private static Logger rootLogger() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
