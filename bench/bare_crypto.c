/* The primitives below dstack.crypto, called as directly as their libraries allow, with keys made
 * once: the floor that bench/crypto.lua is measured against.
 * usage: bare_crypto NAME CALLS   Prints microseconds a call. */
#include <openssl/evp.h>
#include <secp256k1.h>
#include <secp256k1_recovery.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MIB (1 << 20)

static unsigned char message[MIB], out[MIB + 16], key[32] = {1, 2, 3}, hash[32] = {4, 5, 6};
static secp256k1_context *context;
static secp256k1_ecdsa_signature signature;
static secp256k1_pubkey point;
static EVP_PKEY *ed25519, *x25519, *theirs;

static void need(int good)
{
    if (good != 1)
        exit(1);
}

static void prepare(void)
{
    context = secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
    need(secp256k1_context_randomize(context, hash));
    need(secp256k1_ec_pubkey_create(context, &point, key));
    need(secp256k1_ecdsa_sign(context, &signature, hash, key, NULL, NULL));
    ed25519 = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, key, 32);
    x25519 = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, key, 32);
    theirs = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, hash, 32);
    need(ed25519 != NULL && x25519 != NULL && theirs != NULL);
}

static void digest(const EVP_MD *type)
{
    need(EVP_Digest(message, sizeof message, out, NULL, type, NULL));
}

static void sha256(void)
{
    digest(EVP_sha256());
}

static void sha3_256(void)
{
    digest(EVP_sha3_256());
}

static void secp256k1_sign(void)
{
    secp256k1_ecdsa_signature made;
    need(secp256k1_ecdsa_sign(context, &made, hash, key, NULL, NULL));
    need(secp256k1_ecdsa_signature_serialize_compact(context, out, &made));
}

static void secp256k1_recoverable(void)
{
    secp256k1_ecdsa_recoverable_signature made;
    int v;
    need(secp256k1_ecdsa_sign_recoverable(context, &made, hash, key, NULL, NULL));
    need(secp256k1_ecdsa_recoverable_signature_serialize_compact(context, out, &v, &made));
}

static void secp256k1_check(void)
{
    need(secp256k1_ecdsa_verify(context, &signature, hash, &point));
}

static void sign_by_ed25519(size_t bytes)
{
    size_t size = 64;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    need(EVP_DigestSignInit_ex(ctx, NULL, NULL, NULL, NULL, ed25519, NULL));
    need(EVP_DigestSign(ctx, out, &size, message, bytes));
    EVP_MD_CTX_free(ctx);
}

static void ed25519_sign(void)
{
    sign_by_ed25519(32);
}

/* As many bytes as the message of the transfer in sign.lua has. */
static void ed25519_message(void)
{
    sign_by_ed25519(152);
}

static void x25519_agree(void)
{
    size_t size = 32;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(x25519, NULL);
    need(EVP_PKEY_derive_init(ctx));
    need(EVP_PKEY_derive_set_peer(ctx, theirs));
    need(EVP_PKEY_derive(ctx, out, &size));
    EVP_PKEY_CTX_free(ctx);
}

static void aes256_gcm_seal(void)
{
    int n;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    need(EVP_EncryptInit_ex2(ctx, EVP_aes_256_gcm(), key, hash, NULL));
    need(EVP_EncryptUpdate(ctx, out, &n, message, sizeof message));
    need(EVP_EncryptFinal_ex(ctx, out + n, &n));
    need(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, out + MIB));
    EVP_CIPHER_CTX_free(ctx);
}

static const struct {
    const char *name;
    void (*call)(void);
} primitives[] = {
    {"sha256", sha256},
    {"sha3_256", sha3_256},
    {"secp256k1.sign", secp256k1_sign},
    {"secp256k1.sign_recoverable", secp256k1_recoverable},
    {"secp256k1.verify", secp256k1_check},
    {"ed25519.sign", ed25519_sign},
    {"ed25519.sign_message", ed25519_message},
    {"x25519.shared_secret", x25519_agree},
    {"aes256_gcm.seal", aes256_gcm_seal},
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    double start = 0;
    size_t which = 0, count = sizeof primitives / sizeof *primitives;
    while (argc == 3 && which < count && strcmp(argv[1], primitives[which].name) != 0)
        which++;
    if (argc != 3 || which == count)
        return 2;
    int calls = atoi(argv[2]);
    prepare();
    for (int i = -calls / 10 - 1; i < calls; i++) { /* the first tenth is a warm-up */
        if (i == 0)
            start = now();
        primitives[which].call();
    }
    printf("%.3f\n", (now() - start) / calls * 1e6);
    return 0;
}
