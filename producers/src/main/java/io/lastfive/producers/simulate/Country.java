// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.simulate;

import java.util.List;

/**
 * Where a customer lives: currency, names, banks. Banks are invented.
 *
 * @param ibanCountry of the accounts; customers of countries without IBANs hold one in Luxembourg
 * @param bban form of the account number: n a digit, a a letter
 * @param decimals of the currency
 * @param minorPerEuro how many of the currency's smallest units make a Euro, roughly
 * @param offsetMinutes of the local clock from UTC
 */
record Country(
    String ibanCountry,
    String bban,
    String currency,
    int decimals,
    long minorPerEuro,
    int offsetMinutes,
    List<String> firstNames,
    List<String> lastNames,
    boolean lastNameFirst,
    List<Bank> banks) {

  record Bank(String name, String bic) {}

  private static final String LUXEMBOURG = "nnnnnnnnnnnnnnnn";

  static final List<Country> ALL =
      List.of(
          country("DE", "nnnnnnnnnnnnnnnnnn", "EUR", 2, 100, 60)
              .names(
                  "Anna Jürgen Sofie Björn Lena Matthias", "Müller Schäfer Weiß Köhler Vogt Brandt")
              .banks("Bank am Kanal:BAKADEH1XXX", "Nordlicht Sparkasse:NOLIDEB2"),
          country("FR", "nnnnnnnnnnnnnnnnnnnnnnn", "EUR", 2, 100, 60)
              .names(
                  "Zoé Hélène François Aurélie Loïc Maël",
                  "Lefèvre Dubois Garçon Noël Moreau D'Arcy")
              .banks("Banque des Deux Rives:BDRVFRP1", "Crédit du Phare:CRPHFR22XXX"),
          country("NL", "aaaannnnnnnnnn", "EUR", 2, 100, 60)
              .names(
                  "Sanne Daan Fenna Joost Maartje Bram", "Jansen Bakker Visser Smit Dekker Kuiper")
              .banks("Waterland Bank:WATLNL2A", "Molen Bank:MOLNNL21XXX"),
          country("ES", "nnnnnnnnnnnnnnnnnnnn", "EUR", 2, 100, 60)
              .names(
                  "Íñigo Begoña José Lucía Andrés Nuria", "Muñoz Peña Ibáñez Ortega Castaño Vega")
              .banks("Banco del Faro:BAFAESMM", "Caja Ribera:CARIES2BXXX"),
          country("GB", "aaaannnnnnnnnnnnnn", "GBP", 2, 86, 0)
              .names(
                  "Olivia Siobhán George Amelia Rhys Isla",
                  "O'Brien Taylor MacLeod Clarke Hughes Patel")
              .banks("Harbour & Hill:HARHGB2L", "Thameside Bank:THAMGB21XXX"),
          country("CH", "nnnnnnnnnnnnnnnnn", "CHF", 2, 95, 60)
              .names(
                  "Reto Ursina Beat Seraina Luca Chiara",
                  "Brühlmann Caduff Zürcher Bernasconi Favre Hürlimann")
              .banks("Gipfelbank:GIPFCHZZ", "Banca Lago:BALACH22XXX"),
          country("PL", "nnnnnnnnnnnnnnnnnnnnnnnn", "PLN", 2, 428, 60)
              .names(
                  "Łukasz Małgorzata Żaneta Paweł Świętosława Wojciech",
                  "Wójcik Dąbrowska Kowalczyk Zieliński Ślązak Król")
              .banks("Bank Żubr:BZUBPLPW", "Wisła Bank:WISLPLP1XXX"),
          country("SE", "nnnnnnnnnnnnnnnnnnnn", "SEK", 2, 1120, 60)
              .names("Åsa Göran Märta Elin Håkan Nils", "Sjöberg Åkesson Lindqvist Öberg Ström Ek")
              .banks("Skärgårdsbanken:SKGBSESS", "Fjäll Bank:FJALSE22XXX"),
          country("GR", "nnnnnnnnnnnnnnnnnnnnnnn", "EUR", 2, 100, 120)
              .names(
                  "Ελένη Γιώργος Μαρία Κώστας Ζωή Νίκος",
                  "Παπαδόπουλος Οικονόμου Νικολάου Βασιλείου Δήμου Ράπτης")
              .banks("Αιγαίο Τράπεζα:AIGAGRAA", "Μελτέμι Τράπεζα:MELTGR21XXX"),
          country("UA", "nnnnnnnnnnnnnnnnnnnnnnnnn", "UAH", 2, 4850, 120)
              .names(
                  "Оксана Андрій Євген Наталія Юрій Софія",
                  "Шевченко Ковальчук Бондаренко Ткаченко Мельник Гончар")
              .banks("Дніпро Банк:DNIPUAUK", "Калина Банк:KALNUA22XXX"),
          country("BH", "aaaannnnnnnnnnnnnn", "BHD", 3, 430, 180)
              .names("فاطمة يوسف مريم خالد نورة سلمان", "الخليفة المناعي الدوسري العلوي فخرو كانو")
              .banks("بنك اللؤلؤ:LULUBHBM", "مصرف الخليج:KHALBHB1XXX"),
          country("SA", "nnnnnnnnnnnnnnnnnnnn", "SAR", 2, 425, 180)
              .names(
                  "عبدالله سارة محمد هند فيصل ريم",
                  "القحطاني العتيبي الغامدي الشمري الزهراني الحربي")
              .banks("بنك الواحة:WAHASARI", "مصرف النخيل:NAKHSA22XXX"),
          country("IL", "nnnnnnnnnnnnnnnnnnn", "ILS", 2, 390, 120)
              .names("נועה איתי תמר יוסי מיכל דוד", "כהן לוי מזרחי פרץ ביטון אברהם")
              .banks("בנק הירדן:YARDILIT", "בנק הגליל:GALLIL21XXX"),
          country("LU", LUXEMBOURG, "JPY", 0, 175, 540)
              .names("さくら 健太 陽子 大輔 美咲 翔", "佐藤 鈴木 高橋 田中 渡辺 伊藤")
              .lastNameLeads()
              .banks("桜銀行:SAKULULL", "富士見銀行:FUJILU21XXX"),
          country("LU", LUXEMBOURG, "KRW", 0, 1620, 540)
              .names("서연 민준 지우 도윤 하은 현우", "김 이 박 최 정 강")
              .lastNameLeads()
              .banks("한강은행:HANGLULL"),
          country("LU", LUXEMBOURG, "CNY", 2, 820, 480)
              .names("伟 雷 芳 娜 秀英 军", "王 李 张 刘 陈 杨")
              .lastNameLeads()
              .banks("长江银行:CHJILULL"),
          country("LU", LUXEMBOURG, "INR", 2, 10_300, 330)
              .names("अनन्या आरव प्रिया विवान दीया रोहन", "शर्मा वर्मा पटेल सिंह नायर अय्यर")
              .banks("गंगा बैंक:GANGLULL"),
          country("LU", LUXEMBOURG, "USD", 2, 115, -300)
              .names(
                  "Emily Joshua Madison DeShawn María Tyler",
                  "Johnson Nguyen García Smith-Jones Miller Lee")
              .banks("Lakeshore Trust:LAKELULL"));

  private static Country country(
      String ibanCountry,
      String bban,
      String currency,
      int decimals,
      long minorPerEuro,
      int offset) {
    return new Country(
        ibanCountry,
        bban,
        currency,
        decimals,
        minorPerEuro,
        offset,
        List.of(),
        List.of(),
        false,
        List.of());
  }

  private Country names(String first, String last) {
    return new Country(
        ibanCountry,
        bban,
        currency,
        decimals,
        minorPerEuro,
        offsetMinutes,
        List.of(first.split(" ")),
        List.of(last.split(" ")),
        lastNameFirst,
        banks);
  }

  private Country lastNameLeads() {
    return new Country(
        ibanCountry,
        bban,
        currency,
        decimals,
        minorPerEuro,
        offsetMinutes,
        firstNames,
        lastNames,
        true,
        banks);
  }

  private Country banks(String... namesAndBics) {
    List<Bank> all =
        List.of(namesAndBics).stream()
            .map(bank -> bank.split(":"))
            .map(parts -> new Bank(parts[0], parts[1]))
            .toList();
    return new Country(
        ibanCountry,
        bban,
        currency,
        decimals,
        minorPerEuro,
        offsetMinutes,
        firstNames,
        lastNames,
        lastNameFirst,
        all);
  }
}
