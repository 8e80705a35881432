/**
 * What the pipeline relies on of a KSQL server, checked alike on the embedded one and on ksqlDB.
 */
@NullMarked
package io.lastfive.pipelinetests.contract;

import org.jspecify.annotations.NullMarked;
