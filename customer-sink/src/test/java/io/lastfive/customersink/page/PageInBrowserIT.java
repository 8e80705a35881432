// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import static io.lastfive.customersink.page.PageFixture.Payment.card;
import static io.lastfive.customersink.page.PageFixture.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person at a browser relies on; {@link PageLooksIT} looks at it from all sides. */
class PageInBrowserIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ENTER = "\uE007";
  private static final String DOWN = "\uE015";
  private static final String BADGE = "#badge";

  private static PageFixture fixture;
  private static CustomerPage page;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Browser.isInstalled(), Browser.HOW_TO_INSTALL);
    fixture = new PageFixture();
    page = fixture.start(fixture.settings().with(KnownSettings.PAGE_STALE_AFTER, "3s"));
    browser = Browser.open();
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
      page.close();
      fixture.close();
    }
  }

  @BeforeEach
  void empty() throws Exception {
    fixture.empty();
  }

  @Test
  void showsHostileNamesAsText() throws Exception {
    String id = "\"><script>hacked=1</script>";
    String name = "<img src=x onerror=hacked=1>";
    String counterparty = "</script><svg onload=hacked=1>{{hacked=1}}";
    fixture.put(id, Instant.now(), List.of(card("p'1\"", name, counterparty, "1.0000")));

    browser.go(page.url());
    awaitText("#some .name", name);
    browser.run("document.querySelector('#some a').click()");

    awaitText(".counterparty", counterparty);
    browser.go(page.url() + "customers/" + URLEncoder.encode(id, StandardCharsets.UTF_8));
    awaitText(".counterparty", counterparty);
    assertThat(browser.text("#holder")).isEqualTo(name);
    assertThat(browser.text("#customer-id")).isEqualTo(id);
    browser.type("/");
    browser.type("\"><script>");
    awaitText("#matches .name", name);
    assertThat(browser.run("return typeof hacked").asText()).isEqualTo("undefined");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void findsCustomerByKeyboardAlone() throws Exception {
    fixture.put("C1", Instant.now(), List.of(card("p1", "Zoë Müller", "Bücherstube", "1.0000")));
    fixture.put("C2", Instant.now(), List.of(card("p2", "Max Muller", "Kino Astra", "1.0000")));
    browser.go(page.url());
    awaitText("#some .id", "C1");

    browser.type("/");
    browser.type("mull");
    awaitText("#matches li:nth-child(2) .name", "Max Muller");
    browser.type(DOWN + DOWN);
    assertThat(
            browser
                .run("return document.activeElement.getAttribute('aria-activedescendant')")
                .asText())
        .isEqualTo("match-1");
    browser.type(ENTER);

    awaitText(".counterparty", "Kino Astra");
    assertThat(browser.url()).isEqualTo(page.url() + "customers/C2");
    assertThat(browser.run("return document.activeElement.id").asText()).isEqualTo("main");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void letsNewPaymentsSlideInByThemselves() throws Exception {
    fixture.put("C1", Instant.now(), List.of(card("p1", "Ada Lovelace", "Kino Astra", "1.0000")));
    browser.go(page.url() + "customers/C1");
    awaitText(BADGE, "Live");
    browser.run("window.sameDocument = true; document.querySelector('.payment').kept = true");

    fixture.put(
        "C1",
        Instant.now(),
        List.of(
            card("p2", "Ada Lovelace", "Bücherstube", "1234.5000"),
            card("p1", "Ada Lovelace", "Kino Astra", "1.0000")));

    awaitText(".payment:first-child .counterparty", "Bücherstube");
    assertThat(browser.text(".payment.new .amount")).isEqualTo("€1,234.50");
    assertThat(browser.text(".payment .account")).isEqualTo("411111 •••• 7678");
    // The row that stays is the same element, so that it can glide, and selections in it are kept.
    assertThat(browser.run("return document.querySelectorAll('.payment')[1].kept").asBoolean())
        .isTrue();
    assertThat(browser.text("#spoken")).isEqualTo("New payment: €1,234.50, Bücherstube");
    assertThat(browser.run("return window.sameDocument").asBoolean()).isTrue();
  }

  @Test
  void holdsNoConnectionWhileItsTabIsHidden() throws Exception {
    fixture.put("C1", Instant.now(), List.of(card("p1", "Ada Lovelace", "Kino Astra", "1.0000")));
    browser.go(page.url() + "customers/C1");
    awaitText(BADGE, "Live");

    hide(true);
    awaitWatching(0);
    fixture.put("C1", Instant.now(), List.of(card("p2", "Ada Lovelace", "Shop", "2.0000")));
    hide(false);

    awaitText(".payment.new .counterparty", "Shop");
    awaitWatching(1);
  }

  @Test
  void comesBackWhereItWasRefusedMeanwhile() throws Exception {
    fixture.put("C1", Instant.now(), List.of(card("p1", "Ada Lovelace", "Kino Astra", "1.0000")));
    CustomerPage first = fixture.start(fixture.settings());
    Settings samePort = fixture.settings().with(KnownSettings.PAGE_PORT, first.port());
    try (first) {
      browser.go(first.url() + "customers/C1");
      awaitText(BADGE, "Live");
    }
    try (CustomerPage refusing = fixture.start(samePort.with(KnownSettings.PAGE_TOKEN, "t"))) {
      assertThat(get(refusing, "/").statusCode()).isEqualTo(401);
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .untilAsserted(() -> assertThat(browser.console()).asString().contains(" 401 "));
      awaitState("reconnecting");
    }
    fixture.put("C1", Instant.now(), List.of(card("p2", "Ada Lovelace", "Shop", "2.0000")));
    try (CustomerPage again = fixture.start(samePort)) {
      assertThat(again.port()).isEqualTo(first.port());
      awaitText(".payment.new .counterparty", "Shop");
      awaitText(BADGE, "Live");
      browser.go("about:blank");
    }
    // That nobody answered meanwhile is of this test alone.
    assertThat(browser.console()).isNotNull();
  }

  @Test
  void tellsThatNothingCanBeReadFromThatNothingIsThere() throws Exception {
    fixture.execute("ALTER TABLE customer_payments RENAME TO out_of_reach");
    try {
      browser.go(page.url());
      awaitText("#none", "The customers cannot be read just now. This page tries again by itself.");
    } finally {
      fixture.execute("ALTER TABLE out_of_reach RENAME TO customer_payments");
    }
    awaitText("#none", "No payment has arrived yet. This page shows the first one as it comes.");

    fixture.put("C1", Instant.now(), List.of(card("p1", "Ada Lovelace", "Kino Astra", "1.0000")));
    awaitText("#some .name", "Ada Lovelace");
    assertThat(browser.console()).asString().contains(" 503 ");
  }

  private static void hide(boolean hidden) {
    browser.run(
        """
        Object.defineProperty(document, 'hidden', { configurable: true, value: arguments[0] });
        document.dispatchEvent(new Event('visibilitychange'));
        """,
        hidden);
  }

  private static void awaitWatching(int count) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () ->
                assertThat(get(page, "/metrics").body())
                    .contains("\nlastfive_page_watching %d.0\n".formatted(count)));
  }

  @Test
  void changesTheBadgeAndNothingElseWhilePaymentServicesAreSilent() throws Exception {
    fixture.put("C1", Instant.now(), List.of(card("p1", "Ada Lovelace", "Kino Astra", "1.0000")));
    browser.go(page.url() + "customers/C1");
    awaitText(BADGE, "Live");
    String before = browser.text("#payments .what");

    awaitState("stale");
    assertThat(browser.text(BADGE)).matches("No new data for \\d+ seconds?");
    assertThat(browser.text("#spoken")).matches("No new data for \\d+ seconds?");
    assertThat(browser.text("#payments .what")).isEqualTo(before);

    // Whoever's payment it is: data comes again.
    fixture.put("C2", Instant.now(), List.of(card("p2", "Max Muller", "Kino Astra", "1.0000")));
    awaitState("live");
    assertThat(browser.text("#payments .what")).isEqualTo(before);
  }

  private static void awaitState(String state) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () ->
                assertThat(
                        browser
                            .run("return document.querySelector('#badge').dataset.state")
                            .asText())
                    .isEqualTo(state));
  }

  private static void awaitText(String selector, String text) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(browser.text(selector)).isEqualTo(text));
  }
}
