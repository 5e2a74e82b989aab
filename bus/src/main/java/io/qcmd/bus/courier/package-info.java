/**
 * Brings callbacks to their endpoints by HTTP: {@link io.qcmd.bus.courier.HttpCourier}. Here, and nowhere else in the bus, a connection goes out. Knows the port
 * {@link io.qcmd.bus.callback.Courier} and Reactor Netty with Netty's HTTP codec; may not know the store, nor when to try again.
 */
@NullMarked
package io.qcmd.bus.courier;

import org.jspecify.annotations.NullMarked;
