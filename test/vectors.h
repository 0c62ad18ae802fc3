/* Reading spec/vectors/NAME.json in a C test. Run from the repository's top. */
#ifndef DS_TEST_VECTORS_H
#define DS_TEST_VECTORS_H

#include "base/json.h"
#include "test.h"

/* Returns a document that must be there and be right, or ends the test. */
static inline ds_json_doc vectors_read(const char *path)
{
    static char text[1 << 20];
    ds_json_doc doc;
    ds_error err;
    FILE *file = fopen(path, "rb");
    size_t len = file == NULL ? 0 : fread(text, 1, sizeof text, file);
    if (file != NULL)
        fclose(file);
    if (ds_json_parse(&doc, text, len, &err) != DS_OK) {
        printf("not ok: %s: %s\n", path, err.text);
        exit(1);
    }
    return doc;
}

/* The text of a member. */
static inline ds_slice vector_text(const ds_json *vector, const char *name)
{
    const ds_json *member = ds_json_member(vector, name);
    if (member == NULL || member->type != DS_JSON_STRING)
        abort();
    return member->text;
}

/* Decodes a member in hex. Out: bytes, long enough. */
static inline ds_slice vector_bytes(unsigned char *bytes, const ds_json *vector, const char *name)
{
    ds_slice hex = vector_text(vector, name);
    if (!ds_hex_decode(bytes, hex.data, hex.len))
        abort();
    return ds_slice_of(bytes, hex.len / 2);
}

/* Counts one check under the vector's name. */
#define CHECK_VECTOR(vector, condition)                                                            \
    do {                                                                                           \
        ds_slice vector_name = vector_text(vector, "name");                                        \
        char vector_what[256];                                                                     \
        snprintf(vector_what, sizeof vector_what, "%.*s: %s", (int)vector_name.len,                \
                 (const char *)vector_name.data, #condition);                                      \
        test_count((condition), __FILE__, __LINE__, vector_what);                                  \
    } while (0)

#endif
