/* Values of the ABI as Lua values. */
#include "lua/abi_value.h"

#include "ethereum/address.h"
#include "lua/amount.h"

#define STACK_NEEDED 8

static void push_list(lua_State *L, const ds_abi_type *type, const ds_abi_value *value)
{
    size_t count = value->list.count;
    luaL_checkstack(L, STACK_NEEDED, "values nested too deep");
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        const ds_abi_type *item = ds_abi_item(type, i);
        ds_abi_push(L, item, &value->list.items[i]);
        if (item->name.len > 0) {
            ds_push_slice(L, item->name);
            lua_pushvalue(L, -2);
            lua_rawset(L, -4);
        }
        lua_rawseti(L, -2, (int)i + 1);
    }
}

void ds_abi_push(lua_State *L, const ds_abi_type *type, const ds_abi_value *value)
{
    ds_u256_range range = {type->size, type->kind == DS_ABI_INT};
    switch (type->kind) {
    case DS_ABI_UINT:
    case DS_ABI_INT:
        ds_push_amount(L, &value->word, range);
        break;
    case DS_ABI_BOOL:
        lua_pushboolean(L, value->word.bytes[DS_ABI_WORD - 1]);
        break;
    case DS_ABI_ADDRESS:
        ds_push_address(L, value->word.bytes + DS_ABI_WORD - DS_ADDRESS_BYTES);
        break;
    case DS_ABI_BYTESN:
    case DS_ABI_FUNCTION:
        ds_push_0x(L, value->word.bytes, type->size);
        break;
    case DS_ABI_BYTES:
        ds_push_0x(L, value->bytes.data, value->bytes.len);
        break;
    case DS_ABI_STRING:
        ds_push_slice(L, value->bytes);
        break;
    default:
        push_list(L, type, value);
        break;
    }
}
