// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import io.lastfive.customersink.operate.Bootstrap;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lastfive sink bootstrap}: an empty database filled by a pull query. */
@Command(
    name = "bootstrap",
    description = {
      "Fill an empty database from ksqlDB's table instead of from the whole topic.",
      "Sinks go on from the topic without a gap: its ends are taken before the query is asked."
    })
public final class SinkBootstrapCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Option(
      names = "--from-query",
      arity = "0..1",
      defaultValue = "PAYMENT_TRX_AGGR",
      fallbackValue = "PAYMENT_TRX_AGGR",
      paramLabel = "TABLE",
      description = "The table that is asked (default: ${DEFAULT-VALUE}).")
  private String table = "";

  @Override
  public Integer call() {
    Console console = common.console();
    RecordsLine line = new RecordsLine(common.liveLine(), "customers read");
    Bootstrap.Result result = Bootstrap.run(common.settings(), table, line::show);
    line.clear();
    if (common.json()) {
      console.json(result);
    } else {
      console.print(
          "%,d customers written; 'lastfive sink run' goes on from the topic."
              .formatted(result.customers()));
    }
    return 0;
  }
}
