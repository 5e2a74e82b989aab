package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.PageBuilder;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.ResultPage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Collectors;

/** Fates and output of a job, merged by sequence. SQLite walks both indexes side by side, and only as far as the page reaches. */
final class PageQuery {
    private static final String FATES = "SELECT " + FateTable.COLUMNS
            + ", 0 AS stream, 0 AS start, NULL AS bytes FROM fate WHERE job = ?1 AND seq > ?2";
    private static final String PIECES =
            "SELECT seq, minion, NULL, NULL, NULL, NULL, NULL, stream, start, bytes FROM output WHERE job = ?1 AND seq > ?2";
    private static final String ORDER = " ORDER BY seq";

    private final Database database;
    private final long job;
    private final Set<String> only;
    private final PageBuilder page;

    private PageQuery(Database database, long job, Set<MinionId> only, PageBuilder page) {
        this.database = database;
        this.job = job;
        this.only = only.stream().map(MinionId::value).collect(Collectors.toUnmodifiableSet());
        this.page = page;
    }

    static ResultPage page(Database database, long job, long after, boolean output, Set<MinionId> only)
            throws SQLException {
        PageBuilder page = new PageBuilder(after);
        String rows = output ? FATES + " UNION ALL " + PIECES + ORDER : FATES + ORDER;
        database.scan(rows, new PageQuery(database, job, only, page)::add, job, after);
        return page.page();
    }

    private boolean add(ResultSet row) throws SQLException {
        if (!only.isEmpty() && !only.contains(row.getString("minion"))) {
            page.skip(row.getLong("seq"));
            return true;
        }
        return row.getInt("stream") == 0
                ? page.add(FateTable.read(database, job, row))
                : page.add(OutputTable.read(row));
    }
}
