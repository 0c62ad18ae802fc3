/* The surface that dstack OS 0.6 brought. Source: upstream's agent_rpc_v1.proto (field numbers) and
 * the official clients (which members may be missing). */
#include "guest/check.h"
#include "guest/guest.h"
#include "guest/rows.h"
#include "rpc/failure.h"

#define NONCE_BYTES 32

static const ds_field get_key_request[] = {
    TEXT("domain", 1, DS_REQUIRED),
    TEXT("algorithm", 2, DS_REQUIRED),
    END,
};

static const ds_field get_key_reply[] = {
    KEY("key", 1, NULL),
    BYTES("public_key", 2, DS_REQUIRED, 32, DS_SECP256K1_PUBLICBYTES),
    CHAIN("signature_chain", 3, NULL),
    END,
};

/* Evidence is opaque: whoever knows vendor and format can read it. */
static const ds_field gpu_evidence_bundle[] = {
    TEXT("vendor", 1, DS_REQUIRED),
    TEXT("format", 2, DS_REQUIRED),
    BYTES("evidence", 3, DS_REQUIRED, 0, 0),
    END,
};

static const ds_field attest_request[] = {
    REPORT_DATA("report_data", 1),
    FLAG("include_boottime_gpu_evidence", 2, 0),
    END,
};

static const ds_field attest_reply[] = {
    ATTESTATION("attestation", 1),
    MESSAGES("boottime_gpu_evidence", 2, 0, gpu_evidence_bundle),
    END,
};

static const ds_field attest_gpu_request[] = {
    {.name = "nonce",
     .number = 1,
     .type = DS_BYTES,
     .flags = DS_REQUIRED,
     .min = NONCE_BYTES,
     .max = NONCE_BYTES,
     .cure = "hash what you want to bind first, for example with dstack.crypto.sha256(data)"},
    END,
};

static const ds_field attest_gpu_reply[] = {
    MESSAGES("bundles", 1, DS_REQUIRED, gpu_evidence_bundle),
    END,
};

const ds_field ds_fields_info_v1_reply[] = {
    BYTES("app_id", 1, DS_REQUIRED, DS_APP_ID_BYTES, DS_APP_ID_BYTES),
    TEXT("app_name", 2, 0),
    HASH("compose_hash", 3, DS_REQUIRED),
    TEXT("app_compose", 4, 0),
    BYTES("instance_id", 5, DS_REQUIRED | DS_OR_EMPTY, 20, 20),
    HASH("device_id", 6, DS_REQUIRED),
    HASH("os_image_hash", 7, DS_OR_EMPTY),
    HASH("mr_aggregated", 8, DS_OR_EMPTY),
    TEXT("vm_config", 9, 0),
    TEXT("key_provider_info", 10, 0),
    TEXT("cloud_vendor", 11, 0),
    TEXT("cloud_product", 12, 0),
    END,
};

static const ds_row rows[] = {
    {"IssueCert", ds_fields_tls_key_request, ds_fields_tls_key_reply, 0, ds_check_tls_key,
     ds_check_validity_request},
    {"GetKey", get_key_request, get_key_reply, 0, ds_check_get_key_v1, ds_check_get_key_v1_request},
    {"Attest", attest_request, attest_reply, 0, NULL, NULL},
    {"AttestGpu", attest_gpu_request, attest_gpu_reply, 0, NULL, NULL},
    {"Info", ds_fields_none, ds_fields_info_v1_reply, DS_READS, NULL, NULL},
    {"Version", ds_fields_none, ds_fields_version_reply, DS_READS, NULL, NULL},
    END,
};

const ds_surface ds_guest_v1 = {"v1", "/v1/", rows, &ds_peer_agent};
