#include "attest/tdx_lite.h"

#include "attest/cbor_read.h"
#include "attest/td_hob.h"
#include "crypto/hash.h"

#define VERSION 3

/* What the kernel's header is patched to depends on the memory below 2816 MiB, but for this one. */
#define MEMORY_SMALL 0x80000000u
#define MEMORY_LARGE 0xb0000000u

typedef unsigned char digest[DS_SHA384_BYTES];

/* The firmware's configuration volume and its boot option, which are the same in all images. */
static const digest configuration_volume = {
    0x34, 0x4b, 0xc5, 0x1c, 0x98, 0x0b, 0xa6, 0x21, 0xaa, 0xa0, 0x0d, 0xa3, 0xed, 0x74, 0x36, 0xf7,
    0xd6, 0xe5, 0x49, 0x19, 0x7d, 0xfe, 0x69, 0x95, 0x15, 0xdf, 0xa2, 0xc6, 0x58, 0x3d, 0x95, 0xe6,
    0x41, 0x2a, 0xf2, 0x1c, 0x09, 0x7d, 0x47, 0x31, 0x55, 0x87, 0x5f, 0xfd, 0x56, 0x1d, 0x67, 0x90};
static const digest boot_option = {
    0x23, 0xad, 0xa0, 0x7f, 0x52, 0x61, 0xf1, 0x2f, 0x34, 0xa0, 0xbd, 0x8e, 0x46, 0x76, 0x09, 0x62,
    0xd6, 0xb4, 0xd5, 0x76, 0xa4, 0x16, 0xf1, 0xfe, 0xa1, 0xc6, 0x4b, 0xc6, 0x56, 0xb1, 0xd2, 0x8e,
    0xac, 0xf7, 0x04, 0x7a, 0xe6, 0xe9, 0x67, 0xc5, 0x8f, 0xd2, 0xa9, 0x8b, 0xfa, 0x74, 0xc2, 0x98};

/* EFI's two namespaces for variables of Secure Boot, as GUIDs lie in memory. */
static const unsigned char global[16] = {0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11,
                                         0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c};
static const unsigned char security[16] = {0xcb, 0xb2, 0x19, 0xd7, 0x3a, 0x3d, 0x96, 0x45,
                                           0xa3, 0xbc, 0xda, 0xd0, 0x0e, 0x67, 0x65, 0x6f};

static const struct {
    const unsigned char *guid;
    const char *name;
} variables[] = {
    {global, "SecureBoot"}, {global, "PK"}, {global, "KEK"}, {security, "db"}, {security, "dbx"}};

#define NAME_MAX_BYTES 32

/* Events, one behind the other; once a hash failed it stays so. */
typedef struct list {
    digest *next;
    bool failed;
} list;

static void add(list *l, const void *event)
{
    memcpy(*l->next++, event, sizeof *l->next);
}

static void add_data(list *l, const void *data, size_t len)
{
    l->failed = l->failed || ds_hash_one(DS_SHA384, *l->next, data, len) != DS_OK;
    l->next++;
}

static void add_text(list *l, const char *text)
{
    add_data(l, text, strlen(text));
}

/* An EFI variable without a value: namespace, length of the name in characters, that of the value,
 * the name in UTF-16. */
static void add_variable(list *l, const unsigned char *guid, const char *name)
{
    unsigned char bytes[16 + 8 + 8 + NAME_MAX_BYTES] = {0};
    size_t len = strlen(name);
    memcpy(bytes, guid, 16);
    bytes[16] = (unsigned char)len;
    for (size_t i = 0; i < len; i++)
        bytes[32 + 2 * i] = (unsigned char)name[i];
    add_data(l, bytes, 32 + 2 * len);
}

/* What the firmware measures before it starts the kernel. */
static void add_firmware(list *l, const ds_tdx_lite *in, const unsigned char *hob)
{
    static const unsigned char zeros[4];
    add(l, hob);
    add(l, configuration_volume);
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        add_variable(l, variables[i].guid, variables[i].name);
    add_data(l, zeros, 4);
    for (size_t i = 0; i < DS_TDX_LITE_ACPI; i++)
        add(l, in->acpi[i].data);
    add_data(l, zeros, 2);
    add(l, boot_option);
}

static void add_kernel(list *l, ds_slice authenticode)
{
    static const unsigned char zeros[4];
    add(l, authenticode.data);
    add_text(l, "Calling EFI Application from Boot Option");
    add_data(l, zeros, 4);
    add_text(l, "Exit Boot Services Invocation");
    add_text(l, "Exit Boot Services Returned with Success");
}

/* What an image says of itself. */
typedef struct image {
    ds_slice mr_td, kernel, cmdline, initrd, hob;
} image;

static bool read_bytes(ds_slice map, const char *name, size_t size, ds_slice *out)
{
    ds_slice value;
    ds_cbor_item item;
    if (!ds_cbor_member(map, name, &value) || !ds_cbor_next(&value, &item) ||
        item.kind != DS_CBOR_BYTES || (size > 0 && item.bytes.len != size))
        return false;
    *out = item.bytes;
    return true;
}

static bool read_image(image *i, const ds_tdx_lite *in)
{
    ds_slice parts, firmware, mr_td;
    return ds_cbor_member(in->measurement, "image", &parts) &&
           ds_cbor_member(in->measurement, "tdvf", &firmware) &&
           ds_cbor_member(firmware, "mrtd", &mr_td) &&
           read_bytes(mr_td, in->two_pass ? "two_pass" : "single_pass", DS_MR_BYTES, &i->mr_td) &&
           read_bytes(firmware, "td_hob", 0, &i->hob) &&
           read_bytes(parts, "kernel_authenticode", DS_SHA384_BYTES, &i->kernel) &&
           read_bytes(parts, "cmdline_sha384", DS_SHA384_BYTES, &i->cmdline) &&
           read_bytes(parts, "initrd_sha384", DS_SHA384_BYTES, &i->initrd);
}

/* The version, and the one layout of firmware that there is. */
static bool is_known(ds_slice measurement)
{
    ds_slice value, firmware;
    ds_cbor_item version, name;
    return ds_cbor_member(measurement, "version", &value) && ds_cbor_next(&value, &version) &&
           version.kind == DS_CBOR_UINT && version.n == VERSION &&
           ds_cbor_member(measurement, "tdvf", &firmware) &&
           ds_cbor_member(firmware, "ovmf", &value) && ds_cbor_next(&value, &name) &&
           name.kind == DS_CBOR_TEXT && ds_slice_equal(name.bytes, DS_LITERAL("pre202505"));
}

static ds_status judge(image *i, const ds_tdx_lite *in, ds_error *err)
{
    if (in->memory != MEMORY_SMALL && in->memory < MEMORY_LARGE)
        return ds_fail(err, DS_UNSUPPORTED,
                       "image: memory_size must be 2147483648 or at least 2952790016");
    for (size_t k = 0; k < DS_TDX_LITE_ACPI; k++)
        if (in->acpi[k].len != DS_SHA384_BYTES)
            return ds_fail(err, DS_INVALID, "image: a digest of ACPI data must have 48 bytes");
    if (!is_known(in->measurement))
        return ds_fail(err, DS_UNSUPPORTED,
                       "image: its measurement is not of version 3 with firmware pre202505");
    if (!read_image(i, in))
        return ds_fail(err, DS_INVALID, "image: its measurement cannot be read");
    return DS_OK;
}

ds_status ds_tdx_lite_events(ds_tdx_lite_boot *boot, const ds_tdx_lite *in, ds_error *err)
{
    image i;
    digest hob;
    list l = {boot->events, false};
    memset(boot, 0, sizeof *boot);
    ds_status status = judge(&i, in, err);
    if (status == DS_OK)
        status = ds_td_hob_digest(hob, i.hob, in->memory, err);
    if (status != DS_OK)
        return status;
    add_firmware(&l, in, hob);
    add_kernel(&l, i.kernel);
    add(&l, i.cmdline.data);
    add(&l, i.initrd.data);
    memcpy(boot->mr_td, i.mr_td.data, DS_MR_BYTES);
    if (!l.failed)
        return DS_OK;
    memset(boot, 0, sizeof *boot);
    return ds_fail(err, DS_INTERNAL, "image: SHA-384 failed");
}

/* Out: mr, of a register that was zero. */
static bool replay(unsigned char mr[DS_MR_BYTES], digest *events, size_t count)
{
    digest next;
    bool done = true;
    for (size_t i = 0; done && i < count; i++) {
        const ds_slice parts[] = {{mr, DS_MR_BYTES}, {events[i], DS_MR_BYTES}};
        done = ds_hash(DS_SHA384, next, parts, 2) == DS_OK;
        memcpy(mr, next, done ? sizeof next : 0);
    }
    return done;
}

ds_status ds_tdx_lite_measure(unsigned char *mr_td, unsigned char rtmr[3][DS_MR_BYTES],
                              const ds_tdx_lite *in, ds_error *err)
{
    ds_tdx_lite_boot boot;
    digest *kernel_events = boot.events + DS_TDX_LITE_FIRMWARE;
    memset(rtmr, 0, 3 * (size_t)DS_MR_BYTES);
    ds_status status = ds_tdx_lite_events(&boot, in, err);
    memcpy(mr_td, boot.mr_td, DS_MR_BYTES);
    if (status != DS_OK ||
        (replay(rtmr[0], boot.events, DS_TDX_LITE_FIRMWARE) &&
         replay(rtmr[1], kernel_events, DS_TDX_LITE_KERNEL) &&
         replay(rtmr[2], kernel_events + DS_TDX_LITE_KERNEL, DS_TDX_LITE_SYSTEM)))
        return status;
    memset(mr_td, 0, DS_MR_BYTES);
    memset(rtmr, 0, 3 * (size_t)DS_MR_BYTES);
    return ds_fail(err, DS_INTERNAL, "image: SHA-384 failed");
}
