/* Signatures as text, and their hashes. */
#include "ethereum/abi_scan.h"

#include "crypto/hash.h"

/* The word in front of a name. A function may be called as one of these words. */
static ds_abi_noun take_noun(ds_scan *p)
{
    static const char *const nouns[] = {"", "function", "event", "error"};
    const char *begin = p->at;
    for (int i = DS_ABI_FUNCTION_NOUN; i <= DS_ABI_ERROR_NOUN; i++) {
        if (ds_scan_word(p, nouns[i]) && !ds_scan_at(p, '('))
            return (ds_abi_noun)i;
        p->at = begin;
    }
    return DS_ABI_UNSAID;
}

static ds_status take_outputs(ds_scan *p, ds_abi_signature *signature)
{
    if (signature->has_outputs || !ds_scan_take(p, '('))
        return ds_scan_bad(p, p->at, "no ( behind returns, or a second one");
    signature->has_outputs = true;
    return ds_scan_members(p, &signature->outputs, 0, ')');
}

/* A word behind the parameters. */
static ds_status take_modifier(ds_scan *p, ds_abi_signature *signature)
{
    static const char *const passed[] = {"external", "public",   "internal", "private",
                                         "view",     "pure",     "payable",  "nonpayable",
                                         "virtual",  "override", NULL};
    if (ds_scan_word(p, "returns"))
        return take_outputs(p, signature);
    signature->anonymous |= ds_scan_word(p, "anonymous");
    ds_slice word = ds_scan_peek(p);
    if (p->at < p->end && *p->at != ';' && !ds_scan_is_any(word, passed))
        return ds_scan_bad(p, p->at, "nothing that stands behind parameters");
    p->at += word.len;
    return DS_OK;
}

static ds_status take_end(ds_scan *p, ds_abi_signature *signature)
{
    ds_status status = DS_OK;
    for (ds_scan_blanks(p); status == DS_OK && p->at < p->end && *p->at != ';'; ds_scan_blanks(p))
        status = take_modifier(p, signature);
    bool ended = status == DS_OK && ds_scan_take(p, ';');
    ds_scan_blanks(p);
    return ended && p->at < p->end ? ds_scan_bad(p, p->at, "more text behind the ;") : status;
}

static ds_status check_indexed(const ds_scan *p, const ds_abi_signature *signature)
{
    size_t indexed = 0;
    for (size_t i = 0; i < signature->inputs.count; i++)
        indexed += signature->inputs.items[i].indexed;
    if (indexed > 0 &&
        (signature->noun == DS_ABI_FUNCTION_NOUN || signature->noun == DS_ABI_ERROR_NOUN))
        return ds_scan_bad(p, p->begin, "only an event's parameters can be indexed");
    if (indexed > (signature->anonymous ? 4 : 3))
        return ds_scan_bad(p, p->begin, "more indexed parameters than a log has topics for");
    return DS_OK;
}

ds_status ds_abi_parse_signature(ds_abi_signature *signature, ds_slice text, ds_arena *arena,
                                 ds_error *err)
{
    ds_scan p;
    *signature = (ds_abi_signature){.outputs = {.kind = DS_ABI_TUPLE, .depth = 1}};
    ds_status status = ds_scan_begin(&p, text, arena, err);
    if (status != DS_OK)
        return status;
    signature->noun = take_noun(&p);
    signature->name = ds_scan_peek(&p);
    if (signature->name.len == 0 || ds_scan_digit(*p.at))
        return ds_scan_bad(&p, p.at, "no name; write a signature as transfer(address,uint256)");
    p.at += signature->name.len;
    if (!ds_scan_take(&p, '('))
        return ds_scan_bad(&p, p.at,
                           "no ( behind the name; write a signature as transfer(address,uint256)");
    status = ds_scan_members(&p, &signature->inputs, 0, ')');
    if (status == DS_OK)
        status = take_end(&p, signature);
    return status == DS_OK ? check_indexed(&p, signature) : status;
}

/* Spelling and hash --------------------------------------------------------------------------- */

ds_status ds_abi_signature_write(ds_buf *out, const ds_abi_signature *signature)
{
    ds_buf_slice(out, signature->name);
    return ds_abi_type_write(out, &signature->inputs);
}

ds_status ds_abi_signature_hash(unsigned char hash[32], const ds_abi_signature *signature)
{
    ds_buf text;
    ds_buf_init(&text, 4 * DS_ABI_TEXTMAX); /* uint is written uint256 */
    ds_status status = ds_abi_signature_write(&text, signature);
    if (status == DS_OK)
        status = ds_hash_one(DS_KECCAK256, hash, text.data, text.len);
    ds_buf_free(&text);
    return status;
}
