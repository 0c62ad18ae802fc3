#include "base/pin.h"

#include "base/base64.h"

static ds_status check_one(ds_slice pin, ds_error *err)
{
    static const char form[] =
        "not a pin: \"" DS_PIN_PREFIX "\" and the base64 of a key's SHA-256, "
        "44 characters, is one; with \"" DS_PIN_SEPARATOR "\" between several";
    ds_slice prefix = DS_LITERAL(DS_PIN_PREFIX);
    ds_buf hash;
    if (!ds_slice_starts(pin, prefix))
        return ds_fail(err, DS_INVALID, "%s", form);
    ds_buf_init(&hash, DS_PIN_BYTES);
    ds_slice text = {(const char *)pin.data + prefix.len, pin.len - prefix.len};
    ds_status status = ds_base64_decode(&hash, text, DS_BASE64, err);
    if (status != DS_MEMORY && (status != DS_OK || hash.len != DS_PIN_BYTES))
        status = ds_fail(err, DS_INVALID, "%s", form);
    ds_buf_free(&hash);
    return status;
}

ds_status ds_pin_check(ds_slice list, ds_error *err)
{
    for (;;) {
        const char *at = list.data;
        const char *end = list.len == 0 ? NULL : memchr(at, *DS_PIN_SEPARATOR, list.len);
        size_t len = end == NULL ? list.len : (size_t)(end - at);
        ds_status status = check_one(ds_slice_of(at, len), err);
        if (status != DS_OK || end == NULL)
            return status;
        list = ds_slice_of(end + 1, list.len - len - 1);
    }
}
