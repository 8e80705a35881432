// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a stack tells other processes in its folder: how far its start is, and where it listens. */
public record RunningStack(long pid, boolean ready, long readyMillis, List<StackPart> parts) {
  private static final String FILE = "stack.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  public RunningStack {
    parts = List.copyOf(parts);
  }

  /** The stack that holds this folder now, if one does; one just starting may have no parts yet. */
  public static Optional<RunningStack> on(Path dataDir) throws IOException {
    Optional<Long> holder = StackFolder.holder(dataDir);
    if (holder.isEmpty()) {
      return Optional.empty();
    }
    RunningStack starting = new RunningStack(holder.get(), false, 0, List.of());
    Path file = dataDir.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.of(starting);
    }
    RunningStack written = read(JSON.readTree(Files.readString(file)));
    return Optional.of(written.pid() == holder.get() ? written : starting);
  }

  void write(StackFolder folder) throws IOException {
    ObjectNode node =
        JSON.createObjectNode().put("pid", pid).put("ready", ready).put("readyMillis", readyMillis);
    for (StackPart part : parts) {
      node.withArray("parts")
          .addObject()
          .put("name", part.name())
          .put("setting", part.setting())
          .put("address", part.address())
          .put("millis", part.millis());
    }
    Path partial = folder.resolve(FILE + ".partial");
    Files.writeString(partial, node.toPrettyString() + "\n");
    Files.move(
        partial,
        folder.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static RunningStack read(JsonNode node) {
    List<StackPart> parts = new ArrayList<>();
    for (JsonNode part : node.path("parts")) {
      parts.add(
          new StackPart(
              part.path("name").asText(),
              part.path("setting").asText(),
              part.path("address").asText(),
              part.path("millis").asLong()));
    }
    return new RunningStack(
        node.path("pid").asLong(),
        node.path("ready").asBoolean(),
        node.path("readyMillis").asLong(),
        parts);
  }
}
