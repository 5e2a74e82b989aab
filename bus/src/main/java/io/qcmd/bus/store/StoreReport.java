package io.qcmd.bus.store;

import java.util.List;

/**
 * What a look through a whole store found.
 *
 * @param findings what is wrong, for people, the first few of it; none: nothing is
 * @param bytes in use
 */
public record StoreReport(List<String> findings, long jobs, long fates, long pieces, long bytes) {
    public StoreReport {
        findings = List.copyOf(findings);
    }

    public boolean isSound() {
        return findings.isEmpty();
    }
}
