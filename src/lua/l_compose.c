/* The texts of app-compose.json: forms of files, and what the SDKs' helpers hash. */
#include "lua/binding.h"

#include "deploy/compose_hash.h"
#include "deploy/form.h"
#include "deploy/provider.h"

/* What a guest copies at most. */
#define TEXT_MAX ((size_t)50 << 20)

/* Pushes what was written, or the failure. */
static int finish(lua_State *L, ds_buf *out, ds_status status, const ds_error *err)
{
    if (status != DS_OK)
        return ds_push_failure(L, err);
    ds_push_slice(L, ds_buf_content(out));
    ds_buf_free(out);
    return 1;
}

/* compose_write(json, form) -> text | nil, message, code; raises for a form that does not exist */
static int l_compose_write(lua_State *L)
{
    ds_slice text = ds_check_slice(L, 1);
    const ds_json_style *form = ds_form_by_name(ds_check_slice(L, 2));
    ds_error err;
    luaL_argcheck(L, form != NULL, 2, "no such form");
    ds_buf *out = ds_box_buf(L, TEXT_MAX);
    return finish(L, out, ds_form_write(out, text, form, &err), &err);
}

/* compose_canonical(json, flavour, normalize) -> text | nil, message, code; raises for a flavour
 * that does not exist */
static int l_compose_canonical(lua_State *L)
{
    ds_slice text = ds_check_slice(L, 1);
    const ds_flavour *flavour = ds_flavour_by_name(ds_check_slice(L, 2));
    bool normalize = lua_toboolean(L, 3);
    ds_error err;
    luaL_argcheck(L, flavour != NULL, 2, "no such flavour");
    ds_buf *out = ds_box_buf(L, TEXT_MAX);
    return finish(L, out, ds_compose_canonical(out, text, flavour, normalize, &err), &err);
}

/* compose_provider(json) -> who gives the application its keys | nil, message, code */
static int l_compose_provider(lua_State *L)
{
    ds_slice text = ds_check_slice(L, 1);
    ds_json_doc doc;
    ds_error err;
    ds_buf *out = ds_box_buf(L, TEXT_MAX);
    ds_status status = ds_json_parse(&doc, text.data, text.len, &err);
    if (status == DS_OK && ds_buf_slice(out, ds_compose_provider(doc.root)) != DS_OK)
        status = ds_fail_memory(&err);
    ds_json_free(&doc);
    return finish(L, out, status, &err);
}

static const luaL_Reg functions[] = {
    {"compose_write", l_compose_write},
    {"compose_provider", l_compose_provider},
    {"compose_canonical", l_compose_canonical},
    {NULL, NULL},
};

/* compose_forms and compose_flavours: the names there are, in order. */
static void push_names(lua_State *L)
{
    lua_newtable(L);
    for (int i = 0; ds_form_at((size_t)i) != NULL; i++) {
        lua_pushstring(L, ds_form_at((size_t)i)->name);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "compose_forms");
    lua_newtable(L);
    for (int i = 0; ds_flavour_at((size_t)i) != NULL; i++) {
        lua_pushstring(L, ds_flavour_name(ds_flavour_at((size_t)i)));
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "compose_flavours");
}

void ds_open_compose(lua_State *L)
{
    luaL_setfuncs(L, functions, 0);
    push_names(L);
}
