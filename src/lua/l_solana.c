/* Solana's messages and transactions: the table `solana` of the module. Keys, block hashes and
 * signatures that come in are bytes; what the facade in lua/dstack/solana hands over has the sizes
 * it should, and anything else raises. */
#include "lua/binding.h"
#include "lua/named.h"

#include "base/base58.h"
#include "solana/transaction.h"

/* An account of an instruction: its key and a byte of these. */
#define ACCOUNT_BYTES (DS_SOLANA_KEYBYTES + 1)
#define SIGNER        1
#define WRITABLE      2

/* Plans --------------------------------------------------------------------------------------- */

static int plan_release(lua_State *L)
{
    ds_solana_plan *plan = lua_touserdata(L, 1);
    ds_arena_free(&plan->arena);
    return 0;
}

static int message_release(lua_State *L)
{
    ds_solana_message_free(lua_touserdata(L, 1));
    return 0;
}

static int transaction_release(lua_State *L)
{
    ds_solana_transaction_free(lua_touserdata(L, 1));
    return 0;
}

static const luaL_Reg no_methods[] = {{NULL, NULL}};
static const ds_type_info plan_type = {"dstack.solana.plan", no_methods, plan_release};
static const ds_type_info message_type = {"dstack.solana.message", no_methods, message_release};
static const ds_type_info transaction_type = {"dstack.solana.transaction", no_methods,
                                              transaction_release};

static void *take_memory(lua_State *L, ds_solana_plan *plan, size_t size)
{
    void *at = ds_arena_alloc(&plan->arena, size);
    if (at == NULL)
        luaL_error(L, "out of memory");
    return at;
}

static void take_key(lua_State *L, ds_solana_key out, int index, const char *name)
{
    ds_slice key = ds_field_slice(L, index, name, true);
    if (key.len != DS_SOLANA_KEYBYTES)
        ds_raise(L, "bad argument '%s' (32 bytes expected)", name);
    memcpy(out, key.data, DS_SOLANA_KEYBYTES);
}

/* Pushes the list under a name in the table on top of the stack. Returns its length. */
static size_t push_list(lua_State *L, const char *name)
{
    lua_getfield(L, -1, name);
    luaL_checktype(L, -1, LUA_TTABLE);
    return lua_rawlen(L, -1);
}

/* In: the instruction on top of the stack, which keeps its data. */
static void take_instruction(lua_State *L, ds_solana_plan *plan, ds_solana_instruction *out)
{
    int index = lua_gettop(L);
    ds_slice records = ds_field_slice(L, index, "accounts", true);
    const unsigned char *record = records.data;
    take_key(L, out->program, index, "program");
    out->data = ds_field_slice(L, index, "data", true);
    if (records.len % ACCOUNT_BYTES != 0)
        ds_raise(L, "bad argument 'accounts' (33 bytes each expected)");
    out->account_count = records.len / ACCOUNT_BYTES;
    out->accounts = take_memory(L, plan, out->account_count * sizeof *out->accounts);
    for (size_t i = 0; i < out->account_count; i++, record += ACCOUNT_BYTES) {
        memcpy(out->accounts[i].key, record, DS_SOLANA_KEYBYTES);
        out->accounts[i].signer = (record[DS_SOLANA_KEYBYTES] & SIGNER) != 0;
        out->accounts[i].writable = (record[DS_SOLANA_KEYBYTES] & WRITABLE) != 0;
    }
}

static void take_table(lua_State *L, ds_solana_plan *plan, ds_solana_table *out)
{
    int index = lua_gettop(L);
    ds_slice addresses = ds_field_slice(L, index, "addresses", true);
    take_key(L, out->key, index, "key");
    if (addresses.len % DS_SOLANA_KEYBYTES != 0)
        ds_raise(L, "bad argument 'addresses' (32 bytes each expected)");
    out->address_count = addresses.len / DS_SOLANA_KEYBYTES;
    out->addresses = take_memory(L, plan, addresses.len);
    memcpy(out->addresses, addresses.data, out->address_count * DS_SOLANA_KEYBYTES);
}

static void take_instructions(lua_State *L, ds_solana_plan *plan)
{
    plan->instruction_count = push_list(L, "instructions");
    plan->instructions = take_memory(L, plan, plan->instruction_count * sizeof *plan->instructions);
    for (size_t i = 0; i < plan->instruction_count; i++) {
        lua_rawgeti(L, -1, (int)i + 1);
        take_instruction(L, plan, &plan->instructions[i]);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void take_tables(lua_State *L, ds_solana_plan *plan)
{
    plan->table_count = push_list(L, "tables");
    plan->tables = take_memory(L, plan, plan->table_count * sizeof *plan->tables);
    for (size_t i = 0; i < plan->table_count; i++) {
        lua_rawgeti(L, -1, (int)i + 1);
        take_table(L, plan, &plan->tables[i]);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static int take_integer(lua_State *L, int index, const char *name)
{
    lua_getfield(L, index, name);
    int value = (int)luaL_checkinteger(L, -1);
    lua_pop(L, 1);
    return value;
}

/* compile{fee_payer=, blockhash=, version=, order=, instructions={{program=, data=, accounts=},
 * ...}, tables={{key=, addresses=}, ...}} -> message | nil, message, code
 * version: -1 for a legacy message, or 0; order: a ds_solana_order
 * accounts: 33 bytes each, a key and a byte: 1 signs, 2 is written to; addresses: 32 bytes each */
static int l_compile(lua_State *L)
{
    ds_error err;
    luaL_checktype(L, 1, LUA_TTABLE);
    ds_solana_plan *plan = ds_box_new(L, &plan_type, sizeof *plan);
    ds_buf *out = ds_box_buf(L, DS_SOLANA_DRAFTBYTES);
    plan->version = take_integer(L, 1, "version") < 0 ? DS_SOLANA_LEGACY : 0;
    plan->order = (ds_solana_order)take_integer(L, 1, "order");
    take_key(L, plan->fee_payer, 1, "fee_payer");
    take_key(L, plan->blockhash, 1, "blockhash");
    lua_pushvalue(L, 1);
    take_instructions(L, plan);
    take_tables(L, plan);
    if (ds_solana_transaction_compile(out, plan, &err) != DS_OK)
        return ds_push_failure(L, &err);
    ds_push_slice(L, ds_buf_content(out));
    return 1;
}

/* Messages ------------------------------------------------------------------------------------ */

/* Pushes base58 of a key, by way of a scratch buffer. */
static void push_key(lua_State *L, ds_buf *scratch, const unsigned char *key)
{
    ds_buf_clear(scratch);
    if (ds_base58_encode(scratch, ds_slice_of(key, DS_SOLANA_KEYBYTES)) != DS_OK)
        luaL_error(L, "out of memory");
    ds_push_slice(L, ds_buf_content(scratch));
}

static void set_keys(lua_State *L, ds_buf *scratch, const ds_solana_message *m)
{
    int count = (int)ds_solana_message_keys(m);
    lua_createtable(L, count, 0);
    for (int i = 0; i < count; i++) {
        lua_createtable(L, 0, 3);
        push_key(L, scratch, ds_solana_message_key(m, (size_t)i));
        lua_setfield(L, -2, "pubkey");
        ds_set_flag(L, "is_signer", i < m->signers);
        ds_set_flag(L, "is_writable", ds_solana_message_writable(m, (size_t)i));
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "keys");
    push_key(L, scratch, m->blockhash);
    lua_setfield(L, -2, "blockhash");
}

static void set_steps(lua_State *L, const ds_solana_message *m)
{
    lua_createtable(L, (int)m->step_count, 0);
    for (size_t i = 0; i < m->step_count; i++) {
        lua_createtable(L, 0, 3);
        ds_set_integer(L, "program", m->steps[i].program);
        ds_set_slice(L, "accounts", m->steps[i].accounts);
        ds_set_slice(L, "data", m->steps[i].data);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "steps");
}

static void set_lookups(lua_State *L, ds_buf *scratch, const ds_solana_message *m)
{
    lua_createtable(L, (int)m->lookup_count, 0);
    for (size_t i = 0; i < m->lookup_count; i++) {
        lua_createtable(L, 0, 3);
        push_key(L, scratch, m->lookups[i].table);
        lua_setfield(L, -2, "key");
        ds_set_slice(L, "writable", m->lookups[i].writable);
        ds_set_slice(L, "readonly", m->lookups[i].readonly);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "lookups");
}

/* message(bytes) -> {version = -1 or 0, signers = count, keys = {{pubkey = base58, is_signer =,
 * is_writable =}, ...}, blockhash = base58, steps = {{program = index, accounts = indexes as bytes,
 * data =}, ...}, lookups = {{key = base58, writable = indexes, readonly = indexes}, ...}}; indexes
 * begin with 0 | nil, message, code */
static int l_message(lua_State *L)
{
    ds_slice bytes = ds_check_slice(L, 1);
    ds_error err;
    ds_solana_message *message = ds_box_new(L, &message_type, sizeof *message);
    if (ds_solana_message_read(message, bytes, &err) != DS_OK)
        return ds_push_failure(L, &err);
    ds_buf *scratch = ds_box_buf(L, DS_BASE58_MAXTEXT);
    lua_createtable(L, 0, 6);
    ds_set_integer(L, "version", message->version);
    ds_set_integer(L, "signers", message->signers);
    set_keys(L, scratch, message);
    set_steps(L, message);
    set_lookups(L, scratch, message);
    return 1;
}

/* Transactions -------------------------------------------------------------------------------- */

/* transaction(bytes) -> message, signatures: 64 bytes each, one after the other
 * | nil, message, code */
static int l_transaction(lua_State *L)
{
    ds_slice bytes = ds_check_slice(L, 1);
    ds_error err;
    ds_solana_transaction *transaction = ds_box_new(L, &transaction_type, sizeof *transaction);
    if (ds_solana_transaction_read(transaction, bytes, &err) != DS_OK)
        return ds_push_failure(L, &err);
    ds_push_slice(L, transaction->message_bytes);
    ds_push_slice(L, transaction->signatures);
    return 2;
}

/* wire(message, signatures) -> the transaction's bytes | nil, message, code */
static int l_wire(lua_State *L)
{
    ds_slice message = ds_check_slice(L, 1), signatures = ds_check_slice(L, 2);
    ds_buf *out = ds_box_buf(L, DS_SOLANA_DRAFTBYTES);
    ds_status status = ds_solana_transaction_write(out, signatures, message);
    if (status != DS_OK)
        return ds_push_status(L, status, "transaction");
    ds_push_slice(L, ds_buf_content(out));
    return 1;
}

/* verify(key, signature, message) -> true | nil, message, code */
static int l_verify(lua_State *L)
{
    static const char call[] = "solana.verify";
    ds_error err;
    ds_slice key = ds_named_slice(L, 1, call, "public_key");
    ds_slice signature = ds_named_slice(L, 2, call, "signature");
    ds_slice message = ds_named_slice(L, 3, call, "message");
    if (!ds_named_size(key, DS_SOLANA_KEYBYTES, call, "public_key", &err) ||
        !ds_named_size(signature, DS_SOLANA_SIGNATUREBYTES, call, "signature", &err))
        return ds_push_failure(L, &err);
    ds_status status = ds_solana_verify(signature.data, message, key.data);
    if (status != DS_OK)
        return ds_push_made(L, status, call, NULL,
                            "the signature is not by this key over this message", NULL, 0);
    lua_pushboolean(L, 1);
    return 1;
}

static const luaL_Reg functions[] = {
    {"compile", l_compile}, {"message", l_message}, {"transaction", l_transaction},
    {"wire", l_wire},       {"verify", l_verify},   {NULL, NULL},
};

void ds_open_solana(lua_State *L)
{
    ds_box_define(L, &plan_type);
    ds_box_define(L, &message_type);
    ds_box_define(L, &transaction_type);
    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    ds_open_solana_key(L);
    lua_setfield(L, -2, "solana");
}
