#include "attest/app_info.h"

#include "attest/msgpack.h"

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
