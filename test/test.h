/* The C tests' whole framework: one binary a file, a line for each failure, a count at the end. */
#ifndef DS_TEST_H
#define DS_TEST_H

#include "base/hex.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int test_passed, test_failed, test_skipped;

static inline void test_count(bool good, const char *file, int line, const char *what)
{
    if (good) {
        test_passed++;
    } else {
        test_failed++;
        printf("not ok: %s:%d: %s\n", file, line, what);
    }
}

/* Counts one check; a failing one is printed and the test goes on. */
#define CHECK(condition) test_count((condition), __FILE__, __LINE__, #condition)

/* Compares n bytes at p with the hex text. */
#define CHECK_HEX(p, n, hex)                                                                       \
    test_count(test_hex((p), (n), (hex)), __FILE__, __LINE__, #p " == " hex)

static inline bool test_hex(const void *p, size_t n, const char *hex)
{
    unsigned char want[8192];
    return strlen(hex) == 2 * n && n <= sizeof want && ds_hex_decode(want, hex, 2 * n) &&
           memcmp(want, p, n) == 0;
}

/* Decodes hex text into a buffer that is long enough. Returns the number of bytes. */
static inline size_t test_bytes(unsigned char *out, const char *hex)
{
    size_t len = strlen(hex);
    if (!ds_hex_decode(out, hex, len))
        abort();
    return len / 2;
}

/* Says that something is not tested because what it needs is not here. */
static inline void test_skip(const char *what)
{
    test_skipped++;
    printf("note: skipped: %s\n", what);
}

/* Machines that test stand still for ten seconds and more, all at once. What is to succeed has
 * PATIENCE, in seconds; what is to end by itself sooner has to do so SOON. */
#define PATIENCE    120.0
#define PATIENCE_MS ((int)(PATIENCE * 1000))
#define SOON        (PATIENCE / 2)

/* Counts one check of what may fail on a machine that stood still meanwhile, as a deadline does
 * that is short because it is to pass: then it is done again. */
#define CHECK_AGAIN(condition) CHECK((condition) || (condition) || (condition))

/* The last statement of main. */
static inline int test_done(void)
{
    printf("%d passed, %d failed", test_passed, test_failed);
    printf(test_skipped > 0 ? ", %d skipped\n" : "\n", test_skipped);
    return test_failed == 0 ? 0 : 1;
}

#endif
