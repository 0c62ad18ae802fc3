/* The firmware's own event log, as ACPI's table CCEL points to it and Linux shows it in
 * /sys/firmware/acpi/tables/data/CCEL: what extended the registers before dstack began.
 *
 * Source: TCG's PC Client Platform Firmware Profile, "crypto agile" log; Intel's TDX Virtual
 * Firmware Design Guide for the registers, which it counts from 1. */
#ifndef DS_ATTEST_CCEL_H
#define DS_ATTEST_CCEL_H

#include "attest/eventlog.h"

/* Takes the log apart, to the 0xff that fill it up. Records that extend nothing (EV_NO_ACTION) are
 * left out, and so are those of register 0, which is none of TDX's; every other must have one
 * SHA-384 digest. The events have no names.
 * In: bytes, which have to outlive *log. Out: *log, to be freed; zeroed on failure. Fails with
 * DS_INVALID and the record's number (the first is 1), DS_TOO_LARGE (DS_EVENTLOG_MAXBYTES,
 * DS_EVENTLOG_MAXEVENTS) or DS_MEMORY. */
ds_status ds_ccel_read(ds_eventlog *log, ds_slice bytes, ds_error *err) DS_MUST_CHECK;

#endif
