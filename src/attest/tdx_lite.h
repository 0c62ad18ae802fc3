/* What a dstack OS image measures as on TDX, computed without the image: its makers publish what
 * the registers are made of ("measurement.tdx.cbor"), and whose hash is in the image's own hash.
 *
 * The contents of the ACPI tables are not judged: their digests are taken from the event log.
 * Source: dstack's image measurement, variant "lite", of version 3. */
#ifndef DS_ATTEST_TDX_LITE_H
#define DS_ATTEST_TDX_LITE_H

#include "attest/tdreport.h"
#include "base/status.h"

#include <stdint.h>

#define DS_TDX_LITE_ACPI 3

typedef struct ds_tdx_lite {
    ds_slice measurement;            /* CBOR */
    uint64_t memory;                 /* bytes; 2 GiB, or at least 2816 MiB */
    bool two_pass;                   /* how QEMU adds the firmware's pages */
    ds_slice acpi[DS_TDX_LITE_ACPI]; /* digests of acpi-loader, acpi-rsdp, acpi-tables */
} ds_tdx_lite;

/* How many events a boot has in registers 0, 1 and 2. */
enum { DS_TDX_LITE_FIRMWARE = 13, DS_TDX_LITE_KERNEL = 5, DS_TDX_LITE_SYSTEM = 2 };
#define DS_TDX_LITE_EVENTS (DS_TDX_LITE_FIRMWARE + DS_TDX_LITE_KERNEL + DS_TDX_LITE_SYSTEM)

/* A boot: what the firmware measures as, and the digests of all events, register by register. */
typedef struct ds_tdx_lite_boot {
    unsigned char mr_td[DS_MR_BYTES];
    unsigned char events[DS_TDX_LITE_EVENTS][DS_MR_BYTES];
} ds_tdx_lite_boot;

/* Out: *boot, zeroed on failure.
 * Returns DS_OK, DS_INVALID, DS_UNSUPPORTED for another version or firmware layout, DS_INTERNAL. */
ds_status ds_tdx_lite_events(ds_tdx_lite_boot *boot, const ds_tdx_lite *in,
                             ds_error *err) DS_MUST_CHECK;

/* Out: mr_td, DS_MR_BYTES, and registers 0 to 2; zeroed on failure. Returns as
 * ds_tdx_lite_events. */
ds_status ds_tdx_lite_measure(unsigned char *mr_td, unsigned char rtmr[3][DS_MR_BYTES],
                              const ds_tdx_lite *in, ds_error *err) DS_MUST_CHECK;

#endif
