package io.qcmd.transport;

import io.qcmd.protocol.WireCodec;
import java.util.Arrays;
import java.util.Optional;

/** How the data of messages is written; chosen in SETUP by the MIME type. */
public enum Encoding {
    CBOR("application/cbor"),
    JSON("application/json");

    private final String mimeType;

    Encoding(String mimeType) {
        this.mimeType = mimeType;
    }

    static Optional<Encoding> find(String mimeType) {
        return Arrays.stream(values())
                .filter(encoding -> encoding.mimeType.equals(mimeType))
                .findFirst();
    }

    public String mimeType() {
        return mimeType;
    }

    /** A codec of this encoding; make it once, it is thread-safe. */
    public WireCodec codec(WireCodec.Size size) {
        return this == CBOR ? WireCodec.cbor(size) : WireCodec.json(size);
    }
}
