package io.qcmd.system;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.util.regex.Pattern;

/** What is shipped: no test classes, from wherever they come. */
final class ProductCode implements ImportOption {
    private static final Pattern TESTS = Pattern.compile(".*(/test-classes/|-tests\\.jar|/io/qcmd/system/).*");

    @Override
    public boolean includes(Location location) {
        return !location.matches(TESTS);
    }
}
