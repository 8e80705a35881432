// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.cli;

import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.KsqlServerException;
import io.lastfive.ksqlclient.watch.Watch;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.StopSignal;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lastfive watch}: a push query, shown row by row. */
@Command(
    name = "watch",
    description = "Show payments as they pass, with a push query.",
    footer = {
      "",
      "Examples:",
      "  lastfive watch                          normalized payments, from now on",
      "  lastfive watch aggr --from-beginning    every customer's last five, as they change",
      "  lastfive watch cc --limit 10 --json     ten card payments, one JSON object each",
      "  lastfive watch \"SELECT customer_id, COUNT(*) FROM payment_output GROUP BY customer_id EMIT CHANGES;\"",
      "",
      "Ctrl-C stops it, and the query on the server. Where ksqlDB goes away meanwhile it is asked again, which is said.",
      "A deleted row of a table is marked as such, in JSON as \"tombstone\":true. Times are UTC.",
      "Exit codes: 0 done, 1 ksqlDB is away, 2 the query is refused."
    })
public final class WatchCommand implements Callable<Integer> {
  private static final Map<String, String> STREAMS =
      Map.of(
          "payments", "PAYMENT_OUTPUT",
          "aggr", "PAYMENT_TRX_AGGR",
          "cc", "CC_PAYMENT",
          "bank", "BANK_TRANSFER_PAYMENT");

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "WHAT",
      defaultValue = "payments",
      description =
          "payments (PAYMENT_OUTPUT, the default), aggr (PAYMENT_TRX_AGGR), cc, bank, or a SELECT.")
  private String what = "payments";

  @Option(
      names = "--from-beginning",
      description = "Show what is there already, too (default: from now on).")
  private boolean fromBeginning;

  @Option(names = "--limit", paramLabel = "ROWS", description = "Stop after so many rows.")
  private @Nullable Long limit;

  @Override
  public Integer call() throws InterruptedException {
    String sql = query();
    KsqlClient client = new KsqlClient(common.settings());
    try (StopSignal stop = StopSignal.install()) {
      new Watch(client, common.console(), common.json(), rows()).run(sql, fromBeginning, stop);
      return 0;
    } catch (KsqlServerException e) {
      throw new UserError("ksqlDB refuses the query: " + e.getMessage(), e);
    }
  }

  private long rows() {
    if (limit != null && limit < 1) {
      throw new UserError("--limit is " + limit + ". Give a number of rows from 1.");
    }
    return limit == null ? Long.MAX_VALUE : limit;
  }

  private String query() {
    if (what.strip().toUpperCase(Locale.ROOT).startsWith("SELECT")) {
      return what.strip().endsWith(";") ? what : what + ";";
    }
    String stream = STREAMS.get(what);
    if (stream == null) {
      throw new UserError(
          "There is nothing called '"
              + what
              + "' to watch. Give payments, aggr, cc, bank, or a SELECT.");
    }
    return "SELECT * FROM " + stream + " EMIT CHANGES;";
  }
}
