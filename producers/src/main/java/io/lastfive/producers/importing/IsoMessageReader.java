// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.settings.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the messages of a file, wherever in an envelope they stand and whatever prefix
 * their namespace has, and stops at each transfer. Holds one transfer at a time. Not thread-safe.
 */
final class IsoMessageReader {
  private static final int DEEPEST = 64;
  private static final int MOST_NOTES = 20;

  private final Path file;
  private final XMLStreamReader xml;
  private final List<String> path = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private String root = "";
  private boolean isLeaf;
  private boolean anyMessage;
  private @Nullable IsoMessage message;
  private int messageDepth;
  private ControlTotals totals = new ControlTotals();
  private ControlTotals batchTotals = new ControlTotals();
  private Optional<UserError> other = Optional.empty();
  private int batches;
  private int transfersInBatch;
  private IsoTexts header = new IsoTexts();
  private IsoTexts batch = new IsoTexts();
  private IsoTexts transaction = new IsoTexts();
  private @Nullable IsoTexts current;
  private int currentDepth;
  private long transactionLine;

  IsoMessageReader(Path file, XMLStreamReader xml) {
    this.file = file;
    this.xml = xml;
  }

  /** The next transfer; empty at the end of the file. */
  Optional<IsoTransfer> next() throws XMLStreamException {
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        begin(xml.getLocalName());
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        Optional<IsoTransfer> transfer = end();
        if (transfer.isPresent()) {
          return transfer;
        }
      } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
        // More than the longest is not kept anyway.
        if (isLeaf && text.length() <= IsoTexts.longest()) {
          text.append(
              xml.getTextCharacters(),
              xml.getTextStart(),
              Math.min(xml.getTextLength(), IsoTexts.longest() + 1));
        }
      } else {
        SafeXml.refuseDocumentType(file, xml);
      }
    }
    if (!anyMessage) {
      throw other.orElseGet(
          () ->
              new UserError(
                  "'%s' is XML, but holds no pain.001 (CstmrCdtTrfInitn) and no pacs.008 (FIToFICstmrCdtTrf)."
                      .formatted(file)));
    }
    return Optional.empty();
  }

  /** Where the reading is. */
  String place() {
    StringBuilder place = new StringBuilder();
    for (int depth = 0; depth < path.size(); depth++) {
      place.append('/').append(path.get(depth));
      if (message != null && depth == messageDepth && path.get(depth).equals("PmtInf")) {
        place.append('[').append(batches).append(']');
      } else if (path.get(depth).equals("CdtTrfTxInf")) {
        place.append('[').append(transfersInBatch).append(']');
      }
    }
    return place.isEmpty() ? "/" : place.toString();
  }

  /** The outermost element's name, empty where none was read. */
  String root() {
    return root;
  }

  long line() {
    return xml.getLocation().getLineNumber();
  }

  List<String> notes() {
    return notes;
  }

  private void begin(String name) {
    root = path.isEmpty() ? name : root;
    path.add(name);
    if (path.size() > DEEPEST) {
      throw new UserError(
          "'%s' line %d: elements are nested deeper than %d; this is no payment message."
              .formatted(file, line(), DEEPEST));
    }
    isLeaf = current != null;
    text.setLength(0);
    if (message == null) {
      beginMessage(name);
    } else if (path.size() == messageDepth + 1) {
      beginPart(name);
    } else if (name.equals("CdtTrfTxInf") && path.size() == messageDepth + 2) {
      beginTransaction();
    }
    if (current != null) {
      for (int i = 0; i < xml.getAttributeCount(); i++) {
        current.put(relativePath() + "/@" + xml.getAttributeLocalName(i), xml.getAttributeValue(i));
      }
    }
  }

  private void beginMessage(String name) {
    Optional<IsoMessage> begun = IsoMessage.ofElement(name);
    if (begun.isPresent()) {
      anyMessage = true;
      message = begun.get();
      messageDepth = path.size();
      totals = new ControlTotals();
      batches = 0;
      transfersInBatch = 0;
      header = new IsoTexts();
      batch = new IsoTexts();
      begun.get().noteOn(namespace()).ifPresent(this::note);
    } else if (path.size() > 1 && path.get(path.size() - 2).equals("Document")) {
      passOverOther(name);
    }
  }

  /** An envelope may hold messages of several kinds; a file of another kind is the wrong file. */
  private void passOverOther(String name) {
    String what = "a %s (%s)".formatted(name, namespace().isEmpty() ? "no namespace" : namespace());
    UserError wrongFile =
        new UserError(
            "'%s' line %d: holds %s; import takes pain.001 (CstmrCdtTrfInitn) and pacs.008 (FIToFICstmrCdtTrf)."
                .formatted(file, line(), what));
    if (path.size() == 2) {
      throw wrongFile;
    }
    other = other.or(() -> Optional.of(wrongFile));
    note("passed over %s".formatted(what));
  }

  private String namespace() {
    String uri = xml.getNamespaceURI();
    return uri == null ? "" : uri;
  }

  private void beginPart(String name) {
    if (name.equals("GrpHdr")) {
      current = header;
      currentDepth = path.size();
    } else if (name.equals("PmtInf")) {
      batches++;
      transfersInBatch = 0;
      batch = new IsoTexts();
      batchTotals = new ControlTotals();
      current = batch;
      currentDepth = path.size();
    } else if (name.equals("CdtTrfTxInf")) {
      beginTransaction();
    }
  }

  private void beginTransaction() {
    transfersInBatch++;
    transaction = new IsoTexts();
    transactionLine = line();
    current = transaction;
    currentDepth = path.size();
  }

  private String relativePath() {
    return String.join("/", path.subList(currentDepth, path.size()));
  }

  private Optional<IsoTransfer> end() {
    if (current != null && isLeaf && path.size() > currentDepth) {
      current.put(relativePath(), text.toString());
    }
    isLeaf = false;
    Optional<IsoTransfer> transfer = Optional.empty();
    if (current != null && path.size() == currentDepth) {
      if (current == transaction && message != null) {
        Optional<String> amount = message.controlledAmount(transaction);
        totals.add(amount);
        batchTotals.add(amount);
        transfer =
            Optional.of(
                new IsoTransfer(
                    message,
                    transactionLine,
                    place(),
                    totals.transfers(),
                    header,
                    batch,
                    transaction));
      } else if (current == batch) {
        batchTotals
            .differences("batch '" + batch.find("PmtInfId").orElse("?") + "'", batch)
            .forEach(this::note);
      }
      boolean withinBatch = current == transaction && path.size() == messageDepth + 2;
      current = withinBatch ? batch : null;
      currentDepth = withinBatch ? messageDepth + 1 : 0;
    } else if (message != null && path.size() == messageDepth) {
      endMessage();
    }
    path.remove(path.size() - 1);
    return transfer;
  }

  private void endMessage() {
    totals
        .differences("message '" + header.find("MsgId").orElse("?") + "'", header)
        .forEach(this::note);
    message = null;
  }

  private void note(String what) {
    if (notes.size() < MOST_NOTES && !notes.contains(what)) {
      notes.add(what);
    }
  }
}
