/**
 * The benches: figures of the hallway under load, each with a limit that was measured in the same run. {@code qcmd bench --help} lists them.
 *
 * <p>A bench is several processes: this one asks and prints, each {@code *ProcessMain} plays a part and obeys {@link io.qcmd.bench.Orders}.
 */
@NullMarked
package io.qcmd.bench;

import org.jspecify.annotations.NullMarked;
