/* Verification of quotes. */
#include "attest/verify.h"
#include "lua/quote.h"

/* Doubles hold whole numbers up to here. */
#define TIME_MAX 9007199254740992.0

static int release(lua_State *L)
{
    ds_dcap_result_free(lua_touserdata(L, 1));
    return 0;
}

/* What is known owns nothing. */
static int forget(lua_State *L)
{
    ds_known_good *known = lua_touserdata(L, 1);
    memset(known, 0, sizeof *known);
    return 0;
}

static const luaL_Reg no_methods[] = {{NULL, NULL}};
static const ds_type_info result_type = {"dstack.verification", no_methods, release};
static const ds_type_info known_type = {"dstack.known_good", no_methods, forget};

static void push_list(lua_State *L, const ds_slice *texts, size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        ds_push_slice(L, texts[i]);
        lua_rawseti(L, -2, (int)i + 1);
    }
}

/* Sets status, advisory_ids and tcb_date in the table on top. */
static void set_verdict(lua_State *L, const ds_tcb_verdict *verdict)
{
    ds_set_text(L, "status", ds_tcb_status_name(verdict->status));
    push_list(L, verdict->advisories, verdict->advisory_count);
    lua_setfield(L, -2, "advisory_ids");
    ds_set_integer(L, "tcb_date", verdict->date);
}

static bool passed(const ds_dcap_result *r, ds_step step)
{
    return r->steps[step].state == DS_STEP_PASSED;
}

static void set_part(lua_State *L, const char *name, const ds_tcb_verdict *verdict)
{
    lua_createtable(L, 0, 3);
    set_verdict(L, verdict);
    lua_setfield(L, -2, name);
}

/* Verdicts are shown once all that they rest on has been checked. */
static void set_verdicts(lua_State *L, const ds_dcap_result *r)
{
    if (passed(r, DS_STEP_QE_TCB))
        set_part(L, "qe", &r->qe);
    if (!passed(r, DS_STEP_TCB_STATUS) && r->merged.status != DS_TCB_REVOKED)
        return;
    set_part(L, "platform", &r->platform);
    set_verdict(L, &r->merged);
}

static void set_validity(lua_State *L, const ds_dcap_result *r)
{
    if (!passed(r, DS_STEP_PCK_CHAIN))
        return;
    ds_set_integer(L, "valid_from", r->validity.from);
    ds_set_integer(L, "valid_until", r->validity.until);
    ds_set_integer(L, "tcb_evaluation_number", r->tcb_evaluation_number);
}

/* Pushes a list of each step's word and meaning, so that no report makes them anew. */
static void push_words(lua_State *L)
{
    lua_createtable(L, 2 * DS_STEP_COUNT, 0);
    for (int i = 0; i < DS_STEP_COUNT; i++) {
        lua_pushstring(L, ds_step_word((ds_step)i));
        lua_rawseti(L, -2, 2 * i + 1);
        lua_pushstring(L, ds_step_meaning((ds_step)i));
        lua_rawseti(L, -2, 2 * i + 2);
    }
}

/* The list of words is the upvalue of the function that this is called in. */
static void push_step(lua_State *L, int step, const ds_step_result *said)
{
    lua_createtable(L, 0, 4);
    lua_rawgeti(L, lua_upvalueindex(1), 2 * step + 1);
    lua_setfield(L, -2, "name");
    lua_rawgeti(L, lua_upvalueindex(1), 2 * step + 2);
    lua_setfield(L, -2, "meaning");
    ds_set_text(L, "state", ds_step_state_word(said->state));
    if (said->reason != NULL)
        ds_set_text(L, "reason", said->reason);
}

static void set_steps(lua_State *L, const ds_dcap_result *r)
{
    lua_createtable(L, DS_STEP_COUNT, 0);
    for (int i = 0; i < DS_STEP_COUNT; i++) {
        push_step(L, i, &r->steps[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "steps");
}

static void push_result(lua_State *L, const ds_dcap_result *r)
{
    lua_createtable(L, 0, 16); /* with what reports add */
    set_steps(L, r);
    set_verdicts(L, r);
    set_validity(L, r);
    if (passed(r, DS_STEP_QUOTE)) {
        ds_push_quote(L, &r->quote);
        lua_setfield(L, -2, "quote");
    }
    if (r->has_pck) {
        ds_push_pck(L, &r->pck);
        lua_setfield(L, -2, "pck");
    }
}

static bool check_options(lua_State *L, ds_dcap_options *options, ds_error *err)
{
    double now = luaL_checknumber(L, 3);
    options->root = lua_isnoneornil(L, 4) ? ds_slice_of(NULL, 0) : ds_check_slice(L, 4);
    options->allow_debug = lua_toboolean(L, 5);
    options->allow_service_td = lua_toboolean(L, 6);
    options->known = lua_isnoneornil(L, 7) ? NULL : luaL_checkudata(L, 7, known_type.name);
    if (!(now >= 0 && now <= TIME_MAX)) {
        ds_fail(err, DS_INVALID, "now must be a time in Unix seconds");
        return false;
    }
    options->now = (int64_t)now;
    if (lua_isnoneornil(L, 4) || options->root.len > 0)
        return true;
    ds_fail(err, DS_INVALID, "root must be a certificate in DER; it is empty");
    return false;
}

/* known_good() -> what verifications have learnt: a box for verify_quote */
static int l_known_good(lua_State *L)
{
    ds_box_new(L, &known_type, sizeof(ds_known_good));
    return 1;
}

/* verify_quote(quote, collateral JSON, now, root DER | nil, allow_debug, allow_service_td,
 * known_good | nil) -> what was found | nil, message, code, what was found: a table with
 *   steps {{name, state "passed" | "failed" | "not_checked", meaning, reason}, ...}, always all;
 *   as far as the steps came: status, advisory_ids, tcb_date; the same in platform and qe;
 *   quote as parse_quote has it; pck as in its certification; valid_from, valid_until: from when to
 *   when this call has this result; tcb_evaluation_number. Times are Unix seconds. */
static int l_verify_quote(lua_State *L)
{
    ds_dcap_options options;
    ds_error err;
    ds_slice quote = ds_check_slice(L, 1), collateral = ds_check_slice(L, 2);
    if (!check_options(L, &options, &err))
        return ds_push_failure(L, &err);
    ds_dcap_result *result = ds_box_new(L, &result_type, sizeof *result);
    ds_status status = ds_dcap_verify(result, quote, collateral, &options, &err);
    if (status == DS_OK) {
        push_result(L, result);
        return 1;
    }
    int pushed = ds_push_failure(L, &err);
    push_result(L, result);
    return pushed + 1;
}

/* parse_quote(bytes, part | nil) -> table, see lua/quote.h; or that part of it, which takes a
 * fraction of the time | nil, message, code */
static int l_parse_quote(lua_State *L)
{
    ds_quote quote;
    ds_error err;
    ds_slice bytes = ds_check_slice(L, 1);
    ds_quote_pusher *push =
        lua_isnoneornil(L, 2) ? ds_push_quote : ds_quote_part(ds_check_slice(L, 2));
    if (push == NULL)
        return ds_raise(L,
                        "attest.parse_quote: part: header, report, qe_report or certification,"
                        " not '%s'",
                        lua_tostring(L, 2));
    if (ds_quote_parse(&quote, bytes, &err) != DS_OK)
        return ds_push_failure(L, &err);
    push(L, &quote);
    return 1;
}

static const luaL_Reg functions[] = {
    {"known_good", l_known_good},
    {"parse_quote", l_parse_quote},
    {"verify_quote", l_verify_quote},
    {NULL, NULL},
};

void ds_open_verify(lua_State *L)
{
    ds_box_define(L, &result_type);
    ds_box_define(L, &known_type);
    ds_open_quote(L);
    push_words(L);
    luaL_setfuncs(L, functions, 1);
}
