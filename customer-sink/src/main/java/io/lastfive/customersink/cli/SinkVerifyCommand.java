// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import io.lastfive.customersink.operate.Verification;
import io.lastfive.customersink.write.ShadowTable;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lastfive sink verify}: the table compared with the topic. */
@Command(
    name = "verify",
    description = {
      "Compare customer_payments with the topic, from its beginning to where the database stands.",
      "Changes nothing; sinks may run. Exit code 2 where a row is missing, extra or different."
    })
public final class SinkVerifyCommand implements Callable<Integer> {
  private static final int DIFFERENT = 2;
  private static final int MOST_SHOWN = 20;

  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    Console console = common.console();
    RecordsLine line = new RecordsLine(common.liveLine(), "records read");
    Verification.Result result = Verification.run(common.settings(), line::show);
    line.clear();
    if (common.json()) {
      console.json(result);
    } else {
      print(console, result);
    }
    return result.differences().isEmpty() ? 0 : DIFFERENT;
  }

  private static void print(Console console, Verification.Result result) {
    if (result.differences().isEmpty()) {
      console.print(
          "All %,d customers are as the topic says (%,d records)."
              .formatted(result.customers(), result.records()));
      return;
    }
    for (ShadowTable.Difference difference :
        result.differences().subList(0, Math.min(MOST_SHOWN, result.differences().size()))) {
      console.print(
          "%s: %s"
              .formatted(
                  difference.kind().name().toLowerCase(Locale.ROOT), difference.customerId()));
    }
    console.error(
        "%,d of %,d customers are not as the topic says; 'lastfive sink rebuild' makes the table anew"
            .formatted(result.differences().size(), result.customers()));
  }
}
