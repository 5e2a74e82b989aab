package io.qcmd.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What a process of a bench can do when it is told: one order a line on stdin, its answer in one line on stdout. Ends with stdin. Not thread-safe. */
final class Orders {
    private final Map<String, Order> orders = new HashMap<>();

    interface Order {
        /** @param words behind the order's name */
        String obey(String[] words) throws Exception;
    }

    /** Every process tells its figures: {@code measure}, and {@code gc} for the same after a full collection. */
    Orders() {
        on("measure", words -> Footprint.now().line());
        on("gc", words -> Footprint.afterCollection().line());
    }

    Orders on(String name, Order order) {
        orders.put(name, order);
        return this;
    }

    /** Obeys until stdin ends; blocks. */
    void obey() throws IOException {
        PrintStream answers = System.out;
        // Whatever a library prints must not be taken for an answer.
        System.setOut(System.err);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            answers.println(answer(line));
            answers.flush();
        }
    }

    private String answer(String line) {
        String[] words = line.split(" ", 2);
        Order order = orders.get(words[0]);
        try {
            return order == null
                    ? "error no such order: " + words[0]
                    : "ok " + order.obey(words.length == 1 ? new String[0] : words[1].split(" ", -1));
        } catch (Exception e) {
            e.printStackTrace();
            return "error " + e.toString().replace('\n', ' ');
        }
    }
}
