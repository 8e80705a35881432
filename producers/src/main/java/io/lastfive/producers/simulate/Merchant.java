// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import java.util.List;

/**
 * Who is paid by card. Names are invented.
 *
 * @param categoryCode ISO 18245
 * @param leastCents what a small payment there is, in Euro cents
 * @param mostCents what a large one is
 */
record Merchant(String name, String categoryCode, int leastCents, int mostCents) {
  static final List<Merchant> ALL =
      List.of(
          new Merchant("Bäckerei Sonnenschein", "5462", 120, 1_900),
          new Merchant("Kaffeehaus Żółty Słoń", "5814", 280, 2_400),
          new Merchant("Green Basket Groceries", "5411", 450, 18_000),
          new Merchant("Supermercado El Olivo", "5411", 380, 15_000),
          new Merchant("スーパーひまわり", "5411", 400, 12_000),
          new Merchant("Ταβέρνα Ο Πλάτανος", "5812", 900, 14_000),
          new Merchant("鼎香楼", "5812", 700, 16_000),
          new Merchant("مطعم الياسمين", "5812", 600, 11_000),
          new Merchant("Ресторан Каштан", "5812", 650, 10_500),
          new Merchant("Trattoria \"Da Gino\"", "5812", 1_100, 13_000),
          new Merchant("O'Malley's Bar", "5813", 500, 9_500),
          new Merchant("Tankstelle Nord", "5541", 2_000, 13_500),
          new Merchant("Volta Charging", "5552", 600, 5_500),
          new Merchant("Metro & Tram Tickets", "4111", 170, 9_900),
          new Merchant("Blue Line Railways", "4112", 900, 28_000),
          new Merchant("Taxi Zentrale", "4121", 700, 6_500),
          new Merchant("Skylark Airways", "3000", 4_900, 145_000),
          new Merchant("Hotel Bellevue, Genève", "7011", 7_500, 98_000),
          new Merchant("Apotheke am Markt", "5912", 350, 9_000),
          new Merchant("Dr. Lindqvist Tandvård", "8021", 5_000, 90_000),
          new Merchant("Bücherstube", "5942", 690, 8_500),
          new Merchant("Kino Astra", "7832", 750, 4_200),
          new Merchant("Pixelmarkt Elektronik", "5732", 1_500, 190_000),
          new Merchant("Cloud Nine Hosting", "4816", 400, 25_000),
          new Merchant("Streamio", "5815", 799, 1_999),
          new Merchant("Game Cellar", "5816", 199, 7_999),
          new Merchant("Maison Élégance", "5651", 1_990, 42_000),
          new Merchant("Schuhhaus Weiß", "5661", 2_990, 24_000),
          new Merchant("Möbel & Mehr", "5712", 3_900, 280_000),
          new Merchant("Baumarkt Hammer", "5200", 350, 52_000),
          new Merchant("Fit & Froh Studio", "7997", 1_900, 7_900),
          new Merchant("Salon Coco", "7230", 1_500, 14_000),
          new Merchant("Blumen Iris", "5992", 600, 8_900),
          new Merchant("Toy Train Company", "5945", 500, 16_000),
          new Merchant("Vet Clinic Paws", "0742", 3_000, 60_000),
          new Merchant("City Parking", "7523", 100, 3_500),
          new Merchant("Open University Fees", "8220", 9_900, 320_000),
          new Merchant("Helping Hands", "8398", 500, 20_000),
          new Merchant("Insure.Me", "6300", 2_500, 85_000),
          new Merchant("Kiosk 24", "5994", 100, 2_600));
}
