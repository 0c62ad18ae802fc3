/* Everything the simulated agent is: its keys and names, what was measured at its boot, and what
 * has been emitted since.
 *
 * One identity never contradicts itself: the compose hash is the SHA-256 of its app-compose.json,
 * the registers are the replay of its event log, and Info, logs, quotes and certificates all come
 * from the same values. An identity that a KMS signed for shows a KMS as its key provider, also
 * where appkeys.json says "None" because, as in upstream's simulator, no KMS is within reach. */
#ifndef DS_SIMULATOR_IDENTITY_H
#define DS_SIMULATOR_IDENTITY_H

#include "attest/app_info.h"
#include "attest/eventlog.h"
#include "attest/measure.h"
#include "base/arena.h"
#include "base/buf.h"
#include "crypto/hash.h"
#include "crypto/p256.h"
#include "crypto/x25519.h"
#include "guest/guest.h"
#include "guest/key.h"
#include "simulator/platform.h"
#include "simulator/release.h"

#define DS_INSTANCE_ID_BYTES 20

/* Who signed the application's root key, as far as we can tell. */
typedef enum ds_issuer {
    DS_ISSUER_NONE,   /* nobody: there is no KMS link */
    DS_ISSUER_KNOWN,  /* a KMS we know, or the built-in one */
    DS_ISSUER_ASSUMED /* whom the signature leads to if the keys are this app id's */
} ds_issuer;

typedef struct ds_identity {
    ds_arena arena;            /* holds what the slices point to */
    const ds_release *release; /* as which it answers */

    unsigned char app_root_key[DS_KEY_BYTES];
    unsigned char app_root[DS_SECP256K1_PUBLICBYTES];
    ds_slice kms_link; /* DS_LINK_BYTES, or empty */
    ds_issuer issuer;
    unsigned char kms_root[DS_SECP256K1_PUBLICBYTES]; /* zero for DS_ISSUER_NONE */

    bool has_env_key; /* from a KMS, what environments are sealed to */
    unsigned char env_key[DS_X25519_SECRETBYTES];

    ds_slice ca_certificate; /* PEM, verbatim */
    unsigned char ca_key[DS_P256_KEYBYTES];
    ds_slice key_provider_info; /* JSON text */

    ds_slice compose; /* app-compose.json, verbatim */
    unsigned char compose_hash[DS_COMPOSE_HASH_BYTES];
    ds_slice app_name;
    bool public_tcbinfo; /* whether those outside the machine are told all of Info */
    ds_slice storage_fs;
    unsigned char app_id[DS_APP_ID_BYTES];
    ds_slice instance_id; /* DS_INSTANCE_ID_BYTES, or empty */
    unsigned char device_id[DS_SHA256_BYTES];
    ds_slice vm_config;     /* JSON text */
    ds_slice os_image_hash; /* DS_SHA256_BYTES, or empty */

    ds_event *events; /* grows by ds_identity_emit */
    size_t event_count, event_room;
    size_t emitted;      /* what the events emitted so far count against the bound */
    ds_td_report report; /* all but the report data, which is zero */

    ds_platform platform; /* vouches for the report */
    ds_slice app_cert;    /* Info's: a leaf, an empty line, the CA */
} ds_identity;

/* Reads appkeys.json, app-compose.json and sys-config.json (upstream's format) from a directory;
 * each of them may be missing and is built in then.
 * In: dir, or NULL for the built-in identity; app_id, DS_APP_ID_BYTES that take the place of the
 * one the compose file gives, or empty.
 * Out: *identity, to be freed; zeroed on failure. notices: lines for people, each ended by LF:
 * where every file came from, and what about them deserves attention.
 * Fails with DS_INVALID, naming file and member, when a file is there but malformed. */
ds_status ds_identity_load(ds_identity *identity, const char *dir, ds_slice app_id, ds_buf *notices,
                           ds_error *err) DS_MUST_CHECK;

/* Has another platform vouch for it. Whoever calls this makes it a release's again, as its
 * certificate has a quote. In: a loaded identity. Fails as ds_platform_make does; there is no
 * platform then. */
ds_status ds_identity_vouch(ds_identity *identity, const ds_platform_options *options,
                            ds_error *err) DS_MUST_CHECK;

/* Makes it answer as a release does; a loaded one answers as the one without a name. In: a loaded
 * identity; release, which lives on. */
ds_status ds_identity_become(ds_identity *identity, const ds_release *release,
                             ds_error *err) DS_MUST_CHECK;

/* Wipes and frees; a zeroed identity is allowed. */
void ds_identity_free(ds_identity *identity);

/* Gathers what Info and certificates say about the application. In: room for the two sums that are
 * computed. Out: slices into the identity and into sums. */
typedef struct ds_identity_sums {
    unsigned char system[DS_MR_SUM_BYTES];
    unsigned char aggregated[DS_MR_SUM_BYTES];
} ds_identity_sums;

ds_status ds_identity_app_info(ds_app_info *info, ds_identity_sums *sums,
                               const ds_identity *identity) DS_MUST_CHECK;

#endif
