#include "attest/app_info.h"

/* MessagePack: fixarray, nil, bin 8, bin 16, bin 32. */
#define FIXARRAY 0x90
#define NIL      0xc0
#define BIN8     0xc4
#define BIN16    0xc5
#define BIN32    0xc6

#define FIELDS 9

static void put_length(ds_buf *out, size_t n, unsigned bytes)
{
    while (bytes-- > 0)
        ds_buf_byte(out, (unsigned char)(n >> 8 * bytes & 0xff));
}

static void put_bin(ds_buf *out, ds_slice bytes)
{
    unsigned size = bytes.len <= 0xff ? 1 : bytes.len <= 0xffff ? 2 : 4;
    ds_buf_byte(out, size == 1 ? BIN8 : size == 2 ? BIN16 : BIN32);
    put_length(out, bytes.len, size);
    ds_buf_slice(out, bytes);
}

ds_status ds_app_info_write(ds_buf *out, const ds_app_info *info)
{
    if (info->init_script_count > DS_APP_INFO_MAXSCRIPTS)
        return DS_INVALID;
    ds_buf_byte(out, FIXARRAY | FIELDS);
    put_bin(out, info->app_id);
    put_bin(out, info->compose_hash);
    put_bin(out, info->instance_id);
    put_bin(out, info->device_id);
    put_bin(out, info->mr_system);
    put_bin(out, info->mr_aggregated);
    put_bin(out, info->os_image_hash);
    put_bin(out, info->key_provider_info);
    if (!info->has_init_scripts)
        return ds_buf_byte(out, NIL);
    ds_buf_byte(out, (unsigned char)(FIXARRAY | info->init_script_count));
    for (size_t i = 0; i < info->init_script_count; i++)
        put_bin(out, info->init_script_hashes[i]);
    return ds_buf_status(out);
}
