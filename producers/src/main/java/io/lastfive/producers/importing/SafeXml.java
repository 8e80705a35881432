// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import io.lastfive.settings.UserError;
import java.io.Reader;
import java.nio.file.Path;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * XML from others: streamed, and refused where it declares a document type, so that no entity is
 * ever expanded and nothing outside the file is ever read.
 */
final class SafeXml {
  private static final String NO_LIMIT = "0";

  private SafeXml() {}

  static XMLStreamReader reader(Reader in) throws XMLStreamException {
    // The JDK's own, whatever else is on the class path of whoever embeds this.
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    factory.setXMLResolver(
        (publicId, systemId, baseUri, namespace) -> {
          throw new XMLStreamException("nothing outside the file is read");
        });
    // They count &amp; too, and end large files; without a document type there is nothing to
    // expand.
    factory.setProperty("jdk.xml.totalEntitySizeLimit", NO_LIMIT);
    factory.setProperty("jdk.xml.maxGeneralEntitySizeLimit", NO_LIMIT);
    return factory.createXMLStreamReader(in);
  }

  /** Refuses a file that declares a document type. */
  static void refuseDocumentType(Path file, XMLStreamReader reader) {
    if (reader.getEventType() == XMLStreamConstants.DTD) {
      throw new UserError(
          "'%s' line %d: has a document type (DOCTYPE), with which a file can read others and fill the memory; payment messages have none. Take it out if you trust the file."
              .formatted(file, reader.getLocation().getLineNumber()));
    }
  }
}
