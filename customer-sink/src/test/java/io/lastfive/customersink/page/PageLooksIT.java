// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lastfive.customersink.page.PageFixture.Payment;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The page in light and dark, on a desk and on a phone: accessible, nothing wider than the screen,
 * screenshots in target/screenshots. Whether it is beautiful is left to whoever looks at them.
 */
@Tag("browser")
class PageLooksIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static PageFixture fixture;
  private static CustomerPage page;
  private static Browser browser;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(Browser.isInstalled(), Browser.HOW_TO_INSTALL);
    fixture = new PageFixture();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    fixture.put(
        "C-000016",
        now,
        List.of(
            payment("p5", "CC", "38.9000", "CHF", "Kaffeehaus Żółty Słoń", "SETTLED", now),
            payment(
                "p4",
                "BANK_TRF",
                "1250.0000",
                "EUR",
                "Blumen Iris",
                "SETTLED",
                now.minusSeconds(95)),
            payment(
                "p3", "CC", "12800.0000", "JPY", "Kino Astra", "REFUNDED", now.minusSeconds(5_400)),
            payment(
                "p2",
                "MOBILE_WALLET",
                "4.2500",
                "USD",
                "City Parking",
                "SETTLED",
                now.minusSeconds(90_000)),
            payment(
                "p1",
                "CC",
                "7.1250",
                "KWD",
                "Maison Élégance",
                "SETTLED",
                now.minusSeconds(700_000))));
    fixture.put(
        "C-000017",
        now,
        List.of(payment("q1", "CC", "1.0000", "EUR", "Bücherstube", "SETTLED", now)));
    fixture.put("C-EXTREMES", now, extremes(now));
    page = fixture.start(fixture.settings());
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

  @ParameterizedTest
  @CsvSource({
    "home-light, '', 1280, 800, light",
    "home-phone-dark, '', 390, 844, dark",
    "customer-light, customers/C-000016, 1280, 800, light",
    "customer-dark, customers/C-000016, 1280, 800, dark",
    "customer-phone, customers/C-000016, 390, 900, light",
    "customer-extremes, customers/C-EXTREMES, 1280, 900, dark",
    "customer-extremes-phone, customers/C-EXTREMES, 360, 1000, light",
    "customer-unknown, customers/nobody, 1280, 800, light",
    "pipeline-away, pipeline, 1440, 1000, light",
    "pipeline-away-phone, pipeline, 390, 900, dark"
  })
  void isAccessibleAndFitsTheScreen(
      String name, String path, int width, int height, String colorScheme) throws Exception {
    browser.lookAs(width, height, 1, colorScheme, true);
    browser.go(page.url() + path);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () ->
                assertThat(
                        browser
                            .run(
                                """
                                return document.querySelectorAll('#some li, .payment, #unknown:not([hidden]), #flow g[data-id]').length
                                """)
                            .asInt())
                    .isPositive());
    browser.await("document.fonts.ready.then(() => arguments[0]())");
    browser.screenshot(name);

    assertThat(Accessibility.violations(browser)).isEmpty();
    assertThat(
            browser
                .run(
                    "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
                .asInt())
        .as("pixels beyond the screen")
        .isZero();
    assertThat(
            browser.run(
                """
                return [...document.querySelectorAll('.card *, .tile *')].filter((one) => !one.closest('.unseen, [hidden]')
                  && one.getBoundingClientRect().right > one.closest('.card, .tile').getBoundingClientRect().right)
                  .map((one) => one.className + ': ' + one.textContent)
                """))
        .as("what is cut off at the edge of its card")
        .isEmpty();
    assertThat(
            browser.run(
                """
                return [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
                  .map(({ name }) => name).filter((name) => !name.startsWith(location.origin + '/'))
                """))
        .as("what was asked of other hosts")
        .isEmpty();
    assertThat(browser.run("return document.fonts.check('16px \"Inter Variable\"')").asBoolean())
        .isTrue();
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void writesAmountsInTheReadersLocaleAndTheCurrencysOwnDigits() {
    browser.lookAs(1280, 800, 1, "light", true);
    browser.lookInLanguage("en-US");
    browser.go(page.url() + "customers/C-000016");
    await()
        .atMost(PATIENCE)
        .until(
            () -> browser.run("return document.querySelectorAll('.payment').length").asInt() == 5);

    assertThat(texts(".amount"))
        .containsExactly("CHF 38.90", "€1,250.00", "¥12,800", "$4.25", "KWD 7.125");
    assertThat(texts(".channel-name"))
        .containsExactly("Card", "Bank transfer", "Card", "Mobile wallet", "Card");
    assertThat(texts(".when time").subList(1, 5))
        .containsExactly("2 minutes ago", "2 hours ago", "yesterday", "8 days ago");
  }

  private static List<String> texts(String selector) {
    List<String> texts = new ArrayList<>();
    browser
        .run(
            "return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText)",
            selector)
        .forEach(text -> texts.add(text.asText().replace('\u00a0', ' ')));
    return texts;
  }

  /** Names that are long or run the other way, and the greatest amounts that there are. */
  private static List<Payment> extremes(Instant now) {
    return List.of(
        extreme("x1", "999999999999999.9999", "IDR", "شركة الفنادق العربية المحدودة", now),
        extreme("x2", "1234567890.0000", "JPY", "株式会社東京国際フォーラム・ショッピングセンター", now),
        extreme(
            "x3",
            "1234567.8900",
            "BHD",
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
            now),
        extreme("x4", "0.0001", "EUR", "A".repeat(140), now),
        extreme("x5", "1234567890.1234", "XXZ", "", now));
  }

  private static Payment extreme(
      String id, String amount, String currency, String counterparty, Instant at) {
    return new Payment(
        id,
        "CC",
        amount,
        currency,
        "411111******7678",
        "Wolfeschlegelsteinhausenbergerdorff-Äußerst-Langname von und zu der Hohen Warte",
        counterparty,
        id.equals("x2") ? "REFUNDED" : "SETTLED",
        at);
  }

  private static Payment payment(
      String id,
      String type,
      String amount,
      String currency,
      String counterparty,
      String status,
      Instant at) {
    return new Payment(
        id,
        type,
        amount,
        currency,
        type.equals("BANK_TRF") ? "****************1140" : "411111******7678",
        "Seraina Zürcher",
        counterparty,
        status,
        at);
  }
}
