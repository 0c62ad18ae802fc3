#include "simulator/fault.h"

#include "deploy/kms.h"
#include "guest/guest.h"
#include "simulator/dispatch.h"
#include "simulator/pccs.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Names that an error lists; more than there are. */
#define NAMES_MAX 64
#define WHY_BYTES 1024

#define SECONDS_MIN 0.001
#define SECONDS_MAX 86400.0

/* Well above what clients take when nobody says otherwise. */
#define OVERSIZE_BYTES ((size_t)32 << 20)

static ds_status bad(ds_error *err, const ds_fault *fault, const char *format, ...) DS_PRINTF(3, 4);

static ds_status bad(ds_error *err, const ds_fault *fault, const char *format, ...)
{
    char shown[256], why[WHY_BYTES];
    va_list values;
    va_start(values, format);
    vsnprintf(why, sizeof why, format, values);
    va_end(values);
    return ds_fail(err, DS_INVALID, "fault: %s: %s",
                   ds_excerpt(shown, sizeof shown, fault->text, strlen(fault->text)), why);
}

typedef struct names {
    const char *list[NAMES_MAX];
    size_t count;
} names;

static void add_name(names *known, const char *name)
{
    size_t i = 0;
    while (i < known->count && strcmp(known->list[i], name) != 0)
        i++;
    if (i == known->count && i < NAMES_MAX)
        known->list[known->count++] = name;
}

static ds_status bad_name(ds_error *err, const ds_fault *fault, const char *what,
                          const names *known)
{
    char list[WHY_BYTES / 2] = "";
    size_t at = 0;
    for (size_t i = 0; i < known->count && at < sizeof list; i++)
        at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", i > 0 ? ", " : "",
                               known->list[i]);
    return bad(err, fault, "%s; there are: %s", what, list);
}

/* Rows ---------------------------------------------------------------------------------------- */

/* All that a simulator serves; NULL at the end. */
static const ds_surface *surface_at(size_t i)
{
    static const ds_surface *const others[] = {&ds_kms_served, &ds_pccs_served, NULL};
    size_t guests = 0;
    while (ds_guest_surfaces[guests] != NULL)
        guests++;
    return i < guests ? ds_guest_surfaces[i] : others[i - guests];
}

/* The rows a fault is about, one after the other: those of its method on every surface, or all.
 * In/out: *surface and *row, 0 to begin with. Returns NULL at the end. */
static const ds_row *next_row(const ds_fault *fault, size_t *surface, size_t *row)
{
    for (; surface_at(*surface) != NULL; ++*surface, *row = 0) {
        const ds_row *at;
        while ((at = &surface_at(*surface)->rows[*row])->name != NULL) {
            ++*row;
            if (fault->method == NULL || strcmp(at->name, fault->method) == 0)
                return at;
        }
    }
    return NULL;
}

/* Whether a fault's member can be this one. */
static bool suits(const ds_fault *fault, const ds_field *field)
{
    return fault->kind != DS_FAULT_ODD_HEX || field->type == DS_BYTES;
}

/* Out: known, the members that the fault could be about. */
static void list_members(names *known, const ds_fault *fault)
{
    size_t surface = 0, row = 0;
    for (const ds_row *at; (at = next_row(fault, &surface, &row)) != NULL;)
        for (const ds_field *field = at->reply; field->name != NULL; field++)
            if (suits(fault, field))
                add_name(known, field->name);
}

/* Arguments ----------------------------------------------------------------------------------- */

/* Each reads what is behind the colon; NULL when there is none. */

static ds_status read_nothing(ds_fault *fault, const char *argument, ds_error *err)
{
    return argument == NULL ? DS_OK : bad(err, fault, "this kind takes nothing behind a colon");
}

static ds_status read_seconds(ds_fault *fault, const char *argument, ds_error *err)
{
    char *end;
    if (argument == NULL && fault->kind == DS_FAULT_DRIP)
        argument = "1";
    if (argument == NULL)
        return bad(err, fault, "a number of seconds is missing, as in delay:2");
    double seconds = strtod(argument, &end);
    if (argument[strspn(argument, "0123456789.")] != '\0' || *end != '\0' ||
        !(seconds >= SECONDS_MIN && seconds <= SECONDS_MAX))
        return bad(err, fault, "not a number of seconds from %g to %g", SECONDS_MIN, SECONDS_MAX);
    fault->number = (unsigned long)(seconds * 1000 + 0.5);
    return DS_OK;
}

/* Returns false when the text is no number from min to max. */
static bool read_number(ds_fault *fault, const char *text, unsigned long min, unsigned long max)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9 || text[digits] != '\0')
        return false;
    fault->number = strtoul(text, NULL, 10);
    return fault->number >= min && fault->number <= max;
}

static ds_status read_status(ds_fault *fault, const char *argument, ds_error *err)
{
    if (argument != NULL && read_number(fault, argument, 200, 599))
        return DS_OK;
    return bad(err, fault, "a status from 200 to 599 is needed, as in status:503");
}

static ds_status read_size(ds_fault *fault, const char *argument, ds_error *err)
{
    fault->number = OVERSIZE_BYTES;
    if (argument == NULL || read_number(fault, argument, 1, DS_SIMULATOR_REPLY_MAX))
        return DS_OK;
    return bad(err, fault, "not a number of bytes up to %lu",
               (unsigned long)DS_SIMULATOR_REPLY_MAX);
}

static ds_status read_cut(ds_fault *fault, const char *argument, ds_error *err)
{
    static const char *const places[] = {
        [DS_CUT_BEFORE] = "before",
        [DS_CUT_HEAD] = "head",
        [DS_CUT_AFTER_HEAD] = "after-head",
        [DS_CUT_BODY] = "body",
    };
    names known = {.count = 0};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        fault->number = i;
        if (argument == NULL || strcmp(argument, places[i]) == 0)
            return DS_OK;
        add_name(&known, places[i]);
    }
    return bad_name(err, fault, "unknown place to cut at", &known);
}

static ds_status read_type(ds_fault *fault, const char *argument, ds_error *err)
{
    fault->word = argument == NULL ? "text/plain" : argument;
    for (const char *p = fault->word; *p != '\0'; p++)
        if (*p < 0x21 || *p > 0x7e)
            return bad(err, fault, "a content type has no blanks and is plain ASCII");
    return *fault->word != '\0' ? DS_OK : bad(err, fault, "a content type is missing");
}

/* A reply without members can be of the wrong type as a whole. */
static ds_status read_member(ds_fault *fault, const char *argument, ds_error *err)
{
    names known = {.count = 0};
    fault->word = argument;
    list_members(&known, fault);
    if (argument == NULL && (known.count > 0 || fault->kind == DS_FAULT_WRONG_TYPE))
        return DS_OK;
    for (size_t i = 0; i < known.count; i++)
        if (argument != NULL && strcmp(known.list[i], argument) == 0)
            return DS_OK;
    if (known.count == 0)
        return bad(err, fault, "the reply has no such members");
    if (fault->method == NULL)
        return bad(err, fault, "no method's reply has such a member");
    return bad_name(err, fault, "no such member in the reply", &known);
}

/* Kinds --------------------------------------------------------------------------------------- */

/* A kind's name is the beginning of its form. */
static const struct {
    const char *form;
    const char *help;
    ds_status (*read)(ds_fault *fault, const char *argument, ds_error *err);
} kinds[DS_FAULT_COUNT] = {
    [DS_FAULT_NONE] = {"none", "no fault: takes a method out of *", read_nothing},
    [DS_FAULT_DELAY] = {"delay:SECONDS", "the reply comes that late", read_seconds},
    [DS_FAULT_DRIP] = {"drip[:SECONDS]", "the reply comes a byte at a time (default: 1 second)",
                       read_seconds},
    [DS_FAULT_CUT] = {"cut[:PLACE]",
                      "the connection ends: before (default), head, after-head, body", read_cut},
    [DS_FAULT_STATUS] = {"status:N", "an HTML page with that status", read_status},
    [DS_FAULT_TYPE] = {"content-type[:TYPE]", "another content type (default: text/plain)",
                       read_type},
    [DS_FAULT_BAD_JSON] = {"bad-json", "the body lacks its last byte", read_nothing},
    [DS_FAULT_WRONG_TYPE] = {"wrong-type[:MEMBER]",
                             "a member (default: the first one) has another JSON type",
                             read_member},
    [DS_FAULT_ODD_HEX] = {"odd-hex[:MEMBER]",
                          "a member (default: the first one in hex) has a digit too many",
                          read_member},
    [DS_FAULT_OVERSIZE] = {"oversize[:BYTES]",
                           "the body is so large (default: more than clients take)", read_size},
};

ds_fault_help ds_fault_describe(ds_fault_kind kind)
{
    return (ds_fault_help){kinds[kind].form, kinds[kind].help};
}

/* The table ----------------------------------------------------------------------------------- */

static ds_status read_method(ds_fault *fault, size_t len, ds_error *err)
{
    const ds_fault any = {.method = NULL};
    names known = {{"*"}, 1};
    size_t surface = 0, row = 0;
    if (len == 1 && *fault->text == '*')
        return DS_OK;
    for (const ds_row *at; (at = next_row(&any, &surface, &row)) != NULL;) {
        if (strlen(at->name) == len && strncmp(at->name, fault->text, len) == 0) {
            fault->method = at->name;
            return DS_OK;
        }
        add_name(&known, at->name);
    }
    return bad_name(err, fault, "unknown method", &known);
}

static ds_status read_kind(ds_fault *fault, const char *text, ds_error *err)
{
    names known = {.count = 0};
    size_t len = strcspn(text, ":");
    for (int kind = DS_FAULT_NONE; kind < DS_FAULT_COUNT; kind++) {
        const char *form = kinds[kind].form;
        fault->kind = (ds_fault_kind)kind;
        if (strcspn(form, ":[") == len && strncmp(form, text, len) == 0)
            return kinds[kind].read(fault, text[len] == '\0' ? NULL : text + len + 1, err);
        add_name(&known, form);
    }
    return bad_name(err, fault, "unknown kind of fault", &known);
}

ds_status ds_faults_add(ds_faults *faults, const char *text, ds_error *err)
{
    ds_fault fault = {.text = text};
    size_t len = strcspn(text, "=");
    if (text[len] == '\0')
        return bad(err, &fault, "write it as METHOD=KIND[:ARG], such as GetKey=delay:2");
    ds_status status = read_method(&fault, len, err);
    if (status == DS_OK)
        status = read_kind(&fault, text + len + 1, err);
    if (status == DS_OK && faults->count == DS_FAULTS_MAX)
        status = ds_fail(err, DS_INVALID, "fault: at most %d faults", DS_FAULTS_MAX);
    if (status == DS_OK)
        faults->list[faults->count++] = fault;
    return status;
}

const ds_fault *ds_faults_find(const ds_faults *faults, const char *method)
{
    const ds_fault *found = NULL;
    for (size_t i = 0; i < faults->count; i++) {
        const ds_fault *fault = &faults->list[i];
        bool own = fault->method != NULL && strcmp(fault->method, method) == 0;
        if (own || (fault->method == NULL && (found == NULL || found->method == NULL)))
            found = fault;
    }
    return found == NULL || found->kind == DS_FAULT_NONE ? NULL : found;
}
