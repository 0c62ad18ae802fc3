#include "guest/gate.h"

#include "guest/guest.h"
#include "guest/key.h"

ds_gate ds_gate_next(ds_gate state, ds_status outcome, bool agent_spoke)
{
    bool unknown = outcome == DS_UNSUPPORTED && agent_spoke;
    bool known = outcome == DS_OK || outcome == DS_RPC;
    if (state == DS_GATE_ASK_VERSION && unknown)
        return DS_GATE_ASK_VERIFY;
    if (state == DS_GATE_ASK_VERIFY && unknown)
        return DS_GATE_SHUT;
    if (state <= DS_GATE_ASK_VERIFY && known)
        return DS_GATE_OPEN;
    return state;
}

const char *ds_gate_question(ds_gate state)
{
    static const char *const methods[] = {"Version", "Verify", NULL, NULL};
    return methods[state];
}

const char *ds_gate_feature(const ds_call *call)
{
    const char *name = call->row->name;
    ds_key_algorithm algorithm;
    if (call->surface != &ds_guest_v0)
        return NULL;
    if (strcmp(name, "GetKey") == 0) {
        ds_slice wanted = ds_message_bytes(&call->request, "algorithm");
        bool old = ds_key_algorithm_by_name(&algorithm, wanted) && algorithm == DS_KEY_SECP256K1;
        return old ? NULL : "an algorithm other than secp256k1";
    }
    if (strcmp(name, "GetTlsKey") == 0) {
        if (ds_message_at(&call->request, "not_before")->present)
            return "not_before";
        if (ds_message_at(&call->request, "not_after")->present)
            return "not_after";
        if (ds_message_number(&call->request, "with_app_info"))
            return "with_app_info";
    }
    return NULL;
}
