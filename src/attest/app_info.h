/* The certificate extension 1.3.6.1.4.1.62397.1.9: whose certificate this is.
 *
 * A MessagePack array of nine: eight byte strings and the list of init script hashes. Source:
 * dstack's AppInfo and the MessagePack specification. */
#ifndef DS_ATTEST_APP_INFO_H
#define DS_ATTEST_APP_INFO_H

#include "base/buf.h"
#include "base/status.h"

#define DS_APP_INFO_MAXSCRIPTS   5
#define DS_APP_INFO_SCRIPT_BYTES 32

/* What is not known is empty. All are bytes; key_provider_info holds JSON text. */
typedef struct ds_app_info {
    ds_slice app_id;
    ds_slice compose_hash;
    ds_slice instance_id;
    ds_slice device_id;
    ds_slice mr_system;
    ds_slice mr_aggregated;
    ds_slice os_image_hash;
    ds_slice key_provider_info;
    bool has_init_scripts; /* false is written as nil, which is not the empty list */
    const ds_slice *init_script_hashes;
    size_t init_script_count;
} ds_app_info;

/* Adds the MessagePack form. Fails with DS_INVALID for more than DS_APP_INFO_MAXSCRIPTS hashes. */
ds_status ds_app_info_write(ds_buf *out, const ds_app_info *info) DS_MUST_CHECK;

/* Reads that form, to its last byte. Out: *info, which points into bytes and into scripts; zeroed
 * on failure. Other lengths are not judged: whoever made the certificate says all this, and nothing
 * in it counts before it was compared. Fails with DS_INVALID. */
ds_status ds_app_info_read(ds_app_info *info, ds_slice scripts[DS_APP_INFO_MAXSCRIPTS],
                           ds_slice bytes, ds_error *err) DS_MUST_CHECK;

#endif
