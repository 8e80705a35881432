// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

/**
 * A part of the stack that is up.
 *
 * @param setting the setting that holds its address
 * @param millis how long after the stack's start it was up
 */
public record StackPart(String name, String setting, String address, long millis) {}
