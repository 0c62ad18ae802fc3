/* Info of all services, and the text of measurements in v0's. */
#include "base/json.h"
#include "rpc/codec.h"
#include "simulator/handlers.h"

#define TCB_INFO_MAXBYTES ((size_t)32 << 20)

static void put_member(ds_buf *out, const char *indent, const char *name, ds_slice bytes)
{
    ds_buf_printf(out, "%s\"%s\": \"", indent, name);
    ds_buf_hex(out, bytes.data, bytes.len);
    ds_buf_text(out, "\"");
}

static void put_event(ds_buf *out, const ds_event *event)
{
    ds_buf_printf(out, "    {\n      \"imr\": %lu,\n      \"event_type\": %lu,\n",
                  (unsigned long)event->imr, (unsigned long)event->event_type);
    put_member(out, "      ", "digest", event->digest);
    ds_buf_text(out, ",\n      \"event\": ");
    ds_json_put_string(out, event->name);
    ds_buf_text(out, ",\n");
    put_member(out, "      ", "event_payload", event->payload);
    ds_buf_text(out, "\n    }");
}

static void put_log(ds_buf *out, const ds_identity *identity)
{
    ds_buf_text(out, "  \"event_log\": [\n");
    for (size_t i = 0; i < identity->event_count; i++) {
        put_event(out, &identity->events[i]);
        ds_buf_text(out, i + 1 < identity->event_count ? ",\n" : "\n");
    }
    ds_buf_text(out, "  ],\n");
}

/* JSON as agents print it: two blanks a level, the log with everything in it. */
static ds_status put_tcb_info(ds_buf *out, const ds_identity *identity, const ds_app_info *info)
{
    const ds_td_report *report = &identity->report;
    const struct {
        const char *name;
        ds_slice bytes;
    } members[] = {
        {"mrtd", {report->mr_td, DS_MR_BYTES}},
        {"rtmr0", {report->rt_mr[0], DS_MR_BYTES}},
        {"rtmr1", {report->rt_mr[1], DS_MR_BYTES}},
        {"rtmr2", {report->rt_mr[2], DS_MR_BYTES}},
        {"rtmr3", {report->rt_mr[3], DS_MR_BYTES}},
        {"mr_aggregated", info->mr_aggregated},
        {"os_image_hash", info->os_image_hash},
        {"compose_hash", info->compose_hash},
        {"device_id", info->device_id},
    };
    ds_buf_text(out, "{\n");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        put_member(out, "  ", members[i].name, members[i].bytes);
        ds_buf_text(out, ",\n");
    }
    put_log(out, identity);
    ds_buf_text(out, "  \"app_compose\": ");
    ds_json_put_string(out, identity->compose);
    return ds_buf_text(out, "\n}");
}

static bool has(const ds_message *reply, const char *name)
{
    return ds_fields_known(reply->fields, ds_slice_of(name, strlen(name)));
}

static ds_status fill_tcb_info(ds_message *reply, const ds_identity *identity,
                               const ds_app_info *info, ds_error *err)
{
    ds_buf text;
    ds_buf_init(&text, TCB_INFO_MAXBYTES);
    ds_status status = put_tcb_info(&text, identity, info);
    status = status == DS_OK ? ds_reply_bytes(reply, "tcb_info", ds_buf_content(&text), err)
                             : ds_fail(err, status, "Failed to serialize tcb_info");
    ds_buf_free(&text);
    return status;
}

/* Those members of them all that this surface's Info has. */
static ds_status fill_rest(ds_message *reply, const ds_identity *identity, const ds_app_info *info,
                           ds_error *err)
{
    const struct {
        const char *name;
        ds_slice bytes;
    } members[] = {
        {"app_id", info->app_id},
        {"instance_id", info->instance_id},
        {"app_cert", identity->app_cert},
        {"app_name", identity->app_name},
        {"app_compose", identity->compose},
        {"device_id", info->device_id},
        {"mr_aggregated", info->mr_aggregated},
        {"os_image_hash", info->os_image_hash},
        {"key_provider_info", info->key_provider_info},
        {"compose_hash", info->compose_hash},
        {"vm_config", identity->vm_config},
        {"cloud_vendor", DS_LITERAL("dstack-lua")},
        {"cloud_product", DS_LITERAL("simulator")},
    };
    ds_status status = DS_OK;
    for (size_t i = 0; status == DS_OK && i < sizeof members / sizeof *members; i++)
        if (has(reply, members[i].name))
            status = ds_reply_bytes(reply, members[i].name, members[i].bytes, err);
    return status;
}

ds_status ds_handle_info(ds_identity *identity, const ds_message *request, ds_message *reply,
                         ds_error *err)
{
    ds_identity_sums sums;
    ds_app_info info;
    (void)request;
    ds_status status = ds_identity_app_info(&info, &sums, identity);
    if (status != DS_OK)
        return ds_fail(err, status, "Failed to decode app info");
    if (has(reply, "tcb_info"))
        status = fill_tcb_info(reply, identity, &info, err);
    return status == DS_OK ? fill_rest(reply, identity, &info, err) : status;
}

/* What only those see whom the application's compose file lets see it; NULL ends the list. */
static ds_status hide(ds_message *reply, const ds_identity *identity, const char *const *names,
                      ds_error *err)
{
    ds_status status = DS_OK;
    for (; status == DS_OK && !identity->public_tcbinfo && *names != NULL; names++)
        status = ds_reply_bytes(reply, *names, DS_LITERAL(""), err);
    return status;
}

ds_status ds_handle_worker_info(ds_identity *identity, const ds_message *request, ds_message *reply,
                                ds_error *err)
{
    static const char *const hidden[] = {"tcb_info", "vm_config", NULL};
    ds_status status = ds_handle_info(identity, request, reply, err);
    return status == DS_OK ? hide(reply, identity, hidden, err) : status;
}

ds_status ds_handle_worker_info_v1(ds_identity *identity, const ds_message *request,
                                   ds_message *reply, ds_error *err)
{
    static const char *const hidden[] = {"app_compose", "vm_config", "key_provider_info", NULL};
    ds_status status = ds_handle_info(identity, request, reply, err);
    return status == DS_OK ? hide(reply, identity, hidden, err) : status;
}
