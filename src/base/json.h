/* Strict JSON: RFC 8259 and nothing else.
 *
 * For every byte that came from a network or is going to be hashed. The parser takes well-formed
 * UTF-8 only, no byte order mark, no lone surrogates, no trailing text, at most DS_JSON_DEPTH
 * levels and DS_JSON_NODES values. Numbers keep their literal text, so no digit is lost. The
 * document owns a copy of the text, which is wiped when it is freed. */
#ifndef DS_BASE_JSON_H
#define DS_BASE_JSON_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define DS_JSON_DEPTH 128
#define DS_JSON_NODES (1u << 20)

typedef enum ds_json_type {
    DS_JSON_NULL,
    DS_JSON_BOOL,
    DS_JSON_NUMBER,
    DS_JSON_STRING,
    DS_JSON_ARRAY,
    DS_JSON_OBJECT
} ds_json_type;

typedef struct ds_json {
    ds_json_type type;
    bool boolean;                /* BOOL */
    ds_slice key;                /* the member's name, inside an OBJECT */
    ds_slice text;               /* STRING: its bytes; NUMBER: its literal */
    size_t count;                /* ARRAY, OBJECT: how many values */
    const struct ds_json *first; /* ARRAY, OBJECT: the first value, or NULL */
    const struct ds_json *next;  /* the next value in the same ARRAY or OBJECT, or NULL */
} ds_json;

typedef struct ds_json_doc {
    const ds_json *root;
    struct ds_json_block *blocks;
    unsigned char *text;
    size_t text_len;
} ds_json_doc;

/* Parses len bytes. Out: *doc, to be freed; zeroed on failure. Fails with DS_INVALID and a text
 * that begins with one of: "json" (grammar), "trailing", "utf8", "depth", or with DS_TOO_LARGE,
 * DS_MEMORY. */
ds_status ds_json_parse(ds_json_doc *doc, const void *text, size_t len,
                        ds_error *err) DS_MUST_CHECK;

/* Wipes and frees; a zeroed document is allowed. */
void ds_json_free(ds_json_doc *doc);

/* Returns the member of that name, or NULL; the first one where there are several. */
const ds_json *ds_json_member(const ds_json *object, const char *name);

/* Reads a NUMBER that is a non-negative integer up to 2^64 - 1, written as such ("1", not "1.0"
 * or "1e0"). Returns false for anything else. */
bool ds_json_u64(const ds_json *value, uint64_t *out);

/* Returns "null", "a boolean", "a number", "a string", "an array" or "an object". */
const char *ds_json_type_name(ds_json_type type);

/* Writes a string with its quotes, escaped as RFC 8785 says, which is also what the agents' own
 * writer does: \b \t \n \f \r \" \\ and \u00xx for the other control characters, all else as is.
 * In: well-formed UTF-8. */
ds_status ds_json_put_string(ds_buf *out, ds_slice text);

/* The same without the quotes. */
ds_status ds_json_put_inside(ds_buf *out, ds_slice text);

#endif
