/* A quote as nested tables: every field under its name in Intel's documents, bytes in hex. */
#include "lua/quote.h"

static void push_fields(lua_State *L, const void *report, const ds_report_field *fields,
                        size_t count)
{
    lua_createtable(L, 0, (int)count);
    for (size_t i = 0; i < count; i++)
        ds_set_hex(L, fields[i].name, ds_report_value(report, &fields[i]));
}

static void push_enclave(lua_State *L, const ds_sgx_report *report)
{
    size_t count;
    const ds_report_field *fields = ds_sgx_report_fields(&count);
    push_fields(L, report, fields, count);
}

static void push_report(lua_State *L, const ds_quote *quote)
{
    size_t count;
    if (quote->body == DS_BODY_SGX) {
        push_enclave(L, &quote->sgx);
    } else {
        const ds_report_field *fields = ds_td_report_fields(&quote->report, &count);
        push_fields(L, &quote->report, fields, count);
    }
}

static void push_header(lua_State *L, const ds_quote *quote)
{
    const ds_quote_header *h = &quote->header;
    lua_createtable(L, 0, 7);
    ds_set_integer(L, "version", h->version);
    ds_set_integer(L, "attestation_key_type", h->key_type);
    ds_set_integer(L, "tee_type", h->tee_type);
    ds_set_integer(L, "qe_svn", h->qe_svn);
    ds_set_integer(L, "pce_svn", h->pce_svn);
    ds_set_hex(L, "qe_vendor_id", ds_slice_of(h->qe_vendor_id, sizeof h->qe_vendor_id));
    ds_set_hex(L, "user_data", ds_slice_of(h->user_data, sizeof h->user_data));
}

void ds_push_pck(lua_State *L, const ds_pck *pck)
{
    lua_createtable(L, 0, 11);
    ds_set_hex(L, "ppid", ds_slice_of(pck->ppid, sizeof pck->ppid));
    ds_set_hex(L, "cpu_svn", ds_slice_of(pck->cpu_svn, sizeof pck->cpu_svn));
    ds_set_integer(L, "pce_svn", ds_pck_pce_svn(pck));
    ds_set_hex(L, "pce_id", ds_slice_of(pck->pce_id, sizeof pck->pce_id));
    ds_set_hex(L, "fmspc", ds_slice_of(pck->fmspc, sizeof pck->fmspc));
    ds_set_integer(L, "sgx_type", pck->sgx_type);
    ds_set_hex(L, "tcb_components", ds_slice_of(pck->components, sizeof pck->components));
    if (pck->has_instance)
        ds_set_hex(L, "platform_instance_id",
                   ds_slice_of(pck->platform_instance, sizeof pck->platform_instance));
    if (!pck->has_configuration)
        return;
    ds_set_flag(L, "dynamic_platform", pck->dynamic_platform);
    ds_set_flag(L, "cached_keys", pck->cached_keys);
    ds_set_flag(L, "smt_enabled", pck->smt_enabled);
}

static void push_certificate(lua_State *L, const ds_x509_cert *cert)
{
    lua_createtable(L, 0, 6);
    ds_set_slice(L, "subject", ds_x509_common_name(cert->subject));
    ds_set_slice(L, "issuer", ds_x509_common_name(cert->issuer));
    ds_set_hex(L, "serial", cert->serial);
    ds_set_integer(L, "not_before", cert->not_before);
    ds_set_integer(L, "not_after", cert->not_after);
    ds_set_flag(L, "is_ca", cert->is_ca);
}

static int release_chain(lua_State *L)
{
    ds_x509_chain_free(lua_touserdata(L, 1));
    return 0;
}

static const luaL_Reg no_methods[] = {{NULL, NULL}};
static const ds_type_info chain_type = {"dstack.certificates", no_methods, release_chain};

/* Sets "certificates", "pck" and "problem", which says why one of them is missing. */
static void set_chain(lua_State *L, ds_slice pem)
{
    ds_error err;
    ds_pck pck;
    ds_x509_chain *chain = ds_box_new(L, &chain_type, sizeof *chain);
    lua_insert(L, -2);
    err.text[0] = '\0';
    if (ds_x509_read_chain(chain, pem, "certification data", &err) == DS_OK) {
        lua_createtable(L, (int)chain->count, 0);
        for (size_t i = 0; i < chain->count; i++) {
            push_certificate(L, &chain->certs[i]);
            lua_rawseti(L, -2, (int)i + 1);
        }
        lua_setfield(L, -2, "certificates");
    }
    if (chain->count > 0 && ds_pck_read(&pck, &chain->certs[0], &err) == DS_OK) {
        ds_push_pck(L, &pck);
        lua_setfield(L, -2, "pck");
    } else if (err.text[0] != '\0') {
        ds_set_text(L, "problem", err.text);
    }
    lua_remove(L, -2);
}

static void set_platform(lua_State *L, const ds_platform_id *id)
{
    lua_createtable(L, 0, 4);
    ds_set_hex(L, "ppid", id->ppid);
    ds_set_hex(L, "cpu_svn", id->cpu_svn);
    ds_set_hex(L, "pce_svn", id->pce_svn);
    ds_set_hex(L, "pce_id", id->pce_id);
    lua_setfield(L, -2, "platform");
}

static void push_certification(lua_State *L, const ds_quote *quote)
{
    ds_platform_id id;
    lua_createtable(L, 0, 5);
    ds_set_integer(L, "type", quote->inner_type);
    ds_set_slice(L, "data", quote->certification_data);
    if (quote->inner_type == DS_CERTIFICATION_PCK_CERTIFICATE ||
        quote->inner_type == DS_CERTIFICATION_PCK_CHAIN)
        set_chain(L, quote->certification_data);
    else if (ds_quote_platform(&id, quote) == DS_OK)
        set_platform(L, &id);
}

static void push_qe_report(lua_State *L, const ds_quote *quote)
{
    ds_sgx_report qe;
    ds_sgx_report_read(&qe, quote->qe_report.data);
    push_enclave(L, &qe);
}

/* What of a quote is a table. */
static const struct {
    const char *name;
    ds_quote_pusher *push;
} parts[] = {{"header", push_header},
             {"report", push_report},
             {"qe_report", push_qe_report},
             {"certification", push_certification}};

#define PART_COUNT (sizeof parts / sizeof parts[0])

ds_quote_pusher *ds_quote_part(ds_slice name)
{
    for (size_t i = 0; i < PART_COUNT; i++)
        if (ds_slice_equal(name, ds_slice_of(parts[i].name, strlen(parts[i].name))))
            return parts[i].push;
    return NULL;
}

void ds_push_quote(lua_State *L, const ds_quote *quote)
{
    static const char *const bodies[] = {"", "sgx", "td10", "td15"};
    lua_createtable(L, 0, 11);
    for (size_t i = 0; i < PART_COUNT; i++) {
        parts[i].push(L, quote);
        lua_setfield(L, -2, parts[i].name);
    }
    ds_set_text(L, "body", bodies[quote->body]);
    if (quote->header.version == DS_QUOTE_VERSION_5)
        ds_set_integer(L, "body_size", quote->body_size);
    ds_set_hex(L, "signature", quote->signature);
    ds_set_hex(L, "attestation_key", quote->attestation_key);
    if (quote->header.version != DS_QUOTE_VERSION_SGX)
        ds_set_integer(L, "certification_data_type", quote->outer_type);
    ds_set_hex(L, "qe_report_signature", quote->qe_report_signature);
    ds_set_hex(L, "qe_auth_data", quote->qe_auth_data);
}

/* parse_pck_chain(PEM) -> {certificates =, pck =, problem =}, as in a quote's certification */
static int l_parse_pck_chain(lua_State *L)
{
    ds_slice pem = ds_check_slice(L, 1);
    lua_createtable(L, 0, 3);
    set_chain(L, pem);
    return 1;
}

static const luaL_Reg functions[] = {{"parse_pck_chain", l_parse_pck_chain}, {NULL, NULL}};

void ds_open_quote(lua_State *L)
{
    ds_box_define(L, &chain_type);
    luaL_setfuncs(L, functions, 0);
}
