package io.qcmd.bus.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.qcmd.protocol.MinionInfo.HealthInfo;
import io.qcmd.protocol.MinionInfo.Uncontrollable;
import io.qcmd.protocol.MinionInfo.Uncontrollable.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What brings a minion onto the list, and what takes it off again, rule by rule. */
class ConditionTest {
    private static final long START = 1_000_000;
    private static final long MINUTE = 60_000;
    private static final PresenceSettings SETTINGS =
            new PresenceSettings(Duration.ofSeconds(60), Duration.ofMinutes(5), "1.2");
    private static final Uncontrollable WORD = new Uncontrollable(Reason.QUARANTINED, "by root: it burns", 5);

    private final Condition condition = new Condition(SETTINGS, START, null);
    private long now = START;

    @Test
    void gone_afterTheTimeWithoutASession_andNotEarlier() {
        now = START + MINUTE;
        assertThat(reason()).isNull();
        now++;
        assertThat(condition.look(now))
                .isEqualTo(new Uncontrollable(Reason.GONE, "no session for more than 60 s", START + MINUTE));
    }

    @Test
    void gone_isToldAsOfWhenItWas_howeverLateSomebodyLooks() {
        now = START + 10 * MINUTE;
        assertThat(since()).isEqualTo(START + MINUTE);
        now += MINUTE;
        assertThat(since()).isEqualTo(START + MINUTE);
    }

    @Test
    void gone_countsFromTheEndOfTheLatestSession() {
        condition.opened(now);
        now += 10 * MINUTE;
        assertThat(reason()).isNull();
        condition.ended(now);
        now += MINUTE;
        assertThat(reason()).isNull();
        now++;
        assertThat(reason()).isEqualTo(Reason.GONE);
    }

    @Test
    void gone_isFound_alsoWhenNobodyLookedBeforeItCameBack() {
        now += 2 * MINUTE;
        condition.opened(now);
        assertThat(reason()).isEqualTo(Reason.GONE);
    }

    @Test
    void twoHealthyHealths_takeItOffTheList_andNotOne() {
        gone();
        condition.opened(now);
        healthy();
        assertThat(reason()).isEqualTo(Reason.GONE);
        healthy();
        assertThat(reason()).isNull();
    }

    @Test
    void healthyHealths_countWithinOneSession() {
        gone();
        condition.opened(now);
        healthy();
        condition.ended(now);
        condition.opened(now);
        healthy();
        assertThat(reason()).isEqualTo(Reason.GONE);
    }

    @Test
    void healthOfASessionThatHasEnded_saysNothing() {
        gone();
        healthy();
        healthy();
        assertThat(reason()).isEqualTo(Reason.GONE);
    }

    @Test
    void notReady_whenThreeOffersInARowGotNoAnswer() {
        silent(2);
        assertThat(reason()).isNull();
        condition.opened(now);
        condition.offered();
        assertThat(reason()).as("the third may still be answered").isNull();
        condition.ended(++now);
        assertThat(condition.look(now))
                .isEqualTo(new Uncontrollable(Reason.NOT_READY, "3 offers in a row without READY", now));
    }

    @Test
    void answer_beginsTheRowAnew() {
        silent(2);
        condition.opened(now);
        condition.offered();
        condition.answered();
        condition.offered();
        condition.ended(now);
        silent(1);
        assertThat(reason()).isNull();
        silent(1);
        assertThat(reason()).isEqualTo(Reason.NOT_READY);
    }

    @Test
    void offersBeforeItGotWell_countNoMore() {
        silent(3);
        condition.opened(now);
        healthy();
        healthy();
        assertThat(reason()).isNull();
        condition.ended(now);
        silent(2);
        assertThat(reason()).isNull();
    }

    @Test
    void silence_takesTheHealthyHealthsAway() {
        silent(3);
        condition.opened(now);
        healthy();
        condition.offered();
        condition.ended(now);
        condition.opened(now);
        healthy();
        assertThat(reason()).isEqualTo(Reason.NOT_READY);
    }

    @Test
    void sessionsThatEndWithoutAnOffer_areNoReason() {
        silent(2);
        for (int n = 0; n < 10; n++) {
            condition.opened(now);
            condition.ended(now);
        }
        assertThat(reason()).isNull();
    }

    @Test
    void disk_whenLessIsFreeThanIsNeeded() {
        condition.opened(now);
        health(100, 100, 0, "1.2.0");
        assertThat(reason()).isNull();
        health(99, 100, 0, "1.2.0");
        assertThat(condition.look(now))
                .isEqualTo(new Uncontrollable(Reason.DISK, "99 bytes free for the agent, 100 needed", now));
    }

    @Test
    void clock_whenItIsTooFarAway_eitherWay() {
        condition.opened(now);
        health(1, 0, 300_000, "1.2.0");
        health(1, 0, -300_000, "1.2.0");
        assertThat(reason()).isNull();
        health(1, 0, 300_001, "1.2.0");
        assertThat(reason()).isEqualTo(Reason.CLOCK);
        assertThat(text()).isEqualTo("its clock is 300 s ahead of that of the bus; at most 300 s are allowed");
        health(1, 0, -400_000, "1.2.0");
        assertThat(text()).startsWith("its clock is 400 s behind that of the bus");
    }

    @Test
    void version_whenTheAgentIsOlderThanTheLeast() {
        condition.opened(now);
        health(1, 0, 0, "1.1.9");
        assertThat(reason()).isEqualTo(Reason.VERSION);
        assertThat(text()).isEqualTo("its agent is 1.1.9; at least 1.2 is needed");
        healthy();
        healthy();
        assertThat(reason()).isNull();
    }

    @Test
    void unhealthyHealth_beginsTheRowAnew_andTheReasonIsTheLatest() {
        gone();
        condition.opened(now);
        healthy();
        health(0, 1, 0, "1.2");
        assertThat(reason()).isEqualTo(Reason.DISK);
        assertThat(since()).isEqualTo(now);
        healthy();
        assertThat(reason()).isEqualTo(Reason.DISK);
        healthy();
        assertThat(reason()).isNull();
    }

    @Test
    void sameReason_keepsItsBeginning_andTellsTheLatestNumbers() {
        condition.opened(now);
        health(1, 2, 0, "1.2");
        long first = now;
        health(0, 2, 0, "1.2");
        assertThat(since()).isEqualTo(first);
        assertThat(text()).startsWith("0 bytes");
    }

    @Test
    void quarantine_standsAboveAllAndIsEndedByNothingElse() {
        condition.quarantine(WORD);
        now += 2 * MINUTE;
        condition.opened(now);
        assertThat(condition.look(now)).isEqualTo(WORD);
        healthy();
        healthy();
        healthy();
        assertThat(condition.look(now)).isEqualTo(WORD);
    }

    @Test
    void whatElseIsWrong_showsWhenTheQuarantineEnds() {
        condition.quarantine(WORD);
        condition.opened(now);
        health(0, 1, 0, "1.2");
        condition.quarantine(null);
        assertThat(reason()).isEqualTo(Reason.DISK);
    }

    @Test
    void whatWasWrong_isOver_whenItGotWellMeanwhile() {
        gone();
        condition.quarantine(WORD);
        condition.opened(now);
        healthy();
        healthy();
        condition.quarantine(null);
        assertThat(reason()).isNull();
    }

    @Test
    void quarantineOfAnEarlierLife_isThereFromTheStart() {
        Condition restored = new Condition(SETTINGS, START, WORD);
        assertThat(restored.look(START)).isEqualTo(WORD);
        assertThat(restored.isQuarantined()).isTrue();
    }

    private void gone() {
        now += 2 * MINUTE;
        assertThat(reason()).isEqualTo(Reason.GONE);
    }

    /** So many sessions, each with an offer that gets no answer. */
    private void silent(int offers) {
        for (int n = 0; n < offers; n++) {
            condition.opened(now);
            condition.offered();
            condition.ended(++now);
        }
    }

    private void healthy() {
        health(1, 0, 0, "1.2.0");
    }

    private void health(long free, long needed, long offset, String version) {
        now += 10_000;
        condition.health(new HealthInfo(now, offset, free, needed, 4, 4, 0), version);
    }

    private @Nullable Reason reason() {
        Uncontrollable why = condition.look(now);
        return why == null ? null : why.reason();
    }

    private String text() {
        Uncontrollable why = condition.look(now);
        return why == null ? "" : why.text();
    }

    private long since() {
        Uncontrollable why = condition.look(now);
        return why == null ? 0 : why.since();
    }
}
