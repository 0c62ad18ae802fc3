/* Memory runs out at every single allocation of every primitive: it fails, leaves zeros where its
 * result was to be, and leaks nothing; the next call works. */
#include "base/base58.h"
#include "base/base64.h"
#include "crypto/aes_gcm.h"
#include "crypto/ecdsa.h"
#include "crypto/ed25519.h"
#include "crypto/hkdf.h"
#include "crypto/p256.h"
#include "crypto/secp256k1.h"
#include "crypto/x25519.h"
#include "ethereum/transaction.h"
#include "test.h"
#include "torture.h"

#define OUT_BYTES 128

static const unsigned char secret[32] = {1, 2, 3, 4}, hash[32] = {5}, nonce[12] = {6};
static unsigned char ed_public[32], ed_signature[64], p256_public[65], p256_signature[64];
static unsigned char sealed[48];

static ds_slice key_slice(void)
{
    return ds_slice_of(secret, sizeof secret);
}

/* What is tried: writes its result, if it has one, to out. */
typedef ds_status primitive(unsigned char *out);

static ds_status try_hasher(unsigned char *out)
{
    ds_hasher hasher, copy;
    ds_hasher_begin(&hasher, DS_SHA384);
    ds_hasher_update(&hasher, hash, sizeof hash);
    ds_hasher_copy(&copy, &hasher);
    ds_status status = ds_hasher_final(&copy, out);
    ds_hasher_free(&hasher);
    ds_hasher_free(&copy);
    return status;
}

static ds_status try_hkdf(unsigned char *out)
{
    ds_slice salt = {NULL, 0};
    return ds_hkdf(DS_SHA512, out, 100, salt, key_slice(), NULL, 0);
}

static ds_status try_secp256k1(unsigned char *out)
{
    return ds_secp256k1_sign(out, hash, secret);
}

static ds_status try_ed25519(unsigned char *out)
{
    return ds_ed25519_sign(out, hash, sizeof hash, secret);
}

static ds_status try_ed25519_pair(unsigned char *out)
{
    return ds_ed25519_sign_pair(out, hash, sizeof hash, secret, ed_public);
}

static ds_status try_ed25519_verify(unsigned char *out)
{
    (void)out;
    return ds_ed25519_verify(ed_signature, hash, sizeof hash, ed_public);
}

static ds_status try_x25519_public(unsigned char *out)
{
    return ds_x25519_public_key(out, secret);
}

static ds_status try_x25519(unsigned char *out)
{
    static const unsigned char base[32] = {9};
    return ds_x25519_shared_secret(out, secret, base);
}

static ds_status try_p256(unsigned char *out)
{
    return ds_p256_sign(out, hash, sizeof hash, secret);
}

static ds_status try_ecdsa(unsigned char *out)
{
    (void)out;
    return ds_ecdsa_verify(DS_CURVE_P256, DS_SHA256, p256_signature, ds_slice_of(hash, sizeof hash),
                           ds_slice_of(p256_public, 65));
}

static ds_status try_seal(unsigned char *out)
{
    return ds_aes256_gcm_seal(out, secret, nonce, key_slice(), ds_slice_of(hash, sizeof hash));
}

static ds_status try_open(unsigned char *out)
{
    return ds_aes256_gcm_open(out, secret, nonce, ds_slice_of(sealed, sizeof sealed),
                              ds_slice_of(hash, sizeof hash));
}

/* Nothing is added when the buffer cannot grow. */
static ds_status try_encodings(unsigned char *out)
{
    ds_buf text, bytes;
    ds_error err;
    (void)out;
    ds_buf_init(&text, 1024);
    ds_buf_init(&bytes, 1024);
    ds_status status = ds_base58_encode(&text, key_slice());
    if (status == DS_OK)
        status = ds_base58_decode(&bytes, ds_buf_content(&text), &err);
    ds_buf_free(&text);
    ds_buf_init(&text, 1024);
    if (status == DS_OK)
        status = ds_base64_encode(&text, key_slice(), DS_BASE64);
    ds_buf_free(&bytes);
    if (status == DS_OK)
        status = ds_base64_decode(&bytes, ds_buf_content(&text), DS_BASE64, &err);
    ds_buf_free(&text);
    ds_buf_free(&bytes);
    return status;
}

static ds_status try_transaction(unsigned char *out)
{
    ds_transaction tx = {.chain_id = ds_u256_of(1), .data = key_slice()};
    ds_status status = ds_transaction_sign(&tx, secret);
    memcpy(out, tx.r.bytes, sizeof tx.r.bytes);
    return status;
}

static const struct {
    const char *name;
    primitive *call;
    size_t size; /* of the result */
} rows[] = {
    {"hasher", try_hasher, 48},
    {"hkdf", try_hkdf, 100},
    {"secp256k1", try_secp256k1, 64},
    {"ed25519", try_ed25519, 64},
    {"ed25519 with both halves", try_ed25519_pair, 64},
    {"ed25519 verify", try_ed25519_verify, 0},
    {"x25519 public key", try_x25519_public, 32},
    {"x25519", try_x25519, 32},
    {"p256", try_p256, 64},
    {"ecdsa verify", try_ecdsa, 0},
    {"aes256_gcm seal", try_seal, 48},
    {"aes256_gcm open", try_open, 32},
    {"encodings", try_encodings, 0},
    {"transaction", try_transaction, 32},
};

static bool all_zero(const unsigned char *p, size_t n)
{
    unsigned char any = 0;
    for (size_t i = 0; i < n; i++)
        any = (unsigned char)(any | p[i]);
    return any == 0;
}

/* OpenSSL does without an allocation now and then, so one that failed need not show. */
static bool round_of(void *context)
{
    const size_t *which = context;
    unsigned char out[OUT_BYTES];
    memset(out, 0xff, sizeof out);
    ds_status status = rows[*which].call(out);
    bool struck = torture_disarm();
    if (status != DS_OK && (!struck || !all_zero(out, rows[*which].size)))
        return false;
    return rows[*which].call(out) == DS_OK;
}

static void prepare(void)
{
    CHECK(ds_ed25519_public_key(ed_public, secret) == DS_OK);
    CHECK(try_ed25519(ed_signature) == DS_OK);
    CHECK(ds_p256_public_key(p256_public, secret) == DS_OK);
    CHECK(try_p256(p256_signature) == DS_OK);
    CHECK(try_seal(sealed) == DS_OK);
}

int main(void)
{
    torture_begin();
    prepare();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK(round_of(&i));
        test_count(torture_rounds(round_of, &i) > 0, __FILE__, __LINE__, rows[i].name);
    }
    return test_done();
}
