// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What became of a file.
 *
 * @param rows payments the file holds
 * @param sent acknowledged, or sound in a dry run
 * @param sentBefore sent by the import that was interrupted, and not again
 * @param rejectedFile where the rejected rows are; empty where none was rejected or nothing was
 *     written
 * @param ignoredColumns columns that are no field of the event
 * @param notes what a person should know of the file, though its payments were taken
 */
public record ImportSummary(
    long rows,
    long sent,
    long sentBefore,
    long rejected,
    Optional<Path> rejectedFile,
    Set<String> ignoredColumns,
    List<String> notes,
    boolean stopped) {}
