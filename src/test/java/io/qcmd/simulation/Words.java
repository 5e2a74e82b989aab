package io.qcmd.simulation;

import io.qcmd.protocol.Control;
import io.qcmd.protocol.Hello;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.Report;

/** What is said on a cable, in few words. */
final class Words {
    private Words() {}

    static String of(Report report) {
        if (report instanceof Hello hello) {
            return "HELLO " + hello.epoch() + " " + hello.bootId() + " " + hello.entries();
        }
        if (report instanceof Report.Done done) {
            return "DONE " + done.result().job() + " " + done.result().state();
        }
        if (report instanceof Output output) {
            return "OUTPUT " + output.job() + " " + output.offset() + "+"
                    + output.bytes().size();
        }
        return report instanceof Report.Pong ? "PONG" : report.toString();
    }

    static String of(Control control) {
        return control instanceof Control.Ping ? "PING" : control.toString();
    }
}
