// SPDX-License-Identifier: Apache-2.0
package io.lastfive.settings;

import java.util.Optional;

/**
 * A setting as {@code lastfive config} shows it.
 *
 * @param shownValue the value, masked where it is a secret; empty where there is none
 */
public record EffectiveSetting(
    String name, Optional<String> shownValue, Origin origin, String unit, String meaning) {}
