/* A quote, parsed and verified with good collateral. Input: a byte that says with which of two
 * collaterals (TDX, SGX), then the quote. No signature is looked at, so that all steps are reached:
 * ds_signed_by here says that each is good. */
#include "attest/verify.h"
#include "fuzz.h"
#include "verify_fuzz.h"

static void check_parts(const ds_quote *quote, ds_slice bytes)
{
    ds_platform_id id;
    ds_quote_header header;
    ds_td_report report;
    ds_error err;
    ds_buf again;
    ds_buf_init(&again, bytes.len);
    PROMISE(quote->signed_range.data == bytes.data && quote->signed_range.len < bytes.len);
    PROMISE(ds_quote_write_signed(&again, quote) == DS_OK);
    PROMISE(again.len == quote->signed_range.len);
    bool is_td = ds_quote_report(&header, &report, bytes, &err) == DS_OK;
    PROMISE(is_td == (quote->body != DS_BODY_SGX));
    PROMISE(!is_td || memcmp(&report, &quote->report, sizeof report) == 0);
    if (ds_quote_platform(&id, quote) == DS_OK)
        PROMISE(id.cpu_svn.len == DS_TCB_SVN_BYTES && quote->inner_type <= 3);
    ds_buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ds_slice input = {data, size};
    const fuzz_case *known = fuzz_case_of(fuzz_byte(&input) & 1);
    ds_quote quote;
    ds_error err;
    if (ds_quote_parse(&quote, input, &err) == DS_OK)
        check_parts(&quote, input);
    fuzz_verify(known, input, known->collateral, known->now);
    return 0;
}
