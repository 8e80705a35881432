// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/**
 * After a failover the server that was written to may live on as a standby: a connection to it that
 * stays in the pool would fail for ever. Made by the pool, by its name.
 */
public final class ReadOnlyEviction implements SQLExceptionOverride {
  private static final String READ_ONLY_TRANSACTION = "25006";

  @java.lang.Override
  public Override adjudicate(SQLException error) {
    return SqlStates.of(error).equals(READ_ONLY_TRANSACTION)
        ? Override.MUST_EVICT
        : Override.CONTINUE_EVICT;
  }
}
