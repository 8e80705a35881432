// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lastfive.settings.UserError;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoPaymentFileTest {
  private static final String PAIN = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03";
  private static final String TRANSFER =
      "<CdtTrfTxInf><PmtId><EndToEndId>E-1</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"EUR\">10.50</InstdAmt></Amt></CdtTrfTxInf>";
  private static final Path SAMPLES = Path.of("..", "samples", "iso20022");

  @TempDir private Path folder;
  private final List<String> notes = new ArrayList<>();

  @Test
  void findsAnOrdersFieldsWhereverTheyStand() {
    List<Map<String, String>> transfers = read(SAMPLES.resolve("pain.001.001.03.xml"));

    assertThat(transfers)
        .extracting(transfer -> transfer.get("instructed_amount") + transfer.get("currency"))
        .containsExactly("845.00EUR", "18.55EUR", "400EUR", "1000.00CHF");
    assertThat(transfers)
        .extracting(transfer -> transfer.get("end_to_end_id"))
        .containsExactly("RENT-2026-02", null, null, "TUITION-7");
    assertThat(transfers)
        .extracting(transfer -> transfer.get("remittance_information"))
        .containsExactly("Miete Februar 2026, Wohnung 3. OG links", "RF**************", null, null);
    assertThat(transfers)
        .extracting(transfer -> transfer.get("settled_at"))
        .containsExactly("2026-02-01", "2026-02-01", "2026-02-01", "2026-02-02");
    assertThat(transfers.get(0))
        .containsEntry("debtor_name", "Anna Müller")
        .containsEntry("debtor_iban", "DE89370400440532013000")
        .containsEntry("debtor_agent_bic", "COBADEFFXXX")
        .containsEntry("creditor_name", "Hausverwaltung Lindenhof & Söhne")
        .containsEntry("creditor_iban", "AT61 1904 3002 3457 3201");
    assertThat(transfers.get(2)).doesNotContainKey("creditor_iban");
    assertThat(transfers.get(3)).doesNotContainKey("debtor_agent_bic");
    assertThat(transfers).extracting(transfer -> transfer.get("uetr")).doesNotHaveDuplicates();
    assertThat(transfers).isEqualTo(read(SAMPLES.resolve("pain.001.001.03.xml")));
    assertThat(notes)
        .containsExactly("what reads as a card number was masked in 1 references and remittances");
  }

  @Test
  void readsPrefixesDatesWithTimeAndIbansUnderOthr() {
    List<Map<String, String>> transfers = read(SAMPLES.resolve("pain.001.001.09.xml"));

    assertThat(transfers.get(0))
        .containsEntry("uetr", "eb6305c9-1f7f-49de-aed0-16487c27b42d")
        .containsEntry("instructed_amount", "128000")
        .containsEntry("settled_at", "2026-02-03T10:30:00+01:00")
        .containsEntry("debtor_agent_name", "Harbour Bank")
        .containsEntry("creditor_name", "株式会社ひまわり");
    assertThat(transfers.get(1))
        .containsEntry("debtor_iban", "FR1420041010050500013M02606")
        .containsEntry("settled_at", "2026-02-04");
  }

  @Test
  void readsInterbankTransfersInEnvelopesAndOtherEncodings() {
    List<Map<String, String>> latin = read(SAMPLES.resolve("pacs.008.001.02.xml"));
    Map<String, String> enveloped = read(SAMPLES.resolve("pacs.008.001.08.xml")).get(0);
    Map<String, String> instant = read(SAMPLES.resolve("pacs.008.001.10.xml")).get(0);

    assertThat(latin)
        .extracting(transfer -> transfer.get("debtor_name") + " " + transfer.get("settled_at"))
        .containsExactly("Jürgen Weiß 2026-02-05", "Elin Sjöberg 2026-02-05");
    assertThat(enveloped)
        .containsEntry("instructed_amount", "1015.00")
        .containsEntry("currency", "GBP")
        .containsEntry("settled_at", "2026-02-06");
    assertThat(instant)
        .containsEntry("instructed_amount", "24.50")
        .containsEntry("settled_at", "2026-02-07T18:45:29.113+01:00");
  }

  @Test
  void namesTheCustomerByIbanDebtorIdOrLookup() {
    Path orders = SAMPLES.resolve("pain.001.001.03.xml");
    CustomerSource lookup =
        CustomerSource.of(SAMPLES.resolve("customers.csv"), CustomerSource.Rule.NONE);

    assertThat(customers(orders, CustomerSource.by(CustomerSource.Rule.DEBTOR_IBAN)))
        .containsExactly(
            "IBAN-faf7e1c0107370ff",
            "IBAN-faf7e1c0107370ff",
            "IBAN-faf7e1c0107370ff",
            "IBAN-c498d017d83bf116");
    assertThat(customers(orders, CustomerSource.by(CustomerSource.Rule.DEBTOR_ID)))
        .containsExactly(
            "CUST-0815",
            "CUST-0815",
            "CUST-0815",
            "/Document/CstmrCdtTrfInitn/PmtInf[2]/CdtTrfTxInf[1]: customer_id is missing, and the debtor has no id (Dbtr/Id); take the IBAN with --customer-from iban, or name customers with --lookup");
    assertThat(customers(orders, lookup))
        .containsExactly("C-000001", "C-000001", "C-000001", "C-000002");
  }

  @Test
  void takesTheIbanOfAnotherAccountFromTheLookup() throws Exception {
    Path lookup =
        write("l.csv", "account,customer_id,iban\n12345,C-9,DE89 3704 0044 0532 0130 00\n");
    Path orders =
        write(
            "a.xml", pain("<DbtrAcct><Id><Othr><Id>12345</Id></Othr></Id></DbtrAcct>" + TRANSFER));

    assertThat(rows(orders, CustomerSource.of(lookup, CustomerSource.Rule.NONE)).get(0).cells())
        .contains(
            new PaymentRow.Cell("customer_id", "C-9"),
            new PaymentRow.Cell("debtor_iban", "DE89370400440532013000"));
    assertThat(problems(orders))
        .containsExactly(
            "1 /Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]: DbtrAcct has no Id/IBAN, which debtor_iban needs; a file for --lookup (columns account, customer_id, iban) can give the IBAN of the debtor's account");
  }

  @Test
  void saysWhatALookupFileNeeds() throws Exception {
    Path lookup = write("l.csv", "iban,customer\nDE89370400440532013000,C-9\n");

    assertThatThrownBy(() -> CustomerSource.of(lookup, CustomerSource.Rule.NONE))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "Lookup file '%s' needs the columns account and customer_id; it has iban, customer."
                .formatted(lookup));
  }

  @Test
  void leavesOutCheques() throws Exception {
    Path orders = write("a.xml", pain("<PmtMtd>CHK</PmtMtd>" + TRANSFER));

    assertThat(problems(orders))
        .containsExactly(
            "1 /Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]: PmtMtd CHK orders a cheque, which is no transfer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE Document [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE Document SYSTEM \"http://127.0.0.1:1/evil.dtd\">",
        "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>"
      })
  void refusesDocumentTypes(String documentType) throws Exception {
    Path file =
        write(
            "a.xml",
            "<?xml version=\"1.0\"?>\n"
                + documentType
                + pain("<Dbtr><Nm>&x;</Nm></Dbtr>" + TRANSFER));

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "'%s' line 2: has a document type (DOCTYPE), with which a file can read others and fill the memory; payment messages have none. Take it out if you trust the file."
                .formatted(file));
  }

  @Test
  void refusesEntitiesThatNobodyDeclared() throws Exception {
    Path file = write("a.xml", pain("<Dbtr><Nm>&x;</Nm></Dbtr>" + TRANSFER));

    assertThat(problems(file))
        .containsExactly(
            "1 /Document/CstmrCdtTrfInitn/PmtInf[1]/Dbtr/Nm: is no well-formed XML in column 105; nothing after it can be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt/></Document> | line 1: holds a BkToCstmrStmt (urn:iso:std:iso:20022:tech:xsd:camt.053.001.02); import takes pain.001 (CstmrCdtTrfInitn) and pacs.008 (FIToFICstmrCdtTrf).",
        "<Xchg><Document><Foo/></Document></Xchg> | line 1: holds a Foo (no namespace); import takes pain.001 (CstmrCdtTrfInitn) and pacs.008 (FIToFICstmrCdtTrf).",
        "<html><body/></html> | is XML, but holds no pain.001 (CstmrCdtTrfInitn) and no pacs.008 (FIToFICstmrCdtTrf).",
        "customer_id;amount | is no XML; say --format csv or --format ndjson if it is that."
      },
      quoteCharacter = '`')
  void saysWhatAFileHoldsThatIsNoTransfer(String content, String problem) throws Exception {
    Path file = write("a.xml", content);

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("'" + file + "' ")
        .hasMessageEndingWith(problem);
  }

  @Test
  void takesTheTransfersBeforeTheFileWasCutOff() throws Exception {
    String whole = pain(TRANSFER + TRANSFER + TRANSFER);
    Path file = write("a.xml", whole.substring(0, whole.lastIndexOf("InstdAmt")));

    List<String> seen = problems(file);

    assertThat(seen)
        .containsExactly(
            "1 /Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]: DbtrAcct has no Id/IBAN, which debtor_iban needs",
            "1 /Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[2]: DbtrAcct has no Id/IBAN, which debtor_iban needs",
            "1 /Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[3]/Amt/InstdAmt: the file ends in the middle of a message: it was cut off");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16BE", "ISO-8859-1", "windows-1252"})
  void readsTheEncodingThatTheFileDeclares(String encoding) throws Exception {
    Path file = folder.resolve("a.xml");
    Files.write(
        file,
        ("<?xml version=\"1.0\" encoding=\""
                + encoding
                + "\"?>"
                + pain("<Dbtr><Nm>Zoë</Nm></Dbtr>" + TRANSFER))
            .getBytes(Charset.forName(encoding)));

    assertThat(read(file).get(0)).containsEntry("debtor_name", "Zoë");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ufeff", "\n  ", "<!-- from the bank -->\n"})
  void passesOverWhatStandsBeforeTheMessage(String before) throws Exception {
    Path file = write("a.xml", before + pain(TRANSFER));

    assertThat(read(file)).hasSize(1);
  }

  @Test
  void notesWhatAPersonShouldKnow() throws Exception {
    Path file =
        write(
            "a.xml",
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.08\"><CstmrCdtTrfInitn><GrpHdr><MsgId>M</MsgId><NbOfTxs>3</NbOfTxs><CtrlSum>31.5</CtrlSum></GrpHdr>"
                + "<PmtInf><PmtInfId>P</PmtInfId><NbOfTxs>1</NbOfTxs><CtrlSum>10.5000</CtrlSum>"
                + TRANSFER
                + "</PmtInf><PmtInf><PmtInfId>Q</PmtInfId><NbOfTxs>2</NbOfTxs><CtrlSum>21</CtrlSum>"
                + TRANSFER
                + "</PmtInf></CstmrCdtTrfInitn></Document>");

    assertThat(read(file)).hasSize(2);
    assertThat(notes)
        .containsExactly(
            "namespace 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.08' is none of pain.001.001.03, pain.001.001.09, pain.001.001.11; read all the same",
            "NbOfTxs of batch 'Q' says 2, and it has 1 transfers",
            "CtrlSum of batch 'Q' says 21, and its transfers sum up to 10.50",
            "NbOfTxs of message 'M' says 3, and it has 2 transfers",
            "CtrlSum of message 'M' says 31.5, and its transfers sum up to 21.00");
  }

  @Test
  void comparesWhatBanksSettleWithItsTotal() throws Exception {
    Path file =
        write(
            "a.xml",
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08\"><FIToFICstmrCdtTrf><GrpHdr><MsgId>M</MsgId><TtlIntrBkSttlmAmt Ccy=\"EUR\">7</TtlIntrBkSttlmAmt></GrpHdr>"
                + "<CdtTrfTxInf><IntrBkSttlmAmt Ccy=\"EUR\">3.00</IntrBkSttlmAmt></CdtTrfTxInf>"
                + "<CdtTrfTxInf><IntrBkSttlmAmt Ccy=\"EUR\">5.00</IntrBkSttlmAmt><InstdAmt Ccy=\"GBP\">4.00</InstdAmt></CdtTrfTxInf></FIToFICstmrCdtTrf></Document>");

    assertThat(read(file))
        .extracting(transfer -> transfer.get("instructed_amount") + " " + transfer.get("currency"))
        .containsExactly("3.00 EUR", "4.00 GBP");
    assertThat(notes)
        .containsExactly(
            "TtlIntrBkSttlmAmt of message 'M' says 7, and its transfers sum up to 8.00");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "urn:iso:std:iso:20022:tech:xsd:pain.001.001.11",
        "urn:iso:std:iso:20022:tech:xsd:pain.001.003.03",
        "http://www.six-interbank-clearing.com/de/pain.001.001.03.ch.02.xsd"
      })
  void knowsTheVersionsInUseAndWhatCountriesMadeOfThem(String namespace) throws Exception {
    Path file = write("a.xml", pain(TRANSFER).replace(PAIN, namespace));

    assertThat(read(file)).hasSize(1);
    assertThat(notes).isEmpty();
  }

  @Test
  void readsMessagesOfTheTimeBeforeTheyHadNames() throws Exception {
    Path file =
        write(
            "a.xml",
            pain(TRANSFER)
                .replace(PAIN, "urn:iso:std:iso:20022:tech:xsd:pain.001.001.02")
                .replace("CstmrCdtTrfInitn", "pain.001.001.02"));

    assertThat(read(file)).hasSize(1);
    assertThat(notes)
        .containsExactly(
            "namespace 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.02' is none of pain.001.001.03, pain.001.001.09, pain.001.001.11; read all the same");
  }

  @Test
  void passesOverOtherMessagesOfAnEnvelope() throws Exception {
    String report =
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10\"><FIToFIPmtStsRpt><GrpHdr><MsgId>R</MsgId></GrpHdr></FIToFIPmtStsRpt></Document>";
    Path mixed = write("a.xml", "<Xchg>" + report + pain(TRANSFER) + report + "</Xchg>");
    Path none = write("b.xml", "<Xchg>\n" + report + "</Xchg>");

    assertThat(read(mixed)).hasSize(1);
    assertThat(notes)
        .containsExactly(
            "passed over a FIToFIPmtStsRpt (urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10)");
    assertThatThrownBy(() -> read(none))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "'%s' line 2: holds a FIToFIPmtStsRpt (urn:iso:std:iso:20022:tech:xsd:pacs.002.001.10); import takes pain.001 (CstmrCdtTrfInitn) and pacs.008 (FIToFICstmrCdtTrf)."
                .formatted(none));
  }

  @Test
  void keepsACreditorsWrongIbanForTheCheckAndLeavesOutOtherAccounts() throws Exception {
    Path file =
        write(
            "a.xml",
            pain(
                withCreditor("<IBAN>DE88370400440532013000</IBAN>")
                    + withCreditor("<Othr><Id>DE89370400440532013000</Id></Othr>")
                    + withCreditor("<Othr><Id>9999-9999-7111-1111</Id></Othr>")));

    assertThat(read(file))
        .extracting(transfer -> transfer.get("creditor_iban"))
        .containsExactly("DE88370400440532013000", "DE89370400440532013000", null);
  }

  private static String withCreditor(String account) {
    return TRANSFER.replace(
        "</CdtTrfTxInf>", "<CdtrAcct><Id>" + account + "</Id></CdtrAcct></CdtTrfTxInf>");
  }

  @Test
  void givesTransfersOfDifferentDebtorsDifferentIdsThoughTheirMessagesAreNumberedAlike()
      throws Exception {
    String debtor = "<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>";
    Path one = write("a.xml", pain(debtor + TRANSFER));
    Path other = write("b.xml", pain(debtor.replace("DE89", "FR14") + TRANSFER));
    Path dearer = write("c.xml", pain(debtor + TRANSFER.replace("10.50", "11.50")));

    assertThat(
            List.of(
                read(one).get(0).get("uetr"),
                read(other).get(0).get("uetr"),
                read(dearer).get(0).get("uetr")))
        .doesNotHaveDuplicates();
    assertThat(read(one)).isEqualTo(read(one));
  }

  @Test
  void takesWhatStandsBeforeABytesThatIsNotInTheEncodingOfTheFile() throws Exception {
    String message = pain(TRANSFER + "\n" + TRANSFER.replace("E-1", "Zoë") + TRANSFER);
    Path file = folder.resolve("a.xml");
    Files.write(file, message.getBytes(StandardCharsets.ISO_8859_1));

    assertThat(problems(file))
        .containsExactly(
            "1 /Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]: DbtrAcct has no Id/IBAN, which debtor_iban needs",
            "2 /Document/CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[2]/PmtId/EndToEndId: the file is not in the encoding that it says (UTF-8); nothing from about here on can be read. Say which it is with file.encoding, such as windows-1252, in a file for --mapping");
    try (IsoPaymentFile said =
        IsoPaymentFile.open(
            file,
            new FileFormat(Optional.of(StandardCharsets.ISO_8859_1), Optional.empty(), 0),
            CustomerSource.by(CustomerSource.Rule.NONE))) {
      said.next();
      assertThat(said.next().orElseThrow().cells())
          .contains(new PaymentRow.Cell("end_to_end_id", "Zoë"));
    }
  }

  @Test
  void doesNotBelieveAFileOfSingleBytesThatItIsUtf16() throws Exception {
    Path file =
        write(
            "a.xml",
            "<?xml version=\"1.0\" encoding=\"utf-16\"?>"
                + pain("<Dbtr><Nm>Zoë</Nm></Dbtr>" + TRANSFER));

    assertThat(read(file).get(0)).containsEntry("debtor_name", "Zoë");
  }

  @Test
  void namesAnEncodingThatIsNone() throws Exception {
    Path file = write("a.xml", "<?xml version='1.0' encoding='latin-42'?>" + pain(TRANSFER));

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "'%s' declares the encoding 'latin-42', which is none that is known here. Say which it is with file.encoding in a file for --mapping."
                .formatted(file));
  }

  @Test
  void masksWhatReadsAsACardNumberBeforeItShortensATextWithIt() throws Exception {
    String card = "x ".repeat(66) + "4111 1111 1111 1111";
    Path file =
        write(
            "a.xml",
            pain(
                TRANSFER.replace(
                    "</CdtTrfTxInf>",
                    "<RmtInf><Ustrd>" + card + "</Ustrd></RmtInf></CdtTrfTxInf>")));

    assertThat(read(file).get(0))
        .containsEntry("remittance_information", "x ".repeat(66) + "**** ***");
  }

  private static String pain(String paymentInformation) {
    return "<Document xmlns=\"%s\"><CstmrCdtTrfInitn><PmtInf>%s</PmtInf></CstmrCdtTrfInitn></Document>"
        .formatted(PAIN, paymentInformation);
  }

  private Path write(String name, String content) throws Exception {
    return Files.writeString(folder.resolve(name), content, StandardCharsets.UTF_8);
  }

  private List<PaymentRow> rows(Path path, CustomerSource customers) {
    List<PaymentRow> rows = new ArrayList<>();
    try (IsoPaymentFile file = IsoPaymentFile.open(path, FileFormat.USUAL, customers)) {
      for (Optional<PaymentRow> row = file.next(); row.isPresent(); row = file.next()) {
        rows.add(row.get());
      }
      notes.clear();
      notes.addAll(file.notes());
    }
    return rows;
  }

  private List<Map<String, String>> read(Path path) {
    List<Map<String, String>> transfers = new ArrayList<>();
    for (PaymentRow row : rows(path, CustomerSource.by(CustomerSource.Rule.NONE))) {
      Map<String, String> transfer = new LinkedHashMap<>();
      row.cells().forEach(cell -> transfer.put(cell.column(), cell.value()));
      transfers.add(transfer);
    }
    return transfers;
  }

  private List<String> problems(Path path) {
    return rows(path, CustomerSource.by(CustomerSource.Rule.NONE)).stream()
        .filter(row -> row.problem().isPresent())
        .map(row -> row.line() + " " + row.path().orElse("") + ": " + row.problem().get())
        .toList();
  }

  private List<String> customers(Path path, CustomerSource customers) {
    return rows(path, customers).stream()
        .map(
            row ->
                row.cells().stream()
                    .filter(cell -> cell.column().equals("customer_id"))
                    .map(PaymentRow.Cell::value)
                    .findFirst()
                    .orElseGet(() -> row.path().orElse("") + ": " + row.problem().orElse("")))
        .toList();
  }
}
