#include "ethereum/abi_log.h"

#define TEXT_EXCERPT 160

static ds_status other_event(const ds_abi_signature *event, ds_error *err)
{
    ds_buf text;
    char words[TEXT_EXCERPT];
    ds_buf_init(&text, 4 * DS_ABI_TEXTMAX);
    ds_status status = ds_abi_signature_write(&text, event);
    if (status == DS_OK)
        ds_fail(err, DS_INVALID, "topics[1]: another event's, not that of %s",
                ds_excerpt(words, sizeof words, text.data, text.len));
    ds_buf_free(&text);
    return status == DS_OK ? DS_INVALID : ds_fail_memory(err);
}

static ds_status check_topics(const ds_abi_signature *event, const ds_slice *topics, size_t count,
                              ds_error *err)
{
    unsigned char hash[DS_ABI_WORD];
    size_t wanted = event->anonymous ? 0 : 1;
    for (size_t i = 0; i < event->inputs.count; i++)
        wanted += event->inputs.items[i].indexed;
    for (size_t i = 0; i < count; i++)
        if (topics[i].len != DS_ABI_WORD)
            return ds_fail(err, DS_INVALID, "topics[%lu]: %lu bytes instead of 32",
                           (unsigned long)i + 1, (unsigned long)topics[i].len);
    if (!event->anonymous) {
        if (ds_abi_signature_hash(hash, event) != DS_OK)
            return ds_fail_memory(err);
        if (count > 0 && memcmp(topics[0].data, hash, sizeof hash) != 0)
            return other_event(event, err);
    }
    if (count == wanted)
        return DS_OK;
    return ds_fail(err, DS_INVALID,
                   "topics: %lu instead of %lu; are the same parameters indexed in the signature?",
                   (unsigned long)count, (unsigned long)wanted);
}

/* The members that are, or are not, indexed, as a tuple of their own. */
static ds_status pick(ds_abi_type *picked, const ds_abi_type *inputs, ds_arena *arena,
                      ds_error *err)
{
    size_t n = 0;
    ds_abi_type *members = ds_arena_alloc(arena, (inputs->count + 1) * sizeof *members);
    if (members == NULL)
        return ds_fail_memory(err);
    for (size_t i = 0; i < inputs->count; i++)
        if (!inputs->items[i].indexed)
            members[n++] = inputs->items[i];
    return ds_abi_make_tuple(picked, members, n, err);
}

/* The parameters with bytes32 in the place of what is there as a hash. */
static ds_status see(ds_abi_type *seen, const ds_abi_type *inputs, ds_arena *arena, ds_error *err)
{
    ds_abi_type *members = ds_arena_alloc(arena, (inputs->count + 1) * sizeof *members);
    if (members == NULL)
        return ds_fail_memory(err);
    for (size_t i = 0; i < inputs->count; i++) {
        members[i] = inputs->items[i];
        if (!members[i].indexed || ds_abi_is_word(&members[i]))
            continue;
        members[i] = (ds_abi_type){.kind = DS_ABI_BYTESN,
                                   .size = DS_ABI_WORD,
                                   .head = DS_ABI_WORD,
                                   .indexed = true,
                                   .name = inputs->items[i].name};
    }
    return ds_abi_make_tuple(seen, members, inputs->count, err);
}

static ds_status take_topic(ds_abi_value *value, const ds_abi_type *type, ds_slice topic,
                            const ds_path *path, size_t i, ds_error *err)
{
    ds_path down = ds_path_down(path, type->name, i + 1);
    memcpy(value->word.bytes, topic.data, DS_ABI_WORD);
    const char *fault = ds_abi_word_fault(type, &value->word);
    return fault == NULL ? DS_OK : ds_path_fail(&down, err, DS_INVALID, "the topic is %s", fault);
}

ds_status ds_abi_decode_log(ds_abi_value *value, ds_abi_type *seen, const ds_abi_signature *event,
                            const ds_slice *topics, size_t count, ds_slice data, ds_abi_mode mode,
                            const ds_path *path, ds_arena *arena, ds_error *err)
{
    ds_abi_type in_data;
    ds_abi_value rest;
    size_t topic = event->anonymous ? 0 : 1, plain = 0;
    ds_status status = check_topics(event, topics, count, err);
    if (status == DS_OK)
        status = see(seen, &event->inputs, arena, err);
    if (status == DS_OK)
        status = pick(&in_data, &event->inputs, arena, err);
    if (status == DS_OK)
        status = ds_abi_decode(&rest, &in_data, data, mode, path, arena, err);
    if (status != DS_OK)
        return status;
    value->list.count = seen->count;
    value->list.items = ds_arena_alloc(arena, seen->count * sizeof *value->list.items);
    if (value->list.items == NULL)
        return ds_fail_memory(err);
    for (size_t i = 0; i < seen->count && status == DS_OK; i++) {
        ds_abi_value *item = &value->list.items[i];
        if (seen->items[i].indexed)
            status = take_topic(item, &seen->items[i], topics[topic++], path, i, err);
        else
            *item = rest.list.items[plain++];
    }
    return status;
}
