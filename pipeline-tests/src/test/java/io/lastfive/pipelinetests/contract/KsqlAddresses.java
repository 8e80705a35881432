// SPDX-License-Identifier: Apache-2.0
package io.lastfive.pipelinetests.contract;

import java.net.URI;

/** Where a KSQL server is, and the broker and registry that it uses. */
record KsqlAddresses(String kafka, URI registry, URI ksqldb) {}
