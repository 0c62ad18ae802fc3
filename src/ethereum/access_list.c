#include "ethereum/access_list.h"

#include "ethereum/address.h"

#define WORD_ITEM (1 + DS_WORD_BYTES) /* a word with its head */

/* Takes a string of that many bytes. Returns DS_OK, or DS_INVALID with `what` it is not. */
static ds_status take_string(ds_rlp *reader, const unsigned char **bytes, size_t size,
                             const char *what, ds_error *err)
{
    ds_rlp_item item;
    ds_status status = ds_rlp_next(reader, &item, err);
    if (status == DS_OK && (item.list || item.content.len != size))
        status = ds_rlp_wrong(reader, &item, what, err);
    *bytes = item.content.data;
    return status;
}

ds_status ds_words_read(ds_words *words, const ds_rlp *reader, const ds_rlp_item *list,
                        ds_error *err)
{
    const unsigned char *word;
    ds_rlp inside = ds_rlp_inside(reader, list);
    words->items = list->content;
    if (!list->list)
        return ds_rlp_wrong(reader, list, "a list is due", err);
    while (!ds_rlp_done(&inside)) {
        ds_status status = take_string(&inside, &word, DS_WORD_BYTES, "32 bytes are due", err);
        if (status != DS_OK)
            return status;
    }
    return DS_OK;
}

size_t ds_words_count(ds_words words)
{
    return words.items.len / WORD_ITEM;
}

const unsigned char *ds_words_at(ds_words words, size_t i)
{
    return (const unsigned char *)words.items.data + i * WORD_ITEM + 1;
}

ds_status ds_access_next(ds_rlp *reader, ds_access *access, ds_error *err)
{
    ds_rlp_item entry, keys;
    ds_status status = ds_rlp_next(reader, &entry, err);
    if (status == DS_OK && !entry.list)
        status = ds_rlp_wrong(reader, &entry, "a list of address and keys is due", err);
    if (status != DS_OK)
        return status;
    ds_rlp inside = ds_rlp_inside(reader, &entry);
    status = take_string(&inside, &access->address, DS_ADDRESS_BYTES, "20 bytes are due", err);
    if (status == DS_OK)
        status = ds_rlp_next(&inside, &keys, err);
    if (status == DS_OK)
        status = ds_words_read(&access->keys, &inside, &keys, err);
    return status == DS_OK ? ds_rlp_finish(&inside, err) : status;
}

ds_access_mark ds_access_begin(ds_buf *out, const unsigned char address[20])
{
    ds_access_mark mark = {.entry = ds_rlp_begin(out)};
    ds_rlp_put_string(out, ds_slice_of(address, DS_ADDRESS_BYTES));
    mark.keys = ds_rlp_begin(out);
    return mark;
}

ds_status ds_access_end(ds_buf *out, ds_access_mark mark)
{
    ds_rlp_end(out, mark.keys);
    return ds_rlp_end(out, mark.entry);
}
