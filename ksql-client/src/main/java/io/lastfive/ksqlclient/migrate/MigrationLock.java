// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.KsqlServerException;
import io.lastfive.settings.UnavailableError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * At most one process changes a history at a time. ksqlDB has no locks, but it refuses to make a
 * type that is there: so CREATE TYPE takes the lock, its fields name the holder, and DROP TYPE
 * gives it back.
 *
 * <pre>
 *   LASTFIVE_LOCK                    whoever made it holds the lock
 *   LASTFIVE_LOCK_AFTER_{nonce}      took it from the dead holder with that nonce: holds it now
 *   LASTFIVE_LOCK_BEAT_{nonce}_{t}   the holder with that nonce lives, at least until t
 * </pre>
 *
 * <p>A holder is dead when its process is gone from this machine, or its time has run out. Each
 * take-over is after one holder, so two of them cannot both succeed, and one that comes too late
 * finds that the chain does not lead to it. A holder that was taken for dead wrongly finds the same
 * before its next statement. Clocks may differ by less than {@link #LEASE}.
 */
final class MigrationLock implements AutoCloseable {
  static final String NAME = "LASTFIVE_LOCK";
  static final Duration LEASE = Duration.ofSeconds(60);
  private static final Duration BEAT = LEASE.dividedBy(4);
  private static final String AFTER = NAME + "_AFTER_";
  private static final String BEATS = NAME + "_BEAT_";
  private static final int ATTEMPTS = 20;

  private final KsqlClient client;
  private final StatementRunner runner;
  private final LockHolder self;
  private final Thread beats = new Thread(this::beatUntilInterrupted, "ksql-migration-lock");
  private String lastBeat = "";

  private MigrationLock(KsqlClient client, StatementRunner runner, LockHolder self) {
    this.client = client;
    this.runner = runner;
    this.self = self;
    beats.setDaemon(true);
  }

  /**
   * @param notes told when the lock is taken from a dead holder
   * @throws UnavailableError naming the holder, where another process holds it
   */
  static MigrationLock acquire(KsqlClient client, StatementRunner runner, Consumer<String> notes) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      LockHolder self = LockHolder.thisProcess(LEASE);
      Map<String, LockHolder> locks = locks(client);
      Optional<LockHolder> holder = holder(locks);
      if (holder.isPresent() && !isDead(holder.get())) {
        throw held(client, holder.get());
      }
      String type = holder.map(dead -> AFTER + dead.nonce()).orElse(NAME);
      create(runner, type, self);
      Map<String, LockHolder> after = locks(client);
      if (holder(after).map(LockHolder::nonce).equals(Optional.of(self.nonce()))) {
        holder.ifPresent(
            dead -> notes.accept("Took the lock over from " + dead + ", which is dead."));
        MigrationLock lock = new MigrationLock(client, runner, self);
        lock.dropOrphans(after);
        lock.beats.start();
        return lock;
      }
      // Another was faster, or the one taken for dead gave the lock back: look again.
      if (Optional.ofNullable(after.get(type))
          .map(LockHolder::nonce)
          .equals(Optional.of(self.nonce()))) {
        drop(runner, type);
      }
    }
    throw new UnavailableError(
        "The lock "
            + NAME
            + " of ksqlDB at "
            + client.address()
            + " changes hands all the time. Apply again.");
  }

  /** Who holds the lock now, dead or alive. */
  static Optional<LockHolder> holder(KsqlClient client) {
    return holder(locks(client));
  }

  static boolean isDead(LockHolder holder) {
    return holder.isKnownDead() || Instant.now().isAfter(holder.until());
  }

  /** Takes the lock away from whoever has it. */
  static void breakLock(KsqlClient client, StatementRunner runner) {
    release(runner, locks(client));
  }

  /**
   * To be asked before each change.
   *
   * @throws UnavailableError where another process took the lock, because this one seemed dead
   */
  void check() {
    Optional<LockHolder> holder = holder(locks(client));
    if (!holder.map(LockHolder::nonce).equals(Optional.of(self.nonce()))) {
      throw new UnavailableError(
          "The lock was lost to "
              + holder.map(LockHolder::toString).orElse("nobody: it was broken")
              + ". Nothing more is changed. Apply again.");
    }
  }

  /** Gives the lock back; where ksqlDB is away, time does. */
  @Override
  public void close() {
    beats.interrupt();
    try {
      beats.join(BEAT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      Map<String, LockHolder> locks = locks(client);
      if (holder(locks).map(LockHolder::nonce).equals(Optional.of(self.nonce()))) {
        release(runner, locks);
      }
    } catch (UnavailableError | KsqlServerException e) {
      // Whoever comes next finds this process gone, or its time run out.
      return;
    }
  }

  /** The first in the chain frees the lock; what hangs on it is nothing without it. */
  private static void release(StatementRunner runner, Map<String, LockHolder> locks) {
    drop(runner, NAME);
    locks.keySet().stream().filter(name -> !name.equals(NAME)).forEach(name -> drop(runner, name));
  }

  private void beatUntilInterrupted() {
    while (true) {
      try {
        Thread.sleep(BEAT.toMillis());
      } catch (InterruptedException e) {
        return;
      }
      beat();
    }
  }

  private void beat() {
    try {
      String beat = BEATS + self.nonce() + "_" + Instant.now().plus(LEASE).toEpochMilli();
      create(runner, beat, self);
      if (!lastBeat.isEmpty()) {
        drop(runner, lastBeat);
      }
      lastBeat = beat;
    } catch (UnavailableError | KsqlServerException e) {
      // The next beat tries again; the check before the next statement tells what came of it.
      return;
    }
  }

  /** What a holder that died left behind, and nothing leads to. */
  private void dropOrphans(Map<String, LockHolder> locks) {
    for (String name : locks.keySet()) {
      boolean inChain = chain(locks).contains(name);
      if (!inChain && !name.startsWith(BEATS + self.nonce())) {
        drop(runner, name);
      }
    }
  }

  /** The last of the chain, with the time its last beat gives it. */
  private static Optional<LockHolder> holder(Map<String, LockHolder> locks) {
    List<String> chain = chain(locks);
    if (chain.isEmpty()) {
      return Optional.empty();
    }
    LockHolder holder = Objects.requireNonNull(locks.get(chain.get(chain.size() - 1)));
    return locks.keySet().stream()
        .filter(name -> name.startsWith(BEATS + holder.nonce() + "_"))
        .map(
            name -> Instant.ofEpochMilli(Long.parseLong(name.substring(name.lastIndexOf('_') + 1))))
        .max(Instant::compareTo)
        .map(holder::until)
        .or(() -> Optional.of(holder));
  }

  private static List<String> chain(Map<String, LockHolder> locks) {
    List<String> chain = new ArrayList<>();
    String next = NAME;
    while (locks.containsKey(next) && !chain.contains(next)) {
      chain.add(next);
      next = AFTER + Objects.requireNonNull(locks.get(next)).nonce();
    }
    return chain;
  }

  private static Map<String, LockHolder> locks(KsqlClient client) {
    Map<String, LockHolder> locks = new LinkedHashMap<>();
    for (JsonNode entity : client.execute("LIST TYPES;", Map.of(), Map.of())) {
      for (Map.Entry<String, JsonNode> type : entity.path("types").properties()) {
        if (type.getKey().startsWith(NAME)) {
          locks.put(
              type.getKey(),
              LockHolder.of(type.getValue().path("fields").findValuesAsText("name")));
        }
      }
    }
    return locks;
  }

  /** Whether it was made by us or is another's is seen afterwards. */
  private static void create(StatementRunner runner, String type, LockHolder holder) {
    try {
      runner.run("CREATE TYPE " + type + " AS " + holder.toType() + ";");
    } catch (KsqlServerException e) {
      if (!String.valueOf(e.getMessage()).contains("already registered")) {
        throw e;
      }
    }
  }

  private static void drop(StatementRunner runner, String type) {
    runner.run("DROP TYPE IF EXISTS " + type + ";");
  }

  private static UnavailableError held(KsqlClient client, LockHolder holder) {
    Instant now = Instant.now();
    return new UnavailableError(
        "Migrations of ksqlDB at "
            + client.address()
            + " are being changed by "
            + holder
            + ", since "
            + Duration.between(holder.since(), now).toSeconds()
            + " s. Wait until it has ended. If it is dead, its lock ends in "
            + Math.max(1, Duration.between(now, holder.until()).toSeconds())
            + " s, or at once with './lastfive ksql repair'.");
  }
}
