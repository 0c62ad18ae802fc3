/* GetKey and IssueCert as dstack OS 0.6 has them. */
#include "guest/check.h"
#include "guest/key.h"

#include <inttypes.h>

ds_status ds_check_get_key_v1_request(const ds_message *request, ds_error *err)
{
    char shown[64];
    ds_key_algorithm algorithm;
    ds_slice name = ds_message_bytes(request, "algorithm");
    if (ds_key_algorithm_by_name_v1(&algorithm, name))
        return DS_OK;
    return ds_fail(err, DS_INVALID, "algorithm: '%s' is none of this surface; there are: %s, %s",
                   ds_excerpt(shown, sizeof shown, name.data, name.len),
                   ds_key_algorithm_name(DS_KEY_SECP256K1), ds_key_algorithm_name(DS_KEY_ED25519));
}

/* The public key that is there, against the one that follows from the key. */
static ds_status check_public_key(ds_slice given, const ds_public_key *own, ds_error *err)
{
    unsigned char point[DS_SECP256K1_PUBLICBYTES];
    if (given.len != own->len)
        return ds_fail(err, DS_REPLY, "public_key: length: %lu bytes instead of %lu",
                       (unsigned long)given.len, (unsigned long)own->len);
    if (ds_slice_equal(given, ds_slice_of(own->bytes, own->len)))
        return DS_OK;
    if (own->len == sizeof point && ds_secp256k1_public_parse(point, given) != DS_OK)
        return ds_fail(err, DS_REPLY, "public_key: point: not on secp256k1");
    return ds_fail(err, DS_REPLY, "public_key: mismatch: it does not belong to the key");
}

ds_status ds_check_get_key_v1(const ds_message *request, const ds_message *reply, ds_error *err)
{
    ds_key_algorithm algorithm;
    ds_public_key own;
    if (!ds_key_algorithm_by_name_v1(&algorithm, ds_message_bytes(request, "algorithm")))
        return ds_fail(err, DS_INTERNAL, "algorithm: it has not been checked");
    if (ds_key_public(&own, algorithm, ds_message_bytes(reply, "key").data) != DS_OK)
        return ds_fail(err, DS_REPLY, "key: scalar: not a %s private key",
                       ds_key_algorithm_name(algorithm));
    return check_public_key(ds_message_bytes(reply, "public_key"), &own, err);
}

ds_status ds_check_validity_request(const ds_message *request, ds_error *err)
{
    const ds_value *from = ds_message_at(request, "not_before");
    const ds_value *to = ds_message_at(request, "not_after");
    if (!from->present || !to->present || from->number < to->number)
        return DS_OK;
    return ds_fail(err, DS_INVALID,
                   "not_before: %" PRIu64 " is not earlier than not_after, %" PRIu64
                   "; both are seconds since 1970",
                   from->number, to->number);
}
