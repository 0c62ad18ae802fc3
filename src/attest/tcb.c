#include "attest/tcb.h"

static const ds_slice words[] = {
#define DS_TCB_STATUS_WORD(name, word) DS_LITERAL(word),
    DS_TCB_STATUS_LIST(DS_TCB_STATUS_WORD)
#undef DS_TCB_STATUS_WORD
};

const char *ds_tcb_status_name(ds_tcb_status status)
{
    return words[status].data;
}

bool ds_tcb_status_by_name(ds_tcb_status *status, ds_slice name)
{
    for (size_t i = 0; i < DS_TCB_STATUS_COUNT; i++)
        if (ds_slice_equal(words[i], name)) {
            *status = (ds_tcb_status)i;
            return true;
        }
    return false;
}

static bool has(const ds_slice *list, size_t count, ds_slice text)
{
    for (size_t i = 0; i < count; i++)
        if (ds_slice_equal(list[i], text))
            return true;
    return false;
}

ds_status ds_tcb_merge(ds_tcb_verdict *out, const ds_tcb_verdict *a, const ds_tcb_verdict *b,
                       ds_arena *arena)
{
    size_t count = a->advisory_count;
    ds_slice *list = ds_arena_alloc(arena, (count + b->advisory_count + 1) * sizeof *list);
    if (list == NULL)
        return DS_MEMORY;
    if (count > 0)
        memcpy(list, a->advisories, count * sizeof *list);
    for (size_t i = 0; i < b->advisory_count; i++)
        if (!has(list, count, b->advisories[i]))
            list[count++] = b->advisories[i];
    *out = (ds_tcb_verdict){a->status > b->status ? a->status : b->status,
                            a->date < b->date ? a->date : b->date, list, count};
    return DS_OK;
}
