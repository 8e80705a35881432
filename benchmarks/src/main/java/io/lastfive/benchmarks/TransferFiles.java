// SPDX-License-Identifier: Apache-2.0
package io.lastfive.benchmarks;

import io.lastfive.producers.simulate.Simulation;
import io.lastfive.producers.simulate.SimulationPlan;
import io.lastfive.schemas.BankTransferPayment;
import io.lastfive.schemas.PaymentEvent;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** The same simulated bank transfers as CSV, NDJSON and pain.001. */
final class TransferFiles {
  private static final int TRANSFERS_IN_A_BATCH = 1;

  private TransferFiles() {}

  static List<Path> write(Path folder, int payments) throws IOException {
    Path csv = folder.resolve("bank.csv");
    Path ndjson = folder.resolve("bank.ndjson");
    Path xml = folder.resolve("pain.001.xml");
    try (BufferedWriter csvWriter = Files.newBufferedWriter(csv);
        BufferedWriter ndjsonWriter = Files.newBufferedWriter(ndjson);
        BufferedWriter xmlWriter = Files.newBufferedWriter(xml)) {
      csvWriter.write(
          "uetr,customer_id,instructed_amount,currency,debtor_iban,debtor_name,debtor_agent_bic,creditor_name,creditor_iban,end_to_end_id,remittance_information,status,settled_at\n");
      xmlWriter.write(
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"><CstmrCdtTrfInitn><GrpHdr><MsgId>B</MsgId><CreDtTm>2026-01-01T00:00:00Z</CreDtTm></GrpHdr>\n");
      Simulation simulation =
          new Simulation(
              new SimulationPlan(
                  EnumSet.of(PaymentEvent.BANK_TRANSFER),
                  1000,
                  1,
                  Optional.of(SimulationPlan.DEFAULT_START),
                  0,
                  0,
                  0,
                  0),
              payments);
      while (simulation.hasNext()) {
        BankTransferPayment transfer = (BankTransferPayment) simulation.next().event();
        csvWriter.write(csv(transfer));
        ndjsonWriter.write(ndjson(transfer));
        xmlWriter.write(xml(transfer));
      }
      xmlWriter.write("</CstmrCdtTrfInitn></Document>\n");
    }
    return List.of(csv, ndjson, xml);
  }

  private static String csv(BankTransferPayment transfer) {
    return String.join(
        ",",
        transfer.getUetr(),
        transfer.getCustomerId(),
        transfer.getInstructedAmount().stripTrailingZeros().toPlainString(),
        transfer.getCurrency(),
        transfer.getDebtorIban(),
        quoted(transfer.getDebtorName()),
        transfer.getDebtorAgentBic(),
        quoted(transfer.getCreditorName()),
        transfer.getCreditorIban(),
        transfer.getEndToEndId(),
        quoted(transfer.getRemittanceInformation()),
        transfer.getStatus(),
        transfer.getSettledAt() + "\n");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  private static String ndjson(BankTransferPayment transfer) {
    return "{\"uetr\":\"%s\",\"customer_id\":\"%s\",\"instructed_amount\":%s,\"currency\":\"%s\",\"debtor\":{\"iban\":\"%s\",\"name\":\"%s\",\"bic\":\"%s\"},\"creditor_name\":\"%s\",\"creditor_iban\":\"%s\",\"end_to_end_id\":\"%s\",\"remittance_information\":\"%s\",\"status\":\"%s\",\"settled_at\":\"%s\"}\n"
        .formatted(
            transfer.getUetr(),
            transfer.getCustomerId(),
            transfer.getInstructedAmount().stripTrailingZeros().toPlainString(),
            transfer.getCurrency(),
            transfer.getDebtorIban(),
            transfer.getDebtorName(),
            transfer.getDebtorAgentBic(),
            transfer.getCreditorName().replace("\"", "\\\""),
            transfer.getCreditorIban(),
            transfer.getEndToEndId(),
            transfer.getRemittanceInformation(),
            transfer.getStatus(),
            transfer.getSettledAt());
  }

  /** One batch for each debtor, as messages of several debtors have it. */
  private static String xml(BankTransferPayment transfer) {
    return """
        <PmtInf><PmtInfId>%1$s</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>%13$d</NbOfTxs><ReqdExctnDt><DtTm>%2$s</DtTm></ReqdExctnDt>
        <Dbtr><Nm>%3$s</Nm></Dbtr><DbtrAcct><Id><IBAN>%4$s</IBAN></Id></DbtrAcct><DbtrAgt><FinInstnId><BICFI>%5$s</BICFI></FinInstnId></DbtrAgt>
        <CdtTrfTxInf><PmtId><EndToEndId>%6$s</EndToEndId><UETR>%7$s</UETR></PmtId><Amt><InstdAmt Ccy="%8$s">%9$s</InstdAmt></Amt>
        <Cdtr><Nm>%10$s</Nm></Cdtr><CdtrAcct><Id><IBAN>%11$s</IBAN></Id></CdtrAcct><RmtInf><Ustrd>%12$s</Ustrd></RmtInf></CdtTrfTxInf></PmtInf>
        """
        .formatted(
            transfer.getEndToEndId(),
            transfer.getSettledAt(),
            escaped(transfer.getDebtorName()),
            transfer.getDebtorIban(),
            transfer.getDebtorAgentBic(),
            transfer.getEndToEndId(),
            transfer.getUetr(),
            transfer.getCurrency(),
            transfer.getInstructedAmount().stripTrailingZeros().toPlainString(),
            escaped(transfer.getCreditorName()),
            transfer.getCreditorIban(),
            escaped(transfer.getRemittanceInformation()),
            TRANSFERS_IN_A_BATCH);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
