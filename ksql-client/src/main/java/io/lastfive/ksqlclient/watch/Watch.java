// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.KsqlServerException;
import io.lastfive.ksqlclient.PushRows;
import io.lastfive.ksqlclient.SqlType;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Console.Style;
import io.lastfive.settings.cli.StopSignal;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Entry point: shows the rows of a query as they come, until there are enough, the query ends or
 * the user stops it. A push query that breaks, because ksqlDB was restarted or the network was, is
 * asked again, and that is said: what passed meanwhile is not shown. For one thread.
 */
public final class Watch {
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /**
   * A restarted server knows its streams again only after a while, and refuses queries till then.
   */
  private static final Duration RESTART = Duration.ofMinutes(1);

  private final KsqlClient client;
  private final Console console;
  private final boolean json;
  private final long limit;
  private final Duration firstWait;

  /** What is being read; none while ksqlDB has not answered yet. */
  private final AtomicReference<@Nullable PushRows> open = new AtomicReference<>();

  private long shown;
  private boolean headerShown;

  /**
   * @param json one JSON object a row instead of a table
   * @param limit how many rows to show
   */
  public Watch(KsqlClient client, Console console, boolean json, long limit) {
    this(client, console, json, limit, FIRST_WAIT);
  }

  Watch(KsqlClient client, Console console, boolean json, long limit, Duration firstWait) {
    this.firstWait = firstWait;
    this.client = client;
    this.console = console;
    this.json = json;
    this.limit = limit;
  }

  /**
   * @param fromBeginning whether what is there already is shown, too
   * @throws KsqlServerException where ksqlDB refuses the query
   * @throws UnavailableError where ksqlDB does not answer the first time, or a pull query breaks
   */
  public void run(String sql, boolean fromBeginning, StopSignal stop) throws InterruptedException {
    Thread watching = Thread.currentThread();
    Thread stopper = new Thread(() -> endOnStop(watching, stop), "watch-stop");
    stopper.setDaemon(true);
    stopper.start();
    try {
      askAndShow(sql, fromBeginning, stop);
    } catch (InterruptedException interrupted) {
      if (!stop.isRequested()) {
        throw interrupted;
      }
    } finally {
      if (!stop.isRequested()) {
        stopper.interrupt();
      }
      // The stopper's: from here on nobody waits for ksqlDB but it.
      boolean unused = Thread.interrupted();
      stopper.join();
    }
  }

  private void askAndShow(String sql, boolean fromBeginning, StopSignal stop)
      throws InterruptedException {
    boolean push = sql.toUpperCase(Locale.ROOT).matches("(?s).*\\bEMIT\\b.*");
    Optional<Instant> broken = Optional.empty();
    Duration wait = firstWait;
    boolean earliest = fromBeginning;
    while (!stop.isRequested()) {
      String trouble;
      try (PushRows rows =
          client.watch(sql, Map.of("auto.offset.reset", earliest ? "earliest" : "latest"))) {
        open.set(rows);
        if (broken.isPresent()) {
          console.status(
              "%s answers again. What passed meanwhile is not shown.".formatted(client.address()));
          broken = Optional.empty();
          wait = firstWait;
        }
        if (show(rows, stop) || !push || stop.isRequested()) {
          return;
        }
        trouble = "ended the query";
      } catch (UncheckedIOException connection) {
        if (!push && !stop.isRequested()) {
          throw away(connection);
        }
        trouble = "broke the connection";
      } catch (UnavailableError away) {
        if (broken.isEmpty() && !stop.isRequested()) {
          throw away;
        }
        trouble = "does not answer";
      } catch (KsqlServerException refused) {
        if (broken.filter(since -> since.plus(RESTART).isAfter(Instant.now())).isEmpty()) {
          throw refused;
        }
        trouble = "refuses the query";
      } finally {
        open.set(null);
      }
      if (stop.isRequested()) {
        return;
      }
      broken = broken.or(() -> Optional.of(Instant.now()));
      earliest = false;
      console.status(
          "%s %s; asking again in %.1f s."
              .formatted(client.address(), trouble, wait.toMillis() / 1000.0));
      stop.await(wait);
      Duration doubled = wait.multipliedBy(2);
      wait = doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
    }
  }

  /** Whether there are enough rows, or the query has come to its end. */
  private boolean show(PushRows rows, StopSignal stop) {
    RowTable table = new RowTable(rows.columns(), console.isTerminal() ? console.columns() : 0);
    showHeader(table);
    while (shown < limit && !stop.isRequested()) {
      Optional<PushRows.Row> row = rows.next();
      if (row.isEmpty()) {
        return rows.finalMessage().filter("Limit Reached"::equals).isPresent();
      }
      show(rows.columns(), row.get(), table);
      shown++;
    }
    return true;
  }

  private void showHeader(RowTable table) {
    if (!json && !headerShown) {
      table.header().forEach(line -> console.print(console.styled(Style.BOLD, line)));
      headerShown = true;
    }
  }

  private void show(List<SqlType.Field> columns, PushRows.Row row, RowTable table) {
    List<JsonNode> values = new ArrayList<>();
    for (int i = 0; i < row.values().size(); i++) {
      values.add(TypedValues.of(columns.get(i).type(), row.values().get(i)));
    }
    if (json) {
      console.json(object(columns, values, row.tombstone()));
    } else if (row.tombstone()) {
      table
          .row(values)
          .forEach(line -> console.print(console.styled(Style.RED, line + "  (deleted)")));
    } else {
      table.row(values).forEach(console::print);
    }
  }

  private static Map<String, JsonNode> object(
      List<SqlType.Field> columns, List<JsonNode> values, boolean tombstone) {
    Map<String, JsonNode> object = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      object.put(columns.get(i).name(), values.get(i));
    }
    if (tombstone) {
      object.put("tombstone", BooleanNode.TRUE);
    }
    return object;
  }

  private UnavailableError away(UncheckedIOException cause) {
    return UnavailableError.at(
        "ksqlDB", client.address().toString(), KnownSettings.KSQLDB_URL, cause);
  }

  /** Ends the wait for a row, or for ksqlDB's answer. */
  private void endOnStop(Thread watching, StopSignal stop) {
    try {
      stop.await();
      PushRows rows = open.get();
      if (rows == null) {
        watching.interrupt();
      } else {
        rows.close();
      }
    } catch (InterruptedException shownAll) {
      // The rows are closed by whoever showed them.
    }
  }
}
