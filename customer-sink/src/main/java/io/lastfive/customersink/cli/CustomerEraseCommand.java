// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import io.lastfive.customersink.operate.Erasure;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lastfive customer erase ID}: the right to erasure, as far as it goes. */
@Command(
    name = "erase",
    description = {
      "Erase a customer: a tombstone into the aggregate's topic, and the row.",
      "Says what cannot be erased; docs/erasure.md says what to do about that."
    })
public final class CustomerEraseCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Parameters(index = "0", paramLabel = "ID", description = "The customer's id.")
  private String customerId = "";

  @Option(names = "--yes", description = "Do it: there is no way back.")
  private boolean sure;

  @Override
  public Integer call() {
    if (!sure) {
      throw new UserError(
          "erasing customer '%s' cannot be taken back; add --yes to do it".formatted(customerId));
    }
    Console console = common.console();
    Erasure.Result result = Erasure.run(common.settings(), customerId);
    if (common.json()) {
      console.json(result);
      return 0;
    }
    console.print(
        "Customer '%s': tombstone at %s, %s."
            .formatted(
                result.customerId(),
                result.tombstone(),
                result.rowRemoved() ? "row removed" : "there was no row"));
    console.print("What stays:");
    result.remains().forEach(line -> console.print("  - " + line));
    return 0;
  }
}
