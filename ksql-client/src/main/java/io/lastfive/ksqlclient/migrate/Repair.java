// SPDX-License-Identifier: Apache-2.0
package io.lastfive.ksqlclient.migrate;

/**
 * One thing that repair puts right.
 *
 * @param description what is done, for a person who is asked before
 */
public record Repair(String description, Runnable action) {}
