/* What the harnesses share. Each is one function that libFuzzer calls with bytes of its making;
 * what it must never find is a crash, a report of a sanitizer, a leak, or a broken promise of a
 * header file, which PROMISE states. Setting up happens once, so that a run costs little. */
#ifndef DS_FUZZ_H
#define DS_FUZZ_H

#include "base/slice.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* libFuzzer's entry point. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops the run where something that has to hold does not. */
#define PROMISE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Takes the first line off the input, without its LF; all of it where there is none. */
static inline ds_slice fuzz_line(ds_slice *input)
{
    const char *p = input->data;
    const char *end = input->len > 0 ? memchr(p, '\n', input->len) : NULL;
    size_t n = end != NULL ? (size_t)(end - p) : input->len;
    size_t used = end != NULL ? n + 1 : n;
    ds_slice line = {p, n};
    *input = ds_slice_of(p + used, input->len - used);
    return line;
}

/* Takes up to n bytes off the input. */
static inline ds_slice fuzz_take(ds_slice *input, size_t n)
{
    ds_slice taken = {input->data, n < input->len ? n : input->len};
    *input = ds_slice_of((const char *)input->data + taken.len, input->len - taken.len);
    return taken;
}

/* Takes the first byte off the input; 0 where there is none. */
static inline unsigned fuzz_byte(ds_slice *input)
{
    const unsigned char *p = input->data;
    if (input->len == 0)
        return 0;
    *input = ds_slice_of(p + 1, input->len - 1);
    return p[0];
}

#endif
