// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.producers.channel.creditcard.CardTokenizer;
import io.lastfive.schemas.CreditCardPayment;
import io.lastfive.settings.UserError;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaymentImportTest {
  private static final String CC_HEADER =
      "payment_id,customer_id,amount,currency,card_number,cvv,status,transacted_at,merchant_name\n";
  private static final String CC_ROW =
      "6fa459ea-ee8a-4ca4-894e-db77e160355e,C-1,12.50,EUR,4111111111111111,123,CAPTURED,2026-01-31T13:45:00+01:00,Café\n";

  private static final Optional<ZoneId> BERLIN = Optional.of(ZoneId.of("Europe/Berlin"));

  @TempDir Path folder;

  private final List<String> rejected = new ArrayList<>();

  @Test
  void readsCsvWithByteOrderMarkQuotesAndCarriageReturns() throws Exception {
    Path file =
        write(
            "a.csv",
            String.join(
                "\r\n",
                "\ufeff\"Customer ID\";Amount;CCY;PAN;Status;Date;Merchant",
                "C-1;12.50;eur;4111 1111 1111 1111;captured;2026-01-31 13:45:00;\"The \"\"Best\"\"; Café\"",
                "",
                "C-2;7;JPY;378282246310005;CAPTURED;1769863500000;\"two\nlines\""));

    ImportSummary summary = checkCards(file, Map.of(), Map.of(), BERLIN);

    assertThat(rejected).containsExactly("4: merchant_name has a control character at position 4");
    assertThat(summary.rows()).isEqualTo(2);
    assertThat(summary.sent()).isEqualTo(1);
    assertThat(summary.ignoredColumns()).isEmpty();
  }

  @Test
  void rejectsEachBadLineWithItsNumberAndEveryReason() throws Exception {
    Path file =
        write(
            "a.csv",
            CC_HEADER
                + CC_ROW
                + ",C-1,12.50,EUR,4111111111111112,123,CAPTURED,2026-01-31T13:45:00Z,x\n"
                + ",C-1,-1,EUR,4111x11111111111,123,CAPTURED,2026-01-31T13:45:00Z,x\n"
                + ",,12.505,EUR,4111111111111111,123,PAID,2026-01-31T13:45:00Z,x\n"
                + ",C-1,\"12,50\",EUR,411111******1111,123,CAPTURED,2026-01-31T13:45:00,x\n"
                + "too,few\n"
                + ",C-1,1,EUR,4111111111111111,1,CAPTURED,2026-01-31T13:45:00Z,\"never closed\n"
                + ",C-1,1,EUR,4111111111111111,1,CAPTURED,2026-01-31T13:45:00Z,\"a\"b\n"
                + ",C-1,1,EUR,4111111111111111,1,CAPTURED,2026-01-31T13:45:00Z,4111-1111-1111-1111\n"
                + CC_ROW);

    ImportSummary summary = checkCards(file, Map.of(), Map.of());

    assertThat(rejected)
        .containsExactly(
            "3: card_number fails the Luhn check: a digit is wrong, missing or swapped",
            "4: card_number has a character at position 5 that is no digit, space or dash; amount '-1' is not above zero; a refund is a payment of its own with status REFUNDED",
            "5: customer_id is missing; amount '12.505' has more decimals than EUR has (2); status 'PAID' is none of AUTHORIZED, CAPTURED, DECLINED, REFUNDED",
            "6: card_number is masked already and gives no token; send the full number, or card_number_masked (first 6 and last 4 digits, '*' between) with the card_token it had; amount '12,50' is not a number such as 1234.50; transacted_at '2026-01-31T13:45:00' has no offset from UTC; say where it was with --zone, such as --zone Europe/Berlin",
            "7: has 2 columns, the header has 9",
            "8: has a quote in column 9 that is never closed",
            "9: has 'b' after the closing quote of column 9",
            "10: merchant_name holds what reads as a card number (13 to 19 digits that pass the Luhn check); take it out or break the digits with letters");
    assertThat(summary.rows()).isEqualTo(10);
    assertThat(summary.sent()).isEqualTo(2);
    assertThat(Files.exists(folder.resolve("a.csv.rejected"))).isFalse();
  }

  @Test
  void readsNdjsonWithNestedObjectsAndNumbers() throws Exception {
    Path file =
        write(
            "a.ndjson",
            """
            {"uetr":"6FA459EA-EE8A-4CA4-894E-DB77E160355E","customer":"C-1","amount":99.90,"currency":"EUR","debtor":{"iban":"DE89 3704 0044 0532 0130 00","name":"Zoë"},"status":"ACSC","settled_at":"2026-01-31T13:45:00+01:00"}
            {"customer":"C-1","amount":99.90,"currency":"EUR","debtor":{"iban":"DE88370400440532013000"},"status":"ACSC","settled_at":"2026-01-31T13:45:00+01:00"}
            {"customer":"C-1","amount":99.90
            [1]
            {"customer":"C-1","customer":"C-2"}
            {"customer":"C-1","customer_id":"C-2"}
            {"customer":["C-1"]}
            """);

    ImportSummary summary = checkTransfers(file);

    assertThat(rejected)
        .containsExactly(
            "2: debtor_iban has wrong check digits (mod 97): a character is mistyped or swapped",
            "3: is not valid JSON from column 33 on",
            "4: is not a JSON object",
            "5: is not valid JSON from column 29 on",
            "6: more than one column reads as customer_id",
            "7: instructed_amount is missing; settled_at is missing; customer_id is missing; currency is missing; debtor_iban is missing; status is none of ACSC, ACSP, RJCT");
    assertThat(summary.sent()).isEqualTo(1);
  }

  @Test
  void saysThatPaymentsHaveOneId() throws Exception {
    Path file = write("a.csv", CC_HEADER + CC_ROW + CC_ROW.replace("12.50", "13") + CC_ROW);

    ImportSummary summary = checkCards(file, Map.of(), Map.of());

    assertThat(summary.sent()).isEqualTo(3);
    assertThat(summary.notes())
        .containsExactly(
            "2 with the id of another payment of the file, the first in line 3 (6fa459ea-ee8a-4ca4-894e-db77e160355e): each id counts once");
  }

  @Test
  void showsNoCardNumberThatStandsWhereANameShould() throws Exception {
    Path keyed = write("a.ndjson", "{\"customer\":\"C-1\",\"cards\":{\"4111111111111111\":1}}\n");
    Path headless = write("b.csv", "C-1,12.50,EUR,4111 1111 1111 1111,CAPTURED,2026-01-31\n");

    assertThat(checkTransfers(keyed).ignoredColumns()).containsExactly("cards.****************");
    assertThatThrownBy(() -> checkCards(headless, Map.of(), Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessageEndingWith(
            "Its columns: 'C-1', '12.50', 'EUR', '...', 'CAPTURED', '2026-01-31'.");
  }

  @Test
  void takesColumnsAndDefaultsAsTold() throws Exception {
    Path file =
        write("a.csv", "Kunde,Betrag,PAN,Zeit,cid\nC-1,12.50,4111111111111111,2026-01-31,9\n");

    ImportSummary summary =
        checkCards(
            file,
            Map.of("customer_id", "Kunde", "amount", "Betrag", "transacted_at", "Zeit"),
            Map.of("currency", "EUR", "status", "CAPTURED"),
            BERLIN);

    assertThat(rejected).isEmpty();
    assertThat(summary.sent()).isEqualTo(1);
    assertThat(summary.ignoredColumns()).containsExactly("cid");
  }

  @Test
  void namesWhatAFileLacksToBeImported() throws Exception {
    Path file = write("a.csv", "Kunde,Betrag,PAN,card\n");

    assertThatThrownBy(() -> checkCards(file, Map.of("amount", "Summe"), Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessage(
            """
            '%s' cannot be imported:
              mapping amount=Summe: there is no column 'Summe'
              columns 'PAN' and 'card' both read as card_number; say which with --map card_number=COLUMN
              no column reads as customer_id; name it with --map customer_id=COLUMN
              no column reads as amount; name it with --map amount=COLUMN
              no column reads as currency; name it with --map currency=COLUMN
              no column reads as status; name it with --map status=COLUMN
              no column reads as transacted_at; name it with --map transacted_at=COLUMN
              Its columns: 'Kunde', 'Betrag', 'PAN', 'card'."""
                .formatted(file));
  }

  @Test
  void refusesToMapAColumnThatMustNotBeStored() throws Exception {
    Path file = write("a.csv", CC_HEADER);

    assertThatThrownBy(
            () -> checkCards(file, Map.of("merchant_name", "CVV", "cardno", "x"), Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(
            "merchant_name=CVV: column 'CVV' must not be stored (PCI DSS 3.3.1) and cannot be imported.")
        .hasMessageContaining(
            "'cardno' is no field of the payment. Fields: payment_id, customer_id, amount, currency, card_number, card_number_masked,"
                + " card_token, cardholder_name, issuer_name, card_scheme, retrieval_reference, authorization_code,"
                + " merchant_name, merchant_category_code, status, transacted_at.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | UTF-8 | is empty.",
        "customer_id | UTF-16 | is UTF-16; save it as UTF-8.",
        "<Document/> | UTF-8 | is XML; say --format xml if it is a pain.001 or pacs.008 message.",
        "%PDF-1.7 | UTF-8 | is a PDF; import reads CSV, NDJSON and ISO 20022 XML.",
        "'PK\u0003\u0004' | UTF-8 | is a ZIP archive or a workbook; unpack it, or export it as CSV.",
        "a\u0000b | UTF-8 | is no text; import reads CSV, NDJSON and ISO 20022 XML.",
        "[{}] | UTF-8 | is a JSON array; import reads one JSON object a line, which jq -c '.[]' makes of it."
      })
  void saysWhatAFileIsThatIsNotWhatItSays(String content, String charset, String problem)
      throws Exception {
    Path file = folder.resolve("a.csv");
    Files.writeString(file, content.replace("''", ""), Charset.forName(charset));

    assertThatThrownBy(() -> checkCards(file, Map.of(), Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessage("'" + file + "' " + problem.replace("''", "'"));
  }

  @Test
  void namesAFileThatIsNotThere() {
    Path file = folder.resolve("missing.csv");

    assertThatThrownBy(() -> checkCards(file, Map.of(), Map.of()))
        .isInstanceOf(UserError.class)
        .hasMessage("'" + file + "' is not there. Check the path.");
  }

  @Test
  void rejectsLinesThatAreNotUtf8() throws Exception {
    Path file = folder.resolve("a.csv");
    Files.write(file, (CC_HEADER + CC_ROW).getBytes(StandardCharsets.ISO_8859_1));

    checkCards(file, Map.of(), Map.of());

    assertThat(rejected).containsExactly("2: is not UTF-8");
  }

  @Test
  void givesAPaymentWithoutAnIdTheSameIdEveryTime() {
    CreditCardFields fields = cardFields();
    Map<String, String> values =
        Map.of(
            "customer_id", "C-1",
            "amount", "1",
            "currency", "EUR",
            "card_number", "4111111111111111",
            "status", "CAPTURED",
            "transacted_at", "2026-01-31T13:45:00Z");
    CreditCardPayment first = fields.event(values);

    assertThat(first.getPaymentId()).isEqualTo(fields.event(values).getPaymentId()).hasSize(36);
    fields.channel().refuseUnsound(first);
  }

  @Test
  void readsAmountsTimesAndWordsAsTheMappingFileSays() throws Exception {
    Path file =
        write(
            "a.csv",
            "Wer|Was|Wann|Konto|Stand\nC-1|-1 234,5|31.01.2026|DE89370400440532013000|ok\nC-1|-1,5|30.02.2026|DE89370400440532013000|ok\nC-1|1.5|31.01.2026|DE89370400440532013000|ok\nC-1|1 234,5|31.01.2026|DE89370400440532013000|ok\n");
    Path mapping =
        write(
            "a.properties",
            """
            column.customer_id=Wer
            column.instructed_amount=Was
            column.settled_at=Wann
            column.debtor_iban=Konto
            column.status=Stand
            value.status.ok=ACSC
            fixed.currency=EUR
            amount.decimal=,
            amount.grouping=space
            amount.sign=negative
            time.format=dd.MM.yyyy
            time.zone=Europe/Berlin
            """);

    ImportSummary summary = checkTransfers(file, PaymentMapping.read(mapping));

    assertThat(rejected)
        .containsExactly(
            "3: settled_at '30.02.2026' is not written as time.format says",
            "4: instructed_amount '1.5' is not a number such as 1 234,50",
            "5: instructed_amount '1 234,5' is above zero: money that came in, where amount.sign=negative says that what is paid is below zero");
    assertThat(summary.sent()).isEqualTo(1);
  }

  @Test
  void namesEverythingThatIsWrongWithAMappingFile() throws Exception {
    Path mapping =
        write(
            "a.properties",
            """
            colum.amount=Betrag
            amount.decimal=point
            amount.unit=cents
            time.format=gibberish
            time.zone=Berlin
            csv.skip=-1
            file.encoding=utf-99
            """);

    assertThatThrownBy(() -> PaymentMapping.read(mapping))
        .isInstanceOf(UserError.class)
        .hasMessage(
            """
            7 problems with the mapping:
              %1$s:1: 'colum.amount' is no setting of a mapping. Settings: column.FIELD, default.FIELD, fixed.FIELD, value.FIELD.TEXT, amount.decimal, amount.grouping, amount.sign, amount.unit, csv.separator, csv.skip, file.encoding, time.format, time.zone.
              %1$s:2: amount.decimal = 'point' is not one character, or one of tab, space.
              %1$s:3: amount.unit = 'cents' is not major or minor.
              %1$s:4: time.format = 'gibberish' is not a pattern of Java's DateTimeFormatter such as dd.MM.yyyy HH:mm:ss.
              %1$s:7: file.encoding = 'utf-99' is not an encoding such as UTF-8 or windows-1252.
              %1$s:6: csv.skip = '-1' is not a number of lines before the header, up to 1000.
              %1$s:5: time.zone = 'Berlin' is not a time zone such as Europe/Berlin or +01:00."""
                .formatted(mapping));
  }

  private ImportSummary checkCards(
      Path file, Map<String, String> columns, Map<String, String> defaults) {
    return checkCards(file, columns, defaults, Optional.empty());
  }

  private ImportSummary checkCards(
      Path file, Map<String, String> columns, Map<String, String> defaults, Optional<ZoneId> zone) {
    CreditCardFields fields = new CreditCardFields(CardTokenizer.withKey(new byte[32]), zone);
    ImportSource source =
        ImportSource.of(file).withMapping(PaymentMapping.none().with(columns, defaults));
    return new PaymentImport<>(source, fields).check(progress(), () -> false);
  }

  private ImportSummary checkTransfers(Path file) {
    return checkTransfers(file, PaymentMapping.none());
  }

  private ImportSummary checkTransfers(Path file, PaymentMapping mapping) {
    return new PaymentImport<>(
            ImportSource.of(file).withMapping(mapping), new BankTransferFields(mapping.zone()))
        .check(progress(), () -> false);
  }

  private static CreditCardFields cardFields() {
    return new CreditCardFields(CardTokenizer.withKey(new byte[32]), Optional.empty());
  }

  private PaymentImport.Progress progress() {
    return new PaymentImport.Progress() {
      @Override
      public void rejected(long line, String reason) {
        rejected.add(line + ": " + reason);
      }

      @Override
      public void read(long rows, long rejectedRows, long bytesRead) {
        assertThat(bytesRead).isPositive();
      }
    };
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
