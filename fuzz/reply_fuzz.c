/* The reply decoder: any status and body, as the reply to any method of any surface, and then what
 * a script does with the members. Input: a line "SURFACE METHOD STATUS TEXT", the last one being
 * every argument of the request; then the body. */
#include "attest/eventlog.h"
#include "attest/quote.h"
#include "crypto/pem.h"
#include "fuzz.h"
#include "guest/guest.h"
#include "guest/key.h"
#include "rpc/call.h"

#define BODY_MAX (1u << 20)

/* Takes the first word off a line. */
static ds_slice word(ds_slice *line)
{
    const char *p = line->data;
    size_t n = 0;
    while (n < line->len && p[n] != ' ')
        n++;
    size_t used = n < line->len ? n + 1 : n;
    *line = ds_slice_of(p + used, line->len - used);
    return ds_slice_of(p, n);
}

/* What a word that names nothing stands for, so that no input is wasted. */
static size_t sum_of(ds_slice text)
{
    const unsigned char *p = text.data;
    size_t sum = 0;
    for (size_t i = 0; i < text.len; i++)
        sum += p[i];
    return sum;
}

static const ds_surface *surface_of(ds_slice name)
{
    size_t count = 0, sum = sum_of(name);
    for (; ds_guest_surfaces[count] != NULL; count++) {
        const char *known = ds_guest_surfaces[count]->name;
        if (ds_slice_equal(name, ds_slice_of(known, strlen(known))))
            return ds_guest_surfaces[count];
    }
    return ds_guest_surfaces[sum % count];
}

static const ds_row *row_of(const ds_surface *surface, ds_slice method)
{
    const ds_row *row = ds_surface_row(surface, method.data, method.len);
    size_t count = 0;
    while (surface->rows[count].name != NULL)
        count++;
    return row != NULL ? row : &surface->rows[sum_of(method) % count];
}

static int number_of(ds_slice digits)
{
    const char *p = digits.data;
    int n = 0;
    for (size_t i = 0; i < digits.len && i < 3 && p[i] >= '0' && p[i] <= '9'; i++)
        n = 10 * n + (p[i] - '0');
    return n;
}

/* In: what every text and every byte string of the request is. */
static void set_request(ds_call *call, ds_slice text, ds_slice bytes)
{
    const ds_field *fields = call->row->request;
    for (size_t i = 0; fields[i].name != NULL; i++) {
        ds_value *value = &call->request.values[i];
        if (fields[i].flags & DS_LIST)
            continue;
        if (fields[i].type == DS_TEXT)
            PROMISE(ds_value_set_bytes(&call->request, value, text));
        if (fields[i].type == DS_BYTES)
            PROMISE(ds_value_set_bytes(&call->request, value, bytes));
    }
}

static bool is_sendable(const ds_call *call)
{
    ds_buf body;
    ds_error err;
    ds_buf_init(&body, BODY_MAX);
    ds_status status = ds_call_body(call, &body, &err);
    PROMISE(status == DS_OK || status == DS_INVALID);
    ds_buf_free(&body);
    return status == DS_OK;
}

/* What replies are compared with: the text where the method takes it, else what most methods take.
 * Returns false where it does not take that either. */
static bool fill_request(ds_call *call, ds_slice text)
{
    static const char sixty_four[DS_REPORT_DATA_BYTES];
    set_request(call, text, text);
    if (is_sendable(call))
        return true;
    set_request(call, DS_LITERAL(""), ds_slice_of(sixty_four, sizeof sixty_four));
    return is_sendable(call);
}

static void try_event_log(ds_slice text)
{
    unsigned char rtmr[DS_RTMR_COUNT][DS_MR_BYTES];
    ds_eventlog log;
    ds_buf again;
    ds_error err;
    if (ds_eventlog_parse(&log, text, &err) != DS_OK)
        return;
    if (ds_eventlog_replay(rtmr, &log, &err) != DS_OK)
        PROMISE(err.status == DS_INVALID || err.status == DS_VERIFY);
    ds_buf_init(&again, BODY_MAX);
    PROMISE(ds_eventlog_write(&again, log.events, log.count, true) == DS_OK);
    ds_eventlog_find(&log, DS_LITERAL("app-id"));
    ds_buf_free(&again);
    ds_eventlog_free(&log);
}

static void try_quote(ds_slice bytes)
{
    ds_quote_header header;
    ds_td_report report;
    ds_quote quote;
    ds_error err;
    bool whole = ds_quote_parse(&quote, bytes, &err) == DS_OK;
    bool readable = ds_quote_report(&header, &report, bytes, &err) == DS_OK;
    PROMISE(readable || !whole || quote.body == DS_BODY_SGX);
}

static void try_text(ds_slice text)
{
    ds_json_doc doc;
    ds_buf der;
    ds_error err;
    try_event_log(text);
    if (ds_json_parse(&doc, text.data, text.len, &err) == DS_OK) /* tcb_info */
        ds_json_free(&doc);
    ds_buf_init(&der, BODY_MAX);
    if (ds_pem_decode(&der, text, "PRIVATE KEY", &err) != DS_OK)
        PROMISE(der.len == 0);
    ds_buf_free(&der);
}

static void try_bytes(const ds_field *field, ds_slice bytes)
{
    ds_public_key public_key;
    PROMISE(field->max == 0 || bytes.len <= field->max);
    PROMISE(bytes.len >= field->min || ((field->flags & DS_OR_EMPTY) && bytes.len == 0));
    if (bytes.len >= DS_QUOTE_SIGNED_BYTES)
        try_quote(bytes);
    if ((field->flags & DS_SECRET) && bytes.len == DS_KEY_BYTES)
        PROMISE(ds_key_public(&public_key, DS_KEY_ED25519, bytes.data) == DS_OK);
}

/* Looks at one value and all of its elements, whose bounds the row has promised. */
static void try_value(const ds_field *field, const ds_value *value)
{
    const ds_value *items = field->flags & DS_LIST ? value->items : value;
    size_t count = field->flags & DS_LIST ? value->count : 1;
    PROMISE(value->present || !(field->flags & DS_REQUIRED));
    if (!value->present)
        return;
    for (size_t i = 0; i < count; i++)
        if (field->type == DS_TEXT)
            try_text(items[i].bytes);
        else if (field->type == DS_BYTES)
            try_bytes(field, items[i].bytes);
}

static void judge(const ds_call *call, ds_status status, const ds_error *err)
{
    const ds_field *fields = call->row->reply;
    if (status != DS_OK) {
        PROMISE(err->status == status && err->text[0] != '\0');
        PROMISE(status == DS_REPLY || status == DS_RPC || status == DS_UNSUPPORTED ||
                status == DS_HTTP);
        for (const char *p = err->text; *p != '\0'; p++)
            PROMISE((unsigned char)*p >= 0x20 && *p != 0x7f);
        return;
    }
    if (call->row->flags & DS_UNIT)
        return;
    for (size_t i = 0; fields[i].name != NULL; i++)
        try_value(&fields[i], &call->reply.values[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ds_slice body = {data, size}, line = fuzz_line(&body);
    const ds_surface *surface = surface_of(word(&line));
    const ds_row *row = row_of(surface, word(&line));
    int status = number_of(word(&line));
    ds_call call;
    ds_error err;
    PROMISE(ds_call_init(&call, surface, row) == DS_OK);
    if (fill_request(&call, line))
        judge(&call, ds_call_finish(&call, status, body, &err), &err);
    ds_call_free(&call);
    return 0;
}
