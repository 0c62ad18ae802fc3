#include "attest/measure.h"

#include "crypto/hash.h"

static ds_slice mr(const unsigned char *bytes)
{
    return ds_slice_of(bytes, DS_MR_BYTES);
}

static bool is_zero(const unsigned char *bytes)
{
    static const unsigned char zero[DS_MR_BYTES];
    return memcmp(bytes, zero, sizeof zero) == 0;
}

ds_status ds_mr_aggregated(unsigned char *out, const ds_td_report *report,
                           const unsigned char *rtmr3)
{
    const ds_slice parts[] = {mr(report->mr_td),
                              mr(report->rt_mr[0]),
                              mr(report->rt_mr[1]),
                              mr(report->rt_mr[2]),
                              mr(rtmr3),
                              mr(report->mr_config_id),
                              mr(report->mr_owner),
                              mr(report->mr_owner_config)};
    bool plain = is_zero(report->mr_config_id) && is_zero(report->mr_owner) &&
                 is_zero(report->mr_owner_config);
    return ds_hash(DS_SHA256, out, parts, plain ? 5 : 8);
}

ds_status ds_mr_system(unsigned char *out, const ds_td_report *report, ds_slice key_provider)
{
    unsigned char sum[DS_SHA256_BYTES] = {0};
    const ds_slice parts[] = {mr(report->mr_td), mr(report->rt_mr[0]), mr(report->rt_mr[1]),
                              mr(report->rt_mr[2]), ds_slice_of(sum, sizeof sum)};
    memset(out, 0, DS_MR_SUM_BYTES);
    if (key_provider.len > 0) {
        ds_status status = ds_hash_one(DS_SHA256, sum, key_provider.data, key_provider.len);
        if (status != DS_OK)
            return status;
    }
    return ds_hash(DS_SHA256, out, parts, sizeof parts / sizeof parts[0]);
}

void ds_mr_config_id_v1(unsigned char *out, const unsigned char *compose_hash)
{
    memset(out, 0, DS_MR_BYTES);
    out[0] = 1;
    memcpy(out + 1, compose_hash, DS_COMPOSE_HASH_BYTES);
}

/* Out: the form's number, the hash and zeros. */
static ds_status config_id(unsigned char *out, unsigned char form, ds_hash_id id,
                           const ds_slice *parts, size_t count)
{
    memset(out, 0, DS_MR_BYTES);
    ds_status status = ds_hash(id, out + 1, parts, count);
    if (status == DS_OK)
        out[0] = form;
    return status;
}

ds_status ds_mr_config_id_v2(unsigned char *out, ds_slice compose_hash, ds_slice app_id,
                             unsigned char provider, ds_slice provider_id)
{
    const ds_slice parts[] = {compose_hash, app_id, ds_slice_of(&provider, 1), provider_id};
    return config_id(out, 2, DS_KECCAK256, parts, 4);
}

ds_status ds_mr_config_id_v3(unsigned char *out, ds_slice document)
{
    /* the literal's final NUL is hashed */
    static const char tag[] = "dstack-mr-config-v3:";
    const ds_slice parts[] = {ds_slice_of(tag, sizeof tag), document};
    return config_id(out, 3, DS_SHA256, parts, 2);
}
