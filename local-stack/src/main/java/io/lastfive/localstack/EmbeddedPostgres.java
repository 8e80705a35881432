// SPDX-License-Identifier: Apache-2.0
package io.lastfive.localstack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL beside this JVM, on the loopback interface only, with one database and one role
 * that owns it.
 *
 * <p>With a data directory it is durable (fsync on) and its data survives a restart. Without one it
 * lives in a temporary directory that {@link #close} deletes, and fsync is off: nothing is meant to
 * outlive the run. If this JVM is killed, PostgreSQL is stopped by a watching shell; should that be
 * killed too, the next start on the same directory stops what was left. One user of a directory at
 * a time.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String HOST = "127.0.0.1";
  private static final String CLUSTER = "data";
  private static final String POSTMASTER_PID = "postmaster.pid";
  private static final String SUPERUSER = "postgres";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  /** Ends by itself: told so at close, or by the end of its input when this JVM is gone. */
  private static final String WATCHER =
      """
      trap '' INT TERM HUP
      if read -r answer; then exit 0; fi
      kill -INT "$1" 2>/dev/null
      if [ -n "$3" ]; then
        tries=0
        while [ -e "$2/postmaster.pid" ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries+1)); done
        rm -rf "$3"
      fi
      """;

  private final Path dataDir;
  private final boolean temporary;
  private final boolean durable;
  private final List<String> ownSettings;
  private final String user;
  private final String password;
  private final String database;
  private final PostgresCommands commands;
  private int port;
  private Process server;
  private Process watcher;

  private EmbeddedPostgres(Builder options) throws IOException, InterruptedException {
    this.temporary = options.dataDir.isEmpty();
    this.dataDir =
        temporary
            ? Files.createTempDirectory("lastfive-postgres-")
            : Files.createDirectories(options.dataDir.get());
    this.durable = options.durable && !temporary;
    this.ownSettings = List.copyOf(options.settings);
    this.user = options.user;
    this.password = options.password;
    this.database = options.database;
    try {
      this.commands = PostgresCommands.on(dataDir);
      stopLeftover(commands, cluster());
      if (!Files.exists(cluster())) {
        initialize();
      }
      this.port = choosePort(options.port);
      this.server = launch();
      try {
        this.watcher = watch();
      } catch (IOException e) {
        server.destroyForcibly();
        throw e;
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      if (temporary) {
        Directories.delete(dataDir);
      }
      throw e;
    }
  }

  /** A PostgreSQL on a free port with a temporary directory. */
  public static EmbeddedPostgres start() {
    return builder().start();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Without user and password: see {@link #user} and {@link #password}. */
  public String jdbcUrl() {
    return jdbcUrl(database);
  }

  public String user() {
    return user;
  }

  public String password() {
    return password;
  }

  public int port() {
    return port;
  }

  /** The postmaster's process id. */
  public long pid() {
    return server.pid();
  }

  /** A new connection as the owner of the database. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl(), user, password);
  }

  /** Stops PostgreSQL as after a crash of the machine's power, for tests of what others then do. */
  public void kill() {
    dismissWatcher();
    server.destroyForcibly();
    awaitExit();
  }

  /** Rolls open transactions back, disconnects clients, and waits for the end of the process. */
  @Override
  public void close() {
    dismissWatcher();
    if (server.isAlive()) {
      try {
        commands.stop(cluster(), STOP_TIMEOUT);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        server.destroyForcibly();
      }
    }
    awaitExit();
    if (temporary) {
      Directories.delete(dataDir);
    }
  }

  private Path cluster() {
    return dataDir.resolve(CLUSTER);
  }

  private Path logFile() {
    return dataDir.resolve("postgresql.log");
  }

  private Path superuserPassword() {
    return dataDir.resolve("superuser.password");
  }

  private Path postmasterPid() {
    return cluster().resolve(POSTMASTER_PID);
  }

  private String jdbcUrl(String name) {
    return "jdbc:postgresql://%s:%d/%s".formatted(HOST, port, name);
  }

  /** Stops a PostgreSQL that a killed JVM left on this data directory, if one still runs. */
  static void stopLeftover(Path dataDir) throws IOException {
    if (!Files.exists(dataDir)) {
      return;
    }
    try {
      stopLeftover(PostgresCommands.on(dataDir), dataDir.resolve(CLUSTER));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while PostgreSQL stopped", e);
    }
  }

  private static void stopLeftover(PostgresCommands commands, Path cluster)
      throws IOException, InterruptedException {
    Path postmasterPid = cluster.resolve(POSTMASTER_PID);
    Optional<Long> pid = runningPid(postmasterPid);
    if (pid.isEmpty()) {
      // A killed postmaster leaves its file, and a new one would take the number for its rival's.
      Files.deleteIfExists(postmasterPid);
      return;
    }
    LOG.info("Stopping the PostgreSQL that an earlier run left behind pid={}", pid.get());
    try {
      commands.stop(cluster, STOP_TIMEOUT);
    } catch (IOException e) {
      // Its watching shell may have been faster.
      if (runningPid(postmasterPid).isPresent()) {
        throw e;
      }
    }
  }

  private static Optional<Long> runningPid(Path postmasterPid) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(postmasterPid);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (lines.isEmpty() || !lines.get(0).strip().matches("\\d+")) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
        .filter(process -> process.info().command().filter(c -> c.endsWith("postgres")).isPresent())
        .map(ProcessHandle::pid);
  }

  private void initialize() throws IOException, InterruptedException {
    Path partial = dataDir.resolve("data.partial");
    if (Files.exists(partial)) {
      Directories.delete(partial);
    }
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    Files.deleteIfExists(superuserPassword());
    Files.createFile(
        superuserPassword(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(superuserPassword(), HexFormat.of().formatHex(random));
    commands.initialize(partial, SUPERUSER, superuserPassword(), durable);
    Files.writeString(partial.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
    Files.move(partial, cluster());
  }

  private int choosePort(int wanted) throws IOException {
    try (ServerSocketChannel probe = Ports.bind(HOST, wanted, "PostgreSQL")) {
      return ((InetSocketAddress) probe.getLocalAddress()).getPort();
    }
  }

  private Process launch() throws IOException, InterruptedException {
    List<String> settings = new ArrayList<>();
    settings.add("listen_addresses=" + HOST);
    settings.add("port=" + port);
    settings.add("unix_socket_directories=");
    settings.add("max_connections=100");
    settings.add("shared_buffers=64MB");
    settings.add("jit=off");
    settings.add("io_method=sync");
    settings.add("wal_level=minimal");
    settings.add("max_wal_senders=0");
    settings.add("max_logical_replication_workers=0");
    if (!durable) {
      settings.add("fsync=off");
      settings.add("full_page_writes=off");
    }
    // The last of a name counts.
    settings.addAll(ownSettings);
    Process process = commands.launch(cluster(), settings, logFile());
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (!ready(process.pid())) {
      if (!process.isAlive()) {
        throw new IOException(
            "PostgreSQL ended while starting with exit code %d. The last of its log '%s':%n%s"
                .formatted(process.exitValue(), logFile(), endOfLog()));
      }
      if (System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IOException(
            "PostgreSQL was not ready after %d s. The last of its log '%s':%n%s"
                .formatted(START_TIMEOUT.toSeconds(), logFile(), endOfLog()));
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
    return process;
  }

  /** The postmaster writes its state in the eighth line of its file; a standby answers queries. */
  private boolean ready(long pid) throws IOException {
    try {
      List<String> lines = Files.readAllLines(postmasterPid());
      return lines.size() >= 8
          && lines.get(0).strip().equals(Long.toString(pid))
          && List.of("ready", "standby").contains(lines.get(7).strip());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private String endOfLog() throws IOException {
    if (!Files.exists(logFile())) {
      return "(no log)";
    }
    List<String> lines = Files.readAllLines(logFile());
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
  }

  private Process watch() throws IOException {
    return new ProcessBuilder(
            "sh",
            "-c",
            WATCHER,
            "lastfive-postgres-watcher",
            Long.toString(server.pid()),
            cluster().toString(),
            temporary ? dataDir.toString() : "")
        .directory(dataDir.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private void dismissWatcher() {
    if (!watcher.isAlive()) {
      return;
    }
    try (var input = watcher.getOutputStream()) {
      input.write("closed\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      watcher.destroyForcibly();
    }
  }

  private void awaitExit() {
    try {
      if (!server.waitFor(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
      watcher.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Makes the role and its database where they are missing, and the password as it was given. */
  private void prepareDatabase() throws SQLException, IOException {
    try (Connection owner = connect()) {
      owner.isValid(0);
      return;
    } catch (SQLException e) {
      if (!List.of("28P01", "28000", "3D000").contains(e.getSQLState())) {
        throw e;
      }
    }
    String secret = Files.readString(superuserPassword()).strip();
    try (Connection connection =
            DriverManager.getConnection(jdbcUrl(SUPERUSER), SUPERUSER, secret);
        Statement statement = connection.createStatement()) {
      String role = statement.enquoteIdentifier(user, true);
      String verb =
          exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", user) ? "ALTER" : "CREATE";
      statement.execute(
          "%s ROLE %s LOGIN PASSWORD %s".formatted(verb, role, statement.enquoteLiteral(password)));
      if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", database)) {
        statement.execute(
            "CREATE DATABASE %s OWNER %s"
                .formatted(statement.enquoteIdentifier(database, true), role));
      }
    }
  }

  private static boolean exists(Connection connection, String query, String name)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** Where PostgreSQL listens, keeps its files, and whom it lets in. */
  public static final class Builder {
    private int port;
    private Optional<Path> dataDir = Optional.empty();
    private boolean durable = true;
    private String user = "lastfive";
    private String password = "lastfive";
    private String database = "lastfive";
    private final List<String> settings = new ArrayList<>();

    private Builder() {}

    /** 0, the default, takes a free port. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /** Keeps the data here; the default is a temporary directory. */
    public Builder dataDir(Path dataDir) {
      this.dataDir = Optional.of(dataDir.toAbsolutePath());
      return this;
    }

    /**
     * Whether what is committed survives a crash of the machine; never in a temporary directory.
     */
    public Builder durable(boolean durable) {
      this.durable = durable;
      return this;
    }

    /**
     * The role that owns the database; {@code lastfive} with password {@code lastfive} if unset.
     */
    public Builder owner(String user, String password) {
      this.user = user;
      this.password = password;
      return this;
    }

    public Builder database(String database) {
      this.database = database;
      return this;
    }

    /** A setting of the server's own, instead of what this class or the server has for it. */
    public Builder setting(String name, String value) {
      settings.add(name + "=" + value);
      return this;
    }

    /** Returns once PostgreSQL takes connections. */
    public EmbeddedPostgres start() {
      EmbeddedPostgres postgres;
      try {
        postgres = new EmbeddedPostgres(this);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while PostgreSQL started", e);
      }
      try {
        postgres.prepareDatabase();
        return postgres;
      } catch (SQLException | IOException e) {
        postgres.close();
        throw new IllegalStateException(
            "database '%s' could not be made in '%s'".formatted(database, postgres.dataDir), e);
      }
    }
  }
}
