// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.lastfive.settings.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationTest {
  @TempDir private Path folder;

  @Test
  void readsVersionNameAndChecksumAndLeavesOtherFilesAlone() throws IOException {
    Files.writeString(folder.resolve("V000002__make_it.sql"), "LIST STREAMS;\n");
    Files.writeString(folder.resolve("V000001__declare.sql"), "");
    Files.writeString(folder.resolve("V3__short.sql"), "");
    Files.writeString(folder.resolve("notes.txt"), "");

    assertThat(Migration.readAll(folder))
        .extracting(Migration::version, Migration::name, Migration::checksum)
        .containsExactly(
            tuple(1, "declare", "d41d8cd98f00b204e9800998ecf8427e"),
            tuple(2, "make it", "7571e2cf614a916a7c6a07064acf13d4"));
  }

  @Test
  void refusesTwoFilesOfOneVersion() throws IOException {
    Files.writeString(folder.resolve("V000001__a.sql"), "");
    Files.writeString(folder.resolve("V000001__b.sql"), "");

    assertThatThrownBy(() -> Migration.readAll(folder))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "'V000001__b.sql' and 'V000001__a.sql' have the same version. Rename one of them.");
  }

  @Test
  void namesTheFolderThatIsNotThere() {
    assertThatThrownBy(() -> Migration.readAll(folder.resolve("nowhere")))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "The migrations folder '"
                + folder.resolve("nowhere")
                + "' cannot be read. Name a ksql project with --project, a folder that holds migrations/.");
  }
}
