/* Tappd. Source: upstream's agent_rpc.proto at 0.5.11 (field numbers), what agents since dstack OS
 * 0.3 answer (which members may be missing). */
#include "guest/check.h"
#include "guest/guest.h"
#include "guest/rows.h"
#include "rpc/failure.h"

static const ds_field derive_key_request[] = {
    TEXT("path", 1, 0),
    TEXT("subject", 2, 0),
    TEXTS("alt_names", 3, 0),
    FLAG("usage_ra_tls", 4, 0),
    FLAG("usage_server_auth", 5, 0),
    FLAG("usage_client_auth", 6, 0),
    FLAG("random_seed", 7, 0),
    END,
};

/* GetKey's reply under other names. */
static const ds_field derive_k256_key_reply[] = {
    KEY("k256_key", 1, "key"),
    CHAIN("k256_signature_chain", 2, "signature_chain"),
    END,
};

static const ds_field tdx_quote_request[] = {
    BYTES("report_data", 1, DS_REQUIRED, 0, 0),
    TEXT("hash_algorithm", 2, 0),
    TEXT("prefix", 3, 0),
    END,
};

static const ds_field raw_quote_request[] = {
    {.name = "report_data",
     .number = 1,
     .type = DS_BYTES,
     .flags = DS_REQUIRED,
     .min = DS_REPORT_DATA_BYTES,
     .max = DS_REPORT_DATA_BYTES,
     .cure = "hash what you want to bind first, for example with dstack.crypto.sha512(data)"},
    END,
};

static const ds_field tdx_quote_reply[] = {
    BYTES("quote", 1, DS_REQUIRED, 1, 0),
    TEXT("event_log", 2, DS_REQUIRED),
    TEXT("hash_algorithm", 3, 0),
    TEXT("prefix", 4, 0),
    END,
};

static const ds_field info_reply[] = {
    INFO(DS_OR_EMPTY),
    END,
};

static const ds_row rows[] = {
    {"DeriveKey", derive_key_request, ds_fields_tls_key_reply, 0, ds_check_tls_key, NULL},
    {"DeriveK256Key", ds_fields_get_key_request, derive_k256_key_reply, 0, ds_check_derive_k256_key,
     NULL},
    {"TdxQuote", tdx_quote_request, tdx_quote_reply, 0, NULL, ds_check_tdx_quote_request},
    {"RawQuote", raw_quote_request, tdx_quote_reply, 0, NULL, NULL},
    {"Info", ds_fields_none, info_reply, 0, NULL, NULL},
    {"Version", ds_fields_none, ds_fields_version_reply, 0, NULL, NULL},
    END,
};

const ds_surface ds_guest_tappd = {"tappd", "/prpc/Tappd.", rows, &ds_peer_agent};
