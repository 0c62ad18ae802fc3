#include "attest/collateral.h"

#include "base/hex.h"
#include "base/utf8.h"

typedef struct member {
    const char *name;
    size_t offset;
    size_t size; /* TEXT; ANY bytes in hex; or how many */
    bool optional;
} member;

#define TEXT ((size_t)0)
#define ANY  ((size_t)-1)
#define ROW(name, size)                                                                            \
    {                                                                                              \
#name, offsetof(ds_collateral, name), size, false                                          \
    }

static const member members[] = {
    ROW(pck_crl_issuer_chain, TEXT),
    ROW(root_ca_crl, ANY),
    ROW(pck_crl, ANY),
    ROW(tcb_info_issuer_chain, TEXT),
    ROW(tcb_info, TEXT),
    ROW(tcb_info_signature, DS_COLLATERAL_SIGNATURE_BYTES),
    ROW(qe_identity_issuer_chain, TEXT),
    ROW(qe_identity, TEXT),
    ROW(qe_identity_signature, DS_COLLATERAL_SIGNATURE_BYTES),
    {"pck_certificate_chain", offsetof(ds_collateral, pck_certificate_chain), TEXT, true},
};

#define MEMBER_COUNT (sizeof members / sizeof members[0])

static ds_slice *slot(const ds_collateral *c, const member *row)
{
    return (ds_slice *)((char *)c + row->offset);
}

static ds_status wrong(ds_error *err, const member *row, const char *what)
{
    return ds_fail(err, DS_INVALID, "member '%s' %s", row->name, what);
}

static ds_status read_hex(ds_collateral *c, const member *row, ds_slice text, ds_error *err)
{
    unsigned char *bytes = ds_arena_alloc(&c->bytes, text.len / 2 + 1);
    if (bytes == NULL)
        return ds_fail_memory(err);
    if (!ds_hex_decode(bytes, text.data, text.len))
        return wrong(err, row, "is not hex");
    if (row->size != ANY && text.len != 2 * row->size)
        return wrong(err, row, "has another length than a signature's 64 bytes");
    *slot(c, row) = ds_slice_of(bytes, text.len / 2);
    return DS_OK;
}

/* An optional one may be null. */
static ds_status read_member(ds_collateral *c, const member *row, const ds_json *value,
                             ds_error *err)
{
    if (row->optional && value->type == DS_JSON_NULL)
        return DS_OK;
    if (value->type != DS_JSON_STRING)
        return wrong(err, row, "must be a string");
    if (row->size != TEXT)
        return read_hex(c, row, value->text, err);
    *slot(c, row) = value->text;
    return DS_OK;
}

static const member *find(ds_slice name)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++)
        if (ds_slice_equal(name, ds_slice_of(members[i].name, strlen(members[i].name))))
            return &members[i];
    return NULL;
}

static ds_status read_members(ds_collateral *c, ds_error *err)
{
    unsigned seen = 0; /* a bit a row */
    if (c->doc.root->type != DS_JSON_OBJECT)
        return ds_fail(err, DS_INVALID, "it must be a JSON object");
    for (const ds_json *value = c->doc.root->first; value != NULL; value = value->next) {
        const member *row = find(value->key);
        unsigned bit = row == NULL ? 0 : 1u << (row - members);
        if ((seen & bit) != 0)
            return wrong(err, row, "is there twice");
        seen |= bit;
        ds_status status = row == NULL ? DS_OK : read_member(c, row, value, err);
        if (status != DS_OK)
            return status;
    }
    for (size_t i = 0; i < MEMBER_COUNT; i++)
        if (!members[i].optional && (seen >> i & 1) == 0)
            return wrong(err, &members[i], "is missing");
    return DS_OK;
}

ds_status ds_collateral_parse(ds_collateral *c, ds_slice json, ds_error *err)
{
    ds_error inner;
    memset(c, 0, sizeof *c);
    if (json.len > DS_COLLATERAL_MAXBYTES)
        return ds_fail(err, DS_TOO_LARGE, "%lu bytes, at most %lu are taken",
                       (unsigned long)json.len, (unsigned long)DS_COLLATERAL_MAXBYTES);
    ds_status status = ds_json_parse(&c->doc, json.data, json.len, &inner);
    if (status != DS_OK)
        return ds_fail(err, status, "it is no JSON: %.200s", inner.text);
    status = read_members(c, err);
    if (status != DS_OK)
        ds_collateral_free(c);
    return status;
}

ds_status ds_collateral_write(ds_buf *out, const ds_collateral *c, ds_error *err)
{
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        ds_slice value = *slot(c, &members[i]);
        if (members[i].optional && value.len == 0)
            continue;
        if (members[i].size == TEXT && !ds_utf8_valid(value.data, value.len))
            return wrong(err, &members[i], "is not UTF-8");
        ds_buf_printf(out, "%s\"%s\":", i == 0 ? "{" : ",", members[i].name);
        if (members[i].size == TEXT) {
            ds_json_put_string(out, value);
        } else {
            ds_buf_byte(out, '"');
            ds_buf_hex(out, value.data, value.len);
            ds_buf_byte(out, '"');
        }
    }
    ds_status status = ds_buf_byte(out, '}');
    return status == DS_OK ? DS_OK : ds_fail(err, status, "collateral: it could not be written");
}

void ds_collateral_free(ds_collateral *c)
{
    ds_json_free(&c->doc);
    ds_arena_free(&c->bytes);
    memset(c, 0, sizeof *c);
}
