/* From the texts of EIP-712's types to trees. */
#include "ethereum/abi_parse.h"
#include "ethereum/typed_data.h"

#include <stdlib.h>

static int by_name(const void *a, const void *b)
{
    ds_slice x = ((const ds_typed_struct *)a)->name, y = ((const ds_typed_struct *)b)->name;
    int order = memcmp(x.data, y.data, x.len < y.len ? x.len : y.len);
    return order != 0 ? order : (x.len > y.len) - (x.len < y.len);
}

ds_typed_struct *ds_typed_find(const ds_typed_set *set, ds_slice name)
{
    const ds_typed_struct key = {.name = name};
    if (set->count == 0 || name.len == 0)
        return NULL;
    return bsearch(&key, set->structs, set->count, sizeof key, by_name);
}

/* What is no name would take type texts apart. Colons are in the names of structs that people sign.
 */
static bool is_name(ds_slice name, bool colons)
{
    const char *p = name.data;
    bool good = name.len > 0;
    for (size_t i = 0; good && i < name.len; i++) {
        bool letter = (p[i] >= 'a' && p[i] <= 'z') || (p[i] >= 'A' && p[i] <= 'Z') || p[i] == '_' ||
                      p[i] == '$';
        bool digit = p[i] >= '0' && p[i] <= '9';
        good = letter || (i > 0 && (digit || (colons && p[i] == ':')));
    }
    return good;
}

static const ds_path root = {NULL, {"types", 5}, 0};

/* Names --------------------------------------------------------------------------------------- */

static ds_status check_struct_name(const ds_typed_struct *of, ds_error *err)
{
    ds_abi_type type;
    ds_path path = ds_path_down(&root, of->name, 0);
    if (!is_name(of->name, true))
        return ds_path_fail(&path, err, DS_INVALID,
                            "a struct's name is made of letters, digits, _, $ and :");
    if (ds_abi_elementary(&type, of->name))
        return ds_path_fail(&path, err, DS_INVALID, "the name of a type that is no struct");
    return DS_OK;
}

static ds_status check_member_names(const ds_typed_struct *of, ds_error *err)
{
    ds_path above = ds_path_down(&root, of->name, 0);
    for (size_t i = 0; i < of->count; i++) {
        ds_path path = ds_path_down(&above, ds_slice_of(NULL, 0), i + 1);
        if (!is_name(of->given[i].name, false))
            return ds_path_fail(&path, err, DS_INVALID,
                                "a member's name is made of letters, digits, _ and $");
        for (size_t j = 0; j < i; j++)
            if (ds_slice_equal(of->given[i].name, of->given[j].name))
                return ds_path_fail(&path, err, DS_INVALID, "a second member of the same name");
    }
    return DS_OK;
}

static ds_status check_names(const ds_typed_set *set, ds_error *err)
{
    size_t members = 0;
    for (size_t i = 0; i < set->count; i++) {
        ds_status status = check_struct_name(&set->structs[i], err);
        members += set->structs[i].count;
        if (members > DS_TYPED_MEMBERS)
            return ds_fail(err, DS_INVALID, "types: more than %d members", DS_TYPED_MEMBERS);
        if (status == DS_OK)
            status = check_member_names(&set->structs[i], err);
        if (status != DS_OK)
            return status;
    }
    return DS_OK;
}

/* Types --------------------------------------------------------------------------------------- */

static bool look_up(ds_abi_type *type, ds_slice name, const void *structs)
{
    const ds_typed_struct *found = ds_typed_find(structs, name);
    if (found != NULL)
        *type = ds_typed_type(found);
    return found != NULL;
}

static ds_status parse_members(const ds_typed_set *set, ds_typed_struct *of, ds_arena *arena,
                               ds_error *err)
{
    ds_path above = ds_path_down(&root, of->name, 0);
    for (size_t i = 0; i < of->count; i++) {
        ds_path path = ds_path_down(&above, ds_slice_of(NULL, 0), i + 1);
        ds_abi_type *type = &of->members[i];
        if (ds_abi_parse_typed(type, of->given[i].type, look_up, set, arena, err) != DS_OK)
            return ds_path_say(&path, err);
        type->name = of->given[i].name;
    }
    return DS_OK;
}

/* The members' place is known before their types are: structs point to each other. */
static ds_status parse(ds_typed_set *set, ds_arena *arena, ds_error *err)
{
    ds_status status = DS_OK;
    for (size_t i = 0; i < set->count; i++) {
        ds_typed_struct *of = &set->structs[i];
        of->members = ds_arena_alloc(arena, of->count * sizeof *of->members);
        if (of->members == NULL)
            return ds_fail_memory(err);
    }
    for (size_t i = 0; i < set->count && status == DS_OK; i++)
        status = parse_members(set, &set->structs[i], arena, err);
    return status;
}

static void find_used(ds_typed_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; j < set->structs[i].count; j++) {
            const ds_abi_type *type = &set->structs[i].members[j];
            while (type->kind == DS_ABI_LIST || type->kind == DS_ABI_ARRAY)
                type = type->items;
            ds_typed_struct *used = ds_typed_find(set, type->struct_name);
            if (used != NULL && used != &set->structs[i])
                used->used = true;
        }
}

/* Cycles -------------------------------------------------------------------------------------- */

/* The struct whose value a value of the type always has in it; NULL when there is none. A T[] may
 * be empty. */
static ds_typed_struct *held_by(const ds_typed_set *set, const ds_abi_type *type)
{
    while (type->kind == DS_ABI_ARRAY)
        type = type->items;
    return type->kind == DS_ABI_TUPLE ? ds_typed_find(set, type->struct_name) : NULL;
}

/* Whether the walk from a struct comes back to it. Every struct is walked once. */
static bool reaches(ds_typed_set *set, ds_typed_struct *from, const ds_typed_struct *to)
{
    from->marked = true;
    for (size_t i = 0; i < from->count; i++) {
        ds_typed_struct *next = held_by(set, &from->members[i]);
        if (next != NULL && (next == to || (!next->marked && reaches(set, next, to))))
            return true;
    }
    return false;
}

static ds_status check_cycles(ds_typed_set *set, ds_error *err)
{
    for (size_t i = 0; i < set->count; i++) {
        ds_path path = ds_path_down(&root, set->structs[i].name, 0);
        for (size_t j = 0; j < set->count; j++)
            set->structs[j].marked = false;
        if (reaches(set, &set->structs[i], &set->structs[i]))
            return ds_path_fail(&path, err, DS_INVALID,
                                "cyclic: the struct always has itself in it, so that no value of "
                                "it would end; it may hold itself as an array [] only");
    }
    return DS_OK;
}

ds_status ds_typed_resolve(ds_typed_set *set, ds_arena *arena, ds_error *err)
{
    if (set->count > DS_TYPED_STRUCTS)
        return ds_fail(err, DS_INVALID, "types: more than %d structs", DS_TYPED_STRUCTS);
    if (set->count > 0)
        qsort(set->structs, set->count, sizeof *set->structs, by_name);
    ds_status status = check_names(set, err);
    if (status == DS_OK)
        status = parse(set, arena, err);
    if (status != DS_OK)
        return status;
    find_used(set);
    return check_cycles(set, err);
}
