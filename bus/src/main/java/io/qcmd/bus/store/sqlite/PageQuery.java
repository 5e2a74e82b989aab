package io.qcmd.bus.store.sqlite;

import io.qcmd.bus.store.PageBuilder;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.ResultPage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Fates and output of a job, merged by sequence. SQLite walks both indexes side by side, and only as far as the page reaches. One statement and columns by number: most
 * pages are one row of a job of one target, for which a question for the job and one for the names of the columns would be half of the work.
 */
final class PageQuery {
    private static final String OF_JOB =
            " WHERE job = (SELECT no FROM job WHERE id = ?1 AND ended_at >= 0) AND seq > ?2";
    private static final String FATES = "SELECT " + FateTable.COLUMNS + ", job, 0, 0, NULL FROM fate" + OF_JOB;
    private static final String PIECES =
            "SELECT seq, minion, NULL, NULL, NULL, NULL, NULL, job, stream, start, bytes FROM output" + OF_JOB;
    private static final String ORDER = " ORDER BY seq";

    private final Database database;
    private final Set<String> only;
    private final PageBuilder page;

    private PageQuery(Database database, Set<MinionId> only, PageBuilder page) {
        this.database = database;
        this.only = only.stream().map(MinionId::value).collect(Collectors.toUnmodifiableSet());
        this.page = page;
    }

    /** Of an unknown job there is nothing. */
    static ResultPage page(Database database, JobId job, long after, boolean output, Set<MinionId> only)
            throws SQLException {
        PageBuilder page = new PageBuilder(after);
        String rows = output ? FATES + " UNION ALL " + PIECES + ORDER : FATES + ORDER;
        database.scan(rows, new PageQuery(database, only, page)::add, job.toString(), after);
        return page.page();
    }

    private boolean add(ResultSet row) throws SQLException {
        if (!only.isEmpty() && !only.contains(row.getString(2))) {
            page.skip(row.getLong(1));
            return true;
        }
        return row.getInt(9) == 0
                ? page.add(FateTable.read(database, row.getLong(8), row))
                : page.add(OutputTable.read(row));
    }
}
