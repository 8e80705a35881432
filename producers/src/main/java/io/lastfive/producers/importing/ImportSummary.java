// SPDX-License-Identifier: Apache-2.0
package io.lastfive.producers.importing;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What became of a file.
 *
 * @param rows payments the file holds
 * @param sent acknowledged, or sound in a dry run
 * @param rejectedFile where the rejected rows are; empty where none was rejected or nothing was
 *     written
 * @param ignoredColumns columns that are no field of the event
 */
public record ImportSummary(
    long rows,
    long sent,
    long rejected,
    Optional<Path> rejectedFile,
    Set<String> ignoredColumns,
    boolean stopped) {}
