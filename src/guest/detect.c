#include "guest/detect.h"

#include "base/json.h"

/* What an old agent says where the path came out as /v1. */
#define MISJOINED DS_LITERAL("Service not found: v1")

static bool says_misjoined(ds_slice body)
{
    ds_json_doc doc;
    ds_error ignored;
    if (ds_json_parse(&doc, body.data, body.len, &ignored) != DS_OK)
        return false;
    const ds_json *error =
        doc.root->type == DS_JSON_OBJECT ? ds_json_member(doc.root, "error") : NULL;
    bool says =
        error != NULL && error->type == DS_JSON_STRING && ds_slice_equal(error->text, MISJOINED);
    ds_json_free(&doc);
    return says;
}

ds_detection ds_detect_v1(ds_status outcome, bool agent_spoke, int http_status, ds_slice body)
{
    bool unknown_method = outcome == DS_UNSUPPORTED && agent_spoke;
    if (outcome == DS_OK)
        return DS_DETECT_PRESENT;
    if (http_status == 404) /* the surface's own dispatcher, or whatever answers where none is */
        return unknown_method ? DS_DETECT_PRESENT : DS_DETECT_ABSENT;
    if (http_status == 400 && unknown_method && says_misjoined(body))
        return DS_DETECT_ABSENT;
    return DS_DETECT_UNKNOWN;
}
