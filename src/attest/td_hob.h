/* The list of hand-off blocks (HOBs) that a TD's firmware is started with: which memory there is.
 * It is measured into register 0.
 *
 * Source: dstack's image measurement, for QEMU; the structures are the UEFI Platform Initialization
 * specification's, volume 3. */
#ifndef DS_ATTEST_TD_HOB_H
#define DS_ATTEST_TD_HOB_H

#include "base/status.h"

#include "base/slice.h"

#include <stdint.h>

/* Ranges that firmware declares; those in use have four. */
#define DS_TD_HOB_MAXRANGES 64

/* Out: SHA-384 of the list, 48 bytes; zeroed on failure. In: layout, numbers in LEB128: a page, how
 * far behind it the list lies, how many ranges are accepted at start, and of each how far behind
 * that page it begins and how many pages it has; memory, in bytes. Returns DS_OK, DS_INVALID or
 * DS_INTERNAL. */
ds_status ds_td_hob_digest(unsigned char *out, ds_slice layout, uint64_t memory,
                           ds_error *err) DS_MUST_CHECK;

#endif
