// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import io.lastfive.customersink.operate.DeadLetterReplay;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lastfive sink replay-dead-letters}: records set aside, read again. */
@Command(
    name = "replay-dead-letters",
    description = {
      "Read dead letters again at their position, and write those that can be read now.",
      "A record older than what is written of its customer changes nothing. Sinks may run."
    })
public final class SinkReplayCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    Console console = common.console();
    DeadLetterReplay.Result result = DeadLetterReplay.run(common.settings());
    if (common.json()) {
      console.json(result);
    } else {
      console.print(
          "%,d written, %,d outdated, %,d still unreadable, %,d not in the topic any more."
              .formatted(result.written(), result.outdated(), result.unreadable(), result.gone()));
    }
    return 0;
  }
}
