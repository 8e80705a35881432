// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.contract;

import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.localstack.EmbeddedKsql;
import io.lastfive.localstack.EmbeddedRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the embedded engine. */
class KsqlContractTest extends KsqlContract {

  @TempDir static Path state;

  /** An answer says how a command ended, however busy the machine is. */
  private static final Map<String, String> PATIENT =
      Map.of("ksql.server.command.response.timeout.ms", "60000");

  private EmbeddedKafka kafka;
  private EmbeddedRegistry registry;
  private EmbeddedKsql ksql;

  @Override
  KsqlAddresses addresses() {
    kafka = EmbeddedKafka.builder().keepOldRecords().start();
    registry = EmbeddedRegistry.start(kafka);
    ksql = EmbeddedKsql.start(kafka.bootstrapServers(), registry.url(), state, 0, PATIENT);
    return new KsqlAddresses(
        kafka.bootstrapServers(), URI.create(registry.url()), URI.create(ksql.url()));
  }

  @Override
  Optional<Runnable> restart() {
    return Optional.of(
        () -> {
          int port = ksql.port();
          ksql.close();
          ksql = EmbeddedKsql.start(kafka.bootstrapServers(), registry.url(), state, port, PATIENT);
        });
  }

  @AfterAll
  @Override
  void leaveNothingBehind() throws Exception {
    super.leaveNothingBehind();
    ksql.close();
    registry.close();
    kafka.close();
  }
}
