/* secp256k1, and the keys, links and signatures of the agents' vectors. */
#include "base/buf.h"
#include "crypto/ed25519.h"
#include "crypto/hash.h"
#include "crypto/hkdf.h"
#include "crypto/secp256k1.h"
#include "crypto_vectors.h"
#include "test.h"

#define N_MINUS_1 "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"
#define N         "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
#define N_HALF    "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0"
#define N_HALF_1  "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1"
#define ONE       "0000000000000000000000000000000000000000000000000000000000000001"
#define ZERO      "0000000000000000000000000000000000000000000000000000000000000000"
#define ONES      "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define G_X       "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
#define G_Y       "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"

static void test_secp256k1_keys(void)
{
    static const struct {
        const char *key;
        ds_status status;
        const char *pub;
    } rows[] = {
        {ZERO, DS_INVALID, "00" ZERO},
        {ONE, DS_OK, "02" G_X},
        {N_MINUS_1, DS_OK, "03" G_X},
        {N, DS_INVALID, "00" ZERO},
        {ONES, DS_INVALID, "00" ZERO},
        {"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a", DS_OK,
         "029c5530e4385ebc41cdaf8257edf9a2baaf8506a4099103211e6ed7382103ed67"},
        {SIMULATOR, DS_OK, "02818494263695e8839122dbd88e281d7380622999df4e60a14befa0f2d096fc7c"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char key[32], pub[33], sig[64], recoverable[65];
        test_bytes(key, rows[i].key);
        CHECK(ds_secp256k1_key_check(key) == rows[i].status);
        CHECK(ds_secp256k1_public_key(pub, key) == rows[i].status);
        CHECK(test_hex(pub, 33, rows[i].pub));
        CHECK(ds_secp256k1_sign(sig, key, key) == rows[i].status);
        CHECK(ds_secp256k1_sign_recoverable(recoverable, key, key) == rows[i].status);
        CHECK(memcmp(sig, recoverable, 64) == 0);
        CHECK(rows[i].status == DS_OK || test_hex(recoverable, 65, "00" ZERO ZERO));
    }
}

static void test_secp256k1_points(void)
{
    static const struct {
        const char *in;
        ds_status status;
    } rows[] = {
        {"02" G_X, DS_OK},
        {"04" G_X G_Y, DS_OK},
        {"06" G_X G_Y, DS_INVALID}, /* hybrid, y even */
        {"07" G_X G_Y, DS_INVALID},
        {"00", DS_INVALID}, /* infinity */
        {"", DS_INVALID},
        {"02" ZERO, DS_INVALID},
        {"020000000000000000000000000000000000000000000000000000000000000005", DS_INVALID},
        {"02" ONES, DS_INVALID},
        {"04" G_X G_X, DS_INVALID}, /* not on the curve */
        {"02" G_X "00", DS_INVALID},
        {"02" G_X G_Y, DS_INVALID},
        {"04" G_X, DS_INVALID},
        {"05" G_X, DS_INVALID},
        {G_X, DS_INVALID},
    };
    unsigned char in[66], out[33], full[65];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t len = test_bytes(in, rows[i].in);
        CHECK(ds_secp256k1_public_parse(out, ds_slice_of(in, len)) == rows[i].status);
        CHECK(test_hex(out, 33, rows[i].status == DS_OK ? "02" G_X : "00" ZERO));
    }
    test_bytes(in, "02" G_X);
    CHECK(ds_secp256k1_public_uncompressed(full, in) == DS_OK);
    CHECK_HEX(full, 65, "04" G_X G_Y);
    in[0] = 4;
    CHECK(ds_secp256k1_public_uncompressed(full, in) == DS_INVALID);
    CHECK_HEX(full, 65, "00" ZERO ZERO);
}

/* What was signed in "v0/verify" of the agents' vectors, and their key. */
#define TEXT   "dstack signature chain test vector"
#define PUBLIC "03f6e0f232f5eb6f4b118960a80c3939ea947b6dc727215aba43451910f2741bb8"
#define SIG_R  "4753cea786fe882ec17a1f75199d15f43e864286ddf1d599a901e503db787dc2"
#define SIG_S  "5c825c8a7a259a7c256fdbf75e74bd73282737f03fc449f9e627c8b540a161f4"
/* n - SIG_S */
#define SIG_HIGH "a37da37585da6583da902408a18b428b9287a4f66f845641d9aa95d78f94df4d"

static void test_secp256k1_verify(void)
{
    static const struct {
        const char *hash, *sig, *pub;
        ds_status status;
    } rows[] = {
        {NULL, SIG_R SIG_S, PUBLIC, DS_OK},
        {NULL, SIG_R SIG_HIGH, PUBLIC, DS_VERIFY},
        {ONE, SIG_R SIG_S, PUBLIC, DS_VERIFY},
        {NULL, SIG_R SIG_S, "02" G_X, DS_VERIFY},
        {NULL, ZERO SIG_S, PUBLIC, DS_INVALID},
        {NULL, SIG_R ZERO, PUBLIC, DS_INVALID},
        {NULL, N SIG_S, PUBLIC, DS_INVALID},
        {NULL, SIG_R N, PUBLIC, DS_INVALID},
        {NULL, ONES ONES, PUBLIC, DS_INVALID},
        {NULL, SIG_R N_HALF, PUBLIC, DS_VERIFY},
        {NULL, SIG_R SIG_S, "0200", DS_INVALID},
        {NULL, SIG_R SIG_S, "020000000000000000000000000000000000000000000000000000000000000005",
         DS_INVALID},
        /* A digest that is no hash: 31, 16 and 40 bytes brought to 32. */
        {"0011111111111111111111111111111111111111111111111111111111111111",
         "f828870175d1886c3f873a5a42bb3bdfe6dafb5a4d8206cae9ab1cb8866bec6f3a873cb4401b93d2d9c13523"
         "66c8d96717c78c136b2ccfda16e3aeb376a09882",
         PUBLIC, DS_OK},
        {"0000000000000000000000000000000022222222222222222222222222222222",
         "b587ebd8770bee7e21632d93cb0c97a7c4b0dd403ff5a398d73a51fdabea8b7301985665792d93ccf3ee2e11"
         "e95e17d583dbf7d835a3ac2e894c356d9afd732a",
         PUBLIC, DS_OK},
        {"3333333333333333333333333333333333333333333333333333333333333333",
         "968dcd109349f8bc44ca8e98b3c28d44339ca1ba25b0afc09b56e497d9e1b5cb6d6f3571dad8d5cf664260d9"
         "8b305a6cf794222b9fcdfd4acdb5a97bd2868719",
         PUBLIC, DS_OK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char hash[32], sig[64], pub[33];
        ds_error err = {DS_OK, ""};
        CHECK(ds_hash_one(DS_SHA256, hash, TEXT, strlen(TEXT)) == DS_OK);
        if (rows[i].hash != NULL)
            test_bytes(hash, rows[i].hash);
        test_bytes(sig, rows[i].sig);
        ds_slice key = ds_slice_of(pub, test_bytes(pub, rows[i].pub));
        CHECK(ds_secp256k1_verify(sig, hash, key, &err) == rows[i].status);
        CHECK(err.status == rows[i].status && (err.status == DS_OK) == (err.text[0] == '\0'));
    }
}

static void test_secp256k1_range(void)
{
    static const struct {
        const char *sig;
        ds_status status;
    } rows[] = {
        {ONE ONE, DS_OK},           {N_MINUS_1 N_HALF, DS_OK}, {ONE N_HALF_1, DS_VERIFY},
        {ONE N_MINUS_1, DS_VERIFY}, {ONE N, DS_INVALID},       {N ONE, DS_INVALID},
        {ZERO ONE, DS_INVALID},     {ONE ZERO, DS_INVALID},    {ZERO N_HALF_1, DS_INVALID},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char sig[64];
        ds_error err;
        test_bytes(sig, rows[i].sig);
        CHECK(ds_secp256k1_signature_check(sig, &err) == rows[i].status);
    }
}

/* Link 0 of "chain/v1" and its broken forms; the message is Keccak-256 of the claim. */
static void test_secp256k1_recover(void)
{
#define CLAIM                                                                                      \
    "\0\0\0\x19"                                                                                   \
    "dstack-guest-v1-key-claim\0\0\0\x09secp256k1\0\0\0\x12storage-encryption\0\0\0\x21"
#define LINK_R "2bc47ebaeccef2e54b8a2d349560fbda68fc42284b40a33073120f56122f28cf"
#define LINK_S "4cc823c458b4fecc4e20b7408981e7413f3dbec6db4fca81c3698ff52b0c90a2"
#define LINK_H "b337dc3ba74b0133b1df48bf767e18bd7b711e1fd3f8d5b9fc68ce97a529b09f"
    static const struct {
        const char *sig;
        ds_status status;
    } rows[] = {
        {LINK_R LINK_S "00", DS_OK},      {LINK_R LINK_H "01", DS_VERIFY},
        {LINK_R LINK_S "1b", DS_INVALID}, {LINK_R LINK_S "04", DS_INVALID},
        {LINK_R LINK_S "ff", DS_INVALID}, {LINK_R LINK_S "02", DS_VERIFY},
        {LINK_R LINK_S "03", DS_VERIFY},  {LINK_R ZERO "00", DS_INVALID},
        {ZERO LINK_S "00", DS_INVALID},   {N LINK_S "00", DS_INVALID},
        {ZERO ZERO "00", DS_INVALID},
    };
    unsigned char hash[32], sig[65], out[33], pub[33];
    test_bytes(pub, "02773a4f0de71123410a470291865604032e015e96348f19bf95d25d4bfc16bc3d");
    ds_slice parts[] = {DS_LITERAL(CLAIM), ds_slice_of(pub, 33)};
    CHECK(ds_hash(DS_KECCAK256, hash, parts, 2) == DS_OK);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ds_error err;
        test_bytes(sig, rows[i].sig);
        CHECK(ds_secp256k1_recover(out, sig, hash, &err) == rows[i].status);
        CHECK(test_hex(out, 33,
                       rows[i].status == DS_OK
                           ? "03f8669c2bf08c4deeb712b81d456cd1eadbf97872dfc5d5ca916edf605fc5b6fe"
                           : "00" ZERO));
    }
    ds_error err;
    test_bytes(sig, LINK_R LINK_S "01"); /* the other point: another key */
    CHECK(ds_secp256k1_recover(out, sig, hash, &err) == DS_OK);
    CHECK(!test_hex(out, 33, "03f8669c2bf08c4deeb712b81d456cd1eadbf97872dfc5d5ca916edf605fc5b6fe"));
}

static void put_lp(ds_buf *out, ds_slice text)
{
    unsigned char len[4] = {0, 0, (unsigned char)(text.len >> 8), (unsigned char)text.len};
    ds_buf_add(out, len, sizeof len);
    ds_buf_slice(out, text);
}

static ds_slice algorithm(const key_row *row)
{
    return row->ed25519 ? DS_LITERAL("ed25519") : DS_LITERAL("secp256k1");
}

/* Surface 0: HKDF(salt "RATLS", info = path); surface 1: length-prefixed tag, algorithm, domain. */
static void derive(unsigned char key[32], const key_row *row)
{
    unsigned char root[32], text[512];
    ds_buf info;
    ds_slice name = ds_slice_of(row->name, row->name_len);
    ds_slice salt = row->surface == 0 ? DS_LITERAL("RATLS") : DS_LITERAL("dstack-guest-v1");
    test_bytes(root, row->root);
    ds_buf_init(&info, sizeof text);
    if (row->surface == 0) {
        ds_buf_slice(&info, name);
    } else {
        put_lp(&info, DS_LITERAL("dstack-guest-v1-key"));
        put_lp(&info, algorithm(row));
        put_lp(&info, name);
    }
    ds_slice part = ds_buf_content(&info);
    CHECK(ds_hkdf_sha256(key, 32, salt, ds_slice_of(root, 32), &part, 1) == DS_OK);
    ds_buf_free(&info);
}

static void claim(unsigned char hash[32], const key_row *row, ds_slice public_key)
{
    ds_buf text;
    ds_buf_init(&text, 1024);
    if (row->surface == 0) {
        ds_buf_text(&text, row->purpose);
        ds_buf_byte(&text, ':');
        ds_buf_hex(&text, public_key.data, public_key.len);
    } else {
        put_lp(&text, DS_LITERAL("dstack-guest-v1-key-claim"));
        put_lp(&text, algorithm(row));
        put_lp(&text, ds_slice_of(row->name, row->name_len));
        put_lp(&text, public_key);
    }
    CHECK(ds_hash_one(DS_KECCAK256, hash, text.data, text.len) == DS_OK);
    ds_buf_free(&text);
}

/* s at one half of n stays; above, it becomes n - s; out of range, nothing is touched. */
static void test_secp256k1_normalize(void)
{
    static const struct {
        const char *s, *low;
        ds_status status;
        bool flipped;
    } rows[] = {
        {ONE, ONE, DS_OK, false},        {N_HALF, N_HALF, DS_OK, false},
        {N_HALF_1, N_HALF, DS_OK, true}, {N_MINUS_1, ONE, DS_OK, true},
        {ZERO, ZERO, DS_INVALID, false}, {N, N, DS_INVALID, false},
        {ONES, ONES, DS_INVALID, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char sig[64];
        ds_error err;
        bool flipped = false;
        test_bytes(sig, G_X);
        test_bytes(sig + 32, rows[i].s);
        CHECK(ds_secp256k1_signature_normalize(sig, &flipped, &err) == rows[i].status);
        CHECK(flipped == rows[i].flipped);
        CHECK_HEX(sig, 32, G_X);
        CHECK(test_hex(sig + 32, 32, rows[i].low));
    }
}

static void test_key_rows(void)
{
    for (size_t i = 0; i < sizeof key_rows / sizeof key_rows[0]; i++) {
        const key_row *row = &key_rows[i];
        unsigned char key[32], pub[33], root[32], root_pub[33], hash[32], sig[65], found[33];
        size_t len = row->ed25519 ? 32 : 33;
        ds_error err;
        derive(key, row);
        CHECK((row->ed25519 ? ds_ed25519_public_key(pub, key)
                            : ds_secp256k1_public_key(pub, key)) == DS_OK);
        CHECK(test_hex(pub, len, row->public_key));
        claim(hash, row, ds_slice_of(pub, len));
        test_bytes(root, row->root);
        CHECK(ds_secp256k1_sign_recoverable(sig, hash, root) == DS_OK);
        CHECK(test_hex(sig, 65, row->link));
        CHECK(ds_secp256k1_public_key(root_pub, root) == DS_OK);
        CHECK(ds_secp256k1_recover(found, sig, hash, &err) == DS_OK);
        CHECK(memcmp(found, root_pub, 33) == 0);
        CHECK(ds_secp256k1_verify(sig, hash, ds_slice_of(root_pub, 33), &err) == DS_OK);
        hash[31] ^= 1;
        CHECK(ds_secp256k1_verify(sig, hash, ds_slice_of(root_pub, 33), &err) == DS_VERIFY);
    }
}

/* A v0 path may be any bytes, even those a v1 derivation would use, and gives another key. */
static void test_surfaces_differ(void)
{
    static const char path[] = "\0\0\0\x13"
                               "dstack-guest-v1-key\0\0\0\x09secp256k1\0\0\0\x12storage-encryption";
    key_row row = {0, DOCS, path, sizeof path - 1, "", false, "", ""};
    unsigned char key[32];
    derive(key, &row);
    CHECK_HEX(key, 32, "ee7e8ab815cafd488ca27e4f54593b0e57d2309d8e4374b1e8b5d3ba00699d19");
    row = (key_row){1, DOCS, "storage-encryption", 18, "", false, "", ""};
    derive(key, &row);
    CHECK_HEX(key, 32, "5510330f86902ddae38c6d89c93a8408019332c17a429e1abd01c4a28d1544a6");
}

/* Sign of surface 0: key of path "vms". */
static void test_agent_signatures(void)
{
    static const struct {
        const char *root;
        bool ed25519;
        const char *text, *sig;
    } rows[] = {
        {SIMULATOR, false, "Test message for signing",
         "673932366ab5452967919dbb290a20b095e0a65ef35baa7bd47abcc23e37f0dc3f42c80fc1680af6ba57c9cb"
         "5bcf08f5d89aa4b6f69c819ef28045b0e0134992"},
        {SIMULATOR, true, "Test message for signing",
         "5d1b901403e9a4a03b4f854d0895abd7289f68381cd1044212c0e0c779493fc4886bfd139e3b8e6bf214d38b"
         "2ae15a32708f8f18805061a2079cca1c79288f04"},
        {SIMULATOR, true, "test message for ed25519",
         "d18c16da6d0bd18092c0471c9739b3d6c3a69ce45647e3905b9c50b79983769a92af6ae73b3e910f0b9e09e1"
         "6e2372ddbc4133874807b03fe9107bd0a24eae04"},
        {SIMULATOR, false, "",
         "2de7b0ad80d3073299b68e4c56224bf6a5b9c7d1b70d023fef635c91d897a7053577abbe5aa862cd9f424534"
         "a37a8b1b5054eb0ba8abb6750df14c559dc2463d"},
        {HIERARCHY, false, TEXT, SIG_R SIG_S},
        {HIERARCHY, true, TEXT,
         "b29c21a4aa614b434542e938abe9e48c46369c4d37ecfcdbaae02251c73eff5f1912ada04309445575204a11"
         "0a6fc74dd73734240a7c6e2bffbb5c9e1bd0b408"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        key_row row = {0, rows[i].root, "vms", 3, "", rows[i].ed25519, "", ""};
        const char *text = rows[i].text;
        unsigned char key[32], hash[32], sig[64];
        derive(key, &row);
        CHECK(ds_hash_one(DS_SHA256, hash, text, strlen(text)) == DS_OK);
        CHECK((row.ed25519 ? ds_ed25519_sign(sig, text, strlen(text), key)
                           : ds_secp256k1_sign(sig, hash, key)) == DS_OK);
        CHECK(test_hex(sig, 64, rows[i].sig));
    }
}

static void test_prehashed(void)
{
    key_row row = {0, SIMULATOR, "vms", 3, "", false, "", ""};
    unsigned char key[32], hash[32], sig[64];
    derive(key, &row);
    test_bytes(hash, "62def9deb63593d05474b22851c0616dbc10ca66aa4f93900ab923a0fa52c54f");
    CHECK(ds_secp256k1_sign(sig, hash, key) == DS_OK);
    CHECK_HEX(sig, 64,
              "d79fbb0129ff07098837226231994646c809cda435f3783b2c752728e091e80b094145e622686554e625"
              "7e8888b99731e824315c46f7ddf85c07ec858bd6b869");
}

/* Signatures of a KMS: over an app's root key, and over a public key to encrypt for. */
static void test_kms(void)
{
#define KMS_LINK(app_id, key) "64737461636b2d6b6d732d6973737565643a" app_id key
#define ENV_KEY               "64737461636b2d656e762d656e63727970742d7075626b65793a"
#define ROOT_PUBLIC           "0318f228673448772dd4835a82149a9d475db8095234469a8fcc85cfa18b85abbc"
    static const struct {
        const char *key; /* NULL: not known */
        const char *text, *sig, *pub;
    } rows[] = {
        {KMS_ROOT,
         KMS_LINK(APP_ID, "03f8669c2bf08c4deeb712b81d456cd1eadbf97872dfc5d5ca916edf605fc5b6fe"),
         "00ac321fbbe6817c5de0720644e936b20046ff1c9226e0558a9c86856e8a1dd06bb7a7efae1cf3ec522553c2"
         "8627ea96c139d5dc9cdd5a1898c2406c074438d800",
         ROOT_PUBLIC},
        {NULL,
         KMS_LINK("5bb4ff9a3837357f19dc176407a5709c62eb6c56",
                  "02818494263695e8839122dbd88e281d7380622999df4e60a14befa0f2d096fc7c"),
         "9e618603e72d01fedb82deff6daf2d62a572becf0059eec3f89c1ab40e1f2e594d2a283f843f34e8f39e4cc4"
         "9a612496ce67223a12ac923f8efe330346dfc6c500",
         "0321529e458424ab1f710a3a57ec4dad2fb195ddca572f7469242ba6c7563085b6"},
        {NULL,
         ENV_KEY "0000000000000000000000000000000000000000"
                 "e33a1832c6562067ff8f844a61e51ad051f1180b66ec2551fb0251735f3ee90a",
         "8542c49081fbf4e03f62034f13fbf70630bdf256a53032e38465a27c36fd6bed7a5e7111652004aef37f7fd9"
         "2fbfc1285212c4ae6a6154203a48f5e16cad2cef00",
         "0217610d74cbd39b6143842c6d8bc310d79da1d82cc9d17f8876376221eda0c38f"},
        {"0101010101010101010101010101010101010101010101010101010101010101",
         ENV_KEY "abababababababababababababababababababab000000006553f100"
                 "dededededededededededededededededededededededededededededededede",
         "c9e643b59985ab43c0ae4ec75e302d9d7a70abe0212f9928d5fc56563aa56b5415271d9ea4dd8d02125359da"
         "e4267d704c374ba72a829bece6e16b5e3cdfc9f600",
         "031b84c5567b126440995d3ed5aaba0565d71e1834604819ff9c17f5e9d5dd078f"},
        {"0404040404040404040404040404040404040404040404040404040404040404",
         ENV_KEY "0101010101010101010101010101010101010101000000006553f11e"
                 "1111111111111111111111111111111111111111111111111111111111111111",
         "c963c257082553873be0e908eed206a5f9d4f204f35f71a951522cdf13eae9e418a67b025e432f03cb3bcd4e"
         "891623ccfda8829e05917ef05543ff8cfc1ad77100",
         "03462779ad4aad39514614751a71085f2f10e1c7a593e4e030efb5b8721ce55b0b"},
        {"0505050505050505050505050505050505050505050505050505050505050505",
         ENV_KEY "0202020202020202020202020202020202020202000000006553ef70"
                 "2222222222222222222222222222222222222222222222222222222222222222",
         "1cb79c472dc5154b562ce5eff61e9e85749218c9a1e11dd154cf0bd6e6cbe68a20ffaa7cac8116593a116715"
         "a9e5c64a4e3b45015deefb9bed6307e74c27424501",
         "0362c0a046dacce86ddd0343c6d3c7c79c2208ba0d9c9cf24a6d046d21d21f90f7"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char text[128], hash[32], sig[65], pub[33], key[32];
        ds_error err;
        size_t len = test_bytes(text, rows[i].text);
        CHECK(ds_hash_one(DS_KECCAK256, hash, text, len) == DS_OK);
        test_bytes(sig, rows[i].sig);
        CHECK(ds_secp256k1_recover(pub, sig, hash, &err) == DS_OK);
        CHECK(test_hex(pub, 33, rows[i].pub));
        if (rows[i].key == NULL)
            continue;
        test_bytes(key, rows[i].key);
        CHECK(ds_secp256k1_sign_recoverable(sig, hash, key) == DS_OK);
        CHECK(test_hex(sig, 65, rows[i].sig));
    }
}

/* An app's root key comes from the KMS's. */
static void test_app_root(void)
{
    unsigned char root[32], app_id[20], key[32];
    test_bytes(root, KMS_ROOT);
    ds_slice info[] = {ds_slice_of(app_id, test_bytes(app_id, APP_ID)), DS_LITERAL("app-key")};
    CHECK(ds_hkdf_sha256(key, 32, DS_LITERAL("RATLS"), ds_slice_of(root, 32), info, 2) == DS_OK);
    CHECK_HEX(key, 32, HIERARCHY);
}

int main(void)
{
    test_secp256k1_keys();
    test_secp256k1_points();
    test_secp256k1_verify();
    test_secp256k1_range();
    test_secp256k1_recover();
    test_secp256k1_normalize();
    test_key_rows();
    test_surfaces_differ();
    test_agent_signatures();
    test_prehashed();
    test_app_root();
    test_kms();
    return test_done();
}
