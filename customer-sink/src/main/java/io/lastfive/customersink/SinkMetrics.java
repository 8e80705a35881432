// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink;

import io.lastfive.customersink.write.Batch;
import io.lastfive.customersink.write.WriteResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The sink's counts and times, for Prometheus. Safe for threads. */
public final class SinkMetrics {
  private final Counter records;
  private final Counter upserts;
  private final Counter deletes;
  private final Counter deadLetters;
  private final Counter fenced;
  private final Counter retries;
  private final DistributionSummary batchRecords;
  private final Timer commit;
  private final Timer sinceRecord;
  private final AtomicLong lag = new AtomicLong();

  public SinkMetrics(MeterRegistry registry) {
    this.records = counter(registry, "records", "Records read and written or found written");
    this.upserts = counter(registry, "upserts", "Customers upserted");
    this.deletes = counter(registry, "deletes", "Customers deleted");
    this.deadLetters = counter(registry, "dead.letters", "Records that could not be read");
    this.fenced = counter(registry, "fenced", "Slices of partitions that another sink took over");
    this.retries = counter(registry, "retries", "Batches tried again");
    this.batchRecords =
        DistributionSummary.builder("lastfive.sink.batch.records")
            .description("Records a transaction")
            .register(registry);
    this.commit =
        Timer.builder("lastfive.sink.commit")
            .description("Time of a transaction")
            .publishPercentiles(0.5, 0.95, 0.99)
            .register(registry);
    this.sinceRecord =
        Timer.builder("lastfive.sink.since.record")
            .description("From the newest record's timestamp to its commit")
            .publishPercentiles(0.5, 0.95, 0.99)
            .register(registry);
    Gauge.builder("lastfive.sink.lag", lag, AtomicLong::get)
        .description("Records in the topic that are not read yet")
        .register(registry);
  }

  void written(Batch batch, WriteResult result, Duration time, Duration sinceNewestRecord) {
    records.increment(batch.records());
    upserts.increment(result.upserts());
    deletes.increment(result.deletes());
    deadLetters.increment(result.deadLetters());
    fenced.increment(result.fenced().size());
    batchRecords.record(batch.records());
    commit.record(time);
    sinceRecord.record(sinceNewestRecord);
  }

  void triedAgain() {
    retries.increment();
  }

  /** Records in the topic that are not read yet. */
  public void lag(long behind) {
    lag.set(behind);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder("lastfive.sink." + name).description(description).register(registry);
  }
}
