/* What anyone outside the machine can ask, in its frozen form and in that of dstack OS 0.6. Source:
 * upstream's agent_rpc.proto at 0.5.11 and agent_rpc_v1.proto. */
#include "guest/check.h"
#include "guest/guest.h"
#include "guest/rows.h"
#include "rpc/failure.h"

static const ds_field app_key_request[] = {
    TEXT("algorithm", 1, DS_REQUIRED),
    END,
};

/* A container that is not well, and the word for it: "starting", "unhealthy". */
static const ds_field unhealthy[] = {
    TEXT("name", 1, DS_REQUIRED),
    TEXT("status", 2, DS_REQUIRED),
    END,
};

static const ds_field health_reply[] = {
    FLAG("healthy", 1, DS_REQUIRED),
    MESSAGES("unhealthy", 2, DS_REQUIRED, unhealthy),
    TEXT("error", 3, DS_REQUIRED),
    END,
};

static const ds_row rows_v0[] = {
    {"Info", ds_fields_none, ds_fields_info_reply, 0, NULL, NULL},
    {"Version", ds_fields_none, ds_fields_version_reply, 0, NULL, NULL},
    {"GetAttestationForAppKey", app_key_request, ds_fields_get_quote_reply, 0,
     ds_check_app_key_attestation, NULL},
    END,
};

static const ds_row rows_v1[] = {
    {"Info", ds_fields_none, ds_fields_info_v1_reply, DS_READS, NULL, NULL},
    {"Version", ds_fields_none, ds_fields_version_reply, DS_READS, NULL, NULL},
    {"Health", ds_fields_none, health_reply, DS_READS, NULL, NULL},
    END,
};

const ds_surface ds_guest_worker_v0 = {"worker-v0", "/prpc/Worker.", rows_v0, &ds_peer_agent};
const ds_surface ds_guest_worker_v1 = {"worker-v1", "/prpc/v1/", rows_v1, &ds_peer_agent};
