/* Memory runs out at every single allocation of a verification: it fails and says so, nothing
 * leaks, the next try works. Above all, what is wrong never verifies for it. */
#include "attest/collateral_reply.h"
#include "attest/verify_steps.h"
#include "crypto/hash.h"
#include "test.h"
#include "torture.h"
#include "vectors.h"

static unsigned char quote[8192], wrong[8192], root[1024];
static ds_slice collateral;
static size_t quote_len, root_len;
static int64_t now;

static ds_status verify(const unsigned char *bytes, ds_known_good *known, ds_error *err)
{
    static ds_dcap_result r;
    ds_dcap_options options = {.now = now, .root = ds_slice_of(root, root_len), .known = known};
    ds_status status = ds_dcap_verify(&r, ds_slice_of(bytes, quote_len), collateral, &options, err);
    if (status == DS_OK && r.merged.status != DS_TCB_UP_TO_DATE)
        status = ds_fail(err, DS_INVALID, "another status");
    if (status != DS_OK && r.steps[DS_STEP_ATTRIBUTES].state != DS_STEP_NOT_CHECKED)
        status = ds_fail(err, DS_INVALID, "a step more than there should be");
    ds_dcap_result_free(&r);
    return status;
}

static ds_status verify_right(ds_error *err)
{
    return verify(quote, NULL, err);
}

/* A digest for which there was no memory is zero: nothing is known by that. */
static ds_status verify_and_learn(ds_error *err)
{
    static const unsigned char zero[32];
    ds_known_good known = {.count = 0};
    ds_status status = verify(quote, &known, err);
    for (size_t i = 0; i < known.count; i++)
        if (memcmp(known.digests[i], zero, sizeof zero) == 0)
            status = ds_fail(err, DS_INVALID, "a signature is known by a digest of nothing");
    return status;
}

/* That it is refused is what is expected here. */
static ds_status verify_wrong(ds_error *err)
{
    ds_status status = verify(wrong, NULL, err);
    return status == DS_VERIFY ? DS_OK : status == DS_OK ? DS_INVALID : status;
}

static ds_status assemble(ds_error *err)
{
    ds_collateral c;
    ds_buf tcb_info, qe_identity, out;
    ds_status status = ds_collateral_parse(&c, collateral, err);
    ds_buf_init(&tcb_info, 1u << 16);
    ds_buf_init(&qe_identity, 1u << 16);
    ds_buf_init(&out, 1u << 17);
    const struct {
        ds_buf *body;
        const char *name;
        ds_slice text, signature;
    } statements[] = {{&tcb_info, "tcbInfo", c.tcb_info, c.tcb_info_signature},
                      {&qe_identity, "enclaveIdentity", c.qe_identity, c.qe_identity_signature}};
    for (size_t i = 0; status == DS_OK && i < 2; i++) {
        ds_buf_printf(statements[i].body, "{\"%s\":", statements[i].name);
        ds_buf_slice(statements[i].body, statements[i].text);
        ds_buf_text(statements[i].body, ",\"signature\":\"");
        ds_buf_hex(statements[i].body, statements[i].signature.data, statements[i].signature.len);
        status = ds_buf_text(statements[i].body, "\"}");
    }
    const ds_collateral_replies replies = {
        .pck_crl = c.pck_crl,
        .pck_crl_chain = c.pck_crl_issuer_chain,
        .root_ca_crl = c.root_ca_crl,
        .tcb_info = ds_buf_content(&tcb_info),
        .tcb_info_chain = c.tcb_info_issuer_chain,
        .qe_identity = ds_buf_content(&qe_identity),
        .qe_identity_chain = c.qe_identity_issuer_chain,
    };
    if (status == DS_OK)
        status = ds_collateral_assemble(&out, &replies, err);
    if (status == DS_OK && !ds_slice_equal(ds_buf_content(&out), collateral))
        status = ds_fail(err, DS_INVALID, "another document");
    ds_buf_free(&tcb_info);
    ds_buf_free(&qe_identity);
    ds_buf_free(&out);
    ds_collateral_free(&c);
    return status;
}

static const unsigned char zeros[DS_QUOTE_KEY_BYTES + 32];
static unsigned char zeros_hash[DS_SHA256_BYTES];

/* One step alone: no key passes for another one's because a hash could not be computed. */
static ds_status attestation_key(ds_error *err)
{
    static ds_dcap_result r;
    ds_verifier v = {.result = &r, .err = err};
    r.quote.attestation_key = ds_slice_of(zeros, DS_QUOTE_KEY_BYTES);
    r.quote.qe_auth_data = ds_slice_of(zeros, sizeof zeros - DS_QUOTE_KEY_BYTES);
    memcpy(v.qe_report.report_data, zeros_hash, sizeof zeros_hash);
    return ds_step_ATTESTATION_KEY(&v);
}

/* In an arena of its own, which has nothing in store. */
static ds_status merge(ds_error *err)
{
    static const ds_slice id[] = {{"a", 1}};
    ds_arena arena = {NULL};
    ds_tcb_verdict one = {DS_TCB_UP_TO_DATE, 1, NULL, 0}, other = {DS_TCB_UP_TO_DATE, 2, id, 1};
    ds_status status = ds_tcb_merge(&one, &one, &other, &arena);
    if (status != DS_OK)
        ds_fail(err, status, "no memory for the advisories");
    ds_arena_free(&arena);
    return status;
}

typedef struct one_work {
    torture_work *work;
    ds_status also;
} one_work;

static bool one_round(void *context)
{
    const one_work *todo = context;
    return torture_try(todo->work, todo->also);
}

static void read_vectors(ds_json_doc *doc)
{
    uint64_t seconds;
    *doc = vectors_read("spec/vectors/dcap.json");
    const ds_json *first = ds_json_member(doc->root, "cases")->first;
    ds_slice hex = vector_text(first, "quote"), root_hex = vector_text(doc->root, "root");
    CHECK(ds_json_u64(ds_json_member(doc->root, "now"), &seconds));
    CHECK(ds_hex_decode(quote, hex.data, hex.len) &&
          ds_hex_decode(root, root_hex.data, root_hex.len));
    quote_len = hex.len / 2;
    root_len = root_hex.len / 2;
    collateral = vector_text(first, "collateral");
    now = (int64_t)seconds;
    memcpy(wrong, quote, quote_len);
    wrong[DS_QUOTE_SIGNED_BYTES - 1] ^= 1; /* the last byte of the report data */
}

int main(void)
{
    /* A signature looks wrong where memory for checking it is short. */
    static one_work all[] = {{verify_right, DS_VERIFY},    {verify_and_learn, DS_VERIFY},
                             {verify_wrong, DS_VERIFY},    {assemble, DS_MEMORY},
                             {attestation_key, DS_MEMORY}, {merge, DS_MEMORY}};
    ds_json_doc doc;
    torture_begin();
    read_vectors(&doc);
    CHECK(ds_hash_one(DS_SHA256, zeros_hash, zeros, sizeof zeros) == DS_OK);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        CHECK(one_round(&all[i]));
        CHECK(torture_rounds(one_round, &all[i]) > 1);
    }
    ds_json_free(&doc);
    return test_done();
}
