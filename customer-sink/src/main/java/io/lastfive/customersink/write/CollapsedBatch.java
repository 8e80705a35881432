// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A batch as it is written: of each customer only the newest record, an upsert or a delete, and
 * every dead letter.
 */
record CollapsedBatch(
    List<Row<Change.Upsert>> upserts,
    List<Row<Change.Delete>> deletes,
    List<Row<Change.DeadLetter>> deadLetters) {

  /** A change and the claim under which its partition was read. */
  record Row<C extends Change>(Claim claim, C change) {}

  static CollapsedBatch of(Batch batch) {
    Map<String, Row<? extends Change>> newest = new LinkedHashMap<>();
    List<Row<Change.DeadLetter>> deadLetters = new ArrayList<>();
    for (Slice slice : batch.slices()) {
      for (Change change : slice.changes()) {
        if (change instanceof Change.Upsert upsert) {
          newest.put(upsert.customerId(), new Row<>(slice.claim(), upsert));
        } else if (change instanceof Change.Delete delete) {
          newest.put(delete.customerId(), new Row<>(slice.claim(), delete));
        } else if (change instanceof Change.DeadLetter deadLetter) {
          deadLetters.add(new Row<>(slice.claim(), deadLetter));
        } else {
          throw new IllegalStateException("unknown kind of change: " + change.getClass().getName());
        }
      }
    }
    List<Row<Change.Upsert>> upserts = new ArrayList<>(newest.size());
    List<Row<Change.Delete>> deletes = new ArrayList<>();
    for (Row<? extends Change> row : newest.values()) {
      if (row.change() instanceof Change.Upsert upsert) {
        upserts.add(new Row<>(row.claim(), upsert));
      } else if (row.change() instanceof Change.Delete delete) {
        deletes.add(new Row<>(row.claim(), delete));
      }
    }
    // In the order of the index: pages are found in memory, and two writers lock rows in one order.
    upserts.sort(Comparator.comparing(row -> row.change().customerId()));
    deletes.sort(Comparator.comparing(row -> row.change().customerId()));
    return new CollapsedBatch(upserts, deletes, deadLetters);
  }
}
