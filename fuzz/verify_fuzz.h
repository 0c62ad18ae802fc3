/* What the harnesses of quotes and of collateral share: cases that verify, from
 * spec/vectors/dcap.json, and a verification that keeps its promises. */
#ifndef DS_VERIFY_FUZZ_H
#define DS_VERIFY_FUZZ_H

#include "attest/verify.h"
#include "base/hex.h"
#include "crypto/signed.h"
#include "fuzz.h"

/* In place of the one public-key operation: each signature is good, so that all steps are reached.
 * A harness is one file, so these are there once. */
ds_status ds_signed_by(ds_keyring *ring, ds_slice key, ds_slice text,
                       const unsigned char signature[64])
{
    (void)ring;
    (void)key;
    (void)text;
    (void)signature;
    return DS_OK;
}

void ds_keyring_free(ds_keyring *ring)
{
    (void)ring;
}

typedef struct fuzz_case {
    ds_slice quote, collateral, root;
    int64_t now;
} fuzz_case;

static inline ds_slice fuzz_bytes(const ds_json *object, const char *name)
{
    ds_slice hex = ds_json_member(object, name)->text;
    unsigned char *bytes = malloc(hex.len / 2);
    PROMISE(bytes != NULL && ds_hex_decode(bytes, hex.data, hex.len));
    return ds_slice_of(bytes, hex.len / 2);
}

/* The first case is TDX's, the last one SGX's. They are read once and stay. */
static inline const fuzz_case *fuzz_case_of(unsigned which)
{
    static fuzz_case cases[2];
    static ds_json_doc doc;
    static char text[1 << 18];
    if (cases[0].now == 0) {
        ds_error err;
        uint64_t now;
        FILE *file = fopen("spec/vectors/dcap.json", "rb");
        PROMISE(file != NULL);
        size_t len = fread(text, 1, sizeof text, file);
        fclose(file);
        PROMISE(ds_json_parse(&doc, text, len, &err) == DS_OK);
        const ds_json *first = ds_json_member(doc.root, "cases")->first, *last = first;
        while (last->next != NULL)
            last = last->next;
        PROMISE(ds_json_u64(ds_json_member(doc.root, "now"), &now));
        for (unsigned i = 0; i < 2; i++) {
            const ds_json *of = i == 0 ? first : last;
            cases[i] = (fuzz_case){fuzz_bytes(of, "quote"), ds_json_member(of, "collateral")->text,
                                   fuzz_bytes(doc.root, "root"), (int64_t)now};
        }
    }
    return &cases[which];
}

/* Verifies, and looks whether the report of steps is in order. */
static inline void fuzz_verify(const fuzz_case *known, ds_slice quote, ds_slice collateral,
                               int64_t now)
{
    ds_dcap_result r;
    ds_error err;
    ds_dcap_options options = {.now = now, .root = known->root};
    ds_status status = ds_dcap_verify(&r, quote, collateral, &options, &err);
    bool failed = false;
    for (int i = 0; i < DS_STEP_COUNT; i++) {
        ds_step_state state = r.steps[i].state;
        PROMISE(state == DS_STEP_PASSED || r.steps[i].reason != NULL);
        PROMISE(!failed || state == DS_STEP_NOT_CHECKED);
        PROMISE(failed || state != DS_STEP_NOT_CHECKED || i == DS_STEP_TDX_MODULE);
        failed = failed || state == DS_STEP_FAILED;
    }
    PROMISE(failed == (status != DS_OK) && (status == DS_OK || err.status == status));
    if (status == DS_OK)
        PROMISE(r.merged.status < DS_TCB_REVOKED && r.validity.from <= now &&
                now <= r.validity.until);
    ds_dcap_result_free(&r);
}

#endif
