#include "simulator/spoil.h"

static void put_page(ds_simulator_reply *reply, int status)
{
    ds_buf_clear(&reply->body);
    reply->status = status;
    reply->content_type = "text/html; charset=utf-8";
    ds_buf_text(&reply->body, "<!DOCTYPE html>\n<html lang=\"en\">\n"
                              "<head><title>a fault the simulator was told to have</title></head>\n"
                              "<body><h1>No answer of the agent</h1></body>\n</html>\n");
}

static void drop_last(ds_buf *body)
{
    if (body->len > 0)
        body->data[--body->len] = '\0';
}

static void pad(ds_buf *body, size_t size)
{
    unsigned char *blanks = size > body->len ? ds_buf_grow(body, size - body->len) : NULL;
    if (blanks != NULL)
        memset(blanks, ' ', (size_t)(body->data + body->len - blanks));
}

/* Members ------------------------------------------------------------------------------------- */

/* Returns the name of the member that a fault is about. */
static const char *chosen(const ds_fault *fault, const ds_row *row)
{
    const ds_field *field = row->reply;
    if (fault->word != NULL)
        return fault->word;
    while (fault->kind == DS_FAULT_ODD_HEX && field->name != NULL && field->type != DS_BYTES)
        field++;
    return field->name;
}

/* Where the JSON value at `at` ends. In: JSON without blanks, as our codec writes it. */
static size_t value_end(ds_slice json, size_t at)
{
    const char *p = json.data;
    size_t depth = 0;
    bool quoted = false;
    for (; at < json.len; at++) {
        if (quoted && p[at] == '\\')
            at++;
        else if (p[at] == '"')
            quoted = !quoted;
        else if (!quoted && (p[at] == '[' || p[at] == '{'))
            depth++;
        else if (!quoted && depth == 0 && strchr(",:]}", p[at]) != NULL)
            return at;
        else if (!quoted && (p[at] == ']' || p[at] == '}'))
            depth--;
    }
    return json.len;
}

/* Out: where the value of an object's member begins and ends. Returns false without it. */
static bool find_value(ds_slice json, const char *name, size_t *begin, size_t *end)
{
    const char *p = json.data;
    size_t len = strlen(name);
    for (size_t at = 1; at < json.len && p[at] == '"'; at = *end + 1) {
        size_t colon = value_end(json, at);
        *begin = colon + 1;
        *end = value_end(json, *begin);
        if (colon - at == len + 2 && memcmp(p + at + 1, name, len) == 0)
            return true;
    }
    return false;
}

/* Replaces a piece of the body. */
static void splice(ds_buf *body, size_t begin, size_t end, const char *piece)
{
    ds_buf out;
    ds_buf_init(&out, body->max);
    ds_buf_add(&out, body->data, begin);
    ds_buf_text(&out, piece);
    ds_buf_add(&out, body->data + end, body->len - end);
    ds_buf_free(body);
    *body = out;
}

static void mistype(ds_buf *body, size_t begin, size_t end)
{
    splice(body, begin, end, body->data[begin] == '"' ? "1" : "\"1\"");
}

/* In a list it is the first one that gets a digit more. */
static void lengthen(ds_buf *body, size_t begin)
{
    size_t digits = begin + (body->data[begin] == '[' ? 2 : 1);
    if (digits < body->len && body->data[digits - 1] == '"')
        splice(body, digits, digits, "0");
}

static void spoil_member(ds_simulator_reply *reply, const ds_fault *fault)
{
    const char *name = chosen(fault, reply->row);
    size_t begin = 0, end = reply->body.len;
    if (reply->status != 200)
        return;
    if (name == NULL && fault->kind == DS_FAULT_WRONG_TYPE)
        mistype(&reply->body, begin, end);
    if (name == NULL || !find_value(ds_buf_content(&reply->body), name, &begin, &end))
        return;
    if (fault->kind == DS_FAULT_WRONG_TYPE)
        mistype(&reply->body, begin, end);
    else
        lengthen(&reply->body, begin);
}

ds_status ds_spoil(ds_simulator_reply *reply, const ds_fault *fault)
{
    switch (fault == NULL ? DS_FAULT_NONE : fault->kind) {
    case DS_FAULT_STATUS:
        put_page(reply, (int)fault->number);
        break;
    case DS_FAULT_TYPE:
        reply->content_type = fault->word;
        break;
    case DS_FAULT_BAD_JSON:
        drop_last(&reply->body);
        break;
    case DS_FAULT_WRONG_TYPE:
    case DS_FAULT_ODD_HEX:
        spoil_member(reply, fault);
        break;
    case DS_FAULT_OVERSIZE:
        pad(&reply->body, fault->number);
        break;
    default:
        break;
    }
    return ds_buf_status(&reply->body);
}
