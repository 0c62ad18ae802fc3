#include "simulator/image.h"

#include "base/base64.h"

#define MEASUREMENT_MAXBYTES 1024

/* In bytes: for the measurement a number, for the configuration text. */
#define TEXT_OF(number)    #number
#define TEXT_OF_IT(number) TEXT_OF(number)
#define MEMORY             2147483648
#define MEMORY_TEXT        TEXT_OF_IT(MEMORY)

/* measurement.tdx.cbor in base64. Its digests are SHA-384 of such texts as
 * "dstack-lua simulator:kernel:bzImage", as registers.c has them. */
#define MEASUREMENT                                                                                \
    "o2d2ZXJzaW9uA2VpbWFnZaNuY21kbGluZV9zaGEzODRYMLTOZsgDepprJvZuZrtPc66WSFjizWI1vGZVm+8wQV"       \
    "lTT2D8VG/GZauc3Rm70T53G3NrZXJuZWxfYXV0aGVudGljb2RlWDBynnb5v8lRCsv3oxZeZfCOEbY3xhvcez6+"       \
    "4Ym1ZMIBGAJp7sghuqTmcNHtgGEo5lJtaW5pdHJkX3NoYTM4NFgw3NARbE4W4+e3exVbCdCGyOctBywLrJmBPb"       \
    "rFpLR0l5Q8wCaSl165VQhYEWitgnGZZHRkdmajZG92bWZpcHJlMjAyNTA1ZG1ydGSia3NpbmdsZV9wYXNzWDAF"       \
    "iSoq8rkfkBgBhPuBPZBgvdPL8bRXaZb2xOUWbqyMu5HiJ2AUq9HlznFBjFbBCAtodHdvX3Bhc3NYMAu3Wm8zao"       \
    "49h+wxxc9KalwOP9fy5WrVK9np+AJ+foZSt9giaOZAYGy+kjr9X9vP0mZ0ZF9ob2JMgBAJBAAGCQILAhAQ"

/* The list of the image's files, sha256sum.txt in base64: the one above. Its SHA-256 is the hash of
 * the image. */
#define FILES                                                                                      \
    "MTI1ZjgxZmE3YjAzOTFjNmRjMWY4MjczNjNkNmM5NmJjZmVkZmEyY2FiOTZmNWRhZTRjNDAwZTNiODBlMTVmMi"       \
    "AgbWVhc3VyZW1lbnQudGR4LmNib3IK"
#define HASH "b74c0218d707298d74d6339597e9c5e8535c612e437b188ae17ccf6a9611dc04"

ds_slice ds_image_config(void)
{
    return DS_LITERAL("{\"os_image_hash\":\"" HASH "\",\"cpu_count\":1,"
                      "\"memory_size\":" MEMORY_TEXT ",\"qemu_version\":\"9.2.1\","
                      "\"tdx_attestation_variant\":\"lite\",\"tdx_measurement\":{"
                      "\"checksum_file\":\"" FILES "\",\"measurement\":\"" MEASUREMENT "\"}}");
}

ds_status ds_image_boot(ds_tdx_lite_boot *boot, const ds_slice acpi[DS_TDX_LITE_ACPI],
                        ds_error *err)
{
    ds_buf cbor;
    ds_tdx_lite in = {.memory = MEMORY};
    ds_buf_init(&cbor, MEASUREMENT_MAXBYTES);
    memset(boot, 0, sizeof *boot);
    memcpy(in.acpi, acpi, sizeof in.acpi);
    ds_status status = ds_base64_decode(&cbor, DS_LITERAL(MEASUREMENT), DS_BASE64, err);
    in.measurement = ds_buf_content(&cbor);
    if (status == DS_OK)
        status = ds_tdx_lite_events(boot, &in, err);
    ds_buf_free(&cbor);
    return status;
}
