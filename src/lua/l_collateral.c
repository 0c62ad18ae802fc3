/* Collateral out of the replies of Intel's service or a cache of it. */
#include "attest/collateral_dates.h"
#include "attest/collateral_reply.h"
#include "lua/binding.h"

#define URL_MAX 2048

static const struct {
    const char *name;
    size_t offset;
    bool required;
} fields[] = {
    {"pck_crl", offsetof(ds_collateral_replies, pck_crl), true},
    {"pck_crl_chain", offsetof(ds_collateral_replies, pck_crl_chain), true},
    {"root_ca_crl", offsetof(ds_collateral_replies, root_ca_crl), true},
    {"tcb_info", offsetof(ds_collateral_replies, tcb_info), true},
    {"tcb_info_chain", offsetof(ds_collateral_replies, tcb_info_chain), true},
    {"qe_identity", offsetof(ds_collateral_replies, qe_identity), true},
    {"qe_identity_chain", offsetof(ds_collateral_replies, qe_identity_chain), true},
    {"pck_certificate", offsetof(ds_collateral_replies, pck_certificate), false},
    {"pck_certificate_chain", offsetof(ds_collateral_replies, pck_certificate_chain), false},
};

/* collateral_assemble{pck_crl =, pck_crl_chain =, root_ca_crl =, tcb_info =, tcb_info_chain =,
 * qe_identity =, qe_identity_chain =, pck_certificate =, pck_certificate_chain =}: bodies and
 * headers as they came, the last two only where the quote has no chain -> JSON | nil, message, code
 */
static int l_assemble(lua_State *L)
{
    ds_collateral_replies replies;
    ds_error err;
    luaL_checktype(L, 1, LUA_TTABLE);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        *(ds_slice *)((char *)&replies + fields[i].offset) =
            ds_field_slice(L, 1, fields[i].name, fields[i].required);
    ds_buf *json = ds_box_buf(L, DS_COLLATERAL_MAXBYTES);
    if (ds_collateral_assemble(json, &replies, &err) != DS_OK)
        return ds_push_failure(L, &err);
    ds_push_slice(L, ds_buf_content(json));
    return 1;
}

/* collateral_crl_url(chain, as the header has it) -> URL | nil, message, code */
static int l_crl_url(lua_State *L)
{
    ds_error err;
    ds_slice chain = ds_check_slice(L, 1);
    ds_buf *url = ds_box_buf(L, URL_MAX);
    if (ds_collateral_crl_url(url, chain, &err) != DS_OK)
        return ds_push_failure(L, &err);
    ds_push_slice(L, ds_buf_content(url));
    return 1;
}

/* collateral_check(JSON) -> true | nil, message, code: whether it has the form of collateral */
static int l_check(lua_State *L)
{
    ds_collateral c;
    ds_error err;
    ds_status status = ds_collateral_parse(&c, ds_check_slice(L, 1), &err);
    ds_collateral_free(&c);
    if (status != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushboolean(L, 1);
    return 1;
}

/* collateral_dates(JSON) -> issued, next_update: Unix seconds, by its own words | nil, message,
 * code
 */
static int l_dates(lua_State *L)
{
    ds_collateral_dates dates;
    ds_error err;
    if (ds_collateral_dates_read(&dates, ds_check_slice(L, 1), &err) != DS_OK)
        return ds_push_failure(L, &err);
    ds_push_integer(L, dates.issued);
    ds_push_integer(L, dates.next_update);
    return 2;
}

static const luaL_Reg functions[] = {
    {"collateral_assemble", l_assemble},
    {"collateral_check", l_check},
    {"collateral_crl_url", l_crl_url},
    {"collateral_dates", l_dates},
    {NULL, NULL},
};

void ds_open_collateral(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
