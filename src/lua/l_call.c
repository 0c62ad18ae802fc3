/* A call of a method: Lua values into a request, a reply into Lua values. Knows rows, no method. */
#include "lua/binding.h"

#include "base/hex.h"
#include "deploy/kms.h"
#include "guest/gate.h"
#include "guest/guest.h"
#include "rpc/call.h"
#include "rpc/codec.h"

#include <stdio.h>

/* The box of a call: what it owns beside the call itself is the request's body. */
typedef struct call_box {
    ds_call call;
    ds_buf body;
} call_box;

static int call_release(lua_State *L)
{
    call_box *box = lua_touserdata(L, 1);
    ds_call_free(&box->call);
    ds_buf_free(&box->body);
    memset(box, 0, sizeof *box);
    return 0;
}

/* Arguments to request ------------------------------------------------------------------------ */

/* The argument is on top of the stack. */
static void wrong_type(lua_State *L, const ds_call *call, const ds_field *field, const char *wanted)
{
    if (lua_isnil(L, -1))
        ds_raise(L, "%s: argument '%s' is missing", call->row->name, field->name);
    ds_raise(L, "%s: bad argument '%s' (%s expected, got %s)", call->row->name, field->name, wanted,
             luaL_typename(L, -1));
}

/* A list that tables with holes or with named members are not. */
static size_t check_list(lua_State *L, const ds_call *call, const ds_field *field)
{
    if (!lua_istable(L, -1))
        wrong_type(L, call, field, "list");
    size_t count = lua_rawlen(L, -1), members = 0;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        members++;
    if (members != count)
        ds_raise(L, "%s: bad argument '%s' (a list without holes expected)", call->row->name,
                 field->name);
    return count;
}

static bool out_of_memory(ds_error *err)
{
    ds_fail_memory(err);
    return false;
}

/* Times and counts: whole numbers from 0 to 2^53, the largest a Lua number holds everywhere. */
static bool take_number(lua_State *L, const ds_call *call, const ds_field *field, ds_value *value,
                        ds_error *err)
{
    if (lua_type(L, -1) != LUA_TNUMBER)
        wrong_type(L, call, field, "number");
    lua_Number n = lua_tonumber(L, -1);
    /* a larger integer would be rounded on its way to a double, which the test below cannot see */
    if (ds_isinteger(L, -1) && lua_tointeger(L, -1) > ((lua_Integer)1 << 53))
        n = -1;
    if (!(n >= 0 && n <= 9007199254740992.0) || (lua_Number)(uint64_t)n != n) {
        ds_fail(err, DS_INVALID, "%s: not a whole number from 0 to 2^53", field->name);
        return false;
    }
    ds_value_set_number(value, (uint64_t)n);
    return true;
}

/* The value on top of the stack. Returns false with *err set when it cannot be taken. */
static bool take_one(lua_State *L, ds_call *call, const ds_field *field, ds_value *value,
                     ds_error *err)
{
    ds_slice bytes;
    switch (field->type) {
    case DS_BOOL:
        if (!lua_isboolean(L, -1))
            wrong_type(L, call, field, "boolean");
        ds_value_set_number(value, (uint64_t)lua_toboolean(L, -1));
        return true;
    case DS_U64:
        return take_number(L, call, field, value, err);
    case DS_TEXT:
    case DS_BYTES:
        if (lua_type(L, -1) != LUA_TSTRING)
            wrong_type(L, call, field, "string");
        bytes.data = lua_tolstring(L, -1, &bytes.len);
        return ds_value_set_bytes(&call->request, value, bytes) || out_of_memory(err);
    case DS_MESSAGE:
        break;
    }
    wrong_type(L, call, field, "another type");
    return false;
}

static bool take_value(lua_State *L, ds_call *call, const ds_field *field, ds_value *value,
                       ds_error *err)
{
    if (!(field->flags & DS_LIST))
        return take_one(L, call, field, value, err);
    size_t count = check_list(L, call, field);
    if (!ds_value_set_count(&call->request, value, count))
        return out_of_memory(err);
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        lua_rawgeti(L, -1, (int)i + 1);
        good = take_one(L, call, field, &value->items[i], err);
        lua_pop(L, 1);
    }
    return good;
}

/* Returns the name of a surface whose method of the same name takes such an argument, or NULL. */
static const char *surface_that_takes(const ds_row *row, ds_slice argument)
{
    for (const ds_surface *const *at = ds_guest_surfaces; *at != NULL; at++) {
        const ds_row *other = ds_surface_row(*at, row->name, strlen(row->name));
        if (other != NULL && ds_fields_known(other->request, argument))
            return (*at)->name;
    }
    return NULL;
}

/* Names what there is, as whoever mistyped a name wants to know, and where else it is one. */
static void raise_unknown(lua_State *L, const ds_row *row, ds_slice name)
{
    const char *surface = surface_that_takes(row, name);
    ds_buf *names = ds_box_buf(L, 400);
    for (const ds_field *field = row->request; field->name != NULL; field++)
        ds_buf_printf(names, "%s%s", field == row->request ? "" : ", ", field->name);
    if (surface != NULL)
        ds_buf_printf(names, "; surface %s has it", surface);
    ds_buf_byte(names, '\0');
    ds_raise(L, "%s: unknown argument '%s'; there are: %s", row->name, (const char *)name.data,
             (const char *)names->data);
}

static void refuse_unknown(lua_State *L, int args, const ds_row *row)
{
    for (lua_pushnil(L); lua_next(L, args); lua_pop(L, 1)) {
        ds_slice name = {NULL, 0};
        if (lua_type(L, -2) == LUA_TSTRING)
            name.data = lua_tolstring(L, -2, &name.len);
        if (name.data == NULL)
            ds_raise(L, "%s: arguments in a table are named, such as {%s = ...}", row->name,
                     row->request->name == NULL ? "name" : row->request->name);
        if (!ds_fields_known(row->request, name))
            raise_unknown(L, row, name);
    }
}

static bool take_arguments(lua_State *L, int args, ds_call *call, ds_error *err)
{
    const ds_field *fields = call->row->request;
    refuse_unknown(L, args, call->row);
    for (size_t i = 0; fields[i].name != NULL; i++) {
        lua_getfield(L, args, fields[i].name);
        if (lua_isnil(L, -1) && (fields[i].flags & DS_REQUIRED))
            wrong_type(L, call, &fields[i], "value");
        bool good =
            lua_isnil(L, -1) || take_value(L, call, &fields[i], &call->request.values[i], err);
        lua_pop(L, 1);
        if (!good)
            return false;
    }
    return true;
}

const ds_surface *ds_check_surface(lua_State *L, int index)
{
    const char *name = luaL_checkstring(L, index);
    const ds_surface *surface = ds_guest_surface(name);
    if (surface == NULL)
        surface = ds_deploy_surface(name);
    luaL_argcheck(L, surface != NULL, index, "no such surface");
    return surface;
}

static const ds_type_info call_type;

/* call(surface, method, arguments) -> call | nil, message, code
 * Raises for a wrong type and for an argument the method does not have. */
static int l_call(lua_State *L)
{
    const ds_surface *surface = ds_check_surface(L, 1);
    ds_slice method = ds_check_slice(L, 2);
    luaL_checktype(L, 3, LUA_TTABLE);
    const ds_row *row = ds_surface_row(surface, method.data, method.len);
    luaL_argcheck(L, row != NULL, 2, "no such method");
    ds_error err;
    call_box *box = ds_box_new(L, &call_type, sizeof *box);
    ds_buf_init(&box->body, DS_REQUEST_MAX);
    if (ds_call_init(&box->call, surface, row) != DS_OK) {
        ds_fail_memory(&err);
        return ds_push_failure(L, &err);
    }
    return take_arguments(L, 3, &box->call, &err) ? 1 : ds_push_failure(L, &err);
}

static call_box *check_call(lua_State *L)
{
    call_box *box = luaL_checkudata(L, 1, call_type.name);
    luaL_argcheck(L, box->call.row != NULL, 1, "closed");
    return box;
}

/* call:request() -> path, body, once | nil, message, code */
static int call_request(lua_State *L)
{
    call_box *box = check_call(L);
    ds_error err;
    ds_buf_clear(&box->body);
    if (ds_call_body(&box->call, &box->body, &err) != DS_OK)
        return ds_push_failure(L, &err);
    lua_pushstring(L, box->call.surface->prefix);
    lua_pushstring(L, box->call.row->name);
    lua_concat(L, 2);
    ds_push_slice(L, ds_buf_content(&box->body));
    lua_pushboolean(L, (box->call.row->flags & DS_ONCE) != 0);
    return 3;
}

/* Reply to values ----------------------------------------------------------------------------- */

/* A number Lua holds exactly everywhere, or its decimal text. */
static void push_u64(lua_State *L, uint64_t n)
{
    char text[24];
    if (n <= (UINT64_C(1) << 53)) {
        ds_push_integer(L, (long long)n);
        return;
    }
    snprintf(text, sizeof text, "%llu", (unsigned long long)n);
    lua_pushstring(L, text);
}

/* The hex lies in the message, which is wiped, and not in a buffer of Lua's. */
static void push_hex(lua_State *L, ds_call *call, ds_slice bytes)
{
    char *hex = ds_arena_alloc(&call->reply.arena, 2 * bytes.len + 1);
    if (hex == NULL)
        luaL_error(L, "out of memory");
    ds_hex_encode(hex, bytes.data, bytes.len);
    lua_pushlstring(L, hex, 2 * bytes.len);
}

/* Members no row knows, kept apart so that they can never shadow anything. */
static void push_extra(lua_State *L, const ds_field *fields, const ds_json *object)
{
    lua_newtable(L);
    if (object == NULL || object->type != DS_JSON_OBJECT)
        return;
    for (const ds_json *item = object->first; item != NULL; item = item->next) {
        if (ds_fields_known(fields, item->key))
            continue;
        ds_push_slice(L, item->key);
        ds_push_json(L, item);
        lua_rawset(L, -3);
    }
}

static void push_fields(lua_State *L, ds_call *call, const ds_field *fields, const ds_value *values,
                        const ds_json *object);

/* In: json, what the value was read from. */
static void push_message(lua_State *L, ds_call *call, const ds_field *field, const ds_value *value,
                         const ds_json *json)
{
    if (!value->present) {
        lua_newtable(L);
        return;
    }
    push_fields(L, call, field->fields, value->items, json);
    push_extra(L, field->fields, json);
    lua_setfield(L, -2, "extra");
}

static void push_one(lua_State *L, ds_call *call, const ds_field *field, const ds_value *value,
                     const ds_json *json)
{
    switch (field->type) {
    case DS_TEXT:
        ds_push_slice(L, value->bytes);
        break;
    case DS_BYTES:
        push_hex(L, call, value->bytes);
        break;
    case DS_BOOL:
        lua_pushboolean(L, value->number != 0);
        break;
    case DS_U64:
        push_u64(L, value->number);
        break;
    case DS_MESSAGE:
        push_message(L, call, field, value, json);
        break;
    }
}

static void push_list(lua_State *L, ds_call *call, const ds_field *field, const ds_value *value,
                      const ds_json *json)
{
    const ds_json *item = json == NULL ? NULL : json->first;
    lua_createtable(L, (int)value->count, 0);
    for (size_t i = 0; i < value->count; i++) {
        push_one(L, call, field, &value->items[i], item);
        lua_rawseti(L, -2, (int)i + 1);
        item = item == NULL ? NULL : item->next;
    }
}

static void push_fields(lua_State *L, ds_call *call, const ds_field *fields, const ds_value *values,
                        const ds_json *object)
{
    luaL_checkstack(L, 8, "message nested too deep");
    lua_createtable(L, 0, (int)ds_fields_count(fields) + 2); /* and what makes it a response */
    for (size_t i = 0; fields[i].name != NULL; i++) {
        if (!values[i].present && (fields[i].flags & DS_OR_NULL))
            continue;
        const ds_json *json =
            fields[i].type == DS_MESSAGE ? ds_json_member(object, fields[i].name) : NULL;
        if (fields[i].flags & DS_LIST)
            push_list(L, call, &fields[i], &values[i], json);
        else
            push_one(L, call, &fields[i], &values[i], json);
        lua_setfield(L, -2, fields[i].alias != NULL ? fields[i].alias : fields[i].name);
    }
}

/* call:reply(status, body) -> members, extra | nil, message, code, agent_spoke
 * Wipes and ends the call. */
static int call_reply(lua_State *L)
{
    ds_call *call = &check_call(L)->call;
    int status = (int)luaL_checkinteger(L, 2);
    ds_slice body = ds_check_slice(L, 3);
    ds_error err;
    if (ds_call_finish(call, status, body, &err) != DS_OK) {
        ds_push_failure(L, &err);
        lua_pushboolean(L, call->agent_spoke);
        ds_call_free(call);
        call->row = NULL;
        return 4;
    }
    push_fields(L, call, call->row->reply, call->reply.values, call->extra.root);
    push_extra(L, call->row->reply, call->extra.root);
    ds_call_free(call);
    call->row = NULL;
    return 2;
}

/* call:feature() -> what an agent up to 0.5.5 would ignore, or nil */
static int call_feature(lua_State *L)
{
    lua_pushstring(L, ds_gate_feature(&check_call(L)->call));
    return 1;
}

static const luaL_Reg call_methods[] = {
    {"request", call_request},
    {"reply", call_reply},
    {"feature", call_feature},
    {NULL, NULL},
};

static const ds_type_info call_type = {"dstack.call", call_methods, call_release};

static const luaL_Reg functions[] = {
    {"call", l_call},
    {NULL, NULL},
};

void ds_open_call(lua_State *L)
{
    ds_box_define(L, &call_type);
    luaL_setfuncs(L, functions, 0);
}
