// SPDX-License-Identifier: Apache-2.0
package io.lastfive.registry;

import org.apache.kafka.common.errors.RetriableException;

/** No registry could be reached, or none was able to answer: it may later. */
public final class SchemaRegistryUnavailableException extends RetriableException {
  SchemaRegistryUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
