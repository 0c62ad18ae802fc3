/* What sealing an environment costs at least, straight on libcrypto: random bytes, a key pair,
 * agreement, AES-256-GCM.   usage: bare_seal BYTES CALLS   Prints microseconds a call. */
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void agree(unsigned char shared[32], unsigned char pub[32], const unsigned char secret[32],
                  const unsigned char recipient[32])
{
    size_t len = 32;
    EVP_PKEY *ours = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, secret, 32);
    EVP_PKEY *theirs = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, recipient, 32);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(ours, NULL);
    if (EVP_PKEY_derive_init(ctx) != 1 || EVP_PKEY_derive_set_peer(ctx, theirs) != 1 ||
        EVP_PKEY_derive(ctx, shared, &len) != 1 ||
        EVP_PKEY_get_raw_public_key(ours, pub, &len) != 1)
        exit(1);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(ours);
    EVP_PKEY_free(theirs);
}

static void seal(unsigned char *out, const unsigned char *plain, int len,
                 const unsigned char key[32], const unsigned char nonce[12])
{
    int n;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, nonce) != 1 ||
        EVP_EncryptUpdate(ctx, out, &n, plain, len) != 1 ||
        EVP_EncryptFinal_ex(ctx, out + n, &n) != 1 ||
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, 16, out + len) != 1)
        exit(1);
    EVP_CIPHER_CTX_free(ctx);
}

static void once(unsigned char *out, const unsigned char *plain, int len)
{
    unsigned char secret[32], nonce[12], shared[32], pub[32];
    static const unsigned char recipient[32] = {9};
    if (RAND_bytes(secret, 32) != 1 || RAND_bytes(nonce, 12) != 1)
        exit(1);
    agree(shared, pub, secret, recipient);
    seal(out, plain, len, shared, nonce);
}

int main(int argc, char **argv)
{
    int len = argc == 3 ? atoi(argv[1]) : 0, calls = argc == 3 ? atoi(argv[2]) : 0;
    if (len < 1 || calls < 1)
        return 2;
    unsigned char *plain = calloc(1, (size_t)len), *out = malloc((size_t)len + 16);
    if (plain == NULL || out == NULL)
        return 1;
    once(out, plain, len);
    double start = now();
    for (int i = 0; i < calls; i++)
        once(out, plain, len);
    printf("%.3f\n", (now() - start) / calls * 1e6);
    free(plain);
    free(out);
    return 0;
}
