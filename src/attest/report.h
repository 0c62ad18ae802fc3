/* Reports as tables of fields: what TD reports and SGX reports share. */
#ifndef DS_ATTEST_REPORT_H
#define DS_ATTEST_REPORT_H

#include "base/slice.h"

/* One field: where it lies in the report's bytes and in the struct. */
typedef struct ds_report_field {
    const char *name;
    size_t offset; /* in the report's bytes */
    size_t size;
    size_t member; /* in the struct */
} ds_report_field;

#define DS_REPORT_FIELD(type, name, member, offset)                                                \
    {                                                                                              \
        name, offset, sizeof(((type *)NULL)->member), offsetof(type, member)                       \
    }

/* Returns the bytes of one field; they belong to the report. */
static inline ds_slice ds_report_value(const void *report, const ds_report_field *field)
{
    return ds_slice_of((const unsigned char *)report + field->member, field->size);
}

/* From the bytes into the struct, and back. */
static inline void ds_report_read(void *report, const unsigned char *in,
                                  const ds_report_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        memcpy((unsigned char *)report + fields[i].member, in + fields[i].offset, fields[i].size);
}

static inline void ds_report_write(unsigned char *out, const void *report,
                                   const ds_report_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        memcpy(out + fields[i].offset, (const unsigned char *)report + fields[i].member,
               fields[i].size);
}

#endif
