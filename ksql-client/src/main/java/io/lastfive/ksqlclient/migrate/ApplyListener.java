// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

import java.util.function.Consumer;

/**
 * Who is told what an apply does.
 *
 * @param progress when a version begins (RUNNING) and when it has ended
 * @param notes what a person should know: a lock taken over, a statement not repeated
 */
public record ApplyListener(Consumer<MigrationState> progress, Consumer<String> notes) {}
