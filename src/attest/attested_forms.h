/* The readers of the forms, each in a file of its own. Not for use outside: attested.c judges
 * before and after. */
#ifndef DS_ATTEST_ATTESTED_FORMS_H
#define DS_ATTEST_ATTESTED_FORMS_H

#include "attest/attested.h"

/* Both: Out: *a; what was taken so far on failure. The input has at least one byte. */
ds_status ds_attested_take_scale(ds_attested *a, ds_slice bytes, ds_error *err) DS_MUST_CHECK;
ds_status ds_attested_take_msgpack(ds_attested *a, ds_slice bytes, ds_error *err) DS_MUST_CHECK;

/* Takes zeroed events out of the arena. In: what, which names the list. Returns NULL on failure. */
ds_event *ds_attested_events(ds_attested *a, size_t count, const char *what, ds_error *err);

/* Failures that both have. */
ds_status ds_attested_short(ds_error *err);
ds_status ds_attested_platform(const char *name, ds_error *err);

#endif
