#include "solana/compile.h"

#include <stdlib.h>

#define MAX_SIGNERS                                                                                \
    127 /* the first byte of a message with more would say that it has a version                   \
         */

/* One account of the message to be. */
typedef struct entry {
    const unsigned char *key;
    bool signer, writable, invoked;
    const ds_solana_table *table; /* which it is taken out of, or NULL */
    unsigned char slot;           /* where it is in there */
    unsigned char index;          /* its number in the message */
    size_t place;                 /* how many came before it */
} entry;

typedef struct compiler {
    const ds_solana_plan *plan;
    ds_solana_message *out;
    ds_error *err;
    entry entries[DS_SOLANA_MAXACCOUNTS];
    size_t count, key_count;
} compiler;

static bool same_key(const unsigned char *a, const unsigned char *b)
{
    return memcmp(a, b, DS_SOLANA_KEYBYTES) == 0;
}

static entry *find(compiler *c, const unsigned char *key)
{
    for (size_t i = 0; i < c->count; i++)
        if (same_key(c->entries[i].key, key))
            return &c->entries[i];
    return NULL;
}

/* Returns the entry of a key, a new one where there was none; NULL, with the error set, when there
 * is no room for it. */
static entry *enter(compiler *c, const unsigned char *key)
{
    entry *e = find(c, key);
    if (e != NULL)
        return e;
    if (c->count == DS_SOLANA_MAXACCOUNTS) {
        ds_fail(c->err, DS_TOO_LARGE, "more than %d accounts", DS_SOLANA_MAXACCOUNTS);
        return NULL;
    }
    e = &c->entries[c->count];
    *e = (entry){.key = key, .place = c->count++};
    return e;
}

static ds_status enter_instruction(compiler *c, const ds_solana_instruction *instruction)
{
    entry *program = enter(c, instruction->program);
    if (program == NULL)
        return c->err->status;
    program->invoked = true;
    for (size_t i = 0; i < instruction->account_count; i++) {
        const ds_solana_account *account = &instruction->accounts[i];
        entry *e = enter(c, account->key);
        if (e == NULL)
            return c->err->status;
        e->signer = e->signer || account->signer;
        e->writable = e->writable || account->writable;
    }
    return DS_OK;
}

static ds_status enter_all(compiler *c)
{
    entry *payer = enter(c, c->plan->fee_payer);
    payer->signer = payer->writable = true;
    ds_status status = DS_OK;
    for (size_t i = 0; status == DS_OK && i < c->plan->instruction_count; i++)
        status = enter_instruction(c, &c->plan->instructions[i]);
    if (status == DS_OK && payer->invoked)
        status =
            ds_fail(c->err, DS_INVALID, "fee_payer: it is a program that an instruction calls");
    return status;
}

/* Order --------------------------------------------------------------------------------------- */

static int group_of(const entry *e)
{
    if (e->place == 0)
        return 0; /* the fee payer */
    return (e->signer ? 1 : 3) + (e->writable ? 0 : 1);
}

static int by_place(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int groups = group_of(x) - group_of(y);
    return groups != 0 ? groups : x->place < y->place ? -1 : x->place > y->place;
}

static int by_key(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int groups = group_of(x) - group_of(y);
    return groups != 0 ? groups : memcmp(x->key, y->key, DS_SOLANA_KEYBYTES);
}

/* Lookup tables ------------------------------------------------------------------------------- */

/* Takes out of a table what it has of what no table before it had. */
static void look_up(compiler *c, const ds_solana_table *table)
{
    for (size_t i = 0; i < c->count; i++) {
        entry *e = &c->entries[i];
        bool may = e->table == NULL && !e->signer && !e->invoked;
        for (size_t slot = 0; may && slot < table->address_count; slot++) {
            if (!same_key(table->addresses[slot], e->key))
                continue;
            e->table = table;
            e->slot = (unsigned char)slot;
            break;
        }
    }
}

static ds_status look_up_all(compiler *c)
{
    const ds_solana_plan *plan = c->plan;
    if (plan->table_count > 0 && plan->version == DS_SOLANA_LEGACY)
        return ds_fail(c->err, DS_INVALID, "address_lookup_tables: a legacy message has none");
    for (size_t i = 0; i < plan->table_count; i++) {
        if (plan->tables[i].address_count > DS_SOLANA_MAXACCOUNTS)
            return ds_fail(c->err, DS_INVALID,
                           "address_lookup_tables: table %lu: %lu addresses, at most %d can be",
                           (unsigned long)i + 1, (unsigned long)plan->tables[i].address_count,
                           DS_SOLANA_MAXACCOUNTS);
        look_up(c, &plan->tables[i]);
    }
    return DS_OK;
}

/* Numbers the accounts of a table, or of none, in order. Returns the next number. */
static size_t number(compiler *c, const ds_solana_table *table, bool writable, bool readonly,
                     size_t next)
{
    for (size_t i = 0; i < c->count; i++) {
        entry *e = &c->entries[i];
        if (e->table == table && (e->writable ? writable : readonly))
            e->index = (unsigned char)next++;
    }
    return next;
}

static void number_all(compiler *c)
{
    size_t next = c->key_count = number(c, NULL, true, true, 0);
    for (size_t i = 0; i < c->plan->table_count; i++)
        next = number(c, &c->plan->tables[i], true, false, next);
    for (size_t i = 0; i < c->plan->table_count; i++)
        next = number(c, &c->plan->tables[i], false, true, next);
}

/* The message --------------------------------------------------------------------------------- */

static ds_status emit_header(compiler *c)
{
    size_t signers = 0, readonly_signers = 0, readonly_others = 0;
    for (size_t i = 0; i < c->count; i++) {
        const entry *e = &c->entries[i];
        signers += e->signer;
        readonly_signers += e->signer && !e->writable;
        readonly_others += e->table == NULL && !e->signer && !e->writable;
    }
    if (signers > MAX_SIGNERS)
        return ds_fail(c->err, DS_TOO_LARGE, "%lu signers, at most %d can be",
                       (unsigned long)signers, MAX_SIGNERS);
    c->out->version = c->plan->version;
    c->out->signers = (unsigned char)signers;
    c->out->readonly_signers = (unsigned char)readonly_signers;
    c->out->readonly_others = (unsigned char)readonly_others;
    c->out->blockhash = c->plan->blockhash;
    return DS_OK;
}

static ds_status emit_keys(compiler *c)
{
    size_t size = c->key_count * DS_SOLANA_KEYBYTES;
    unsigned char *keys = ds_arena_alloc(&c->out->arena, size);
    if (keys == NULL)
        return ds_fail_memory(c->err);
    for (size_t i = 0; i < c->count; i++)
        if (c->entries[i].table == NULL)
            memcpy(keys + (size_t)c->entries[i].index * DS_SOLANA_KEYBYTES, c->entries[i].key,
                   DS_SOLANA_KEYBYTES);
    c->out->keys = ds_slice_of(keys, size);
    return DS_OK;
}

static ds_status emit_step(compiler *c, ds_solana_step *step,
                           const ds_solana_instruction *instruction)
{
    unsigned char *accounts = ds_arena_alloc(&c->out->arena, instruction->account_count);
    if (accounts == NULL)
        return ds_fail_memory(c->err);
    for (size_t i = 0; i < instruction->account_count; i++)
        accounts[i] = find(c, instruction->accounts[i].key)->index;
    *step = (ds_solana_step){.program = find(c, instruction->program)->index,
                             .accounts = ds_slice_of(accounts, instruction->account_count),
                             .data = instruction->data};
    return DS_OK;
}

static ds_status emit_steps(compiler *c)
{
    size_t count = c->plan->instruction_count;
    ds_status status = DS_OK;
    c->out->steps = ds_arena_alloc(&c->out->arena, count * sizeof *c->out->steps);
    if (c->out->steps == NULL)
        return ds_fail_memory(c->err);
    for (size_t i = 0; status == DS_OK && i < count; i++)
        status = emit_step(c, &c->out->steps[i], &c->plan->instructions[i]);
    c->out->step_count = count;
    return status;
}

/* The slots of a table that are used for accounts of one kind. */
static ds_slice slots(compiler *c, const ds_solana_table *table, bool writable, unsigned char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++)
        if (c->entries[i].table == table && c->entries[i].writable == writable)
            out[n++] = c->entries[i].slot;
    return ds_slice_of(out, n);
}

static ds_status emit_lookups(compiler *c)
{
    size_t count = c->plan->table_count;
    c->out->lookups = ds_arena_alloc(&c->out->arena, count * sizeof *c->out->lookups);
    unsigned char *space = ds_arena_alloc(&c->out->arena, c->count);
    if (c->out->lookups == NULL || space == NULL)
        return ds_fail_memory(c->err);
    for (size_t i = 0; i < count; i++) {
        const ds_solana_table *table = &c->plan->tables[i];
        ds_solana_lookup *lookup = &c->out->lookups[c->out->lookup_count];
        lookup->table = table->key;
        lookup->writable = slots(c, table, true, space);
        lookup->readonly = slots(c, table, false, space += lookup->writable.len);
        space += lookup->readonly.len;
        c->out->lookup_count += lookup->writable.len + lookup->readonly.len > 0;
    }
    return DS_OK;
}

static ds_status emit(compiler *c)
{
    ds_status status = emit_header(c);
    if (status == DS_OK)
        status = emit_keys(c);
    if (status == DS_OK)
        status = emit_steps(c);
    if (status == DS_OK)
        status = emit_lookups(c);
    return status;
}

ds_status ds_solana_compile(ds_solana_message *out, const ds_solana_plan *plan, ds_error *err)
{
    compiler c = {.plan = plan, .out = out, .err = err};
    *out = (ds_solana_message){.version = plan->version};
    if (plan->instruction_count == 0)
        return ds_fail(err, DS_INVALID, "instructions: none");
    ds_status status = enter_all(&c);
    if (status == DS_OK) {
        qsort(c.entries, c.count, sizeof *c.entries,
              plan->order == DS_SOLANA_BY_KEY ? by_key : by_place);
        status = look_up_all(&c);
    }
    if (status == DS_OK) {
        number_all(&c);
        status = emit(&c);
    }
    if (status != DS_OK)
        ds_solana_message_free(out);
    return status;
}
