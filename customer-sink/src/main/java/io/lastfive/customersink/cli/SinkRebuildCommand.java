// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import io.lastfive.customersink.operate.Rebuild;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lastfive sink rebuild}: the table made anew from the topic. */
@Command(
    name = "rebuild",
    description = {
      "Make customer_payments anew from the beginning of the topic.",
      "Sinks may run and the old rows serve meanwhile; the change is one transaction at the end.",
      "Customers that the topic does not have are removed."
    })
public final class SinkRebuildCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    Console console = common.console();
    RecordsLine line = new RecordsLine(common.liveLine(), "records read");
    Rebuild.Result result = Rebuild.run(common.settings(), line::show);
    line.clear();
    if (common.json()) {
      console.json(result);
    } else {
      console.print(
          "Read %,d records, %,d of them unreadable. %,d customers: %,d rows written, %,d removed."
              .formatted(
                  result.records(),
                  result.unreadable(),
                  result.customers(),
                  result.written(),
                  result.removed()));
    }
    return 0;
  }
}
