// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.util.List;
import java.util.Objects;

/**
 * The contract on a ksqlDB whose addresses are given: {@code -Dcontract.kafka=host:9092
 * -Dcontract.registry=http://host:8081 -Dcontract.ksqldb=http://host:8088}. Skipped where they are
 * not; {@code make compose-up} starts servers at the addresses of this example.
 */
class KsqlContractIT extends KsqlContract {
  private static final String KAFKA = "contract.kafka";
  private static final String REGISTRY = "contract.registry";
  private static final String KSQLDB = "contract.ksqldb";

  @Override
  KsqlAddresses addresses() {
    boolean given =
        List.of(KAFKA, REGISTRY, KSQLDB).stream()
            .map(System::getProperty)
            .allMatch(Objects::nonNull);
    assumeTrue(
        given, "no ksqlDB to test: give -D" + KAFKA + ", -D" + REGISTRY + " and -D" + KSQLDB);
    return new KsqlAddresses(
        System.getProperty(KAFKA),
        URI.create(System.getProperty(REGISTRY)),
        URI.create(System.getProperty(KSQLDB)));
  }
}
