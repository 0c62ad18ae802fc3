#include "simulator/flaw.h"

#include "attest/sgx_report.h"

#include <stdio.h>
#include <string.h>

#define DAY_SECONDS INT64_C(86400)

/* The longest piece that is put into a text. */
#define PIECE_BYTES 256

const char *ds_flaw_finder(const ds_flaw_row *row)
{
    return row->step == DS_STEP_COUNT ? row->after : ds_step_word(row->step);
}

/* There are too many to name. */
static ds_status no_such(const char *text, ds_error *err)
{
    char shown[64];
    return ds_fail(
        err, DS_INVALID,
        "attest-fault: %s: there is no such fault; `dstack-lua help simulator` lists them",
        ds_excerpt(shown, sizeof shown, text, strlen(text)));
}

static ds_status no_status(const char *text, size_t name, ds_error *err)
{
    char list[256] = "";
    size_t at = 0;
    for (int i = 0; i < DS_TCB_STATUS_COUNT && at < sizeof list; i++)
        at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", at > 0 ? ", " : "",
                               ds_tcb_status_name((ds_tcb_status)i));
    return ds_fail(err, DS_INVALID, "attest-fault: %.*s needs a status behind a colon: %s",
                   (int)name, text, list);
}

/* In: name, the length of the name, behind which the status stands. */
static ds_status read_status(ds_flaw *flaw, const char *text, size_t name, ds_error *err)
{
    ds_tcb_status status;
    bool wanted = flaw->row->form[name] == ':', given = text[name] == ':';
    const char *word = text + name + given;
    if (!wanted)
        return !given ? DS_OK
                      : ds_fail(err, DS_INVALID, "attest-fault: %.*s takes nothing behind a colon",
                                (int)name, text);
    if (!ds_tcb_status_by_name(&status, ds_slice_of(word, strlen(word))))
        return no_status(text, name, err);
    flaw->status = ds_tcb_status_name(status);
    return DS_OK;
}

ds_status ds_flaws_add(ds_flaws *flaws, const char *text, ds_error *err)
{
    size_t name = strcspn(text, ":");
    ds_flaw flaw = {.row = ds_flaw_rows};
    while (flaw.row->form != NULL &&
           (strcspn(flaw.row->form, ":") != name || strncmp(flaw.row->form, text, name) != 0))
        flaw.row++;
    if (flaw.row->form == NULL)
        return no_such(text, err);
    ds_status status = read_status(&flaw, text, name, err);
    if (status == DS_OK && flaws->count == DS_FLAWS_MAX)
        status = ds_fail(err, DS_INVALID, "attest-fault: at most %d of them", DS_FLAWS_MAX);
    if (status == DS_OK)
        flaws->list[flaws->count++] = flaw;
    return status;
}

bool ds_flaws_have(const ds_flaws *flaws, ds_flaw_id id)
{
    for (size_t i = 0; i < flaws->count; i++)
        if (flaws->list[i].row->id == id)
            return true;
    return false;
}

/* Returns where a row's field begins in a report, which is a TD's or an enclave's. */
static size_t field_offset(const ds_flaw_row *row)
{
    const ds_td_report td = {.is_15 = true};
    bool sgx = row->place == DS_AT_QE_REPORT || row->needs == DS_NEEDS_SGX;
    size_t count = 0, i = 0;
    if (row->field == NULL)
        return 0;
    const ds_report_field *fields =
        sgx ? ds_sgx_report_fields(&count) : ds_td_report_fields(&td, &count);
    while (i < count && strcmp(fields[i].name, row->field) != 0)
        i++;
    return i < count ? fields[i].offset : SIZE_MAX;
}

void ds_flaws_bend(const ds_flaws *flaws, ds_flaw_place place, unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < flaws->count; i++) {
        const ds_flaw_row *row = flaws->list[i].row;
        if (row->place != place || row->mask == 0)
            continue;
        size_t at =
            row->offset < 0 ? len - (size_t)-row->offset : field_offset(row) + (size_t)row->offset;
        if (at < len)
            bytes[at] ^= row->mask;
    }
}

/* Puts a piece in the place of the first one that is found. */
static ds_status replace(ds_buf *text, const char *find, const char *put)
{
    size_t old = strlen(find), new = strlen(put), at = 0;
    while (at + old <= text->len && memcmp(text->data + at, find, old) != 0)
        at++;
    if (at + old > text->len)
        return ds_buf_status(text);
    size_t behind = text->len - at - old;
    if (new > old && ds_buf_grow(text, new - old) == NULL)
        return ds_buf_status(text);
    memmove(text->data + at + new, text->data + at + old, behind);
    memcpy(text->data + at, put, new);
    text->len = at + new + behind;
    return ds_buf_status(text);
}

/* A row's piece with the status in it. The table is ours, and so is what stands in it. */
static void fill(char piece[PIECE_BYTES], const ds_flaw *flaw)
{
    const char *put = flaw->row->put, *hole = strstr(put, "%s");
    if (hole == NULL)
        snprintf(piece, PIECE_BYTES, "%s", put);
    else
        snprintf(piece, PIECE_BYTES, "%.*s%s%s", (int)(hole - put), put, flaw->status, hole + 2);
}

ds_status ds_flaws_retell(const ds_flaws *flaws, ds_flaw_place place, ds_buf *text)
{
    char piece[PIECE_BYTES];
    for (size_t i = 0; i < flaws->count; i++) {
        const ds_flaw *flaw = &flaws->list[i];
        if (flaw->row->place == place && flaw->row->find != NULL) {
            fill(piece, flaw);
            replace(text, flaw->row->find, piece);
        }
    }
    return ds_buf_status(text);
}

int64_t ds_flaws_seconds(const ds_flaws *flaws, ds_flaw_place place)
{
    int64_t seconds = 0;
    for (size_t i = 0; i < flaws->count; i++)
        if (flaws->list[i].row->place == place)
            seconds += flaws->list[i].row->days * DAY_SECONDS;
    return seconds;
}
