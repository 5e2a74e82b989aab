package io.qcmd.protocol;

/** What became of one target, step by step. */
public record TraceQuery(JobId job, MinionId minion) {}
