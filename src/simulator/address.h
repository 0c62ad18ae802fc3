/* Where a listener listens: "KIND=ADDRESS" as the command line has it. */
#ifndef DS_SIMULATOR_ADDRESS_H
#define DS_SIMULATOR_ADDRESS_H

#include "base/status.h"
#include "guest/endpoint.h"

#include <stdint.h>

typedef enum ds_address_family {
    DS_ADDRESS_UNIX,
    DS_ADDRESS_IPV4,
    DS_ADDRESS_IPV6
} ds_address_family;

/* What it answers: bits. A path says which of several it means. */
enum ds_serves {
    DS_SERVES_AGENT = 1,    /* /<Method>, /v0/<Method>, /v1/<Method> */
    DS_SERVES_TAPPD = 2,    /* /prpc/<Method> */
    DS_SERVES_EXTERNAL = 4, /* /prpc/<Method> and below, for anyone outside the machine */
    DS_SERVES_KMS = 8,      /* /prpc/<Method>, of a KMS */
    DS_SERVES_PCCS = 16     /* /sgx/certification/v4/ and /tdx/certification/v4/ */
};

typedef struct ds_address {
    const char *kind; /* "agent", "tappd", "external", "kms", "pccs" */
    unsigned serves;
    ds_address_family family;
    char path[DS_ENDPOINT_PATH_MAX + 1]; /* UNIX */
    uint16_t port;                       /* the others, on their loopback address; 0: any */
} ds_address;

/* Reads KIND=ADDRESS. Kinds are "agent", "tappd", "external", "kms" and "pccs"; an agent at a port
 * answers Tappd too, as there are users who have one URL for both. An address is the path of a unix
 * socket, with or without "unix:", or 127.0.0.1:PORT or [::1]:PORT; no other host, because whoever
 * reaches the simulator gets its keys. A path with a colon needs a slash. Fails with DS_INVALID,
 * saying what is wrong. */
ds_status ds_address_read(ds_address *address, const char *text, ds_error *err) DS_MUST_CHECK;

#endif
