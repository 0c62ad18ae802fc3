#include "deploy/form.h"

/* What is not said is off: one line, no blanks, no line at the end, UTF-8, two members of one name
 * and numbers beyond a double's range refused. The order is the tool's language's. */
static const ds_json_style forms[] = {
    /* the SDKs' helpers; newer machines of Phala Cloud */
    {.name = "compact-sorted", .order = DS_ORDER_JS, .numbers = DS_NUMBER_EXACT},
    /* vmm-cli compose, update and update-env */
    {.name = "vmm-cli", .indent = 4, .blank = true, .numbers = DS_NUMBER_PYTHON},
    /* `dstack deploy` and dstackup */
    {.name = "pretty-sorted",
     .indent = 2,
     .blank = true,
     .order = DS_ORDER_BYTES,
     .numbers = DS_NUMBER_EXACT},
    /* the VMM's web page */
    {.name = "compact", .numbers = DS_NUMBER_EXACT},
    {.name = "dstack-cloud",
     .indent = 2,
     .blank = true,
     .ascii = true,
     .numbers = DS_NUMBER_PYTHON},
    /* machines of Phala Cloud in the days of 0.3 */
    {.name = "phala-0.3", .indent = 4, .order = DS_ORDER_BYTES, .numbers = DS_NUMBER_PYTHON},
    /* scripts that put vmm-cli's file through jq */
    {.name = "jq", .indent = 2, .blank = true, .newline = true, .numbers = DS_NUMBER_EXACT},
};

const ds_json_style *ds_form_at(size_t i)
{
    return i < sizeof forms / sizeof *forms ? &forms[i] : NULL;
}

const ds_json_style *ds_form_by_name(ds_slice name)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (ds_slice_equal(name, ds_slice_of(forms[i].name, strlen(forms[i].name))))
            return &forms[i];
    return NULL;
}

ds_status ds_form_write(ds_buf *out, ds_slice text, const ds_json_style *form, ds_error *err)
{
    ds_json_doc doc;
    ds_status status = ds_json_parse(&doc, text.data, text.len, err);
    if (status != DS_OK)
        return status;
    status = ds_json_write(out, doc.root, form, err);
    ds_json_free(&doc);
    return status;
}
