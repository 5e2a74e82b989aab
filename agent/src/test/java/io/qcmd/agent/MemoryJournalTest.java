package io.qcmd.agent;

class MemoryJournalTest extends JournalContract {
    private final Journal journal = new MemoryJournal("epoch");

    @Override
    Journal journal() {
        return journal;
    }
}
