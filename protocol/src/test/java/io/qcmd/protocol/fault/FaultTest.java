package io.qcmd.protocol.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
    @Test
    void withoutTheProperty_nothingHappens() {
        assertThat(Fault.parse(null)).isNull();
        assertThatCode(() -> FailPoint.BUS_BEFORE_GO.hit()).doesNotThrowAnyException();
    }

    @Test
    void happensOnce_atTheNthTime_andNowhereElse() {
        Fault fault = Objects.requireNonNull(Fault.parse("bus.before-go:throw:2"));

        fault.at(FailPoint.BUS_BEFORE_GO);
        fault.at(FailPoint.BUS_AFTER_GO);
        assertThatIllegalStateException()
                .isThrownBy(() -> fault.at(FailPoint.BUS_BEFORE_GO))
                .withMessage("failpoint bus.before-go:throw:2");
        fault.at(FailPoint.BUS_BEFORE_GO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bus.before-go", "bus.before-go:kill", "bus.before-go:kill:0", "bus.before-go:shout:1"})
    void whatCannotBeRead_isRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Fault.parse(text));
    }

    @Test
    void names_areThoseOfTheInstants() {
        assertThat(FailPoint.BUS_BEFORE_SUBMIT_COMMIT).hasToString("bus.before-submit-commit");
    }
}
