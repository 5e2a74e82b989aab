package io.qcmd.bus.topic;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.JobId;

/**
 * A message on its way, one object for all minions of a job: to queue it costs a reference.
 *
 * @param message the encoded message, made once
 * @param order acceptance order of the job; redelivery keeps it
 * @param expiresAt bus time in milliseconds at which it is void; redelivery never extends it
 */
public record Envelope(JobId job, Bytes message, long order, long expiresAt) {}
