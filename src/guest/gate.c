#include "guest/gate.h"

#include "guest/guest.h"
#include "guest/key.h"

#define QUESTION_VERIFY "Verify"

ds_gate ds_gate_next(const ds_surface *surface, ds_gate state, ds_status outcome, bool agent_spoke)
{
    bool unknown = outcome == DS_UNSUPPORTED && agent_spoke;
    bool known = outcome == DS_OK || outcome == DS_RPC;
    if (state == DS_GATE_ASK_VERSION && unknown)
        return ds_surface_row(surface, QUESTION_VERIFY, strlen(QUESTION_VERIFY)) == NULL
                   ? DS_GATE_SHUT
                   : DS_GATE_ASK_VERIFY;
    if (state == DS_GATE_ASK_VERIFY && unknown)
        return DS_GATE_SHUT;
    if (state <= DS_GATE_ASK_VERIFY && known)
        return DS_GATE_OPEN;
    return state;
}

const char *ds_gate_question(ds_gate state)
{
    static const char *const methods[] = {"Version", QUESTION_VERIFY, NULL, NULL};
    return methods[state];
}

static const char *key_feature(const ds_message *request)
{
    ds_key_algorithm algorithm;
    ds_slice wanted = ds_message_bytes(request, "algorithm");
    bool old = ds_key_algorithm_by_name(&algorithm, wanted) && algorithm == DS_KEY_SECP256K1;
    return old ? NULL : "an algorithm other than secp256k1";
}

static const char *tls_key_feature(const ds_message *request)
{
    if (ds_message_at(request, "not_before")->present)
        return "not_before";
    if (ds_message_at(request, "not_after")->present)
        return "not_after";
    return ds_message_number(request, "with_app_info") ? "with_app_info" : NULL;
}

const char *ds_gate_feature(const ds_call *call)
{
    static const struct {
        const ds_surface *surface;
        const char *method;
        const char *(*feature)(const ds_message *);
    } features[] = {
        {&ds_guest_v0, "GetKey", key_feature},
        {&ds_guest_v0, "GetTlsKey", tls_key_feature},
        {&ds_guest_tappd, "DeriveK256Key", key_feature},
    };
    for (size_t i = 0; i < sizeof features / sizeof *features; i++)
        if (call->surface == features[i].surface &&
            strcmp(call->row->name, features[i].method) == 0)
            return features[i].feature(&call->request);
    return NULL;
}
