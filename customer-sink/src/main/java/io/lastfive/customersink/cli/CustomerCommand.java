// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lastfive.customersink.page.CustomerQueries;
import io.lastfive.customersink.page.CustomerRow;
import io.lastfive.customersink.page.PageDatabase;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import io.lastfive.settings.cli.CommonOptions;
import io.lastfive.settings.cli.Console;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lastfive customer ID}: the customer's last five payments. */
@Command(
    name = "customer",
    description = "Show the last five payments of a customer.",
    subcommands = CustomerEraseCommand.class)
public final class CustomerCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int UNKNOWN = 1;

  @Mixin private CommonOptions common;

  @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "The customer's id.")
  private String customerId = "";

  @Override
  public Integer call() throws JsonProcessingException {
    if (customerId.isEmpty()) {
      throw new UserError("customer needs the customer's id, or a subcommand: erase");
    }
    Settings settings = common.settings();
    Console console = common.console();
    Optional<CustomerRow> row = find(settings);
    if (row.isEmpty()) {
      console.error(
          "customer '%s' is not known: no payment of theirs has arrived in schema '%s' of %s"
              .formatted(
                  customerId,
                  settings.get(KnownSettings.DATABASE_SCHEMA),
                  settings.shown(KnownSettings.DATABASE_URL)));
      return UNKNOWN;
    }
    JsonNode customer = JSON.readTree(row.get().toJson());
    if (common.json()) {
      console.json(customer);
    } else {
      PaymentTable.of(customer).print(console);
    }
    return 0;
  }

  private Optional<CustomerRow> find(Settings settings) {
    try (PageDatabase database = PageDatabase.open(settings, 1)) {
      return new CustomerQueries(database.connections()).find(customerId);
    } catch (SQLException e) {
      throw UnavailableError.at(
          "PostgreSQL", settings.get(KnownSettings.DATABASE_URL), KnownSettings.DATABASE_URL, e);
    }
  }
}
