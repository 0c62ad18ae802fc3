#include "attest/td_hob.h"

#include "attest/le.h"
#include "crypto/hash.h"

#define PAGE 4096u

/* Each accepted range splits one that is not, and the highest may become two. */
#define PARTS_MAX (2 * DS_TD_HOB_MAXRANGES + 2)

#define HANDOFF_BYTES  56
#define RESOURCE_BYTES 48
#define END_BYTES      8
#define LIST_MAXBYTES  (HANDOFF_BYTES + PARTS_MAX * RESOURCE_BYTES)

/* Kinds of blocks and resources. */
#define HANDOFF           1
#define RESOURCE          3
#define HANDOFF_VERSION   9
#define SYSTEM_MEMORY     0
#define UNACCEPTED_MEMORY 7
#define ATTRIBUTES        7

/* QEMU lays what does not fit below 2 GiB above 4 GiB, once there is more than that. */
#define LOW_END   0x80000000u
#define HIGH      0x100000000u
#define SPLITS_AT 0xb0000000u

typedef struct part {
    uint64_t begin, end;
    bool accepted;
} part;

typedef struct layout {
    uint64_t list; /* where the list lies */
    part parts[PARTS_MAX];
    size_t count;
} layout;

static bool take_number(ds_slice *from, uint64_t *out)
{
    const unsigned char *p = from->data;
    *out = 0;
    for (size_t i = 0; i < from->len && i < 8; i++) {
        *out |= (uint64_t)(p[i] & 0x7f) << (7 * i);
        if ((p[i] & 0x80) == 0) {
            *from = ds_slice_of(p + i + 1, from->len - i - 1);
            return true;
        }
    }
    return false;
}

/* Addresses stay below 2^56, so that nothing overflows. */
static bool take_pages(ds_slice *from, uint64_t *bytes)
{
    uint64_t pages;
    if (!take_number(from, &pages) || pages >= (uint64_t)1 << 43)
        return false;
    *bytes = pages * PAGE;
    return true;
}

/* Cuts an accepted range out of the part that it lies in. */
static bool accept(layout *l, uint64_t begin, uint64_t end)
{
    size_t i = 0;
    while (i < l->count && !(begin >= l->parts[i].begin && end <= l->parts[i].end))
        i++;
    if (i == l->count || l->parts[i].accepted || begin >= end)
        return false;
    part whole = l->parts[i];
    const part cut[] = {{whole.begin, begin, false}, {begin, end, true}, {end, whole.end, false}};
    part kept[3];
    size_t n = 0;
    for (size_t k = 0; k < 3; k++)
        if (cut[k].begin < cut[k].end)
            kept[n++] = cut[k];
    memmove(&l->parts[i + n], &l->parts[i + 1], (l->count - i - 1) * sizeof(part));
    memcpy(&l->parts[i], kept, n * sizeof(part));
    l->count += n - 1;
    return true;
}

static bool read_layout(layout *l, ds_slice text, uint64_t memory)
{
    uint64_t base, offset, count, size;
    l->parts[0] = (part){0, memory, false};
    l->count = 1;
    if (!take_pages(&text, &base) || !take_pages(&text, &offset) || !take_number(&text, &count) ||
        count > DS_TD_HOB_MAXRANGES)
        return false;
    l->list = base + offset;
    for (uint64_t i = 0; i < count; i++)
        if (!take_pages(&text, &offset) || !take_pages(&text, &size) ||
            !accept(l, base + offset, base + offset + size))
            return false;
    return text.len == 0;
}

/* The highest part becomes two where memory does not fit below. */
static void split_highest(layout *l, uint64_t memory)
{
    part *last = &l->parts[l->count - 1];
    part whole = *last;
    last->accepted = false;
    if (memory < SPLITS_AT)
        return;
    l->count--;
    if (whole.begin < LOW_END)
        l->parts[l->count++] = (part){whole.begin, LOW_END, false};
    if (whole.end > LOW_END)
        l->parts[l->count++] = (part){HIGH, HIGH + (whole.end - LOW_END), false};
}

static void write_u64(unsigned char *out, uint64_t n)
{
    ds_le32_write(out, (uint32_t)(n & UINT32_MAX));
    ds_le32_write(out + 4, (uint32_t)(n >> 32));
}

/* In: zeroed room. Returns the list's length. */
static size_t write_list(unsigned char *out, const layout *l)
{
    size_t len = HANDOFF_BYTES + l->count * RESOURCE_BYTES;
    ds_le16_write(out, HANDOFF);
    ds_le16_write(out + 2, HANDOFF_BYTES);
    ds_le32_write(out + 8, HANDOFF_VERSION);
    write_u64(out + 48, l->list + len + END_BYTES);
    for (size_t i = 0; i < l->count; i++) {
        unsigned char *hob = out + HANDOFF_BYTES + i * RESOURCE_BYTES;
        const part *p = &l->parts[i];
        ds_le16_write(hob, RESOURCE);
        ds_le16_write(hob + 2, RESOURCE_BYTES);
        ds_le32_write(hob + 24, p->accepted ? SYSTEM_MEMORY : UNACCEPTED_MEMORY);
        ds_le32_write(hob + 28, ATTRIBUTES);
        write_u64(hob + 32, p->begin);
        write_u64(hob + 40, p->end - p->begin);
    }
    return len;
}

ds_status ds_td_hob_digest(unsigned char *out, ds_slice text, uint64_t memory, ds_error *err)
{
    layout l;
    unsigned char list[LIST_MAXBYTES] = {0};
    memset(out, 0, DS_SHA384_BYTES);
    if (!read_layout(&l, text, memory))
        return ds_fail(err, DS_INVALID, "td_hob: it does not fit the machine's memory");
    split_highest(&l, memory);
    if (ds_hash_one(DS_SHA384, out, list, write_list(list, &l)) != DS_OK)
        return ds_fail(err, DS_INTERNAL, "td_hob: SHA-384 failed");
    return DS_OK;
}
