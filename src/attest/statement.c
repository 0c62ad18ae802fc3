#include "attest/statement.h"

#include "attest/members.h"

#include <stdlib.h>

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

#define ROW(type, name, kind, size, member)                                                        \
    {                                                                                              \
        name, DS_MEMBER_##kind, size, offsetof(type, member), false                                \
    }
#define OPTIONAL(type, name, kind, size, member)                                                   \
    {                                                                                              \
        name, DS_MEMBER_##kind, size, offsetof(type, member), true                                 \
    }

/* What every statement has, as the first rows of its table. */
#define HEAD(type)                                                                                 \
    ROW(type, "id", TEXT, 0, head.id), ROW(type, "version", NUMBER, UINT8_MAX, head.version),      \
        ROW(type, "issueDate", DATE, 0, head.issued),                                              \
        ROW(type, "nextUpdate", DATE, 0, head.next_update),                                        \
        ROW(type, "tcbEvaluationDataNumber", NUMBER, UINT32_MAX, head.evaluation_number)

/* A level of either kind, before what is in it is read. */
typedef struct raw_level {
    const ds_json *tcb;
    const ds_json *advisories;
    ds_tcb_verdict verdict;
} raw_level;

static const ds_member level_rows[] = {
    ROW(raw_level, "tcb", OBJECT, 0, tcb),
    ROW(raw_level, "tcbDate", DATE, 0, verdict.date),
    ROW(raw_level, "tcbStatus", STATUS, 0, verdict.status),
    OPTIONAL(raw_level, "advisoryIDs", LIST, 0, advisories),
};

/* Room for what a list holds, size bytes each. Returns NULL, with *err written, when there is none.
 */
static void *list_room(ds_arena *arena, const ds_json *list, size_t size, const char *what,
                       ds_error *err)
{
    void *room = NULL;
    if (list->count > DS_STATEMENT_LISTMAX)
        ds_fail(err, DS_TOO_LARGE, "%s: a list of %lu, at most %d are taken", what,
                (unsigned long)list->count, DS_STATEMENT_LISTMAX);
    else if ((room = ds_arena_alloc(arena, (list->count + 1) * size)) == NULL)
        ds_fail_memory(err);
    return room;
}

static ds_status read_advisories(ds_tcb_verdict *verdict, const ds_json *list, ds_arena *arena,
                                 const char *what, ds_error *err)
{
    if (list == NULL || list->count == 0)
        return DS_OK;
    ds_slice *texts = list_room(arena, list, sizeof *texts, what, err);
    if (texts == NULL)
        return err->status;
    verdict->advisories = texts;
    for (const ds_json *item = list->first; item != NULL; item = item->next) {
        if (item->type != DS_JSON_STRING)
            return ds_fail(err, DS_INVALID, "%s: an advisory id must be a string", what);
        texts[verdict->advisory_count++] = item->text;
    }
    return DS_OK;
}

static ds_status read_level(raw_level *raw, const ds_json *level, ds_arena *arena, const char *what,
                            ds_error *err)
{
    *raw = (raw_level){.tcb = NULL};
    ds_status status = ds_members_read(raw, level, level_rows, COUNT(level_rows), what, err);
    return status == DS_OK ? read_advisories(&raw->verdict, raw->advisories, arena, what, err)
                           : status;
}

/* In: max, the largest version. */
static ds_status read_isv_levels(ds_isv_levels *levels, const ds_json *list, size_t max,
                                 ds_arena *arena, const char *what, ds_error *err)
{
    const ds_member rows[] = {{"isvsvn", DS_MEMBER_NUMBER, max, 0, false}};
    levels->list = list_room(arena, list, sizeof *levels->list, what, err);
    if (levels->list == NULL)
        return err->status;
    for (const ds_json *item = list->first; item != NULL; item = item->next) {
        raw_level raw;
        ds_isv_level *level = &levels->list[levels->count++];
        ds_status status = read_level(&raw, item, arena, what, err);
        if (status == DS_OK)
            status = ds_members_read(&level->isv_svn, raw.tcb, rows, COUNT(rows), what, err);
        if (status != DS_OK)
            return status;
        level->verdict = raw.verdict;
    }
    return DS_OK;
}

const ds_isv_level *ds_isv_level_find(const ds_isv_levels *levels, uint32_t svn)
{
    for (size_t i = 0; i < levels->count; i++)
        if (svn >= levels->list[i].isv_svn)
            return &levels->list[i];
    return NULL;
}

/* TCB info ----------------------------------------------------------------------------------------
 */

typedef struct raw_tcb {
    const ds_json *sgx, *tdx;
    uint32_t pce_svn;
} raw_tcb;

static const ds_member tcb_rows[] = {
    ROW(raw_tcb, "sgxtcbcomponents", LIST, 0, sgx),
    ROW(raw_tcb, "pcesvn", NUMBER, UINT16_MAX, pce_svn),
    OPTIONAL(raw_tcb, "tdxtcbcomponents", LIST, 0, tdx),
};

/* Components are objects, of which their versions are kept, a byte each. */
static ds_status read_components(ds_slice *out, const ds_json *list, ds_arena *arena, ds_error *err)
{
    static const ds_member rows[] = {{"svn", DS_MEMBER_NUMBER, UINT8_MAX, 0, false}};
    if (list == NULL)
        return DS_OK;
    unsigned char *at = list_room(arena, list, 1, "tcb_info: components", err);
    if (at == NULL)
        return err->status;
    *out = ds_slice_of(at, list->count);
    for (const ds_json *item = list->first; item != NULL; item = item->next) {
        uint32_t svn;
        ds_status status = ds_members_read(&svn, item, rows, 1, "tcb_info: component", err);
        if (status != DS_OK)
            return status;
        *at++ = (unsigned char)svn;
    }
    return DS_OK;
}

static ds_status read_tcb_level(ds_tcb_level *level, const ds_json *item, ds_arena *arena,
                                ds_error *err)
{
    static const char what[] = "tcb_info: TCB level";
    raw_level raw;
    raw_tcb tcb = {NULL, NULL, 0};
    ds_status status = read_level(&raw, item, arena, what, err);
    if (status != DS_OK ||
        (status = ds_members_read(&tcb, raw.tcb, tcb_rows, COUNT(tcb_rows), what, err)) != DS_OK ||
        (status = read_components(&level->sgx, tcb.sgx, arena, err)) != DS_OK ||
        (status = read_components(&level->tdx, tcb.tdx, arena, err)) != DS_OK)
        return status;
    level->pce_svn = tcb.pce_svn;
    level->verdict = raw.verdict;
    return DS_OK;
}

static ds_status read_tcb_levels(ds_tcb_info *info, const ds_json *list, ds_arena *arena,
                                 ds_error *err)
{
    info->levels = list_room(arena, list, sizeof *info->levels, "tcb_info: TCB levels", err);
    if (info->levels == NULL)
        return err->status;
    for (const ds_json *item = list->first; item != NULL; item = item->next) {
        ds_tcb_level *level = &info->levels[info->level_count];
        ds_status status = read_tcb_level(level, item, arena, err);
        if (status != DS_OK)
            return status;
        level->position = info->level_count++;
    }
    return DS_OK;
}

/* The last two rows are only of the identities. */
typedef struct raw_module {
    ds_tdx_module module;
    const ds_json *levels;
} raw_module;

static const ds_member module_rows[] = {
    ROW(raw_module, "mrsigner", BYTES, DS_MR_BYTES, module.mr_signer),
    ROW(raw_module, "attributes", BYTES, DS_ATTRIBUTE_BYTES, module.attributes),
    ROW(raw_module, "attributesMask", BYTES, DS_ATTRIBUTE_BYTES, module.mask),
    ROW(raw_module, "id", TEXT, 0, module.id),
    ROW(raw_module, "tcbLevels", LIST, 0, levels),
};

static ds_status read_module(ds_tcb_info *info, const ds_json *object, ds_error *err)
{
    raw_module raw = {.levels = NULL};
    info->has_module = object != NULL;
    if (object == NULL)
        return DS_OK;
    ds_status status = ds_members_read(&raw, object, module_rows, COUNT(module_rows) - 2,
                                       "tcb_info: tdxModule", err);
    info->module = raw.module;
    return status;
}

static ds_status read_identities(ds_tcb_info *info, const ds_json *list, ds_arena *arena,
                                 ds_error *err)
{
    static const char what[] = "tcb_info: TDX module identity";
    if (list == NULL || list->count == 0)
        return DS_OK;
    info->identities = list_room(arena, list, sizeof *info->identities, what, err);
    if (info->identities == NULL)
        return err->status;
    for (const ds_json *item = list->first; item != NULL; item = item->next) {
        raw_module raw = {.levels = NULL};
        ds_status status = ds_members_read(&raw, item, module_rows, COUNT(module_rows), what, err);
        if (status == DS_OK)
            status = read_isv_levels(&raw.module.levels, raw.levels, UINT8_MAX, arena, what, err);
        if (status != DS_OK)
            return status;
        info->identities[info->identity_count++] = raw.module;
    }
    return DS_OK;
}

typedef struct raw_info {
    ds_statement head;
    ds_tcb_info info;
    const ds_json *levels, *module, *identities;
} raw_info;

static const ds_member info_rows[] = {
    HEAD(raw_info),
    ROW(raw_info, "fmspc", BYTES, DS_FMSPC_BYTES, info.fmspc),
    ROW(raw_info, "pceId", BYTES, DS_PCE_ID_BYTES, info.pce_id),
    ROW(raw_info, "tcbType", NUMBER, UINT32_MAX, info.type),
    ROW(raw_info, "tcbLevels", LIST, 0, levels),
    OPTIONAL(raw_info, "tdxModule", OBJECT, 0, module),
    OPTIONAL(raw_info, "tdxModuleIdentities", LIST, 0, identities),
};

ds_status ds_tcb_info_read(ds_tcb_info *info, const ds_json *root, ds_arena *arena, ds_error *err)
{
    raw_info raw = {.levels = NULL};
    ds_status status = ds_members_read(&raw, root, info_rows, COUNT(info_rows), "tcb_info", err);
    *info = raw.info;
    info->head = raw.head;
    if (status == DS_OK)
        status = read_tcb_levels(info, raw.levels, arena, err);
    if (status == DS_OK)
        status = read_module(info, raw.module, err);
    return status == DS_OK ? read_identities(info, raw.identities, arena, err) : status;
}

/* Byte by byte; where one is the other's beginning, the longer is the greater. */
static int compare_bytes(ds_slice a, ds_slice b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n == 0 ? 0 : memcmp(a.data, b.data, n);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int by_sgx(const void *left, const void *right)
{
    const ds_tcb_level *a = left, *b = right;
    int order = compare_bytes(b->sgx, a->sgx);
    if (order == 0)
        order = (b->pce_svn > a->pce_svn) - (b->pce_svn < a->pce_svn);
    return order != 0 ? order : (a->position > b->position) - (a->position < b->position);
}

static int by_sgx_and_tdx(const void *left, const void *right)
{
    const ds_tcb_level *a = left, *b = right;
    int order = compare_bytes(b->sgx, a->sgx);
    if (order == 0)
        order = (b->pce_svn > a->pce_svn) - (b->pce_svn < a->pce_svn);
    if (order == 0)
        order = compare_bytes(b->tdx, a->tdx);
    return order != 0 ? order : (a->position > b->position) - (a->position < b->position);
}

void ds_tcb_info_sort(ds_tcb_info *info)
{
    bool tdx = info->head.version >= 3 && ds_slice_equal(info->head.id, DS_LITERAL("TDX"));
    if (info->level_count > 1)
        qsort(info->levels, info->level_count, sizeof *info->levels, tdx ? by_sgx_and_tdx : by_sgx);
}

/* QE identity -------------------------------------------------------------------------------------
 */

typedef struct raw_identity {
    ds_statement head;
    ds_qe_identity identity;
    const ds_json *levels;
} raw_identity;

static const ds_member identity_rows[] = {
    HEAD(raw_identity),
    ROW(raw_identity, "miscselect", BYTES, DS_SGX_MISC_BYTES, identity.misc_select),
    ROW(raw_identity, "miscselectMask", BYTES, DS_SGX_MISC_BYTES, identity.misc_mask),
    ROW(raw_identity, "attributes", BYTES, DS_SGX_ATTRIBUTES_BYTES, identity.attributes),
    ROW(raw_identity, "attributesMask", BYTES, DS_SGX_ATTRIBUTES_BYTES, identity.attributes_mask),
    ROW(raw_identity, "mrsigner", BYTES, DS_SGX_MR_BYTES, identity.mr_signer),
    ROW(raw_identity, "isvprodid", NUMBER, UINT16_MAX, identity.product),
    ROW(raw_identity, "tcbLevels", LIST, 0, levels),
};

ds_status ds_qe_identity_read(ds_qe_identity *identity, const ds_json *root, ds_arena *arena,
                              ds_error *err)
{
    raw_identity raw = {.levels = NULL};
    ds_status status =
        ds_members_read(&raw, root, identity_rows, COUNT(identity_rows), "qe_identity", err);
    *identity = raw.identity;
    identity->head = raw.head;
    return status == DS_OK ? read_isv_levels(&identity->levels, raw.levels, UINT16_MAX, arena,
                                             "qe_identity: TCB level", err)
                           : status;
}
