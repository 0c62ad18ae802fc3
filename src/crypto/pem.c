#include "crypto/pem.h"

#include "base/base64.h"
#include "base/wipe.h"

#include <openssl/evp.h>

#define BEGIN         "-----BEGIN "
#define END           "-----END "
#define TAIL          "-----"
#define LINE_BYTES    48 /* make a line of 64 characters */
#define LINE_ENCODED  64
#define QUARTET       4
#define QUARTET_BYTES 3

/* Up to four characters on their way to three bytes. */
typedef struct quartet {
    unsigned long bits;
    unsigned count;
    unsigned pads;
    bool ended; /* a padded one came: nothing may follow */
} quartet;

/* Returns false when the padded quartet has bits that its bytes do not hold: the same bytes
 * would have several texts. */
static bool flush(ds_buf *out, quartet *q)
{
    unsigned long unused = q->pads == 0 ? 0 : (1ul << 8 * q->pads) - 1;
    bool canonical = (q->bits & unused) == 0;
    unsigned char bytes[QUARTET_BYTES] = {(unsigned char)(q->bits >> 16),
                                          (unsigned char)(q->bits >> 8), (unsigned char)q->bits};
    ds_buf_add(out, bytes, QUARTET_BYTES - q->pads);
    ds_wipe(bytes, sizeof bytes);
    *q = (quartet){.ended = q->pads > 0};
    return canonical;
}

static bool take_character(ds_buf *out, quartet *q, unsigned char c)
{
    int v = ds_base64_value(c);
    if (c == '=' && q->count >= 2) {
        q->pads++;
        v = 0;
    } else if (q->pads > 0) {
        return false;
    }
    if (v < 0 || q->ended)
        return false;
    q->bits = q->bits << 6 | (unsigned long)v;
    return ++q->count < QUARTET || flush(out, q);
}

/* Reads the line's whole quartets at once, but for a last one that may be padded. Out: *used, how
 * many characters that were. */
static bool take_quartets(ds_buf *out, size_t *used, ds_slice line)
{
    size_t n = line.len == 0 ? 0 : (line.len - 1) / QUARTET;
    unsigned char *at = ds_buf_grow(out, n * QUARTET_BYTES);
    *used = n * QUARTET;
    return at == NULL || ds_base64_groups(at, line.data, n);
}

static bool take_characters(ds_buf *out, quartet *q, ds_slice line)
{
    const unsigned char *p = line.data;
    size_t i = 0;
    if (q->count == 0 && !q->ended && !take_quartets(out, &i, line))
        return false;
    for (; i < line.len; i++)
        if (!take_character(out, q, p[i]))
            return false;
    return line.len > 0;
}

/* Cuts the first line, without its end, from *rest. Returns false when there is none. */
static bool take_line(ds_slice *line, ds_slice *rest)
{
    if (rest->len == 0)
        return false;
    const char *p = rest->data, *lf = memchr(p, '\n', rest->len);
    size_t used = lf == NULL ? rest->len : (size_t)(lf - p) + 1;
    size_t len = lf == NULL ? used : used - 1;
    if (lf != NULL && len > 0 && p[len - 1] == '\r')
        len--;
    *line = ds_slice_of(p, len);
    *rest = ds_slice_of(p + used, rest->len - used);
    return true;
}

static bool is_marker(ds_slice line, ds_slice head, const char *label)
{
    ds_slice name = ds_slice_of(label, strlen(label)), tail = DS_LITERAL(TAIL);
    const char *p = line.data;
    return line.len == head.len + name.len + tail.len && ds_slice_starts(line, head) &&
           ds_slice_equal(ds_slice_of(p + head.len, name.len), name) &&
           ds_slice_equal(ds_slice_of(p + head.len + name.len, tail.len), tail);
}

/* Returns NULL, or what is wrong with the text. */
static const char *decode(ds_buf *der, quartet *q, ds_slice text, const char *label)
{
    ds_slice line;
    if (!take_line(&line, &text) || !is_marker(line, DS_LITERAL(BEGIN), label))
        return "it does not begin with its BEGIN line";
    for (;;) {
        if (!take_line(&line, &text))
            return "its END line is missing";
        if (is_marker(line, DS_LITERAL(END), label))
            break;
        if (!take_characters(der, q, line))
            return "a line is not base64";
    }
    if (q->count != 0)
        return "its base64 ends early";
    return text.len == 0 ? NULL : "something follows its END line";
}

ds_status ds_pem_decode(ds_buf *der, ds_slice text, const char *label, ds_error *err)
{
    size_t before = der->len;
    quartet q = {.count = 0};
    const char *wrong = decode(der, &q, text, label);
    ds_wipe(&q, sizeof q);
    ds_status status = ds_buf_status(der);
    if (status == DS_MEMORY)
        ds_fail_memory(err);
    else if (status != DS_OK)
        ds_fail(err, status, "PEM %s: more than %zu bytes", label, der->max);
    else if (wrong != NULL)
        status = ds_fail(err, DS_INVALID, "PEM %s: %s", label, wrong);
    if (status != DS_OK && der->len > before) {
        ds_wipe(der->data + before, der->len - before);
        der->len = before;
    }
    return status;
}

bool ds_pem_next(ds_slice *block, ds_slice *rest)
{
    ds_slice line;
    *block = *rest;
    while (take_line(&line, rest))
        if (ds_slice_starts(line, DS_LITERAL(END)))
            break;
    block->len -= rest->len;
    return block->len > 0;
}

ds_status ds_pem_encode(ds_buf *out, const char *label, ds_slice der)
{
    unsigned char line[LINE_ENCODED + 1];
    const unsigned char *p = der.data;
    ds_buf_text(out, BEGIN);
    ds_buf_text(out, label);
    ds_buf_text(out, TAIL "\n");
    for (size_t done = 0; done < der.len; done += LINE_BYTES) {
        size_t n = der.len - done < LINE_BYTES ? der.len - done : LINE_BYTES;
        int len = EVP_EncodeBlock(line, p + done, (int)n);
        ds_buf_add(out, line, (size_t)len);
        ds_buf_byte(out, '\n');
    }
    ds_wipe(line, sizeof line);
    ds_buf_text(out, END);
    ds_buf_text(out, label);
    return ds_buf_text(out, TAIL "\n");
}
