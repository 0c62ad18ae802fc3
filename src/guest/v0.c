/* The frozen surface. Source: upstream's agent_rpc.proto at 0.5.11 (field numbers), what released
 * agents from 0.5.0 on answer (which members may be missing). */
#include "guest/check.h"
#include "guest/guest.h"
#include "guest/rows.h"
#include "rpc/failure.h"

const ds_field ds_fields_none[] = {END};

const ds_field ds_fields_get_key_request[] = {
    TEXT("path", 1, 0),
    TEXT("purpose", 2, 0),
    TEXT("algorithm", 3, 0),
    END,
};

static const ds_field get_key_reply[] = {
    KEY("key", 1, NULL),
    CHAIN("signature_chain", 2, NULL),
    END,
};

const ds_field ds_fields_tls_key_request[] = {
    TEXT("subject", 1, 0),
    TEXTS("alt_names", 2, 0),
    FLAG("usage_ra_tls", 3, 0),
    FLAG("usage_server_auth", 4, 0),
    FLAG("usage_client_auth", 5, 0),
    TIME("not_before", 6),
    TIME("not_after", 7),
    FLAG("with_app_info", 8, 0),
    END,
};

const ds_field ds_fields_tls_key_reply[] = {
    TEXT("key", 1, DS_REQUIRED | DS_SECRET),
    {.name = "certificate_chain",
     .number = 2,
     .type = DS_TEXT,
     .flags = DS_REQUIRED | DS_LIST,
     .min_count = 1},
    END,
};

static const ds_field report_data_request[] = {
    REPORT_DATA("report_data", 1),
    END,
};

const ds_field ds_fields_get_quote_reply[] = {
    BYTES("quote", 1, DS_REQUIRED, 1, 0),
    TEXT("event_log", 2, DS_REQUIRED),
    BYTES("report_data", 3, DS_REQUIRED, DS_REPORT_DATA_BYTES, DS_REPORT_DATA_BYTES),
    TEXT("vm_config", 4, 0),
    END,
};

static const ds_field attest_reply[] = {
    ATTESTATION("attestation", 1),
    END,
};

static const ds_field emit_event_request[] = {
    {.name = "event",
     .number = 1,
     .type = DS_TEXT,
     .flags = DS_REQUIRED | DS_CLIENT_FULL,
     .cure = "an event needs a name"},
    {.name = "payload", .number = 2, .type = DS_BYTES, .flags = DS_REQUIRED},
    END,
};

const ds_field ds_fields_info_reply[] = {
    INFO(DS_REQUIRED),
    END,
};

static const ds_field sign_request[] = {
    TEXT("algorithm", 1, DS_REQUIRED),
    {.name = "data", .number = 2, .type = DS_BYTES, .flags = DS_REQUIRED},
    END,
};

/* The chain begins with the signature itself; its last link is empty without a KMS. */
static const ds_field sign_reply[] = {
    BYTES("signature", 1, DS_REQUIRED, 64, 64),
    {.name = "signature_chain",
     .number = 2,
     .type = DS_BYTES,
     .flags = DS_REQUIRED | DS_LIST | DS_OR_EMPTY,
     .min = 64,
     .max = DS_SECP256K1_RECOVERABLEBYTES,
     .min_count = 3,
     .max_count = 3},
    BYTES("public_key", 3, DS_REQUIRED, 32, DS_SECP256K1_PUBLICBYTES),
    END,
};

static const ds_field verify_request[] = {
    TEXT("algorithm", 1, DS_REQUIRED),
    {.name = "data", .number = 2, .type = DS_BYTES, .flags = DS_REQUIRED},
    {.name = "signature", .number = 3, .type = DS_BYTES, .flags = DS_REQUIRED},
    {.name = "public_key", .number = 4, .type = DS_BYTES, .flags = DS_REQUIRED},
    END,
};

static const ds_field verify_reply[] = {
    FLAG("valid", 1, DS_REQUIRED),
    END,
};

const ds_field ds_fields_version_reply[] = {
    TEXT("version", 1, DS_REQUIRED),
    TEXT("rev", 2, DS_REQUIRED),
    END,
};

static const ds_field gpu_info_reply[] = {
    TEXT("attestation", 1, DS_REQUIRED),
    END,
};

static const ds_row rows[] = {
    {"GetTlsKey", ds_fields_tls_key_request, ds_fields_tls_key_reply, 0, ds_check_tls_key, NULL},
    {"GetKey", ds_fields_get_key_request, get_key_reply, 0, ds_check_get_key, NULL},
    {"GetQuote", report_data_request, ds_fields_get_quote_reply, 0, ds_check_get_quote, NULL},
    {"Attest", report_data_request, attest_reply, 0, NULL, NULL},
    {"EmitEvent", emit_event_request, ds_fields_none, DS_ONCE | DS_UNIT, NULL, NULL},
    {"Info", ds_fields_none, ds_fields_info_reply, 0, NULL, NULL},
    {"Sign", sign_request, sign_reply, 0, ds_check_sign, NULL},
    {"Verify", verify_request, verify_reply, 0, NULL, NULL},
    {"Version", ds_fields_none, ds_fields_version_reply, 0, NULL, NULL},
    {"GpuInfo", ds_fields_none, gpu_info_reply, 0, NULL, NULL}, /* 0.6 development builds only */
    END,
};

const ds_surface ds_guest_v0 = {"v0", "/", rows, &ds_peer_agent};
