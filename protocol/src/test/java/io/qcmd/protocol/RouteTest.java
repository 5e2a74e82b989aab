package io.qcmd.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
    @Test
    void routes_areThoseOfTheProtocol() {
        assertThat(Arrays.stream(Route.values())
                        .map(route -> route.path() + " " + route.interaction() + " " + route.role()))
                .containsExactlyInAnyOrder(
                        "commands STREAM AGENT",
                        "reports CHANNEL AGENT",
                        "job.submit RESPONSE CLIENT",
                        "job.results STREAM CLIENT",
                        "job.cancel STREAM CLIENT",
                        "job.show RESPONSE CLIENT",
                        "job.list STREAM CLIENT",
                        "job.redo RESPONSE CLIENT",
                        "job.retry RESPONSE CLIENT",
                        "job.targets STREAM CLIENT",
                        "target.explain RESPONSE CLIENT",
                        "minion.list STREAM CLIENT",
                        "minion.ping STREAM CLIENT",
                        "minion.quarantine RESPONSE CLIENT",
                        "minion.label RESPONSE CLIENT",
                        "minion.remove RESPONSE CLIENT",
                        "minion.tap STREAM CLIENT",
                        "target.preview STREAM CLIENT",
                        "group.set RESPONSE CLIENT",
                        "group.remove RESPONSE CLIENT",
                        "group.list STREAM CLIENT",
                        "bus.status RESPONSE CLIENT");
    }

    @ParameterizedTest
    @EnumSource
    void aRoute_isFoundByItsPath(Route route) {
        assertThat(Route.find(route.path())).contains(route);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "job",
                "JOB_SUBMIT",
                "Job.submit",
                "job.submit ",
                "job.submit\0",
                "../job.submit",
                "job.submit.x"
            })
    void whatIsNoRoute_doesNotExist(String path) {
        assertThat(Route.find(path)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatTravels_isARecordOrASealedTypeOfRecords(Route route) {
        for (Class<?> type : new Class<?>[] {route.request(), route.answer()}) {
            Class<?>[] members = type.isSealed() ? type.getPermittedSubclasses() : new Class<?>[] {type};
            assertThat(members).isNotEmpty().allMatch(Class::isRecord);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRequest_mayBeLarge_whereItHoldsATarget(Route route) {
        assertThat(route.requestSize())
                .isEqualTo(holdsATarget(route.request()) ? WireCodec.Size.LARGE : WireCodec.Size.SMALL);
    }

    private static boolean holdsATarget(Class<?> type) {
        return type == Target.class
                || type.isRecord()
                        && Arrays.stream(type.getRecordComponents())
                                .anyMatch(component -> holdsATarget(component.getType()));
    }

    @Test
    void howFarBack_isReadFromAJobReference() {
        assertThat(new JobRef("@last").back()).isEqualTo(1);
        assertThat(new JobRef("@-12").back()).isEqualTo(12);
        assertThat(new JobRef("2ABCDE").back()).isZero();
    }
}
