/* Typed data (EIP-712) for scripts. Every function here takes the name of what the script called
 * first, for messages. */
#include "lua/abi_call.h"
#include "lua/abi_value.h"
#include "lua/binding.h"
#include "lua/named.h"

#include "ethereum/typed_data.h"

#define TYPE_TEXTMAX (1024u * 1024)

#define DOMAIN DS_LITERAL("EIP712Domain")

/* Types ---------------------------------------------------------------------------------------- */

static const ds_path types_root = {NULL, {"types", 5}, 0};

/* The member's string of that name, in the table on top of the stack. */
static ds_status get_text(lua_State *L, ds_slice *text, const char *name, const ds_path *above,
                          ds_error *err)
{
    ds_path path = ds_path_down(above, ds_slice_of(name, strlen(name)), 0);
    lua_pushstring(L, name);
    lua_rawget(L, -2);
    if (lua_type(L, -1) != LUA_TSTRING)
        return ds_path_fail(&path, err, DS_INVALID, "a string expected, got %s",
                            luaL_typename(L, -1));
    text->data = lua_tolstring(L, -1, &text->len);
    lua_pop(L, 1);
    return DS_OK;
}

/* Takes {name =, type =} from the top of the stack. */
static ds_status take_member(lua_State *L, ds_typed_member *member, const ds_path *path,
                             ds_error *err)
{
    if (!lua_istable(L, -1))
        return ds_path_fail(path, err, DS_INVALID, "a table {name =, type =} expected, got %s",
                            luaL_typename(L, -1));
    ds_status status = get_text(L, &member->name, "name", path, err);
    return status == DS_OK ? get_text(L, &member->type, "type", path, err) : status;
}

/* Takes a name and the list of members behind it, the last two on the stack. */
static ds_status take_struct(lua_State *L, ds_typed_struct *of, ds_arena *arena, ds_error *err)
{
    if (lua_type(L, -2) != LUA_TSTRING)
        return ds_fail(err, DS_INVALID, "types: a struct's name is a string, not a %s",
                       luaL_typename(L, -2));
    of->name.data = lua_tolstring(L, -2, &of->name.len);
    ds_path path = ds_path_down(&types_root, of->name, 0);
    if (!lua_istable(L, -1))
        return ds_path_fail(&path, err, DS_INVALID, "a list of members expected, got %s",
                            luaL_typename(L, -1));
    of->count = lua_rawlen(L, -1);
    if (of->count > DS_TYPED_MEMBERS)
        return ds_path_fail(&path, err, DS_INVALID, "more than %d members", DS_TYPED_MEMBERS);
    ds_typed_member *members = ds_arena_alloc(arena, of->count * sizeof *members);
    if (members == NULL)
        return ds_fail_memory(err);
    of->given = members;
    for (size_t i = 0; i < of->count; i++) {
        ds_path down = ds_path_down(&path, ds_slice_of(NULL, 0), i + 1);
        lua_rawgeti(L, -1, (int)i + 1);
        ds_status status = take_member(L, &members[i], &down, err);
        if (status != DS_OK)
            return status;
        lua_pop(L, 1);
    }
    return DS_OK;
}

/* Takes {Name = {{name =, type =}, ...}, ...} at index. */
static ds_status take_types(lua_State *L, int index, ds_typed_set *set, ds_arena *arena,
                            ds_error *err)
{
    set->count = 0;
    set->structs = ds_arena_alloc(arena, DS_TYPED_STRUCTS * sizeof *set->structs);
    if (set->structs == NULL)
        return ds_fail_memory(err);
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        if (set->count == DS_TYPED_STRUCTS)
            return ds_fail(err, DS_INVALID, "types: more than %d structs", DS_TYPED_STRUCTS);
        ds_status status = take_struct(L, &set->structs[set->count++], arena, err);
        if (status != DS_OK)
            return status;
    }
    return ds_typed_resolve(set, arena, err);
}

/* What a call needs ---------------------------------------------------------------------------- */

typedef struct work {
    lua_State *L;
    const char *call;
    ds_arena *arena;
    ds_typed_set set;
    ds_error err;
} work;

/* The types are the second argument of all functions. */
static ds_status begin(work *w)
{
    w->arena = ds_box_arena(w->L);
    return take_types(w->L, 2, &w->set, w->arena, &w->err);
}

/* Pushes the failure, or leaves what is on top of the stack. */
static int finish(work *w, ds_status status)
{
    if (status != DS_OK)
        return ds_abi_fail(w->L, w->arena, w->call, &w->err);
    ds_arena_free(w->arena);
    return 1;
}

static ds_status find(work *w, const ds_typed_struct **of, ds_slice name)
{
    char words[64];
    *of = ds_typed_find(&w->set, name);
    if (*of != NULL)
        return DS_OK;
    return ds_fail(&w->err, DS_INVALID, "types: there is no struct '%s' among them",
                   ds_excerpt(words, sizeof words, name.data, name.len));
}

static ds_status find_primary(work *w, const ds_typed_struct **of, ds_slice name)
{
    if (name.len > 0)
        return find(w, of, name);
    *of = ds_typed_primary(&w->set);
    if (*of != NULL)
        return DS_OK;
    return ds_fail(&w->err, DS_INVALID,
                   "primary_type: not one struct but none or several are used by no other one; "
                   "say which is meant");
}

/* hashStruct of the value at index. In: name, what it is called in messages. */
static ds_status hash_struct(work *w, unsigned char *hash, const ds_typed_struct *of, int index,
                             ds_slice name)
{
    ds_abi_value value;
    ds_abi_taker taker = {w->L, w->arena, true, &w->err};
    ds_abi_type type = ds_typed_type(of);
    ds_path path = {NULL, name, 0};
    ds_status status = ds_abi_take(&taker, index, &type, &path, &value);
    if (status != DS_OK)
        return status;
    if ((status = ds_typed_hash_struct(hash, &w->set, of, &value)) != DS_OK)
        ds_fail(&w->err, status, "types: %s", ds_status_meaning(status));
    return status;
}

/* Functions ------------------------------------------------------------------------------------ */

/* typed_encode_type(call, types, name) -> text | nil, message, code */
static int l_typed_encode_type(lua_State *L)
{
    work w = {.L = L, .call = luaL_checkstring(L, 1)};
    const ds_typed_struct *of;
    ds_named_table(L, 2, w.call, "types");
    ds_slice name = ds_named_slice(L, 3, w.call, "name");
    ds_buf *text = ds_box_buf(L, TYPE_TEXTMAX);
    ds_status status = begin(&w);
    if (status == DS_OK)
        status = find(&w, &of, name);
    if (status == DS_OK && (status = ds_typed_encode_type(text, &w.set, of)) != DS_OK)
        ds_fail(&w.err, status, "types: %s", ds_status_meaning(status));
    if (status == DS_OK)
        ds_push_slice(L, ds_buf_content(text));
    return finish(&w, status);
}

/* typed_hash_struct(call, types, name, value, what) -> hex | nil, message, code
 * In: what, as which the value is known in messages. */
static int l_typed_hash_struct(lua_State *L)
{
    work w = {.L = L, .call = luaL_checkstring(L, 1)};
    unsigned char hash[DS_TYPED_HASH];
    const ds_typed_struct *of;
    ds_named_table(L, 2, w.call, "types");
    ds_slice name = ds_named_slice(L, 3, w.call, "name");
    ds_slice what = ds_check_slice(L, 5);
    ds_named_table(L, 4, w.call, what.data);
    ds_status status = begin(&w);
    if (status == DS_OK)
        status = find(&w, &of, name);
    if (status == DS_OK)
        status = hash_struct(&w, hash, of, 4, what);
    if (status == DS_OK)
        ds_push_0x(L, hash, sizeof hash);
    return finish(&w, status);
}

static ds_status digest(work *w, unsigned char *out, ds_slice primary)
{
    const ds_typed_struct *domain, *message;
    unsigned char separator[DS_TYPED_HASH], hash[DS_TYPED_HASH];
    ds_status status = find(w, &domain, DOMAIN);
    if (status == DS_OK)
        status = find_primary(w, &message, primary);
    if (status == DS_OK && message == domain)
        return ds_fail(&w->err, DS_INVALID, "primary_type: the domain is no message");
    if (status == DS_OK)
        status = hash_struct(w, separator, domain, 3, DS_LITERAL("domain"));
    if (status == DS_OK)
        status = hash_struct(w, hash, message, 4, DS_LITERAL("message"));
    if (status == DS_OK && (status = ds_typed_digest(out, separator, hash)) != DS_OK)
        ds_fail(&w->err, status, "%s", ds_status_meaning(status));
    return status;
}

/* typed_hash(call, types, domain, message, primary_type or nil) -> hex | nil, message, code */
static int l_typed_hash(lua_State *L)
{
    work w = {.L = L, .call = luaL_checkstring(L, 1)};
    unsigned char out[DS_TYPED_HASH];
    ds_named_table(L, 2, w.call, "types");
    ds_named_table(L, 3, w.call, "domain");
    ds_named_table(L, 4, w.call, "message");
    ds_slice primary = ds_named_optional(L, 5, w.call, "primary_type");
    ds_status status = begin(&w);
    if (status == DS_OK)
        status = digest(&w, out, primary);
    if (status == DS_OK)
        ds_push_0x(L, out, sizeof out);
    return finish(&w, status);
}

static const luaL_Reg functions[] = {
    {"typed_encode_type", l_typed_encode_type},
    {"typed_hash_struct", l_typed_hash_struct},
    {"typed_hash", l_typed_hash},
    {NULL, NULL},
};

void ds_open_typed_data(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
}
