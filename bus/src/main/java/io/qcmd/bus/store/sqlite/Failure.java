package io.qcmd.bus.store.sqlite;

import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** What an error of SQLite means for the store. */
enum Failure {
    /** Another process holds the database; nothing was written. */
    BUSY(ErrorCode.STORE_BUSY),
    /** There is no room; the transaction is rolled back, nothing of it is on the disk. */
    FULL(ErrorCode.STORE_FULL),
    /** This row cannot be; the statement had no effect, the transaction goes on. */
    ROW(ErrorCode.INTERNAL),
    /** The statement makes no sense to the database. */
    STATEMENT(ErrorCode.STORE_UNAVAILABLE),
    /** What is on the disk is no longer known: a failed write or fsync, a damaged file. */
    DISK(ErrorCode.STORE_UNAVAILABLE);

    private final ErrorCode code;

    Failure(ErrorCode code) {
        this.code = code;
    }

    static Failure of(SQLException error) {
        int code = error.getErrorCode() & 0xFF;
        if (code == SQLiteErrorCode.SQLITE_BUSY.code || code == SQLiteErrorCode.SQLITE_LOCKED.code) {
            return BUSY;
        }
        if (code == SQLiteErrorCode.SQLITE_FULL.code) {
            return FULL;
        }
        if (code == SQLiteErrorCode.SQLITE_CONSTRAINT.code) {
            return ROW;
        }
        return code == SQLiteErrorCode.SQLITE_ERROR.code ? STATEMENT : DISK;
    }

    /** Whether the same write may succeed later, in the same store. */
    boolean passes() {
        return this == BUSY || this == FULL;
    }

    /** The error for whoever asked. */
    QcmdException told(SQLException error) {
        QcmdException told = new QcmdException(code, "store: " + error.getMessage());
        told.initCause(error);
        return told;
    }
}
