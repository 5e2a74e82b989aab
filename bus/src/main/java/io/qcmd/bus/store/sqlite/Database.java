package io.qcmd.bus.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/** One connection with its prepared statements. Owned by one thread at a time. */
final class Database implements AutoCloseable {
    /** Of SQLite's machine, between two looks at the clock: some microseconds. */
    private static final int STEPS = 10_000;

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    /** Reads the row that the result stands on. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private interface Use<T> {
        T use(PreparedStatement statement) throws SQLException;
    }

    private Database(Connection connection) {
        this.connection = connection;
    }

    /** Opens a file that exists: nothing is ever created by opening it. The path has no '?', so that nothing in it is read as an option. */
    static Database open(Path file, Duration lockWait) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        // The driver would ask for the rowid after each insert.
        config.setGetGeneratedKeys(false);
        config.setBusyTimeout(Math.toIntExact(lockWait.toMillis()));
        return new Database(config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()));
    }

    /** Opens a file that exists to read it: nothing of it is changed, not even by closing it. */
    static Database openToRead(Path file, Duration lockWait) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        // The driver would ask for the rowid after each insert.
        config.setGetGeneratedKeys(false);
        config.setBusyTimeout(Math.toIntExact(lockWait.toMillis()));
        return new Database(config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()));
    }

    /** From now on statements fail with SQLITE_INTERRUPT when this time is over. */
    void limit(Duration time) throws SQLException {
        long start = System.nanoTime();
        ProgressHandler.setHandler(connection, STEPS, new ProgressHandler() {
            @Override
            protected int progress() {
                return System.nanoTime() - start > time.toNanos() ? 1 : 0;
            }
        });
    }

    /** From now on they take as long as they take. */
    void unlimit() throws SQLException {
        ProgressHandler.clearHandler(connection);
    }

    /** A statement without parameters, not kept. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A statement of a transaction, kept like all that have parameters. */
    void step(String sql) throws SQLException {
        with(sql, new Object[0], statement -> {
            statement.execute();
            return true;
        });
    }

    /** The single value of a pragma, as text. */
    String pragma(String pragma) throws SQLException {
        return one("PRAGMA " + pragma, row -> row.getString(1));
    }

    /** Writes; how many rows were changed. */
    int update(String sql, @Nullable Object... parameters) throws SQLException {
        return with(sql, parameters, PreparedStatement::executeUpdate);
    }

    /** All rows. */
    <T> List<T> all(String sql, Row<T> reading, @Nullable Object... parameters) throws SQLException {
        List<T> all = new ArrayList<>();
        scan(sql, row -> all.add(reading.read(row)), parameters);
        return all;
    }

    /** The first row; null: none. */
    <T> @Nullable T first(String sql, Row<T> reading, @Nullable Object... parameters) throws SQLException {
        List<T> first = new ArrayList<>(1);
        scan(sql, row -> !first.add(reading.read(row)), parameters);
        return first.isEmpty() ? null : first.get(0);
    }

    /** The first row; there is always one. */
    <T> T one(String sql, Row<T> reading, @Nullable Object... parameters) throws SQLException {
        T row = first(sql, reading, parameters);
        if (row == null) {
            throw new SQLException("no row: " + sql);
        }
        return row;
    }

    /** Row after row, until the reader says false. */
    void scan(String sql, Row<Boolean> reading, @Nullable Object... parameters) throws SQLException {
        with(sql, parameters, statement -> {
            try (ResultSet rows = statement.executeQuery()) {
                boolean wanted = true;
                while (wanted && rows.next()) {
                    wanted = reading.read(rows);
                }
                return wanted;
            }
        });
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private <T> T with(String sql, @Nullable Object[] parameters, Use<T> use) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        try {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return use.use(statement);
        } catch (SQLException e) {
            // The driver closes a statement that failed.
            statements.remove(sql);
            throw e;
        }
    }
}
