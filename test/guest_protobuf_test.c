/* The field numbers of rows. JSON is all that is spoken here, so nothing else would notice a wrong
 * one; and the one message of protobuf's that is read, an error. */
#include "guest/guest.h"
#include "rpc/codec.h"
#include "rpc/failure.h"
#include "test.h"
#include "vectors.h"

#define VARINT 0
#define LENGTH 2

/* In: values, and so their lengths, below 128; no lists and no messages. */
static void put_field(ds_buf *out, const ds_field *field, const ds_value *value)
{
    bool number = field->type == DS_BOOL || field->type == DS_U64;
    if (number ? value->number == 0 : value->bytes.len == 0)
        return; /* defaults are left out */
    ds_buf_byte(out, (unsigned char)(field->number << 3 | (number ? VARINT : LENGTH)));
    ds_buf_byte(out, (unsigned char)(number ? value->number : value->bytes.len));
    if (!number)
        ds_buf_slice(out, value->bytes);
}

static const ds_row *row_of(const ds_json *vector)
{
    ds_slice method = vector_text(vector, "method");
    bool v1 = ds_slice_equal(vector_text(vector, "surface"), DS_LITERAL("v1"));
    return ds_surface_row(v1 ? &ds_guest_v1 : &ds_guest_v0, method.data, method.len);
}

static void check_message(const ds_json *vector)
{
    const ds_row *row = row_of(vector);
    bool request = ds_slice_equal(vector_text(vector, "of"), DS_LITERAL("request"));
    unsigned char bytes[256];
    ds_slice want = vector_bytes(bytes, vector, "bytes");
    ds_message message;
    ds_error err;
    ds_buf out;
    ds_buf_init(&out, sizeof bytes);
    CHECK(ds_message_init(&message, request ? row->request : row->reply) == DS_OK);
    CHECK(ds_codec_read(&message, ds_json_member(vector, "message"),
                        request ? DS_RULES_REQUEST : DS_RULES_REPLY, &err) == DS_OK);
    for (size_t i = 0; message.fields[i].name != NULL; i++)
        put_field(&out, &message.fields[i], &message.values[i]);
    CHECK_VECTOR(vector, ds_slice_equal(ds_buf_content(&out), want));
    ds_buf_free(&out);
    ds_message_free(&message);
}

static void check_error(const ds_json *vector)
{
    unsigned char bytes[256];
    bool agent_spoke;
    ds_error err;
    ds_slice body = vector_bytes(bytes, vector, "bytes");
    CHECK_VECTOR(vector, ds_failure_read(&ds_peer_agent, "GetKey", 400, body, &agent_spoke, &err) ==
                             DS_HTTP);
    CHECK_VECTOR(vector, strcmp(err.text, "HTTP status 400: Unsupported algorithm") == 0);
}

/* Numbers rise, as upstream's do: a row that is copied and not renumbered shows. */
static void check_order(const ds_field *fields)
{
    unsigned before = 0;
    for (; fields->name != NULL; before = fields++->number) {
        CHECK(fields->number > before);
        if (fields->type == DS_MESSAGE)
            check_order(fields->fields);
    }
}

int main(void)
{
    ds_json_doc doc = vectors_read("spec/vectors/protobuf.json");
    for (const ds_json *v = ds_json_member(doc.root, "messages")->first; v != NULL; v = v->next)
        check_message(v);
    check_error(ds_json_member(doc.root, "error"));
    for (const ds_surface *const *at = ds_guest_surfaces; *at != NULL; at++)
        for (const ds_row *row = (*at)->rows; row->name != NULL; row++) {
            check_order(row->request);
            check_order(row->reply);
        }
    ds_json_free(&doc);
    return test_done();
}
