package io.qcmd.protocol;

/**
 * What travels to one minion for one target. The minion is the one at the other end of the session, so that the bytes are the same for all minions of a job
 * and are made once. With the session's minion the job id is the key of the target, the same in every redelivery.
 */
public record Message(JobId job, Command command) {}
