#include "solana/message.h"

#include "solana/shortvec.h"
#include "solana/take.h"

#define VERSIONED     0x80u /* the first byte of a message with a version, which its other bits are */
#define STEP_MINIMUM  3     /* bytes of an instruction without accounts and data */
#define TABLE_MINIMUM (DS_SOLANA_KEYBYTES + 2)

size_t ds_solana_message_keys(const ds_solana_message *message)
{
    return message->keys.len / DS_SOLANA_KEYBYTES;
}

const unsigned char *ds_solana_message_key(const ds_solana_message *message, size_t index)
{
    return (const unsigned char *)message->keys.data + index * DS_SOLANA_KEYBYTES;
}

bool ds_solana_message_writable(const ds_solana_message *message, size_t index)
{
    if (index < message->signers)
        return index + message->readonly_signers < message->signers;
    return index + message->readonly_others < ds_solana_message_keys(message);
}

void ds_solana_message_free(ds_solana_message *message)
{
    ds_arena_free(&message->arena);
    *message = (ds_solana_message){.version = DS_SOLANA_LEGACY};
}

/* Reading ------------------------------------------------------------------------------------- */

static ds_status cut_off(ds_error *err, const char *where)
{
    return ds_fail(err, DS_INVALID,
                   "message: %s: cut off, or a count that is not in its shortest form", where);
}

/* Takes a count and as many bytes. */
static bool take_bytes(ds_slice *out, ds_slice *input)
{
    size_t n;
    if (!ds_shortvec_take(&n, input))
        return false;
    *out = ds_slice_of(ds_take(input, n), n);
    return out->data != NULL;
}

static ds_status read_version(ds_solana_message *m, ds_slice *input, ds_error *err)
{
    const unsigned char *first = input->data;
    m->version = DS_SOLANA_LEGACY;
    if (input->len == 0 || *first < VERSIONED)
        return DS_OK;
    m->version = *ds_take(input, 1) & (VERSIONED - 1);
    if (m->version == 0)
        return DS_OK;
    return ds_fail(err, DS_INVALID, "message: version %d; legacy messages and version 0 are known",
                   m->version);
}

static ds_status read_head(ds_solana_message *m, ds_slice *input, ds_error *err)
{
    size_t count;
    const unsigned char *head = ds_take(input, 3);
    if (head == NULL)
        return cut_off(err, "header");
    m->signers = head[0];
    m->readonly_signers = head[1];
    m->readonly_others = head[2];
    if (!ds_shortvec_take(&count, input))
        return cut_off(err, "account keys");
    m->keys = ds_slice_of(ds_take(input, count * DS_SOLANA_KEYBYTES), count * DS_SOLANA_KEYBYTES);
    if (m->keys.data == NULL)
        return cut_off(err, "account keys");
    m->blockhash = ds_take(input, DS_SOLANA_KEYBYTES);
    return m->blockhash != NULL ? DS_OK : cut_off(err, "recent blockhash");
}

/* Takes the count of a list whose items have at least `minimum` bytes, so that what is allocated is
 * bounded by what came. Out: *list, zeroed items. */
static ds_status begin_list(void **list, size_t *count, size_t item_size, size_t minimum,
                            ds_solana_message *m, ds_slice *input, const char *where, ds_error *err)
{
    size_t n;
    if (!ds_shortvec_take(&n, input) || n > input->len / minimum)
        return cut_off(err, where);
    *list = ds_arena_alloc(&m->arena, n * item_size);
    if (*list == NULL)
        return ds_fail_memory(err);
    *count = n;
    return DS_OK;
}

static ds_status read_steps(ds_solana_message *m, ds_slice *input, ds_error *err)
{
    void *list;
    ds_status status = begin_list(&list, &m->step_count, sizeof *m->steps, STEP_MINIMUM, m, input,
                                  "instructions", err);
    if (status != DS_OK)
        return status;
    m->steps = list;
    for (size_t i = 0; i < m->step_count; i++) {
        const unsigned char *program = ds_take(input, 1);
        if (program == NULL || !take_bytes(&m->steps[i].accounts, input) ||
            !take_bytes(&m->steps[i].data, input))
            return cut_off(err, "instructions");
        m->steps[i].program = *program;
    }
    return DS_OK;
}

static ds_status read_lookups(ds_solana_message *m, ds_slice *input, ds_error *err)
{
    void *list;
    if (m->version == DS_SOLANA_LEGACY)
        return DS_OK;
    ds_status status = begin_list(&list, &m->lookup_count, sizeof *m->lookups, TABLE_MINIMUM, m,
                                  input, "address lookup tables", err);
    if (status != DS_OK)
        return status;
    m->lookups = list;
    for (size_t i = 0; i < m->lookup_count; i++) {
        m->lookups[i].table = ds_take(input, DS_SOLANA_KEYBYTES);
        if (m->lookups[i].table == NULL || !take_bytes(&m->lookups[i].writable, input) ||
            !take_bytes(&m->lookups[i].readonly, input))
            return cut_off(err, "address lookup tables");
    }
    return DS_OK;
}

/* What has to hold ---------------------------------------------------------------------------- */

static ds_status check_header(const ds_solana_message *m, ds_error *err)
{
    size_t count = ds_solana_message_keys(m);
    if (m->signers == 0 || m->signers > count)
        return ds_fail(err, DS_INVALID, "message: %d signers among %lu account keys", m->signers,
                       (unsigned long)count);
    if (m->readonly_signers >= m->signers)
        return ds_fail(err, DS_INVALID, "message: no signer that can pay: all %d are read-only",
                       m->signers);
    if ((size_t)m->signers + m->readonly_others > count)
        return ds_fail(err, DS_INVALID, "message: more read-only accounts than there are");
    return DS_OK;
}

static ds_status check_unique(const ds_solana_message *m, ds_error *err)
{
    size_t count = ds_solana_message_keys(m);
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (memcmp(ds_solana_message_key(m, i), ds_solana_message_key(m, j),
                       DS_SOLANA_KEYBYTES) == 0)
                return ds_fail(err, DS_INVALID, "message: account keys %lu and %lu are the same",
                               (unsigned long)j + 1, (unsigned long)i + 1);
    return DS_OK;
}

/* Out: *total, the accounts with those out of tables. */
static ds_status check_lookups(const ds_solana_message *m, size_t *total, ds_error *err)
{
    *total = ds_solana_message_keys(m);
    for (size_t i = 0; i < m->lookup_count; i++) {
        size_t taken = m->lookups[i].writable.len + m->lookups[i].readonly.len;
        if (taken == 0)
            return ds_fail(err, DS_INVALID,
                           "message: address lookup table %lu, of which nothing is used",
                           (unsigned long)i + 1);
        *total += taken;
    }
    if (*total > DS_SOLANA_MAXACCOUNTS)
        return ds_fail(err, DS_INVALID, "message: %lu accounts, at most %d can be",
                       (unsigned long)*total, DS_SOLANA_MAXACCOUNTS);
    return DS_OK;
}

static ds_status check_steps(const ds_solana_message *m, size_t total, ds_error *err)
{
    for (size_t i = 0; i < m->step_count; i++) {
        const ds_solana_step *step = &m->steps[i];
        const unsigned char *index = step->accounts.data;
        if (step->program == 0 || step->program >= ds_solana_message_keys(m))
            return ds_fail(err, DS_INVALID, "message: instruction %lu: program index %d",
                           (unsigned long)i + 1, step->program);
        for (size_t j = 0; j < step->accounts.len; j++)
            if (index[j] >= total)
                return ds_fail(err, DS_INVALID, "message: instruction %lu: account index %d of %lu",
                               (unsigned long)i + 1, index[j], (unsigned long)total);
    }
    return DS_OK;
}

static ds_status check(const ds_solana_message *m, ds_error *err)
{
    size_t total = 0;
    ds_status status = check_header(m, err);
    if (status == DS_OK)
        status = check_unique(m, err);
    if (status == DS_OK)
        status = check_lookups(m, &total, err);
    if (status == DS_OK)
        status = check_steps(m, total, err);
    return status;
}

ds_status ds_solana_message_read(ds_solana_message *out, ds_slice bytes, ds_error *err)
{
    *out = (ds_solana_message){.version = DS_SOLANA_LEGACY};
    if (bytes.len > DS_SOLANA_PACKETBYTES)
        return ds_fail(err, DS_TOO_LARGE, "message: %lu bytes; a packet has %d",
                       (unsigned long)bytes.len, DS_SOLANA_PACKETBYTES);
    ds_status status = read_version(out, &bytes, err);
    if (status == DS_OK)
        status = read_head(out, &bytes, err);
    if (status == DS_OK)
        status = read_steps(out, &bytes, err);
    if (status == DS_OK)
        status = read_lookups(out, &bytes, err);
    if (status == DS_OK && bytes.len > 0)
        status =
            ds_fail(err, DS_INVALID, "message: %lu bytes behind its end", (unsigned long)bytes.len);
    if (status == DS_OK)
        status = check(out, err);
    if (status != DS_OK)
        ds_solana_message_free(out);
    return status;
}

/* Writing ------------------------------------------------------------------------------------- */

static void put_bytes(ds_buf *out, ds_slice bytes)
{
    ds_shortvec_put(out, bytes.len);
    ds_buf_slice(out, bytes);
}

ds_status ds_solana_message_write(ds_buf *out, const ds_solana_message *message)
{
    const unsigned char head[] = {message->signers, message->readonly_signers,
                                  message->readonly_others};
    if (message->version != DS_SOLANA_LEGACY)
        ds_buf_byte(out, (unsigned char)(VERSIONED | (unsigned)message->version));
    ds_buf_add(out, head, sizeof head);
    ds_shortvec_put(out, ds_solana_message_keys(message));
    ds_buf_slice(out, message->keys);
    ds_buf_add(out, message->blockhash, DS_SOLANA_KEYBYTES);
    ds_shortvec_put(out, message->step_count);
    for (size_t i = 0; i < message->step_count; i++) {
        ds_buf_byte(out, message->steps[i].program);
        put_bytes(out, message->steps[i].accounts);
        put_bytes(out, message->steps[i].data);
    }
    if (message->version == DS_SOLANA_LEGACY)
        return ds_buf_status(out);
    ds_shortvec_put(out, message->lookup_count);
    for (size_t i = 0; i < message->lookup_count; i++) {
        ds_buf_add(out, message->lookups[i].table, DS_SOLANA_KEYBYTES);
        put_bytes(out, message->lookups[i].writable);
        put_bytes(out, message->lookups[i].readonly);
    }
    return ds_buf_status(out);
}
