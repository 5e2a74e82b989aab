package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldedNamesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web1 web2 web3 db1|db1 web[1-3]",
                "web08 web09 web10 web11|web[08-11]",
                "web8 web9 web10 web12|web[8-10,12]",
                "web98 web99 web100|web[98-100]",
                "web098 web099 web100|web[098-100]",
                "web1 web01|web[01,1]",
                "r1n1 r1n2 r2n1|r1n[1-2] r2n1",
                "a1.bj a2.bj mail|a[1-2].bj mail",
                "web12|web12",
                "x1234567890123456789|x1234567890123456789"
            })
    void foldsNumbersThatFollowEachOther(String names, String folded) {
        assertThat(FoldedNames.of(List.of(names.split(" ")))).containsExactly(folded.split(" "));
    }
}
