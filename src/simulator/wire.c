#include "simulator/wire.h"

const char *const ds_wire_headers[][2] = {
    {"Server", "dstack Simulator"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "SAMEORIGIN"},
    {"Permissions-Policy", "interest-cohort=()"},
    {NULL, NULL},
};

static void put_head(ds_buf *out, const ds_simulator_reply *reply)
{
    ds_buf_printf(out, "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: %lu\r\n",
                  reply->status, reply->status == 200 ? "OK" : "Refused",
                  (unsigned long)reply->body.len);
    ds_buf_printf(out, "Content-Type: %s\r\n", reply->content_type);
    for (size_t i = 0; ds_wire_headers[i][0] != NULL; i++)
        ds_buf_printf(out, "%s: %s\r\n", ds_wire_headers[i][0], ds_wire_headers[i][1]);
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
