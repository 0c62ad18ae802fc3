#include "attest/app_info.h"

#include "attest/msgpack.h"
#include "attest/msgpack_read.h"

ds_status ds_app_info_write(ds_buf *out, const ds_app_info *info)
{
    const ds_slice members[] = {
        info->app_id,    info->compose_hash,  info->instance_id,   info->device_id,
        info->mr_system, info->mr_aggregated, info->os_image_hash, info->key_provider_info,
    };
    const size_t count = sizeof members / sizeof *members;
    if (info->init_script_count > DS_APP_INFO_MAXSCRIPTS)
        return DS_INVALID;
    ds_msgpack_array(out, count + 1);
    for (size_t i = 0; i < count; i++)
        ds_msgpack_bin(out, members[i]);
    if (!info->has_init_scripts)
        return ds_msgpack_nil(out);
    ds_msgpack_array(out, info->init_script_count);
    for (size_t i = 0; i < info->init_script_count; i++)
        ds_msgpack_bin(out, info->init_script_hashes[i]);
    return ds_buf_status(out);
}

static bool take_list(ds_slice *from, uint32_t *n)
{
    ds_msgpack_item item;
    if (!ds_msgpack_next(from, &item) || item.kind != DS_MSGPACK_ARRAY)
        return false;
    *n = item.n;
    return true;
}

static bool take_bytes(ds_slice *from, ds_slice *out)
{
    ds_msgpack_item item;
    if (!ds_msgpack_next(from, &item) || item.kind != DS_MSGPACK_BIN)
        return false;
    *out = item.bytes;
    return true;
}

static bool take_scripts(ds_slice *from, ds_app_info *info, ds_slice *scripts)
{
    ds_msgpack_item item;
    ds_slice ahead = *from;
    uint32_t n;
    if (ds_msgpack_next(&ahead, &item) && item.kind == DS_MSGPACK_NIL) {
        *from = ahead;
        return true;
    }
    if (!take_list(from, &n) || n > DS_APP_INFO_MAXSCRIPTS)
        return false;
    info->has_init_scripts = true;
    info->init_script_hashes = scripts;
    info->init_script_count = n;
    for (uint32_t i = 0; i < n; i++)
        if (!take_bytes(from, &scripts[i]) || scripts[i].len != DS_APP_INFO_SCRIPT_BYTES)
            return false;
    return true;
}

static bool take_info(ds_slice from, ds_app_info *info, ds_slice *scripts)
{
    ds_slice *const members[] = {
        &info->app_id,    &info->compose_hash,  &info->instance_id,   &info->device_id,
        &info->mr_system, &info->mr_aggregated, &info->os_image_hash, &info->key_provider_info,
    };
    const size_t count = sizeof members / sizeof *members;
    uint32_t n;
    if (!take_list(&from, &n) || n != count + 1)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!take_bytes(&from, members[i]))
            return false;
    return take_scripts(&from, info, scripts) && from.len == 0;
}

ds_status ds_app_info_read(ds_app_info *info, ds_slice scripts[DS_APP_INFO_MAXSCRIPTS],
                           ds_slice bytes, ds_error *err)
{
    memset(info, 0, sizeof *info);
    if (take_info(bytes, info, scripts))
        return DS_OK;
    memset(info, 0, sizeof *info);
    return ds_fail(
        err, DS_INVALID,
        "certificate: its app info is not a list of eight byte strings and the hashes, each "
        "of %d bytes, of at most %d init scripts",
        DS_APP_INFO_SCRIPT_BYTES, DS_APP_INFO_MAXSCRIPTS);
}
