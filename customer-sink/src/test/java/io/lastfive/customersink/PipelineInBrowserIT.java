// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lastfive.customersink.page.Accessibility;
import io.lastfive.customersink.page.Browser;
import io.lastfive.customersink.page.CustomerPage;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.localstack.EmbeddedKsql;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pipeline view as somebody sees it while records flow, one cannot be read and ksqlDB goes
 * away: on a real broker, engine and sink. What the engine would write into the sink's topic is
 * sent to it here, as the scripts' Avro schemas belong to other modules.
 */
@Tag("browser")
class PipelineInBrowserIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SINK = "#flow [data-id='sink']";
  private static final String NORMALIZE = "#flow [data-id='query:NORMALIZE_CC']";

  private static final String STATEMENTS =
      """
      CREATE STREAM cc_payment (customer_id STRING KEY, amount INT) WITH (KAFKA_TOPIC='CC-PAYMENT', VALUE_FORMAT='JSON');
      CREATE STREAM payment_output (customer_id STRING KEY, amount INT) WITH (KAFKA_TOPIC='PAYMENT-OUTPUT', VALUE_FORMAT='JSON');
      INSERT INTO payment_output WITH (QUERY_ID='NORMALIZE_CC') SELECT customer_id, amount FROM cc_payment;
      """;

  @TempDir private Path folder;
  private long version;

  @BeforeAll
  static void needsBrowser() {
    assumeTrue(Browser.isInstalled(), Browser.HOW_TO_INSTALL);
  }

  @Test
  void movesWithThePaymentsAndKeepsItsShapeWhateverIsAway() throws Exception {
    try (SinkFixture stack = new SinkFixture()) {
      Settings settings = stack.begin(2).with(KnownSettings.PAGE_PORT, 0);
      stack.createTopics("CC-PAYMENT", "PAYMENT-OUTPUT");
      EmbeddedKsql ksql = EmbeddedKsql.start(stack.brokers(), stack.registry.url(), folder, 0);
      settings = settings.with(KnownSettings.KSQLDB_URL, ksql.url());
      new KsqlClient(settings)
          .execute(STATEMENTS, Map.of("auto.offset.reset", "earliest"), Map.of());
      SinkHealth health = new SinkHealth();
      PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      try (KafkaProducer<byte[], byte[]> cards = producer(stack.brokers());
          CustomerSink sink = CustomerSink.start(settings, health, new SinkMetrics(metrics));
          CustomerPage page = CustomerPage.start(settings, health, metrics);
          Browser browser = Browser.open()) {
        browser.lookAs(1440, 1000, 1, "light", true);
        browser.go(page.url() + "pipeline");

        seeItMove(stack, cards, browser);
        seeDeadLetter(stack, browser);
        ksql.close();
        seeKsqlAway(browser, ksql.url());
        assertThat(sink.ended()).isNotDone();
      } finally {
        ksql.close();
      }
    }
  }

  private void seeItMove(SinkFixture stack, KafkaProducer<byte[], byte[]> cards, Browser browser) {
    flowUntil(
        stack,
        cards,
        browser,
        seen -> {
          assertThat(seen.text("#rate")).matches("[1-9][0-9.,]*");
          assertThat(seen.text("#flow [data-id='topic:CC-PAYMENT'] .big"))
              .matches("[1-9][0-9.,]*\\s*/s");
          assertThat(seen.text(NORMALIZE + " .big")).matches("[1-9][0-9.,]*\\s*/s");
          assertThat(seen.text(SINK + " .big")).matches("[1-9][0-9.,]*\\s*/s");
          assertThat(
                  seen.run("return document.querySelectorAll('.flow[data-speed]').length").asInt())
              .isGreaterThan(3);
          assertThat(seen.text("#p50")).matches("[1-9][0-9.,]*|0\\.\\d+");
          assertThat(line(seen)).isNotEmpty();
        });
    String before = line(browser);
    String records = browser.text("#flow [data-id='topic:CC-PAYMENT'] .more");
    browser.run("document.querySelector(arguments[0]).kept = true", SINK);
    browser.screenshot("pipeline-live");

    flowUntil(
        stack,
        cards,
        browser,
        seen -> {
          assertThat(line(seen)).isNotEqualTo(before);
          assertThat(seen.text("#flow [data-id='topic:CC-PAYMENT'] .more")).isNotEqualTo(records);
        });
    // Only the numbers change; the picture is not drawn anew.
    assertThat(browser.run("return document.querySelector(arguments[0]).kept", SINK).asBoolean())
        .isTrue();
    assertThat(browser.text("#aside")).isEqualTo("0");
  }

  private static void seeDeadLetter(SinkFixture stack, Browser browser) {
    stack.send(0, "C9", new byte[] {1});

    see(
        browser,
        seen -> {
          assertThat(seen.text("#aside")).isEqualTo("1");
          assertThat(seen.text(SINK + " .more")).isEqualTo("1 dead letter");
          assertThat(attribute(seen, SINK, "data-alert")).isEqualTo("true");
          assertThat(seen.text("#numbers [data-id='sink']"))
              .contains("1 dead letter in sink_dead_letter");
        });
    browser.screenshot("pipeline-dead-letter");
  }

  private static void seeKsqlAway(Browser browser, String url) throws Exception {
    int boxes = boxes(browser);

    see(
        browser,
        seen -> {
          assertThat(attribute(seen, NORMALIZE, "data-status")).isEqualTo("unknown");
          assertThat(seen.text("#away")).contains(url);
          assertThat(seen.text("#numbers [data-id='query:NORMALIZE_CC']")).contains(url);
        });
    assertThat(boxes(browser)).isEqualTo(boxes);
    assertThat(attribute(browser, SINK, "data-status")).isEqualTo("ok");
    assertThat(browser.text("#flow [data-id='table'] .big")).isEqualTo("4");
    assertThat(browser.text("#badge")).isEqualTo("Live");
    assertThat(Accessibility.violations(browser)).isEmpty();
    browser.screenshot("pipeline-ksqldb-away");
    browser.lookAs(390, 844, 1, "dark", true);
    see(browser, seen -> assertThat(boxes(seen)).isEqualTo(boxes));
    browser.screenshot("pipeline-ksqldb-away-phone");
    assertThat(browser.console()).isEmpty();
  }

  /** A few more payments before each look. */
  private void flowUntil(
      SinkFixture stack,
      KafkaProducer<byte[], byte[]> cards,
      Browser browser,
      ThrowingConsumer<Browser> expected) {
    see(
        browser,
        seen -> {
          for (int i = 0; i < 4; i++) {
            version++;
            cards.send(
                new ProducerRecord<>(
                    "CC-PAYMENT",
                    ("C" + i).getBytes(StandardCharsets.UTF_8),
                    "{\"AMOUNT\":1}".getBytes(StandardCharsets.UTF_8)));
            stack.sendVersion(i % 2, "C" + i, version);
          }
          expected.accept(seen);
        });
  }

  private static void see(Browser browser, ThrowingConsumer<Browser> expected) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> expected.accept(browser));
  }

  private static String line(Browser browser) {
    return attribute(browser, "#spark .line", "d");
  }

  private static String attribute(Browser browser, String selector, String name) {
    return browser
        .run(
            "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? ''",
            selector,
            name)
        .asText();
  }

  private static int boxes(Browser browser) {
    return browser.run("return document.querySelectorAll('#flow g[data-id]').length").asInt();
  }

  private static KafkaProducer<byte[], byte[]> producer(String brokers) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", brokers, "linger.ms", 0),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
