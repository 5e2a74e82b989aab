package io.qcmd.bus.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.QcmdException;
import org.junit.jupiter.api.Test;

class UserSessionsTest {
    private final UserSessions users = new UserSessions(2);

    @Test
    void oneMoreThanAUserMayHave_isToldWhenToComeAgain_andOthersAreLetIn() {
        users.enter("uid 7");
        users.enter("uid 7");

        assertThatThrownBy(() -> users.enter("uid 7")).isInstanceOfSatisfying(QcmdException.class, busy -> {
            assertThat(busy).hasMessage("uid 7: 2 clients are connected, the limit of sessions_per_user");
            assertThat(busy.retryAfterMillis()).isPositive();
        });
        users.enter("uid 8");
        assertThat(users.refused()).isEqualTo(1);
    }

    @Test
    void whoLeft_makesRoom() {
        users.enter("uid 7");
        users.enter("uid 7");

        users.leave("uid 7");

        users.enter("uid 7");
        assertThatThrownBy(() -> users.enter("uid 7")).isInstanceOf(QcmdException.class);
    }
}
