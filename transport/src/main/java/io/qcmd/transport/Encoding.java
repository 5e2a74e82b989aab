package io.qcmd.transport;

import io.qcmd.protocol.WireCodec;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How the data of messages is written; chosen in SETUP by the MIME type. */
public enum Encoding {
    CBOR("application/cbor"),
    JSON("application/json");

    private final String mimeType;
    private final Map<WireCodec.Size, WireCodec> codecs = new ConcurrentHashMap<>(2);

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

    /** The codec of this encoding and size, shared by all: to make one costs as much as a thousand messages. Thread-safe. */
    public WireCodec codec(WireCodec.Size size) {
        return codecs.computeIfAbsent(size, this == CBOR ? WireCodec::cbor : WireCodec::json);
    }
}
