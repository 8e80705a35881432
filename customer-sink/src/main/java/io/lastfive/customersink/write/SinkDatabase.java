// SPDX-License-Identifier: Apache-2.0
package io.lastfive.customersink.write;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.lastfive.settings.KnownSettings;
import io.lastfive.settings.Settings;
import io.lastfive.settings.UnavailableError;
import io.lastfive.settings.UserError;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The customer service's PostgreSQL: connections to it, and the tables that Flyway keeps there.
 * Safe for threads.
 */
public final class SinkDatabase implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SinkDatabase.class);
  private static final String MIGRATIONS = "classpath:io/lastfive/customersink/migrations";
  static final String HISTORY_TABLE = "sink_schema_history";
  private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

  private final HikariDataSource pool;

  private SinkDatabase(HikariDataSource pool) {
    this.pool = pool;
  }

  /**
   * Connects, makes or updates the tables, and checks that this user may write them.
   *
   * @throws UserError a wrong password, a database that is not there, or missing rights
   * @throws UnavailableError the database does not answer
   */
  public static SinkDatabase openForWriting(Settings settings, int connections) {
    prepare(settings);
    return new SinkDatabase(pool(settings, connections));
  }

  /** Connections in the schema of the settings that do not commit by themselves. */
  public DataSource connections() {
    return pool;
  }

  /**
   * A connection of its own, outside of the pool, such as one that listens for as long as it lives.
   */
  public static Connection connect(Settings settings) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", settings.get(KnownSettings.DATABASE_USER));
    properties.setProperty("password", settings.get(KnownSettings.DATABASE_PASSWORD));
    properties.setProperty("currentSchema", quoted(schema(settings)));
    properties.setProperty("connectTimeout", Long.toString(LONGEST_CONNECT.toSeconds()));
    properties.setProperty("loginTimeout", Long.toString(LONGEST_CONNECT.toSeconds()));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("ApplicationName", "lastfive-sink");
    Connection connection =
        DriverManager.getConnection(settings.get(KnownSettings.DATABASE_URL), properties);
    // What was committed while a lock was waited for must be seen, whatever the role's default is.
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    return connection;
  }

  @Override
  public void close() {
    pool.close();
  }

  /**
   * Makes or updates the tables, and checks that this user may write them.
   *
   * @throws UserError a wrong password, a database that is not there, or missing rights
   * @throws UnavailableError the database does not answer
   */
  public static void prepare(Settings settings) {
    try (Connection connection = connect(settings)) {
      if (settings.find(KnownSettings.DATABASE_MIGRATE_USER).isEmpty()
          && !SinkRights.seesTables(connection, schema(settings))) {
        refuseMissingRights(settings, connection);
      }
      migrate(settings, connection);
      refuseMissingRights(settings, connection);
    } catch (SQLException e) {
      throw refusal(settings, e);
    }
  }

  private static HikariDataSource pool(Settings settings, int connections) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("lastfive-sink");
    config.setJdbcUrl(settings.get(KnownSettings.DATABASE_URL));
    config.setUsername(settings.get(KnownSettings.DATABASE_USER));
    config.setPassword(settings.get(KnownSettings.DATABASE_PASSWORD));
    config.setAutoCommit(false);
    // What a database or role has for its default would only make more tries necessary.
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setMaximumPoolSize(connections);
    config.setConnectionTimeout(LONGEST_CONNECT.toMillis());
    config.setExceptionOverrideClassName(ReadOnlyEviction.class.getName());
    // A database that is away when the pool is made is waited out like one that goes later.
    config.setInitializationFailTimeout(-1);
    // An owner that hangs in a transaction must not keep the next one from its partitions for ever.
    // Committed, or the first rollback would undo it, and the connection wait within a transaction.
    config.setConnectionInitSql(
        "SET idle_in_transaction_session_timeout = '30s'; SET lock_timeout = '10s'; COMMIT");
    config.addDataSourceProperty("currentSchema", quoted(schema(settings)));
    config.addDataSourceProperty("connectTimeout", Long.toString(LONGEST_CONNECT.toSeconds()));
    config.addDataSourceProperty("socketTimeout", "60");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    // Details of errors may quote rows; messages do not.
    config.addDataSourceProperty("logServerErrorDetail", "false");
    config.addDataSourceProperty("ApplicationName", config.getPoolName());
    return new HikariDataSource(config);
  }

  private static void migrate(Settings settings, Connection connection) throws SQLException {
    Optional<String> migrator = settings.find(KnownSettings.DATABASE_MIGRATE_USER);
    Flyway flyway =
        Flyway.configure()
            .dataSource(
                settings.get(KnownSettings.DATABASE_URL),
                migrator(settings),
                migrator.isPresent()
                    ? settings.find(KnownSettings.DATABASE_MIGRATE_PASSWORD).orElse("")
                    : settings.get(KnownSettings.DATABASE_PASSWORD))
            .defaultSchema(schema(settings))
            .schemas(schema(settings))
            .table(HISTORY_TABLE)
            .locations(MIGRATIONS)
            // The schema may hold tables of the customer service; they are left alone.
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .load();
    try {
      // A user that only writes rows need not be able to make tables.
      MigrationInfoService migrations = flyway.info();
      if (migrations.pending().length > 0) {
        flyway.migrate();
      }
      warnOfNewerTables(settings, migrations);
    } catch (FlywayValidateException changed) {
      throw new UserError(
          "the tables of schema '%s' were made by another version of lastfive: %s"
              .formatted(schema(settings), changed.getMessage()),
          changed);
    } catch (FlywayException e) {
      throw sqlCause(e)
          .filter(SqlStates::missesRight)
          .<RuntimeException>map(
              cause ->
                  new UserError(
                      "database user '%s' may not make the sink's tables in schema '%s' of %s: %s. Grant it with: %s"
                          .formatted(
                              migrator(settings),
                              schema(settings),
                              address(settings),
                              cause.getMessage(),
                              grantToMigrate(settings, cause)),
                      e))
          .or(() -> sqlCause(e).map(cause -> refusal(settings, migrator(settings), cause)))
          .orElse(e);
    }
    if (connection.isClosed()) {
      throw new SQLException("connection closed while the tables were made", "08006");
    }
  }

  /** Columns are only added, so that a version before can go on beside the one that added them. */
  private static void warnOfNewerTables(Settings settings, MigrationInfoService migrations) {
    for (MigrationInfo migration : migrations.applied()) {
      if (migration.getState() == MigrationState.FUTURE_SUCCESS) {
        LOG.warn(
            "The tables are those of a newer version of lastfive; what it added is left alone schema={} tables={}",
            schema(settings),
            migration.getVersion());
      }
    }
  }

  private static String grantToMigrate(Settings settings, SQLException error) {
    String schema = quoted(schema(settings));
    String user = quoted(migrator(settings));
    return String.valueOf(error.getMessage()).contains("for database")
        ? "CREATE SCHEMA %s AUTHORIZATION %s".formatted(schema, user)
        : "GRANT USAGE, CREATE ON SCHEMA %s TO %s".formatted(schema, user);
  }

  private static void refuseMissingRights(Settings settings, Connection connection)
      throws SQLException {
    List<String> missing =
        SinkRights.missing(connection, schema(settings), settings.get(KnownSettings.DATABASE_USER));
    if (!missing.isEmpty()) {
      throw new UserError(
          "database user '%s' lacks rights in schema '%s' of %s. Grant them with:%n  %s"
              .formatted(
                  user(settings),
                  schema(settings),
                  address(settings),
                  String.join(";\n  ", missing)));
    }
  }

  /** What to tell of an error before the sink runs. */
  public static RuntimeException refusal(Settings settings, SQLException error) {
    return refusal(settings, user(settings), error);
  }

  private static RuntimeException refusal(Settings settings, String user, SQLException error) {
    if (SqlStates.refusesLogin(error)) {
      return new UserError(
          "PostgreSQL at %s refuses user '%s': %s. Set %s and the database's name in database.url."
              .formatted(
                  address(settings),
                  user,
                  error.getMessage(),
                  user.equals(user(settings))
                      ? "database.user, database.password"
                      : "database.migrate.user, database.migrate.password"),
          error);
    }
    if (SqlStates.missesConnect(error)) {
      return new UserError(
          "database user '%s' may not connect to %s: %s. Grant it with: GRANT CONNECT ON DATABASE %s TO %s"
              .formatted(
                  user,
                  address(settings),
                  firstLine(error),
                  quoted(database(settings)),
                  quoted(user)),
          error);
    }
    if (SqlStates.missesTable(error)) {
      return new UserError(
          "schema '%s' of %s has no tables of a sink: start one with 'lastfive sink run', or set database.url and database.schema to where it writes."
              .formatted(schema(settings), address(settings)),
          error);
    }
    if (SqlStates.missesRight(error)) {
      return new UserError(
          "database user '%s' may not do this in schema '%s' of %s: %s. 'lastfive sink grants --role %s' prints what a sink needs."
              .formatted(user, schema(settings), address(settings), error.getMessage(), user),
          error);
    }
    return UnavailableError.at("PostgreSQL", address(settings), KnownSettings.DATABASE_URL, error);
  }

  private static Optional<SQLException> sqlCause(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return Optional.of(sql);
      }
    }
    return Optional.empty();
  }

  /** The address without the part that may hold a password. */
  private static String address(Settings settings) {
    String url = settings.get(KnownSettings.DATABASE_URL);
    int parameters = url.indexOf('?');
    return parameters < 0 ? url : url.substring(0, parameters);
  }

  private static String database(Settings settings) {
    Properties parts = Driver.parseURL(settings.get(KnownSettings.DATABASE_URL), new Properties());
    return parts == null ? "" : PGProperty.PG_DBNAME.getOrDefault(parts);
  }

  private static String firstLine(SQLException error) {
    return String.valueOf(error.getMessage()).lines().findFirst().orElse("");
  }

  private static String user(Settings settings) {
    return settings.get(KnownSettings.DATABASE_USER);
  }

  /** Who makes the tables. */
  private static String migrator(Settings settings) {
    return settings.find(KnownSettings.DATABASE_MIGRATE_USER).orElseGet(() -> user(settings));
  }

  private static String schema(Settings settings) {
    return settings.get(KnownSettings.DATABASE_SCHEMA);
  }

  static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
