#include "simulator/wire.h"

size_t ds_wire_headers(const char *headers[DS_WIRE_HEADERS_MAX][2], const ds_simulator_reply *reply)
{
    const char *const all[][2] = {
        {"Content-Type", reply->content_type},        {"Server", "dstack Simulator"},
        {"X-Content-Type-Options", "nosniff"},        {"X-Frame-Options", "SAMEORIGIN"},
        {"Permissions-Policy", "interest-cohort=()"}, {"X-App-Version", reply->app_version},
    };
    size_t count = sizeof all / sizeof *all - (reply->app_version == NULL);
    const char *further = (const char *)reply->headers.data;
    memcpy(headers, all, count * sizeof *all);
    for (size_t at = 0; at < reply->headers.len && count < DS_WIRE_HEADERS_MAX; count++) {
        headers[count][0] = further + at;
        at += strlen(further + at) + 1;
        headers[count][1] = further + at;
        at += strlen(further + at) + 1;
    }
    return count;
}

static void put_head(ds_buf *out, const ds_simulator_reply *reply)
{
    const char *headers[DS_WIRE_HEADERS_MAX][2];
    size_t count = ds_wire_headers(headers, reply);
    ds_buf_printf(out, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: %lu\r\n",
                  reply->status, reply->status == 200 ? "OK" : "Refused",
                  (unsigned long)reply->body.len);
    for (size_t i = 0; i < count; i++) {
        ds_buf_text(out, headers[i][0]);
        ds_buf_text(out, ": ");
        ds_buf_text(out, headers[i][1]);
        ds_buf_text(out, "\r\n");
    }
    ds_buf_text(out, "\r\n");
}

ds_status ds_wire_whole(ds_buf *out, const ds_simulator_reply *reply, bool bodyless)
{
    put_head(out, reply);
    return bodyless ? ds_buf_status(out) : ds_buf_slice(out, ds_buf_content(&reply->body));
}

ds_status ds_wire_cut(ds_buf *out, const ds_simulator_reply *reply, ds_cut where)
{
    if (where != DS_CUT_BEFORE)
        put_head(out, reply);
    if (where == DS_CUT_HEAD)
        out->len /= 2;
    if (where == DS_CUT_BODY)
        ds_buf_add(out, reply->body.data, reply->body.len / 2);
    return ds_buf_status(out);
}
