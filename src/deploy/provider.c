#include "deploy/provider.h"

#include "deploy/shape.h"

static bool is_true(const ds_json *compose, ds_slice name)
{
    const ds_json *value = ds_last_member(compose, name);
    return value != NULL && value->type == DS_JSON_BOOL && value->boolean;
}

ds_slice ds_compose_provider(const ds_json *compose)
{
    const ds_json *stated = ds_last_member(compose, DS_LITERAL("key_provider"));
    if (stated != NULL && stated->type == DS_JSON_STRING)
        return stated->text;
    if (is_true(compose, DS_LITERAL("kms_enabled")))
        return DS_LITERAL("kms");
    return is_true(compose, DS_LITERAL("local_key_provider_enabled")) ? DS_LITERAL("local")
                                                                      : DS_LITERAL("none");
}
