/* The parser of app-compose.json, its writer in all forms, and what SDKs' helpers hash. Input: a
 * JSON text. A form written twice is the same bytes; what a helper hashes is JSON, and the same
 * whether it was asked about the document or about its sorted form. */
#include "deploy/compose_hash.h"
#include "deploy/form.h"
#include "fuzz.h"

#define TEXT_MAX ((size_t)1 << 20)

static void check_failure(ds_status status, const ds_error *err)
{
    PROMISE(status == DS_INVALID || status == DS_TOO_LARGE);
    PROMISE(err->status == status && err->text[0] != '\0');
}

static bool write_form(ds_buf *out, ds_slice text, const ds_json_style *form)
{
    ds_error err;
    ds_buf_init(out, TEXT_MAX);
    ds_status status = ds_form_write(out, text, form, &err);
    if (status != DS_OK)
        check_failure(status, &err);
    return status == DS_OK;
}

static void check_form(ds_slice text, const ds_json_style *form)
{
    ds_buf once, twice;
    if (write_form(&once, text, form)) {
        PROMISE(write_form(&twice, ds_buf_content(&once), form));
        PROMISE(ds_slice_equal(ds_buf_content(&once), ds_buf_content(&twice)));
        ds_buf_free(&twice);
    }
    ds_buf_free(&once);
}

static bool make(ds_buf *out, ds_slice text, const ds_flavour *flavour, bool normalize)
{
    ds_error err;
    ds_json_doc doc;
    ds_buf_init(out, TEXT_MAX);
    ds_status status = ds_compose_canonical(out, text, flavour, normalize, &err);
    if (status != DS_OK) {
        check_failure(status, &err);
        return false;
    }
    PROMISE(ds_json_parse(&doc, out->data, out->len, &err) == DS_OK);
    ds_json_free(&doc);
    return true;
}

/* JavaScript keeps the order of some objects, and Go minds it where names differ in case only:
 * there the sorted form may give another text. */
static bool minds_order(const ds_flavour *flavour)
{
    return ds_flavour_name(flavour)[0] != 'p';
}

static void check_flavour(ds_slice text, ds_slice sorted, const ds_flavour *flavour, bool normalize)
{
    ds_buf one, two;
    bool made = make(&one, text, flavour, normalize);
    if (sorted.data != NULL && !minds_order(flavour)) {
        PROMISE(make(&two, sorted, flavour, normalize) == made);
        PROMISE(!made || ds_slice_equal(ds_buf_content(&one), ds_buf_content(&two)));
        ds_buf_free(&two);
    }
    ds_buf_free(&one);
}

/* Python tells 1.0 from 1, which the sorted form writes alike. */
static const ds_json_style *python_sorted(void)
{
    return ds_form_by_name(DS_LITERAL("phala-0.3"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ds_slice text = {data, size};
    ds_buf sorted;
    for (size_t i = 0; ds_form_at(i) != NULL; i++)
        check_form(text, ds_form_at(i));
    bool there = write_form(&sorted, text, python_sorted());
    for (size_t i = 0; ds_flavour_at(i) != NULL; i++)
        for (int normalize = 0; normalize < 2; normalize++)
            check_flavour(text, there ? ds_buf_content(&sorted) : (ds_slice){NULL, 0},
                          ds_flavour_at(i), normalize);
    ds_buf_free(&sorted);
    return 0;
}
