/**
 * The server: {@code BusMain} starts it, {@code Bus} puts the rooms together. The heart is {@link io.qcmd.bus.topic}; jobs and fates live in
 * {@link io.qcmd.bus.job}, minions in {@link io.qcmd.bus.fleet}, what survives in {@link io.qcmd.bus.store}, the doors in {@link io.qcmd.bus.gate}.
 */
@NullMarked
package io.qcmd.bus;

import org.jspecify.annotations.NullMarked;
