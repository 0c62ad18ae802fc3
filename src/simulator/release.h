/* Releases of dstack OS, and what their agents answer differently. All of it is data, in release.c:
 * a handler asks, and knows no release by name. */
#ifndef DS_SIMULATOR_RELEASE_H
#define DS_SIMULATOR_RELEASE_H

#include "attest/eventlog.h"
#include "guest/key.h"
#include "rpc/message.h"
#include "simulator/certificate_form.h"

/* What Version says of the source it was built from: agents that do not know it say so. */
#define DS_RELEASE_REV "unknown"

typedef struct ds_release {
    const char *name;        /* as the command line has it; NULL: all surfaces, and no refusals */
    unsigned number;         /* 0.MINOR.PATCH is 100 * MINOR + PATCH */
    const char *version;     /* what Version says */
    const char *app_version; /* the external listener's X-App-Version */
    int unknown_status;      /* HTTP's, for a method it has not */
    int too_large_status;    /* and for a body over the limit */
    bool alias_k256;         /* "k256" is a name of secp256k1 */
    bool prehashed_keys;     /* GetKey takes "secp256k1_prehashed" for a name of it too */
    bool prehashed_app_key;  /* so does GetAttestationForAppKey */
    bool ordered_validity;   /* a certificate that ends before it begins is refused */
    ds_eventlog_form log;    /* that comes with a quote */
    ds_ratls_form ratls;     /* of v0's and Tappd's certificates */
    const char *emit_event;  /* the words with which it is refused; NULL: it works */
} ds_release;

/* Finds the release of that name; NULL is the one without a name. Fails with DS_INVALID, naming
 * those there are. */
ds_status ds_release_find(const ds_release **release, const char *name,
                          ds_error *err) DS_MUST_CHECK;

/* The name of the release at index, from 0 on, or NULL behind the last one. */
const char *ds_release_name(size_t index);

/* Whether it has a surface at that path prefix; NULL: at the surface's own. */
bool ds_release_has_surface(const ds_release *release, const ds_surface *surface,
                            const char *prefix);

bool ds_release_has_method(const ds_release *release, const ds_surface *surface,
                           const char *method);

/* Makes absent, in a request or a reply, those members that came later than their method. */
void ds_release_forget(const ds_release *release, const ds_surface *surface, const char *method,
                       ds_message *message);

/* Reads the name of an algorithm of v0, "" being secp256k1, as this release does. In: prehashed,
 * whether "secp256k1_prehashed" is a name of secp256k1 where it is asked for.
 * Returns false for a name that it has not. */
bool ds_release_algorithm(const ds_release *release, ds_key_algorithm *algorithm, ds_slice name,
                          bool prehashed);

#endif
