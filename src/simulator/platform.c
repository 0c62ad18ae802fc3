#include "simulator/platform.h"

#include "base/wipe.h"

#include <time.h>

#define DAY_SECONDS INT64_C(86400)

static const ds_quote_form forms[] = {
    {"tdx-v4", "TDX, version 4", 4, DS_TEE_TDX, DS_BODY_TD_10},
    {"tdx-v5", "TDX, version 5", 5, DS_TEE_TDX, DS_BODY_TD_10},
    {"tdx-v5-1.5", "TDX, version 5 with a TD report 1.5", 5, DS_TEE_TDX, DS_BODY_TD_15},
    {"sgx-v3", "SGX, version 3, of an enclave that is made up", 3, DS_TEE_SGX, DS_BODY_SGX},
    {.name = NULL},
};

const ds_quote_form *ds_quote_forms(void)
{
    return forms;
}

static ds_status find_form(const ds_quote_form **form, const char *name, ds_error *err)
{
    char shown[64];
    *form = forms;
    while (name != NULL && (*form)->name != NULL && strcmp((*form)->name, name) != 0)
        ++*form;
    return (*form)->name != NULL
               ? DS_OK
               : ds_fail(err, DS_INVALID,
                         "quote: %s: there is no such form; there are: %s, %s, %s, %s",
                         ds_excerpt(shown, sizeof shown, name, strlen(name)), forms[0].name,
                         forms[1].name, forms[2].name, forms[3].name);
}

static bool suits(ds_flaw_needs needs, ds_quote_body body)
{
    return needs == DS_NEEDS_NOTHING || (needs == DS_NEEDS_TDX && body != DS_BODY_SGX) ||
           (needs == DS_NEEDS_TD15 && body == DS_BODY_TD_15) ||
           (needs == DS_NEEDS_SGX && body == DS_BODY_SGX);
}

static ds_status check_flaws(const ds_platform *platform, ds_error *err)
{
    static const char *const example[] = {
        [DS_NEEDS_TDX] = "tdx-v4", [DS_NEEDS_TD15] = "tdx-v5-1.5", [DS_NEEDS_SGX] = "sgx-v3"};
    for (size_t i = 0; i < platform->flaws.count; i++) {
        const ds_flaw_row *row = platform->flaws.list[i].row;
        if (!suits(row->needs, platform->form->body))
            return ds_fail(err, DS_INVALID,
                           "attest-fault: %s: a quote of the form %s cannot be wrong in that way, "
                           "but one of %s can",
                           row->form, platform->form->name, example[row->needs]);
    }
    return DS_OK;
}

ds_status ds_platform_make(ds_platform *platform, const ds_platform_options *options, ds_error *err)
{
    ds_slice seed = {options->seed, options->seed == NULL ? 0 : strlen(options->seed)};
    *platform = (ds_platform){.now = options->now, .flaws = options->flaws};
    ds_status status = find_form(&platform->form, options->form, err);
    if (status == DS_OK)
        status = check_flaws(platform, err);
    if (status == DS_OK)
        status = ds_pki_make(&platform->pki, seed, &platform->flaws, err);
    if (status == DS_OK && (status = ds_platform_vouch(platform)) != DS_OK)
        ds_fail(err, status, "the quoting enclave's report could not be made");
    if (status != DS_OK)
        ds_platform_free(platform);
    return status;
}

void ds_platform_free(ds_platform *platform)
{
    ds_pki_free(&platform->pki);
    ds_wipe(platform, sizeof *platform);
}

int64_t ds_platform_issued(const ds_platform *platform)
{
    int64_t now = platform->now != 0 ? platform->now : (int64_t)time(NULL);
    return (now / DAY_SECONDS - 1) * DAY_SECONDS;
}
