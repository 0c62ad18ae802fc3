/* Files of variables: what each line means, and what is wrong with it. */
#include "deploy/env_file.h"
#include "test.h"

static ds_env_set set;
static ds_error err;

static ds_status parse_bytes(const char *text, size_t len, unsigned flags)
{
    ds_env_free(&set);
    return ds_env_file_parse(&set, ds_slice_of(text, len), flags, &err);
}

/* What was read, as text: line, name and value of each. */
static void show(char *shown, size_t size)
{
    size_t at = 0;
    *shown = '\0';
    for (size_t i = 0; i < set.count && at < size; i++)
        at += (size_t)snprintf(shown + at, size - at, "%lu %.*s=%.*s|",
                               (unsigned long)set.vars[i].line, (int)set.vars[i].key.len,
                               (const char *)set.vars[i].key.data, (int)set.vars[i].value.len,
                               (const char *)set.vars[i].value.data);
}

/* From a copy of its own, so that a sanitizer sees every byte that is read beyond the end. What was
 * read is shown in err.text, while the copy is there. */
static ds_status parse(const char *text, unsigned flags)
{
    size_t len = strlen(text);
    char *copy = malloc(len > 0 ? len : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, text, len);
    ds_status status = parse_bytes(copy, len, flags);
    if (status == DS_OK)
        show(err.text, sizeof err.text);
    free(copy);
    return status;
}

#define READS(input, wanted)                                                                       \
    do {                                                                                           \
        CHECK(parse(input, 0) == DS_OK);                                                           \
        test_count(strcmp(err.text, wanted) == 0, __FILE__, __LINE__, err.text);                   \
    } while (0)

#define FAILS(input, beginning)                                                                    \
    do {                                                                                           \
        CHECK(parse(input, 0) == DS_INVALID);                                                      \
        test_count(strncmp(err.text, beginning, strlen(beginning)) == 0, __FILE__, __LINE__,       \
                   err.text);                                                                      \
    } while (0)

static void test_bare(void)
{
    READS("A=1", "1 A=1|");
    READS("A=1\n", "1 A=1|");
    READS("A=1\r\nB=2\r\n", "1 A=1|2 B=2|");
    READS("\n# comment\n \t\n  # = \nA=1\n", "5 A=1|");
    READS("\xef\xbb\xbf"
          "A=1",
          "1 A=1|");
    READS(" A = two words \t\n", "1 A=two words|");
    READS("A=\nB= \nC=\t# none", "1 A=|2 B=|3 C=|");
    READS("A=a#b # c", "1 A=a#b|");
    READS("A=#b\nB=#", "1 A=#b|2 B=#|");
    READS("A= #b", "1 A=|");
    READS("A=it's\nB=a\"b\"", "1 A=it's|2 B=a\"b\"|");
    READS("A=$B `c` \\n a=b", "1 A=$B `c` \\n a=b|");
    READS("A=a\rb", "1 A=a\rb|");
    READS("_a1=\xc3\xa9", "1 _a1=\xc3\xa9|");
}

static void test_export(void)
{
    READS("export A=1", "1 A=1|");
    READS("\texport \t A =1", "1 A=1|");
    READS("export=1", "1 export=1|");
    READS("export =1", "1 export=1|");
    READS("exportA=1", "1 exportA=1|");
    FAILS("export", "line 1: no =");
    FAILS("export A B=1", "line 1: no =");
    FAILS("export export A=1", "line 1: no =");
}

static void test_single(void)
{
    READS("A='a b'", "1 A=a b|");
    READS("A='' # c\nB='x'\t", "1 A=|2 B=x|");
    READS("A='\\n\"$#'", "1 A=\\n\"$#|");
    READS("A='a\nb\r\nc'\nB=1", "1 A=a\nb\nc|4 B=1|");
    READS("A='a\rb'", "1 A=a\rb|");
    FAILS("B=1\nA='a\nb", "line 2: the quote is never closed");
    FAILS("A='a\n'b", "line 2: more text behind");
    FAILS("A='a'#b", "line 1: more text behind");
    FAILS("A='a''b'", "line 1: more text behind");
}

static void test_double(void)
{
    READS("A=\"a b\"", "1 A=a b|");
    READS("A=\"\\n\\r\\t\\\\\\\"\\$\\`\"", "1 A=\n\r\t\\\"$`|");
    READS("A=\"a\nb\"\nB=2", "1 A=a\nb|3 B=2|");
    READS("A=\"a\\\nb\\\r\nc\"\nB=2", "1 A=abc|4 B=2|");
    READS("A=\"'#$x\" # c", "1 A='#$x|");
    READS("A=\"\\\\\"", "1 A=\\|");
    FAILS("A=\"\\", "line 1: the quote is never closed");
    FAILS("A=\"\\\"", "line 1: the quote is never closed");
    FAILS("A=\"\n\\x\"", "line 2: unknown escape");
    FAILS("A=\"a\" b", "line 1: more text behind");
}

static void test_wrong(void)
{
    FAILS("", "no variables in 0 lines");
    FAILS("\n# A=1\n\n", "no variables in 3 lines");
    FAILS("# A=1", "no variables in 1 lines");
    FAILS("A=1\nsecret", "line 2: no =");
    FAILS("A: secret", "line 1: no =");
    FAILS("=secret", "line 1: no name before");
    FAILS("1A=secret", "line 1: the name is not made of");
    FAILS("A-B=secret", "line 1: the name is not made of");
    FAILS("A=1\n\nA=2", "line 3: A: set already, as line 1");
    FAILS("A=1\nB=\xff", "line 2: not UTF-8");
    CHECK(parse_bytes("A=1\0", 4, 0) == DS_INVALID && strncmp(err.text, "line 1: ", 8) == 0);
    CHECK(parse("A=1\nA=2", DS_ENV_ALLOW_DUPLICATES) == DS_OK);
    CHECK(parse("", DS_ENV_ALLOW_EMPTY) == DS_OK && set.count == 0);
}

static void test_limits(void)
{
    static char text[DS_ENV_VALUE_MAX + 16];
    memset(text, 'x', sizeof text);
    memcpy(text, "LONG=", 5);
    CHECK(parse_bytes(text, 5 + DS_ENV_VALUE_MAX, 0) == DS_OK);
    CHECK(parse_bytes(text, 5 + DS_ENV_VALUE_MAX + 1, 0) == DS_INVALID);
    CHECK(strcmp(err.text, "line 1: LONG: the value is longer than 131072 bytes") == 0);
}

int main(void)
{
    test_bare();
    test_export();
    test_single();
    test_double();
    test_wrong();
    test_limits();
    ds_env_free(&set);
    return test_done();
}
