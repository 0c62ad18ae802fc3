#include "solana/keyfile.h"

#include "base/json.h"
#include "base/wipe.h"
#include "crypto/ed25519.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define HALF (DS_KEYFILE_PAIRBYTES / 2)

static ds_status no_array(ds_error *err)
{
    return ds_fail(err, DS_INVALID, "not a JSON array of 64 numbers of 0 to 255");
}

static ds_status read_numbers(unsigned char pair[64], const ds_json *root, ds_error *err)
{
    size_t n = 0;
    uint64_t number;
    if (root->type != DS_JSON_ARRAY || root->count != DS_KEYFILE_PAIRBYTES)
        return no_array(err);
    for (const ds_json *item = root->first; item != NULL; item = item->next) {
        if (!ds_json_u64(item, &number) || number > 255)
            return no_array(err);
        pair[n++] = (unsigned char)number;
    }
    return DS_OK;
}

ds_status ds_keyfile_check(const unsigned char pair[64], ds_error *err)
{
    unsigned char public_key[DS_ED25519_PUBLICBYTES];
    if (ds_ed25519_public_key(public_key, pair) != DS_OK)
        return ds_fail(err, DS_INTERNAL, "%s", ds_status_meaning(DS_INTERNAL));
    if (memcmp(public_key, pair + HALF, sizeof public_key) == 0)
        return DS_OK;
    return ds_fail(
        err, DS_INVALID,
        "the last 32 numbers are not the public key of the first 32; the file is damaged");
}

ds_status ds_keyfile_read(unsigned char pair[64], ds_slice text, ds_error *err)
{
    ds_json_doc doc;
    memset(pair, 0, DS_KEYFILE_PAIRBYTES);
    if (text.len > DS_KEYFILE_MAXTEXT)
        return ds_fail(err, DS_TOO_LARGE, "more than %d bytes", DS_KEYFILE_MAXTEXT);
    ds_status status = ds_json_parse(&doc, text.data, text.len, err);
    if (status == DS_OK)
        status = read_numbers(pair, doc.root, err);
    else if (status != DS_MEMORY)
        status = no_array(err);
    ds_json_free(&doc);
    if (status == DS_OK)
        status = ds_keyfile_check(pair, err);
    if (status != DS_OK)
        ds_wipe(pair, DS_KEYFILE_PAIRBYTES);
    return status;
}

static void put_numbers(ds_buf *out, char before, const unsigned char *bytes)
{
    for (size_t i = 0; i < HALF; i++) {
        ds_buf_printf(out, "%c%d", before, bytes[i]);
        before = ',';
    }
}

ds_status ds_keyfile_write(ds_buf *out, const unsigned char seed[32],
                           const unsigned char public_key[32])
{
    put_numbers(out, '[', seed);
    put_numbers(out, ',', public_key);
    return ds_buf_byte(out, ']');
}

/* Files --------------------------------------------------------------------------------------- */

static ds_status no_file(const char *what, int number, ds_error *err)
{
    return ds_fail(err, DS_INVALID, "%s: %s", what, strerror(number));
}

/* Reads until the end, or one byte more than a key file may have. Returns 0 or errno. */
static int read_all(ds_buf *text, int file)
{
    ssize_t n = 1;
    while (n != 0 && text->len <= DS_KEYFILE_MAXTEXT) {
        unsigned char piece[512];
        n = read(file, piece, sizeof piece);
        if (n > 0)
            ds_buf_add(text, piece, (size_t)n);
        ds_wipe(piece, sizeof piece);
        if (n < 0 && errno != EINTR)
            return errno;
    }
    return ds_buf_status(text) == DS_OK ? 0 : ENOMEM;
}

ds_status ds_keyfile_load(unsigned char pair[64], const char *path, ds_error *err)
{
    ds_buf text;
    memset(pair, 0, DS_KEYFILE_PAIRBYTES);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return no_file("cannot be opened", errno, err);
    ds_buf_init(&text, 2 * DS_KEYFILE_MAXTEXT);
    int number = read_all(&text, file);
    close(file);
    ds_status status = number != 0 ? no_file("cannot be read", number, err)
                                   : ds_keyfile_read(pair, ds_buf_content(&text), err);
    ds_buf_free(&text);
    return status;
}

/* Writes it all. Returns 0 or errno. */
static int write_all(int file, ds_slice text)
{
    const unsigned char *p = text.data;
    for (size_t at = 0; at < text.len;) {
        ssize_t n = write(file, p + at, text.len - at);
        if (n < 0 && errno != EINTR)
            return errno;
        at += n > 0 ? (size_t)n : 0;
    }
    return fsync(file) == 0 || errno == EINVAL || errno == EROFS ? 0 : errno;
}

static ds_status save(const char *path, ds_slice text, ds_error *err)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return no_file("cannot be created", errno, err);
    int number = write_all(file, text);
    if (close(file) != 0 && number == 0)
        number = errno;
    if (number == 0)
        return DS_OK;
    unlink(path);
    return no_file("cannot be written", number, err);
}

ds_status ds_keyfile_save(const char *path, const unsigned char seed[32],
                          const unsigned char public_key[32], ds_error *err)
{
    ds_buf text;
    ds_buf_init(&text, DS_KEYFILE_MAXTEXT);
    ds_status status = ds_keyfile_write(&text, seed, public_key);
    status = status == DS_OK ? save(path, ds_buf_content(&text), err) : ds_fail_memory(err);
    ds_buf_free(&text);
    return status;
}
