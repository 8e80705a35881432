// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.consume;

import io.lastfive.customersink.write.Claim;

/** What the consumer may do with a partition that the group assigned to it. */
sealed interface Ownership {

  /** Assigned, but the database does not know it yet: nothing is read. */
  record Unclaimed() implements Ownership {
    Claimed claimed(Claim claim, long nextOffset) {
      return new Claimed(claim, nextOffset, nextOffset);
    }
  }

  /**
   * Claimed in the database: records are read from {@code nextOffset} on, and those before {@code
   * writtenUpTo} are known to be written.
   */
  record Claimed(Claim claim, long nextOffset, long writtenUpTo) implements Ownership {
    Claimed readUpTo(long newNextOffset) {
      return new Claimed(claim, newNextOffset, writtenUpTo);
    }

    Claimed wrote(long newWrittenUpTo) {
      return new Claimed(claim, nextOffset, newWrittenUpTo);
    }

    /** Nothing is on its way: the database must stand where the reading does. */
    boolean idle() {
      return nextOffset == writtenUpTo;
    }

    /** The database stands elsewhere, or the topic was made anew: it has to be claimed again. */
    Unclaimed displaced() {
      return new Unclaimed();
    }

    Fenced fenced() {
      return new Fenced(claim);
    }
  }

  /** Somebody else claimed it; the group will say who owns it. Nothing is read. */
  record Fenced(Claim claim) implements Ownership {}
}
