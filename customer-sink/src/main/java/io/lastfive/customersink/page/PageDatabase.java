// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.page;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lastfive.customersink.write.SqlStates;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;

/**
 * The customer service's PostgreSQL, to read only: every transaction is read-only, and the user is
 * {@code database.read.user} where that is set. Safe for threads.
 */
public final class PageDatabase implements AutoCloseable {
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

  /** How long a reader waits for a connection while the database is away. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private static final Duration LONGEST_STATEMENT = Duration.ofSeconds(5);

  private static final String TABLES =
      """
      SELECT "table", to_regclass(quote_ident(?) || '.' || "table") IS NOT NULL,
             coalesce(has_table_privilege(to_regclass(quote_ident(?) || '.' || "table"), 'SELECT'), false)
        FROM (VALUES ('customer_payments'), ('sink_offset'), ('sink_dead_letter')) AS needed ("table")
      """;

  private final HikariDataSource pool;

  private PageDatabase(HikariDataSource pool) {
    this.pool = pool;
  }

  /**
   * Connects, and checks that a sink has made the tables and that this user may read them.
   *
   * @throws UserError a wrong password, no tables, or missing rights
   * @throws UnavailableError the database does not answer
   */
  public static PageDatabase open(Settings settings, int connections) {
    String schema = settings.get(KnownSettings.DATABASE_SCHEMA);
    List<String> missing = new ArrayList<>();
    try (Connection connection = connect(settings);
        PreparedStatement tables = connection.prepareStatement(TABLES)) {
      tables.setString(1, schema);
      tables.setString(2, schema);
      try (ResultSet rows = tables.executeQuery()) {
        while (rows.next()) {
          if (!rows.getBoolean(2)) {
            throw new UserError(
                "schema '%s' of %s has no table '%s': no sink has written there yet. Start one with 'lastfive sink run', or set database.url and database.schema to where it writes."
                    .formatted(schema, address(settings), rows.getString(1)));
          }
          if (!rows.getBoolean(3)) {
            missing.add(
                "GRANT SELECT ON %s.%s TO %s"
                    .formatted(quoted(schema), rows.getString(1), quoted(user(settings))));
          }
        }
      }
    } catch (SQLException e) {
      throw SqlStates.missesRight(e)
          ? mayNotRead(
              settings,
              List.of(
                  "GRANT SELECT ON ALL TABLES IN SCHEMA %s TO %s"
                      .formatted(quoted(schema), quoted(user(settings)))))
          : refusal(settings, e);
    }
    if (!missing.isEmpty()) {
      throw mayNotRead(settings, missing);
    }
    return new PageDatabase(pool(settings, connections));
  }

  /** Read-only connections in the schema of the settings. */
  public DataSource connections() {
    return pool;
  }

  /**
   * A connection of its own, outside of the pool, such as one that listens for as long as it lives.
   */
  static Connection connect(Settings settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user(settings));
    properties.setProperty("password", password(settings));
    properties.setProperty("connectTimeout", Long.toString(LONGEST_CONNECT.toSeconds()));
    properties.setProperty("loginTimeout", Long.toString(LONGEST_CONNECT.toSeconds()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "lastfive-page");
    Connection connection =
        DriverManager.getConnection(settings.get(KnownSettings.DATABASE_URL), properties);
    connection.setSchema(settings.get(KnownSettings.DATABASE_SCHEMA));
    connection.setReadOnly(true);
    return connection;
  }

  @Override
  public void close() {
    pool.close();
  }

  private static HikariDataSource pool(Settings settings, int connections) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("lastfive-page");
    config.setJdbcUrl(settings.get(KnownSettings.DATABASE_URL));
    config.setUsername(user(settings));
    config.setPassword(password(settings));
    config.setReadOnly(true);
    config.addDataSourceProperty("readOnlyMode", "always");
    config.setMaximumPoolSize(connections);
    config.setConnectionTimeout(LONGEST_WAIT.toMillis());
    // A database that is away when the pool is made is waited out like one that goes later.
    config.setInitializationFailTimeout(-1);
    // A search for a name that nearly everybody has must not hold a connection for long.
    config.setConnectionInitSql("SET statement_timeout = " + LONGEST_STATEMENT.toMillis());
    config.addDataSourceProperty(
        "currentSchema", quoted(settings.get(KnownSettings.DATABASE_SCHEMA)));
    config.addDataSourceProperty("connectTimeout", Long.toString(LONGEST_CONNECT.toSeconds()));
    config.addDataSourceProperty("socketTimeout", "30");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("ApplicationName", "lastfive-page");
    return new HikariDataSource(config);
  }

  private static UserError mayNotRead(Settings settings, List<String> grants) {
    String schema = settings.get(KnownSettings.DATABASE_SCHEMA);
    return new UserError(
        "database user '%s' may not read schema '%s' of %s. Grant it with:%n  GRANT USAGE ON SCHEMA %s TO %s;%n  %s"
            .formatted(
                user(settings),
                schema,
                address(settings),
                quoted(schema),
                quoted(user(settings)),
                String.join(";\n  ", grants)));
  }

  private static RuntimeException refusal(Settings settings, SQLException error) {
    if (SqlStates.refusesLogin(error)) {
      return new UserError(
          "PostgreSQL at %s refuses user '%s': %s. Set database.read.user and database.read.password, or database.user and database.password, and the database's name in database.url."
              .formatted(address(settings), user(settings), error.getMessage()),
          error);
    }
    return UnavailableError.at("PostgreSQL", address(settings), KnownSettings.DATABASE_URL, error);
  }

  /** The address without the part that may hold a password. */
  private static String address(Settings settings) {
    String url = settings.get(KnownSettings.DATABASE_URL);
    int parameters = url.indexOf('?');
    return parameters < 0 ? url : url.substring(0, parameters);
  }

  private static String user(Settings settings) {
    return settings
        .find(KnownSettings.DATABASE_READ_USER)
        .orElseGet(() -> settings.get(KnownSettings.DATABASE_USER));
  }

  private static String password(Settings settings) {
    return settings.find(KnownSettings.DATABASE_READ_USER).isPresent()
        ? settings.get(KnownSettings.DATABASE_READ_PASSWORD)
        : settings.get(KnownSettings.DATABASE_PASSWORD);
  }

  private static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
