#include "attest/verify.h"

#include "attest/verify_steps.h"

static ds_step_function *const functions[] = {
#define DS_STEP_FUNCTION(name, word, meaning) ds_step_##name,
    DS_STEP_LIST(DS_STEP_FUNCTION)
#undef DS_STEP_FUNCTION
};

static const char *const words[] = {
#define DS_STEP_WORD(name, word, meaning) word,
    DS_STEP_LIST(DS_STEP_WORD)
#undef DS_STEP_WORD
};

static const char *const meanings[] = {
#define DS_STEP_MEANING(name, word, meaning) meaning,
    DS_STEP_LIST(DS_STEP_MEANING)
#undef DS_STEP_MEANING
};

const char *ds_step_word(ds_step step)
{
    return words[step];
}

const char *ds_step_meaning(ds_step step)
{
    return meanings[step];
}

const char *ds_step_state_word(ds_step_state state)
{
    static const char *const names[] = {"not_checked", "passed", "failed"};
    return names[state];
}

ds_status ds_verifier_signed(ds_verifier *v, ds_slice key, ds_slice text, ds_slice signature,
                             const char *what)
{
    ds_status status = ds_signed_by(&v->keys, key, text, signature.data);
    return status == DS_OK ? DS_OK : ds_fail(v->err, status, "the signature of %s is wrong", what);
}

ds_status ds_verifier_chain(ds_verifier *v, ds_x509_chain *chain, ds_slice pem, const char *what)
{
    ds_status status = ds_x509_read_chain(chain, pem, what, v->err);
    if (status != DS_OK)
        return status;
    if (chain->count == 0)
        return ds_fail(v->err, DS_INVALID, "%s: there is no certificate", what);
    return ds_x509_path(&v->trust, chain, &v->result->validity, v->err);
}

/* A message without the step's own name in front, which readers of whole documents put there. */
static const char *bare(const char *message, size_t step)
{
    size_t len = strlen(words[step]);
    bool named = strncmp(message, words[step], len) == 0 && strncmp(message + len, ": ", 2) == 0;
    return named ? message + len + 2 : message;
}

static ds_status run(ds_verifier *v, size_t step)
{
    ds_step_result *said = &v->result->steps[step];
    v->note = NULL;
    v->not_checked = false;
    ds_status status = functions[step](v);
    if (status != DS_OK)
        *said = (ds_step_result){DS_STEP_FAILED, bare(v->err->text, step)};
    else
        *said = (ds_step_result){v->not_checked ? DS_STEP_NOT_CHECKED : DS_STEP_PASSED, v->note};
    return status;
}

ds_status ds_dcap_verify(ds_dcap_result *result, ds_slice quote, ds_slice collateral,
                         const ds_dcap_options *options, ds_error *err)
{
    memset(result, 0, sizeof *result);
    result->validity = (ds_validity){INT64_MIN, INT64_MAX};
    ds_verifier v = {.options = options,
                     .quote_bytes = quote,
                     .collateral_bytes = collateral,
                     .keys = {.known = options->known},
                     .result = result,
                     .err = &result->error};
    ds_status status = DS_OK;
    for (size_t i = 0; i < DS_STEP_COUNT; i++)
        result->steps[i] = (ds_step_result){DS_STEP_NOT_CHECKED, "a step before it failed"};
    for (size_t i = 0; status == DS_OK && i < DS_STEP_COUNT; i++) {
        status = run(&v, i);
        if (status != DS_OK)
            ds_fail(err, status, "the quote does not verify: %s: %.1024s", words[i],
                    result->steps[i].reason);
    }
    ds_keyring_free(&v.keys);
    ds_x509_chain_free(&v.tcb_chain);
    ds_x509_chain_free(&v.qe_chain);
    ds_x509_chain_free(&v.pck_chain);
    return status;
}

void ds_dcap_result_free(ds_dcap_result *result)
{
    ds_collateral_free(&result->collateral);
    ds_json_free(&result->documents[0]);
    ds_json_free(&result->documents[1]);
    ds_arena_free(&result->arena);
    memset(result, 0, sizeof *result);
}
