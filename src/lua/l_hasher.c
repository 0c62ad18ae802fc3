/* Hashes in steps, for input that is not all there at once. */
#include "lua/binding.h"
#include "lua/named.h"

#include "crypto/hash.h"

typedef struct hasher_box {
    bool open;
    ds_hasher hasher;
} hasher_box;

static const char type_name[] = "dstack.Hasher";

static hasher_box *hasher_at(lua_State *L, const char *call)
{
    hasher_box *box = luaL_testudata(L, 1, type_name);
    if (box == NULL)
        ds_raise(L, "%s: hasher expected, got %s", call, luaL_typename(L, 1));
    return box;
}

static int release(lua_State *L)
{
    hasher_box *box = hasher_at(L, "hasher:close");
    if (box->open)
        ds_hasher_free(&box->hasher);
    box->open = false;
    return 0;
}

static int push_closed(lua_State *L, const char *call)
{
    return ds_push_made(L, DS_INVALID, call, "the hasher was closed", NULL, NULL, 0);
}

/* hasher:update(bytes) -> hasher | nil, message, code */
static int l_update(lua_State *L)
{
    hasher_box *box = hasher_at(L, "hasher:update");
    ds_slice bytes = ds_named_slice(L, 2, "hasher:update", "bytes");
    if (!box->open)
        return push_closed(L, "hasher:update");
    ds_hasher_update(&box->hasher, bytes.data, bytes.len);
    if (box->hasher.status != DS_OK)
        return ds_push_made(L, box->hasher.status, "hasher:update", NULL, NULL, NULL, 0);
    lua_settop(L, 1);
    return 1;
}

/* hasher:digest() -> bytes | nil, message, code. Of a copy, so that update may go on. */
static int l_digest(lua_State *L)
{
    hasher_box *box = hasher_at(L, "hasher:digest");
    unsigned char digest[DS_HASH_MAXBYTES];
    ds_hasher copy;
    if (!box->open)
        return push_closed(L, "hasher:digest");
    ds_hasher_copy(&copy, &box->hasher);
    ds_status status = ds_hasher_final(&copy, digest);
    ds_hasher_free(&copy);
    return ds_push_made(L, status, "hasher:digest", NULL, NULL, digest,
                        ds_hash_size(box->hasher.id));
}

static int l_tostring(lua_State *L)
{
    hasher_box *box = hasher_at(L, "tostring");
    lua_pushfstring(L, box->open ? "%s hasher" : "hasher (closed)", ds_hash_name(box->hasher.id));
    return 1;
}

static const luaL_Reg methods[] = {{"update", l_update}, {"digest", l_digest}, {NULL, NULL}};
static const ds_type_info type = {type_name, methods, release};

static int push_unknown(lua_State *L)
{
    char words[160] = "name: none of ";
    for (int id = 0; id < DS_HASH_COUNT; id++)
        strcat(strcat(words, id == 0 ? "" : ", "), ds_hash_name((ds_hash_id)id));
    return ds_push_made(L, DS_INVALID, "hasher", words, NULL, NULL, 0);
}

/* hasher(name) -> hasher | nil, message, code */
static int l_hasher(lua_State *L)
{
    ds_hash_id id;
    ds_slice name = ds_named_slice(L, 1, "hasher", "name");
    if (!ds_hash_by_name(&id, name))
        return push_unknown(L);
    hasher_box *box = ds_box_new(L, &type, sizeof *box);
    ds_hasher_begin(&box->hasher, id);
    box->open = true;
    return 1;
}

/* hash_names: the names that hash and hasher take, in order. */
static void push_names(lua_State *L)
{
    lua_newtable(L);
    for (int id = 0; id < DS_HASH_COUNT; id++) {
        lua_pushstring(L, ds_hash_name((ds_hash_id)id));
        lua_rawseti(L, -2, id + 1);
    }
}

void ds_open_hasher(lua_State *L)
{
    ds_box_define(L, &type);
    luaL_getmetatable(L, type_name);
    lua_pushcfunction(L, l_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
    lua_pushcfunction(L, l_hasher);
    lua_setfield(L, -2, "hasher");
    push_names(L);
    lua_setfield(L, -2, "hash_names");
}
