// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.contract;

import io.lastfive.localstack.EmbeddedKafka;
import io.lastfive.localstack.EmbeddedKsql;
import io.lastfive.localstack.EmbeddedRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the embedded engine. */
class KsqlContractTest extends KsqlContract {

  @TempDir static Path state;

  private EmbeddedKafka kafka;
  private EmbeddedRegistry registry;
  private EmbeddedKsql ksql;

  @Override
  KsqlAddresses addresses() {
    kafka = EmbeddedKafka.start();
    registry = EmbeddedRegistry.start(kafka);
    ksql = EmbeddedKsql.start(kafka.bootstrapServers(), registry.url(), state, 0);
    return new KsqlAddresses(
        kafka.bootstrapServers(), URI.create(registry.url()), URI.create(ksql.url()));
  }

  @Override
  Optional<Runnable> restart() {
    return Optional.of(
        () -> {
          int port = ksql.port();
          ksql.close();
          ksql = EmbeddedKsql.start(kafka.bootstrapServers(), registry.url(), state, port);
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
