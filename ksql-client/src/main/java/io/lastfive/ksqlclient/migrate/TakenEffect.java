// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import com.fasterxml.jackson.databind.JsonNode;
import io.lastfive.ksqlclient.KsqlClient;
import io.lastfive.ksqlclient.KsqlServerException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells which statements of a script that was begun have taken effect, by what the server has now.
 * The server itself brings a definition to its own form: it refuses a second CREATE with the text
 * that it would have kept. Rows of INSERT VALUES cannot be told from others, so those never have.
 */
final class TakenEffect {
  private final KsqlClient client;
  private final StatementProbe probe;
  private final List<ScriptStatement> script;

  TakenEffect(KsqlClient client, List<ScriptStatement> script) {
    this.client = client;
    this.probe = new StatementProbe(client);
    this.script = script;
  }

  /** Whether running the statement with this index again would be one time too many. */
  boolean has(int index) {
    return has(index, ServerObjects.read(client));
  }

  private boolean has(int index, ServerObjects there) {
    ScriptStatement statement = script.get(index);
    StatementEffect effect = statement.effect();
    return switch (effect.kind()) {
      case CREATE_STREAM, CREATE_TABLE ->
          isDefined(statement, there) || isReplacedLater(index, there);
      case INSERT_QUERY -> isRunning(index, there) || isReplacedLater(index, there);
      case CREATE_TYPE ->
          (there.types().contains(effect.name()) && isSameType(statement))
              || isReplacedLater(index, there);
      case DROP_STREAM, DROP_TABLE ->
          there.source(effect.name()).isEmpty() || isMadeAgain(index, there);
      case DROP_TYPE -> !there.types().contains(effect.name()) || isMadeAgain(index, there);
      case TERMINATE ->
          isMadeAgain(index, there)
              || (!effect.name().equals(StatementEffect.ALL)
                  && !there.queries().containsKey(effect.name()));
      case ALTER -> columns(effect.name(), there).containsAll(effect.columns());
      case CREATE_CONNECTOR -> isRefusedWith(statement, "already exists");
      case DROP_CONNECTOR -> isRefusedWith(statement, "does not exist");
      case INSERT_VALUES, PAUSE, RESUME, ASSERT, OTHER -> false;
    };
  }

  /** Whether the server's stream or table is as the statement makes it. */
  boolean isDefined(ScriptStatement statement, ServerObjects there) {
    StatementEffect effect = statement.effect();
    Optional<String> kind = there.source(effect.name());
    boolean sameKind = kind.isPresent() && effect.kind().name().equals("CREATE_" + kind.get());
    // One whose query died and was ended is not what the statement made.
    boolean hasItsQuery = !effect.makesQuery() || there.queryOf(effect.name()).isPresent();
    return sameKind && hasItsQuery && !isDefinedOtherwise(statement);
  }

  /** Whether the server says so: where it cannot be compared, it does not. */
  boolean isDefinedOtherwise(ScriptStatement statement) {
    // After ALTER the server shows its text as well, or instead.
    String there =
        SqlScript.split(description(statement.effect().name()).path("statement").asText()).stream()
            .findFirst()
            .map(SqlStatement::text)
            .orElse("");
    Optional<KsqlServerException> refusal =
        probe.refusal(DefinitionText.unconditional(statement.text()));
    String wanted = refusal.map(KsqlServerException::statementText).orElse("");
    boolean comparable =
        refusal.isPresent()
            && String.valueOf(refusal.get().getMessage()).contains("already exists")
            && !wanted.isEmpty()
            && there.startsWith("CREATE");
    return comparable && !DefinitionText.normal(there).equals(DefinitionText.normal(wanted));
  }

  /**
   * The query that INSERT INTO made: by the id that the script gives it, otherwise by its text, of
   * which there may be several.
   */
  Optional<ServerObjects.Query> queryOf(int index, ServerObjects there) {
    ScriptStatement statement = script.get(index);
    String text = DefinitionText.normal(statement.text());
    Optional<String> id = statement.effect().queryId();
    if (id.isPresent()) {
      return Optional.ofNullable(there.queries().get(id.get()));
    }
    long before =
        script.subList(0, index).stream()
            .filter(other -> DefinitionText.normal(other.text()).equals(text))
            .count();
    return there.insertsInto(statement.effect().name()).stream()
        .filter(query -> DefinitionText.normal(query.text()).equals(text))
        .skip(before)
        .findFirst();
  }

  private boolean isRunning(int index, ServerObjects there) {
    String text = DefinitionText.normal(script.get(index).text());
    return queryOf(index, there)
        .filter(query -> DefinitionText.normal(query.text()).equals(text))
        .isPresent();
  }

  /** Whether a later statement made again what this one takes away. */
  private boolean isMadeAgain(int index, ServerObjects there) {
    StatementEffect gone = script.get(index).effect();
    for (int later = index + 1; later < script.size(); later++) {
      if (makesAgain(gone, script.get(later).effect()) && has(later, there)) {
        return true;
      }
    }
    return false;
  }

  /** Whether later statements took away what this one makes, and made it anew. */
  private boolean isReplacedLater(int index, ServerObjects there) {
    StatementEffect made = script.get(index).effect();
    for (int later = index + 1; later < script.size(); later++) {
      if (makesAgain(script.get(later).effect(), made) && isMadeAgain(later, there)) {
        return true;
      }
    }
    return false;
  }

  private static boolean makesAgain(StatementEffect gone, StatementEffect made) {
    boolean sameName = made.name().equals(gone.name());
    return switch (gone.kind()) {
      case DROP_STREAM, DROP_TABLE -> made.kind().createsSource() && sameName;
      case DROP_TYPE -> made.kind() == StatementEffect.Kind.CREATE_TYPE && sameName;
      case TERMINATE ->
          made.makesQuery()
              && (gone.name().equals(StatementEffect.ALL)
                  || made.queryId().equals(Optional.of(gone.name())));
      default -> false;
    };
  }

  private List<String> columns(String source, ServerObjects there) {
    return there.source(source).isEmpty()
        ? List.of()
        : description(source).path("fields").findValuesAsText("name");
  }

  private JsonNode description(String source) {
    return client
        .execute("DESCRIBE " + ServerObjects.quoted(source) + " EXTENDED;", Map.of(), Map.of())
        .get(0)
        .path("sourceDescription");
  }

  /** By the type that the server says is registered; one that uses others is taken for the same. */
  private boolean isSameType(ScriptStatement statement) {
    String message =
        probe
            .refusal(DefinitionText.unconditional(statement.text()))
            .map(refusal -> String.valueOf(refusal.getMessage()))
            .orElse("");
    String mark = "already registered with type: ";
    int found = message.indexOf(mark);
    if (found < 0) {
      return true;
    }
    String there = DefinitionText.normal(message.substring(found + mark.length()));
    String wanted = DefinitionText.normal(statement.text());
    boolean usesOthers =
        ServerObjects.read(client).types().stream()
            .filter(type -> !type.equals(statement.effect().name()))
            .anyMatch(type -> (" " + wanted + " ").contains(" " + type + " "));
    return usesOthers || wanted.endsWith(" AS " + there);
  }

  private boolean isRefusedWith(ScriptStatement statement, String words) {
    return probe
        .refusal(statement.text())
        .filter(refusal -> String.valueOf(refusal.getMessage()).contains(words))
        .isPresent();
  }
}
