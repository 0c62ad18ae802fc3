#include "attest/event.h"

#include "attest/le.h"
#include "base/json.h"
#include "base/utf8.h"
#include "crypto/hash.h"

static ds_status preimage_v1(ds_buf *out, ds_slice name, ds_slice payload)
{
    unsigned char type[4];
    ds_le32_write(type, DS_RUNTIME_EVENT_TYPE);
    ds_buf_add(out, type, sizeof type);
    ds_buf_byte(out, ':');
    ds_buf_slice(out, name);
    ds_buf_byte(out, ':');
    return ds_buf_slice(out, payload);
}

static ds_status preimage_v2(ds_buf *out, ds_slice name, ds_slice payload)
{
    if (!ds_utf8_valid(name.data, name.len))
        return DS_INVALID;
    ds_buf_text(out, "{\"name\":");
    ds_json_put_string(out, name);
    ds_buf_text(out, ",\"payload\":\"");
    ds_buf_hex(out, payload.data, payload.len);
    return ds_buf_printf(out, "\",\"type\":%lu}", (unsigned long)DS_RUNTIME_EVENT_TYPE);
}

ds_status ds_event_preimage(ds_buf *out, unsigned version, ds_slice name, ds_slice payload)
{
    if (version == 1)
        return preimage_v1(out, name, payload);
    return version == 2 ? preimage_v2(out, name, payload) : DS_INVALID;
}

ds_status ds_event_digest(unsigned char *out, unsigned version, ds_slice name, ds_slice payload)
{
    ds_buf preimage;
    ds_buf_init(&preimage, DS_EVENT_MAXBYTES);
    memset(out, 0, DS_EVENT_DIGEST_BYTES);
    ds_status status = ds_event_preimage(&preimage, version, name, payload);
    if (status == DS_OK)
        status = ds_hash_one(DS_SHA384, out, preimage.data, preimage.len);
    ds_buf_free(&preimage);
    return status;
}
