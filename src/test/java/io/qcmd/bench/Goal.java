package io.qcmd.bench;

import java.util.List;

/**
 * A figure that must hold.
 *
 * @param what is measured, with its unit
 * @param atMost whether {@code limit} is the largest that is good; else the smallest
 */
record Goal(String what, double measured, double limit, boolean atMost, boolean met) {
    static Goal atMost(String what, double limit, double measured) {
        return new Goal(what, measured, limit, true, measured <= limit);
    }

    static Goal atLeast(String what, double limit, double measured) {
        return new Goal(what, measured, limit, false, measured >= limit);
    }

    static Table table(List<Goal> goals) {
        Table table = new Table("goal", "measured", "limit", "");
        goals.forEach(goal -> table.row(goal.what, goal.measured, goal.rule(), goal.met ? "met" : "not met"));
        return table;
    }

    private String rule() {
        return (atMost ? "<= " : ">= ") + Table.number(limit);
    }
}
