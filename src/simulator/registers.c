#include "simulator/registers.h"

#include "simulator/image.h"

#include <stdlib.h>

#define LABEL DS_LITERAL("dstack-lua simulator:")

/* Event types of the TCG PC Client Platform Firmware Profile. */
enum { EV_SEPARATOR = 0x4, EV_EVENT_TAG = 0x6, EV_PLATFORM_CONFIG_FLAGS = 0xa, EV_IPL = 0xd };
#define EV_EFI_VARIABLE_DRIVER_CONFIG    0x80000001u
#define EV_EFI_VARIABLE_BOOT             0x80000002u
#define EV_EFI_BOOT_SERVICES_APPLICATION 0x80000003u
#define EV_EFI_ACTION                    0x80000007u
#define EV_EFI_PLATFORM_FIRMWARE_BLOB2   0x8000000au
#define EV_EFI_HANDOFF_TABLES2           0x8000000bu

/* What OVMF and Linux measure, in the order of attest/tdx_lite.h. The payloads are the texts and
 * not the structures that real ones are: real agents leave them out but for the three of ACPI. */
static const struct boot_event {
    uint32_t imr, type;
    const char *name, *payload;
} boot_events[DS_TDX_LITE_EVENTS] = {
    {0, EV_EFI_HANDOFF_TABLES2, "td-hob", "TdxTable"},
    {0, EV_EFI_PLATFORM_FIRMWARE_BLOB2, "cfv", "Fv(Configuration)"},
    {0, EV_EFI_VARIABLE_DRIVER_CONFIG, "SecureBoot", "SecureBoot"},
    {0, EV_EFI_VARIABLE_DRIVER_CONFIG, "PK", "PK"},
    {0, EV_EFI_VARIABLE_DRIVER_CONFIG, "KEK", "KEK"},
    {0, EV_EFI_VARIABLE_DRIVER_CONFIG, "db", "db"},
    {0, EV_EFI_VARIABLE_DRIVER_CONFIG, "dbx", "dbx"},
    {0, EV_SEPARATOR, "separator", "\1"},
    {0, EV_PLATFORM_CONFIG_FLAGS, "acpi-loader", "ACPI DATA"},
    {0, EV_PLATFORM_CONFIG_FLAGS, "acpi-rsdp", "ACPI DATA"},
    {0, EV_PLATFORM_CONFIG_FLAGS, "acpi-tables", "ACPI DATA"},
    {0, EV_EFI_VARIABLE_BOOT, "BootOrder", "BootOrder"},
    {0, EV_EFI_VARIABLE_BOOT, "Boot0000", "UiApp"},
    {1, EV_EFI_BOOT_SERVICES_APPLICATION, "kernel", "bzImage"},
    {1, EV_EFI_ACTION, "boot-option", "Calling EFI Application from Boot Option"},
    {1, EV_SEPARATOR, "separator", "\1"},
    {1, EV_EFI_ACTION, "exit-boot-services", "Exit Boot Services Invocation"},
    {1, EV_EFI_ACTION, "exit-boot-services", "Exit Boot Services Returned with Success"},
    {2, EV_IPL, "cmdline", "console=ttyS0 init=/init dstack.rootfs_hash="},
    {2, EV_EVENT_TAG, "initrd", "Linux initrd"},
};

static ds_slice text_of(const char *text)
{
    return ds_slice_of(text, strlen(text));
}

/* Out: SHA-384 of a text that says what it stands for. */
static ds_status label(unsigned char out[DS_MR_BYTES], const char *what, const char *which)
{
    const ds_slice parts[] = {LABEL, text_of(what), DS_LITERAL(":"), text_of(which)};
    return ds_hash(DS_SHA384, out, parts, 4);
}

static ds_status make_room(ds_identity *identity)
{
    if (identity->event_count < identity->event_room)
        return DS_OK;
    size_t room = identity->event_room == 0 ? 64 : 2 * identity->event_room;
    ds_event *events = realloc(identity->events, room * sizeof *events);
    if (events == NULL)
        return DS_MEMORY;
    identity->events = events;
    identity->event_room = room;
    return DS_OK;
}

static ds_status extend(unsigned char mr[DS_MR_BYTES], const unsigned char digest[DS_MR_BYTES])
{
    unsigned char next[DS_MR_BYTES];
    const ds_slice parts[] = {{mr, DS_MR_BYTES}, {digest, DS_MR_BYTES}};
    ds_status status = ds_hash(DS_SHA384, next, parts, 2);
    if (status == DS_OK)
        memcpy(mr, next, sizeof next);
    return status;
}

/* Adds an event and extends its register. What event points to is copied. */
static ds_status append(ds_identity *identity, const ds_event *event)
{
    ds_event own = *event;
    if (make_room(identity) != DS_OK ||
        !ds_arena_copy(&identity->arena, &own.digest, event->digest) ||
        !ds_arena_copy(&identity->arena, &own.name, event->name) ||
        !ds_arena_copy(&identity->arena, &own.payload, event->payload))
        return DS_MEMORY;
    ds_status status = extend(identity->report.rt_mr[own.imr], own.digest.data);
    if (status == DS_OK)
        identity->events[identity->event_count++] = own;
    return status;
}

static ds_status append_boot(ds_identity *identity, const struct boot_event *boot,
                             const unsigned char *digest)
{
    const ds_event event = {
        .imr = boot->imr,
        .event_type = boot->type,
        .digest = {digest, DS_MR_BYTES},
        .name = text_of(boot->name),
        .payload = text_of(boot->payload),
    };
    return append(identity, &event);
}

/* The image's own boot. What is in the ACPI tables is the hypervisor's affair: each has a digest
 * that is made up. */
static ds_status boot_image(ds_identity *identity, ds_error *err)
{
    static const char *const tables[] = {"acpi-loader", "acpi-rsdp", "acpi-tables"};
    unsigned char digests[DS_TDX_LITE_ACPI][DS_MR_BYTES];
    ds_slice acpi[DS_TDX_LITE_ACPI];
    ds_tdx_lite_boot boot;
    ds_status status = DS_OK;
    for (size_t i = 0; status == DS_OK && i < DS_TDX_LITE_ACPI; i++) {
        status = label(digests[i], tables[i], "ACPI DATA");
        acpi[i] = ds_slice_of(digests[i], DS_MR_BYTES);
    }
    if (status == DS_OK)
        status = ds_image_boot(&boot, acpi, err);
    for (size_t i = 0; status == DS_OK && i < DS_TDX_LITE_EVENTS; i++)
        status = append_boot(identity, &boot_events[i], boot.events[i]);
    if (status == DS_OK)
        memcpy(identity->report.mr_td, boot.mr_td, DS_MR_BYTES);
    return status;
}

static ds_status append_runtime(ds_identity *identity, ds_slice name, ds_slice payload)
{
    unsigned char digest[DS_EVENT_DIGEST_BYTES];
    const ds_event event = {
        .imr = DS_RUNTIME_EVENT_IMR,
        .event_type = DS_RUNTIME_EVENT_TYPE,
        .digest = {digest, sizeof digest},
        .name = name,
        .payload = payload,
    };
    ds_status status = ds_event_digest(digest, 1, name, payload);
    return status == DS_OK ? append(identity, &event) : status;
}

/* dstack's own events, in the order of a boot. A KMS is who tells the hash of the OS image, so
 * without one there is no such event. */
static ds_status runtime_events(ds_identity *identity)
{
    const ds_slice nothing = {NULL, 0};
    const struct {
        const char *name;
        ds_slice payload;
        bool absent;
    } events[] = {
        {"system-preparing", nothing, false},
        {"app-id", {identity->app_id, sizeof identity->app_id}, false},
        {"compose-hash", {identity->compose_hash, sizeof identity->compose_hash}, false},
        {"instance-id", identity->instance_id, false},
        {"boot-mr-done", nothing, false},
        {"os-image-hash", identity->os_image_hash,
         identity->issuer == DS_ISSUER_NONE || identity->os_image_hash.len == 0},
        {"key-provider", identity->key_provider_info, false},
        {"storage-fs", identity->storage_fs, false},
        {"system-ready", nothing, false},
    };
    ds_status status = DS_OK;
    for (size_t i = 0; status == DS_OK && i < sizeof events / sizeof *events; i++)
        if (!events[i].absent)
            status = append_runtime(identity, text_of(events[i].name), events[i].payload);
    return status;
}

/* A plausible machine: a production TDX module, no debug, SEPT_VE_DISABLE, AVX-512 and AMX. */
static ds_status fixed_fields(ds_td_report *report, const unsigned char *compose_hash)
{
    static const unsigned char svn[DS_TCB_SVN_BYTES] = {DS_MODULE_SVN, DS_MODULE_VERSION,
                                                        DS_LOADER_SVN};
    static const unsigned char attributes[DS_ATTRIBUTE_BYTES] = {0, 0, 0, 0x10};
    static const unsigned char xfam[DS_ATTRIBUTE_BYTES] = {0xe7, 0, 6};
    memset(report, 0, sizeof *report);
    memcpy(report->tee_tcb_svn, svn, sizeof svn);
    memcpy(report->td_attributes, attributes, sizeof attributes);
    memcpy(report->xfam, xfam, sizeof xfam);
    ds_mr_config_id_v1(report->mr_config_id, compose_hash);
    return label(report->mr_seam, "mr_seam", "TDX module");
}

ds_status ds_registers_boot(ds_identity *identity, ds_error *err)
{
    ds_status status = fixed_fields(&identity->report, identity->compose_hash);
    if (status == DS_OK)
        status = boot_image(identity, err);
    if (status == DS_OK)
        status = runtime_events(identity);
    return status == DS_OK ? DS_OK : ds_fail(err, status, "the boot log could not be made");
}

/* In: name of an event that every boot has. */
static ds_event *find(ds_identity *identity, const char *name)
{
    ds_event *event = identity->events;
    while (!ds_slice_equal(event->name, text_of(name)))
        event++;
    return event;
}

/* Register 3 of the log as it is now. */
static ds_status measure_again(ds_identity *identity)
{
    unsigned char *mr = identity->report.rt_mr[DS_RUNTIME_EVENT_IMR];
    ds_status status = DS_OK;
    memset(mr, 0, DS_MR_BYTES);
    for (size_t i = 0; status == DS_OK && i < identity->event_count; i++)
        if (identity->events[i].imr == DS_RUNTIME_EVENT_IMR)
            status = extend(mr, identity->events[i].digest.data);
    return status;
}

ds_status ds_registers_bend(ds_identity *identity, const ds_flaws *flaws, ds_error *err)
{
    static const unsigned char forged[DS_COMPOSE_HASH_BYTES] = {0};
    ds_event *id = find(identity, "instance-id"), *done = find(identity, "boot-mr-done"), was = *id;
    if (ds_flaws_have(flaws, DS_FLAW_EVENT_ORDER)) {
        *id = *done;
        *done = was;
    }
    if (ds_flaws_have(flaws, DS_FLAW_EVENT_TWICE))
        *find(identity, "storage-fs") = *find(identity, "key-provider");
    ds_status status = measure_again(identity);
    if (status != DS_OK)
        return ds_fail(err, status, "the log could not be measured");
    if (ds_flaws_have(flaws, DS_FLAW_EVENT_LOG))
        find(identity, "compose-hash")->payload = ds_slice_of(forged, sizeof forged);
    return DS_OK;
}

/* A control character takes seven bytes in a log that is JSON inside JSON. */
static size_t written_size(ds_slice name)
{
    const unsigned char *p = name.data;
    size_t size = 0;
    for (size_t i = 0; i < name.len; i++)
        size += p[i] < 0x20 ? 7 : p[i] == '"' || p[i] == '\\' ? 4 : 1;
    return size;
}

ds_status ds_identity_emit(ds_identity *identity, ds_slice name, ds_slice payload, ds_error *err)
{
    size_t left = DS_EMIT_MAXBYTES - identity->emitted, size = written_size(name);
    if (left < DS_EMIT_OVERHEAD || size > left - DS_EMIT_OVERHEAD ||
        payload.len > left - DS_EMIT_OVERHEAD - size)
        return ds_fail(err, DS_TOO_LARGE,
                       "too many events: this simulator holds %u bytes of names and payloads",
                       DS_EMIT_MAXBYTES);
    ds_status status = append_runtime(identity, name, payload);
    if (status != DS_OK)
        return ds_fail(err, status, "Failed to extend RTMR3");
    identity->emitted += DS_EMIT_OVERHEAD + size + payload.len;
    return DS_OK;
}
