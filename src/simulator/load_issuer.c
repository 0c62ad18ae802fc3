#include "simulator/load.h"

#include "base/hex.h"

/* Issuers whose keys people have at hand, and for which app id: the one that comes with upstream's
 * simulator. */
static const struct issuer {
    unsigned char root[DS_SECP256K1_PUBLICBYTES];
    unsigned char app_id[DS_APP_ID_BYTES];
} issuers[] = {
    {{0x03, 0x21, 0x52, 0x9e, 0x45, 0x84, 0x24, 0xab, 0x1f, 0x71, 0x0a,
      0x3a, 0x57, 0xec, 0x4d, 0xad, 0x2f, 0xb1, 0x95, 0xdd, 0xca, 0x57,
      0x2f, 0x74, 0x69, 0x24, 0x2b, 0xa6, 0xc7, 0x56, 0x30, 0x85, 0xb6},
     {0x5b, 0xb4, 0xff, 0x9a, 0x38, 0x37, 0x35, 0x7f, 0x19, 0xdc,
      0x17, 0x64, 0x07, 0xa5, 0x70, 0x9c, 0x62, 0xeb, 0x6c, 0x56}},
};

static void hex_text(char *out, const unsigned char *bytes, size_t n)
{
    ds_hex_encode(out, bytes, n);
    out[2 * n] = '\0';
}

static bool is_known_root(const ds_load *load, const unsigned char *root)
{
    if (memcmp(root, load->kms.root, sizeof load->kms.root) == 0)
        return true;
    for (size_t i = 0; i < sizeof issuers / sizeof *issuers; i++)
        if (memcmp(root, issuers[i].root, sizeof issuers[i].root) == 0)
            return true;
    return false;
}

static bool issued_for(const ds_load *load, const unsigned char *app_id, unsigned char *root)
{
    const ds_identity *identity = load->identity;
    ds_error ignored;
    return ds_chain_recover_kms(root, identity->kms_link.data, ds_slice_of(app_id, DS_APP_ID_BYTES),
                                identity->app_root, &ignored) == DS_OK &&
           is_known_root(load, root);
}

/* Returns an app id other than the identity's that these keys were issued for, or NULL.
 * Out: who issued them. */
static const unsigned char *other_app(const ds_load *load, unsigned char *root)
{
    if (issued_for(load, load->identity->compose_hash, root))
        return load->identity->compose_hash;
    for (size_t i = 0; i < sizeof issuers / sizeof *issuers; i++)
        if (issued_for(load, issuers[i].app_id, root))
            return issuers[i].app_id;
    return NULL;
}

static void note_other_app(ds_load *load, const unsigned char *app_id, bool overridden)
{
    char issued[2 * DS_APP_ID_BYTES + 1], ours[2 * DS_APP_ID_BYTES + 1];
    hex_text(issued, app_id, DS_APP_ID_BYTES);
    hex_text(ours, load->identity->app_id, DS_APP_ID_BYTES);
    ds_load_note(
        load,
        "warning: the keys in %s were issued for app id %s, %s gives %s: signature chains do not "
        "verify for it; --app-id %s makes the chain verify",
        DS_FILE_APP_KEYS, issued, overridden ? "--app-id" : DS_FILE_COMPOSE, ours, issued);
}

/* A signature leads to some key whatever the app id is. Only a key we know tells that the app id
 * is the right one. */
ds_status ds_load_issuer(ds_load *load, bool overridden)
{
    ds_identity *identity = load->identity;
    unsigned char root[DS_SECP256K1_PUBLICBYTES];
    ds_error why;
    if (ds_chain_recover_kms(identity->kms_root, identity->kms_link.data,
                             ds_slice_of(identity->app_id, DS_APP_ID_BYTES), identity->app_root,
                             &why) != DS_OK)
        return ds_fail(load->err, DS_INVALID, "%s: k256_signature: %.500s", DS_FILE_APP_KEYS,
                       why.text);
    identity->issuer = DS_ISSUER_KNOWN;
    if (is_known_root(load, identity->kms_root))
        return DS_OK;
    const unsigned char *app_id = other_app(load, root);
    if (app_id != NULL) {
        memcpy(identity->kms_root, root, sizeof root);
        note_other_app(load, app_id, overridden);
        return DS_OK;
    }
    identity->issuer = DS_ISSUER_ASSUMED;
    ds_load_note(
        load,
        "warning: the KMS that issued the keys in %s is not known: its public key below is right "
        "only if they were issued for this app id",
        DS_FILE_APP_KEYS);
    return DS_OK;
}
