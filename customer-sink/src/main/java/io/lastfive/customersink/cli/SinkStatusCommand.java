// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import io.lastfive.customersink.operate.SinkStatus;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import io.lastfive.settings.cli.Table;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lastfive sink status}: how far the sinks are. */
@Command(
    name = "status",
    description = {
      "Show how far the sinks of this schema are, partition by partition.",
      "By the database, which is the truth; the offsets in Kafka are a hint for other tools."
    })
public final class SinkStatusCommand implements Callable<Integer> {
  @Mixin private CommonOptions common;

  @Override
  public Integer call() {
    Console console = common.console();
    SinkStatus status = SinkStatus.read(common.settings());
    if (common.json()) {
      console.json(json(status));
      return 0;
    }
    Table table = new Table("PARTITION", "NEXT OFFSET", "END", "LAG", "EPOCH", "NEWEST RECORD");
    for (SinkStatus.Partition partition : status.partitions()) {
      table.row(
          Integer.toString(partition.partition()),
          Long.toString(partition.nextOffset()),
          Long.toString(partition.end()),
          Long.toString(partition.lag()),
          partition.epoch() == 0 ? "never claimed" : Long.toString(partition.epoch()),
          partition.newestRecord().map(Instant::toString).orElse("-"));
    }
    table.lines().forEach(console::print);
    console.print(
        "%,d customers, %,d records behind, %,d dead letters. Topic %s, id %s"
            .formatted(
                status.customers(),
                status.lag(),
                status.deadLetters(),
                status.topic(),
                status.topicId()));
    return 0;
  }

  private static Map<String, Object> json(SinkStatus status) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("topic", status.topic());
    json.put("topicId", status.topicId());
    json.put("customers", status.customers());
    json.put("lag", status.lag());
    json.put("deadLetters", status.deadLetters());
    json.put("partitions", status.partitions().stream().map(SinkStatusCommand::json).toList());
    return json;
  }

  private static Map<String, Object> json(SinkStatus.Partition partition) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("partition", partition.partition());
    json.put("nextOffset", partition.nextOffset());
    json.put("end", partition.end());
    json.put("lag", partition.lag());
    json.put("epoch", partition.epoch());
    partition.newestRecord().ifPresent(newest -> json.put("newestRecord", newest));
    return json;
  }
}
