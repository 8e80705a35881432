// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.RowStream;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Console.Style;
import io.lastfive.settings.cli.StopSignal;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Entry point: shows the rows of a query as they come, until it ends, the connection breaks or the
 * user stops it.
 */
public final class Watch {
  private final KsqlClient client;
  private final Console console;
  private final boolean json;

  /**
   * @param json one JSON object a row instead of a table
   */
  public Watch(KsqlClient client, Console console, boolean json) {
    this.client = client;
    this.console = console;
    this.json = json;
  }

  /**
   * @return how many rows were shown
   * @throws io.lastfive.ksqlclient.KsqlServerException where ksqlDB refuses the query
   * @throws UncheckedIOException where the connection breaks while rows are awaited
   */
  public long run(String sql, Map<String, String> properties, StopSignal stop)
      throws InterruptedException {
    try (RowStream rows = client.query(sql, properties)) {
      Thread closer = new Thread(() -> closeOnStop(rows, stop), "watch-stop");
      closer.setDaemon(true);
      closer.start();
      return show(rows, stop);
    }
  }

  private long show(RowStream rows, StopSignal stop) {
    RowTable table = new RowTable(rows.columns());
    if (!json) {
      console.print(console.styled(Style.BOLD, table.header()));
    }
    long shown = 0;
    try {
      for (Optional<List<JsonNode>> row = rows.next(); row.isPresent(); row = rows.next()) {
        if (json) {
          console.json(object(rows, row.get()));
        } else {
          console.print(table.row(row.get()));
        }
        shown++;
      }
    } catch (UncheckedIOException e) {
      if (!stop.isRequested()) {
        throw e;
      }
    }
    return shown;
  }

  private static Map<String, JsonNode> object(RowStream rows, List<JsonNode> values) {
    Map<String, JsonNode> object = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      object.put(rows.columns().get(i).name(), values.get(i));
    }
    return object;
  }

  private static void closeOnStop(RowStream rows, StopSignal stop) {
    try {
      stop.await();
      rows.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
