/* Writing rows down, and the lists of members that several surfaces share; for those who define
 * surfaces only. */
#ifndef DS_GUEST_ROWS_H
#define DS_GUEST_ROWS_H

#include "attest/report_data.h"
#include "crypto/secp256k1.h"
#include "rpc/row.h"

#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }

/* name, protobuf number, flags */
#define TEXT(n, no, f)                                                                             \
    {                                                                                              \
        .name = n, .number = no, .type = DS_TEXT, .flags = (f)                                     \
    }
#define TEXTS(n, no, f)                                                                            \
    {                                                                                              \
        .name = n, .number = no, .type = DS_TEXT, .flags = DS_LIST | (f)                           \
    }
#define FLAG(n, no, f)                                                                             \
    {                                                                                              \
        .name = n, .number = no, .type = DS_BOOL, .flags = (f)                                     \
    }
#define TIME(n, no)                                                                                \
    {                                                                                              \
        .name = n, .number = no, .type = DS_U64                                                    \
    }
/* ... and the least and the greatest number of bytes */
#define BYTES(n, no, f, lo, hi)                                                                    \
    {                                                                                              \
        .name = n, .number = no, .type = DS_BYTES, .flags = (f), .min = lo, .max = hi              \
    }

#define HASH(n, no, f) BYTES(n, no, f, 32, 32)

/* ... and the list of its members */
#define MESSAGES(n, no, f, list)                                                                   \
    {                                                                                              \
        .name = n, .number = no, .type = DS_MESSAGE, .flags = DS_LIST | (f), .fields = list        \
    }

/* What a client asks to be vouched for. Agents take none at all, which would bind nothing. */
#define REPORT_DATA(n, no)                                                                         \
    {                                                                                              \
        .name = n, .number = no, .type = DS_BYTES, .flags = DS_REQUIRED | DS_CLIENT_FULL,          \
        .max = DS_REPORT_DATA_BYTES,                                                               \
        .cure = "report data is 1 to 64 bytes: hash what you want to bind first, for example "     \
                "with dstack.crypto.sha512(data)"                                                  \
    }

/* An attestation is at most 10 MiB wherever it is decoded. */
#define ATTESTATION(n, no) BYTES(n, no, DS_REQUIRED, 1, (size_t)10 << 20)

/* A derived key, and the two links that vouch for it, of which the second is empty where the
 * application was booted without a KMS; a is the alias, or NULL. */
#define KEY(n, no, a)                                                                              \
    {                                                                                              \
        .name = n, .number = no, .type = DS_BYTES, .flags = DS_REQUIRED | DS_SECRET, .min = 32,    \
        .max = 32, .alias = a                                                                      \
    }
#define CHAIN(n, no, a)                                                                            \
    {                                                                                              \
        .name = n, .number = no, .type = DS_BYTES, .flags = DS_REQUIRED | DS_LIST | DS_OR_EMPTY,   \
        .min = DS_SECP256K1_RECOVERABLEBYTES, .max = DS_SECP256K1_RECOVERABLEBYTES,                \
        .min_count = 2, .max_count = 2, .alias = a                                                 \
    }

/* v0's Info reply; f: of the members that dstack OS 0.3 has not. */
#define INFO(f)                                                                                    \
    BYTES("app_id", 1, DS_REQUIRED, DS_APP_ID_BYTES, DS_APP_ID_BYTES),                             \
        BYTES("instance_id", 2, DS_REQUIRED | DS_OR_EMPTY, 20, 20),                                \
        TEXT("app_cert", 3, DS_REQUIRED), TEXT("tcb_info", 4, DS_REQUIRED),                        \
        TEXT("app_name", 5, 0), HASH("device_id", 8, f), HASH("mr_aggregated", 9, DS_OR_EMPTY),    \
        HASH("os_image_hash", 10, DS_OR_EMPTY), TEXT("key_provider_info", 12, 0),                  \
        HASH("compose_hash", 13, f), TEXT("vm_config", 14, 0), TEXT("cloud_vendor", 15, 0),        \
        TEXT("cloud_product", 16, 0)

/* Defined in v0.c. */
extern const ds_field ds_fields_none[];
extern const ds_field ds_fields_get_key_request[];
extern const ds_field ds_fields_tls_key_request[];
extern const ds_field ds_fields_tls_key_reply[];
extern const ds_field ds_fields_get_quote_reply[];
extern const ds_field ds_fields_info_reply[];
extern const ds_field ds_fields_version_reply[];

/* Defined in v1.c. */
extern const ds_field ds_fields_info_v1_reply[];

#endif
