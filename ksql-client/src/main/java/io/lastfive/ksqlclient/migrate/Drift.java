// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import io.lastfive.ksqlclient.KsqlClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the applied scripts made and the server no longer has, has otherwise, or has in a bad state.
 * The scripts are followed from the first to the last; what else is on the server is none of
 * theirs.
 */
public final class Drift {

  /**
   * @param object such as {@code stream SRC}
   * @param place where the script made it: file, line and column
   */
  public record Finding(String object, String place, String problem) {
    @Override
    public String toString() {
      return place + ": " + object + " " + problem;
    }
  }

  private final KsqlClient client;
  private final Map<String, ScriptStatement> sources = new LinkedHashMap<>();
  private final List<ScriptStatement> inserts = new ArrayList<>();
  private final Map<String, ScriptStatement> types = new LinkedHashMap<>();
  private final Set<String> terminated = new LinkedHashSet<>();
  private final Set<String> paused = new LinkedHashSet<>();
  private final List<Finding> findings = new ArrayList<>();

  private Drift(KsqlClient client) {
    this.client = client;
  }

  /**
   * @param statements of all scripts that were applied, in their order
   */
  static List<Finding> find(KsqlClient client, List<ScriptStatement> statements) {
    Drift drift = new Drift(client);
    statements.forEach(drift::follow);
    drift.compare();
    return List.copyOf(drift.findings);
  }

  private void follow(ScriptStatement statement) {
    StatementEffect effect = statement.effect();
    String name = effect.name();
    switch (effect.kind()) {
      case CREATE_STREAM, CREATE_TABLE -> {
        sources.put(name, statement);
        terminated.remove(name);
      }
      case DROP_STREAM, DROP_TABLE -> {
        sources.remove(name);
        inserts.removeIf(insert -> insert.effect().name().equals(name));
      }
      case INSERT_QUERY -> inserts.add(statement);
      case CREATE_TYPE -> types.put(name, statement);
      case DROP_TYPE -> types.remove(name);
      case TERMINATE -> terminate(name);
      case PAUSE -> paused.add(name);
      case RESUME -> resume(name);
      // Columns that ALTER adds are part of what its CREATE is compared with only by name.
      case ALTER, INSERT_VALUES, CREATE_CONNECTOR, DROP_CONNECTOR, ASSERT, OTHER -> {}
    }
  }

  private void terminate(String id) {
    boolean all = id.equals(StatementEffect.ALL);
    inserts.removeIf(insert -> all || insert.effect().queryId().equals(Optional.of(id)));
    sources.forEach(
        (name, statement) -> {
          if (all || isQueryOf(id, name)) {
            terminated.add(name);
          }
        });
  }

  private void resume(String id) {
    if (id.equals(StatementEffect.ALL)) {
      paused.clear();
    } else {
      paused.remove(id);
    }
  }

  static boolean isQueryOf(String queryId, String source) {
    return queryId.matches("C[ST]AS_\\Q" + source + "\\E_\\d+");
  }

  private void compare() {
    ServerObjects there = ServerObjects.read(client);
    TakenEffect taken = new TakenEffect(client, inserts);
    sources.forEach((name, statement) -> compareSource(name, statement, there, taken));
    for (int i = 0; i < inserts.size(); i++) {
      compareInsert(inserts.get(i), taken.queryOf(i, there));
    }
    types.forEach(
        (name, statement) -> {
          if (!there.types().contains(name)) {
            add("type " + name, statement, "is gone: somebody dropped it");
          }
        });
  }

  private void compareSource(
      String name, ScriptStatement statement, ServerObjects there, TakenEffect taken) {
    boolean stream = statement.effect().kind() == StatementEffect.Kind.CREATE_STREAM;
    String object = (stream ? "stream " : "table ") + name;
    Optional<String> kind = there.source(name);
    if (kind.isEmpty()) {
      add(object, statement, "is gone: somebody dropped it");
    } else if (!kind.get().equals(stream ? "STREAM" : "TABLE")) {
      add(object, statement, "is a " + kind.get().toLowerCase(Locale.ROOT) + " on the server");
    } else {
      if (taken.isDefinedOtherwise(statement)) {
        add(
            object,
            statement,
            "is defined otherwise on the server: see DESCRIBE " + name + " EXTENDED");
      }
      if (statement.effect().makesQuery() && !terminated.contains(name)) {
        Optional<ServerObjects.Query> query = there.queryOf(name);
        if (query.isEmpty()) {
          add("the query of " + object, statement, "is gone: somebody terminated it");
        } else {
          compareState(query.get(), statement);
        }
      }
    }
  }

  private void compareInsert(ScriptStatement statement, Optional<ServerObjects.Query> query) {
    String object =
        statement
            .effect()
            .queryId()
            .map(id -> "query " + id)
            .orElse("the query into " + statement.effect().name());
    if (query.isEmpty()) {
      add(object, statement, "is gone: somebody terminated it");
      return;
    }
    boolean same =
        DefinitionText.normal(query.get().text()).equals(DefinitionText.normal(statement.text()));
    if (!same) {
      add(object, statement, "is another on the server: see EXPLAIN " + query.get().id());
    }
    compareState(query.get(), statement);
  }

  private void compareState(ServerObjects.Query query, ScriptStatement statement) {
    boolean pausedByScript = paused.contains(query.id()) || paused.contains(StatementEffect.ALL);
    if (query.states().contains("ERROR")) {
      String reason =
          ServerObjects.lastError(client, query.id())
              .map(error -> ": " + error.message())
              .orElse("");
      add("query " + query.id(), statement, "is in state ERROR" + reason);
    } else if (query.states().contains("PAUSED") && !pausedByScript) {
      add("query " + query.id(), statement, "is in state PAUSED");
    }
  }

  private void add(String object, ScriptStatement statement, String problem) {
    findings.add(new Finding(object, statement.place(), problem));
  }
}
