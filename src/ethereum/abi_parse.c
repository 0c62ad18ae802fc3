#include "ethereum/abi_parse.h"

typedef struct parser {
    const char *begin, *at, *end;
    ds_arena *arena;
    ds_abi_lookup *lookup; /* NULL where types are Solidity's own */
    const void *structs;
    ds_error *err;
} parser;

/* Characters and words ------------------------------------------------------------------------ */

static ds_status bad(const parser *p, const char *at, const char *why)
{
    return ds_fail(p->err, DS_INVALID, "at character %lu: %s", (unsigned long)(at - p->begin) + 1,
                   why);
}

/* Puts where a failure was in front of what was said of it. */
static ds_status bad_type(const parser *p, const char *at, ds_status status)
{
    char why[256];
    if (status != DS_INVALID)
        return status;
    return bad(p, at, ds_excerpt(why, sizeof why, p->err->text, strlen(p->err->text)));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(parser *p)
{
    while (p->lookup == NULL && p->at < p->end && is_blank(*p->at))
        p->at++;
}

static bool next_is(parser *p, char c)
{
    skip_blanks(p);
    return p->at < p->end && *p->at == c;
}

static bool take(parser *p, char c)
{
    bool found = next_is(p, c);
    p->at += found;
    return found;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '$';
}

/* Returns the word that is next, maybe empty, without taking it: blanks in front are taken. */
static ds_slice peek_word(parser *p)
{
    skip_blanks(p);
    const char *end = p->at;
    while (end < p->end && (is_word(*end) || (p->lookup != NULL && *end == ':')))
        end++;
    return ds_slice_of(p->at, (size_t)(end - p->at));
}

static bool is(ds_slice word, const char *text)
{
    return ds_slice_equal(word, ds_slice_of(text, strlen(text)));
}

static bool is_any(ds_slice word, const char *const *texts)
{
    for (; *texts != NULL; texts++)
        if (is(word, *texts))
            return true;
    return false;
}

static bool take_word(parser *p, const char *text)
{
    ds_slice word = peek_word(p);
    bool found = is(word, text);
    p->at += found ? word.len : 0;
    return found;
}

/* Types --------------------------------------------------------------------------------------- */

static ds_status take_members(parser *p, ds_abi_type *tuple, unsigned depth, char close);

static ds_status no_such_type(const parser *p, ds_slice word)
{
    char name[64];
    ds_excerpt(name, sizeof name, word.data, word.len);
    if (word.len == 0)
        return bad(p, p->at,
                   p->at == p->end ? "a type is missing at the end" : "no type begins here");
    if (ds_slice_starts(word, DS_LITERAL("fixed")) || ds_slice_starts(word, DS_LITERAL("ufixed")))
        return bad(p, p->at, "fixed-point types are not supported, as in Solidity itself");
    ds_fail(p->err, DS_INVALID, "no such type: '%s'", name);
    return bad_type(p, p->at, DS_INVALID);
}

static ds_status take_tuple(parser *p, ds_abi_type *type, unsigned depth)
{
    const char *begin = p->at;
    if (depth >= DS_ABI_DEPTH)
        return bad(p, begin, "too many tuples in each other");
    p->at++;
    ds_status status = take_members(p, type, depth + 1, ')');
    if (status == DS_OK && type->count == 0)
        return bad(p, begin, "a tuple without members, which Solidity does not have");
    return status;
}

static ds_status take_base(parser *p, ds_abi_type *type, unsigned depth)
{
    ds_slice word = peek_word(p);
    const char *behind = p->at + word.len;
    if (p->lookup == NULL) {
        if (is(word, "tuple") && behind < p->end && *behind == '(')
            p->at = behind;
        if (next_is(p, '('))
            return take_tuple(p, type, depth);
    } else if (p->lookup(type, word, p->structs)) {
        p->at = behind;
        return DS_OK;
    }
    if (!ds_abi_elementary(type, word) || (p->lookup != NULL && type->kind == DS_ABI_FUNCTION))
        return no_such_type(p, word);
    p->at = behind;
    return DS_OK;
}

/* What is between the brackets. Out: *count, 0 when that is nothing. */
static ds_status take_count(parser *p, size_t *count)
{
    const char *begin = p->at;
    *count = 0;
    if (take(p, ']'))
        return DS_OK;
    for (; p->at < p->end && is_digit(*p->at) && *count <= DS_ABI_DATAMAX; p->at++)
        *count = 10 * *count + (size_t)(*p->at - '0');
    if (*count == 0 && p->at > begin)
        return bad(p, begin, "an array without items, which Solidity does not have");
    return take(p, ']') ? DS_OK : bad(p, begin, "neither a number of items nor ] behind the [");
}

static ds_status take_type(parser *p, ds_abi_type *type, unsigned depth)
{
    ds_status status = take_base(p, type, depth);
    while (status == DS_OK && next_is(p, '[')) {
        const char *begin = p->at++;
        size_t count;
        status = take_count(p, &count);
        if (status == DS_OK)
            status = bad_type(p, begin, ds_abi_make_array(type, count, p->arena, p->err));
    }
    return status;
}

/* Members and parameters ---------------------------------------------------------------------- */

typedef struct node {
    ds_abi_type type;
    struct node *next;
} node;

static ds_status take_member(parser *p, ds_abi_type *type, unsigned depth)
{
    static const char *const passed[] = {"memory", "calldata", "storage", "payable", NULL};
    ds_status status = take_type(p, type, depth);
    if (status != DS_OK)
        return status;
    type->indexed = depth == 0 && take_word(p, "indexed");
    ds_slice word = peek_word(p);
    for (; word.len > 0 && is_any(word, passed); word = peek_word(p))
        p->at += word.len;
    if (word.len > 0 && is_digit(*p->at))
        return bad(p, p->at, "a name does not begin with a digit");
    p->at += word.len;
    type->name = word;
    return DS_OK;
}

static ds_status check_names(const parser *p, const node *list)
{
    for (const node *a = list; a != NULL; a = a->next)
        for (const node *b = a->next; b != NULL; b = b->next)
            if (a->type.name.len > 0 && ds_slice_equal(a->type.name, b->type.name))
                return bad(p, b->type.name.data, "the name is there already");
    return DS_OK;
}

/* Makes a tuple of a list of nodes. */
static ds_status gather(parser *p, ds_abi_type *tuple, const node *list, size_t count)
{
    ds_abi_type *members = ds_arena_alloc(p->arena, (count + 1) * sizeof *members);
    if (members == NULL)
        return ds_fail_memory(p->err);
    for (size_t i = 0; i < count; i++, list = list->next)
        members[i] = list->type;
    return bad_type(p, p->at, ds_abi_make_tuple(tuple, members, count, p->err));
}

/* Takes members up to the closing character, or up to the end where that is NUL. */
static ds_status take_members(parser *p, ds_abi_type *tuple, unsigned depth, char close)
{
    node *first = NULL, **last = &first;
    size_t count = 0;
    ds_status status = DS_OK;
    skip_blanks(p);
    bool empty = close == '\0' ? p->at == p->end : take(p, close);
    for (bool more = !empty; status == DS_OK && more; count++, last = &(*last)->next) {
        if ((*last = ds_arena_alloc(p->arena, sizeof **last)) == NULL)
            return ds_fail_memory(p->err);
        status = take_member(p, &(*last)->type, depth);
        more = take(p, ',');
    }
    skip_blanks(p);
    if (status == DS_OK && !empty && !(close == '\0' ? p->at == p->end : take(p, close)))
        status =
            bad(p, p->at,
                p->at == p->end ? "a ) is missing at the end" : "more text than a type and a name");
    if (status == DS_OK)
        status = check_names(p, first);
    return status == DS_OK ? gather(p, tuple, first, count) : status;
}

static ds_status begin(parser *p, ds_slice text, ds_arena *arena, ds_error *err)
{
    const char *at = text.len > 0 ? text.data : "";
    *p = (parser){at, at, at + text.len, arena, NULL, NULL, err};
    if (text.len <= DS_ABI_TEXTMAX)
        return DS_OK;
    return ds_fail(err, DS_INVALID, "more than %u characters", DS_ABI_TEXTMAX);
}

ds_status ds_abi_parse_types(ds_abi_type *tuple, ds_slice text, ds_arena *arena, ds_error *err)
{
    parser p;
    ds_status status = begin(&p, text, arena, err);
    return status == DS_OK ? take_members(&p, tuple, 0, '\0') : status;
}

ds_status ds_abi_parse_typed(ds_abi_type *type, ds_slice text, ds_abi_lookup *lookup,
                             const void *structs, ds_arena *arena, ds_error *err)
{
    parser p;
    ds_buf right;
    ds_status status = begin(&p, text, arena, err);
    if (status != DS_OK)
        return status;
    p.lookup = lookup;
    p.structs = structs;
    if ((status = take_type(&p, type, 0)) != DS_OK)
        return status;
    if (p.at < p.end)
        return bad(&p, p.at, "more text than a type");
    ds_buf_init(&right, 2 * DS_ABI_TEXTMAX);
    status = ds_abi_type_write(&right, type);
    if (status != DS_OK)
        ds_fail_memory(err);
    else if (!ds_slice_equal(ds_buf_content(&right), text))
        status =
            ds_fail(err, DS_INVALID, "EIP-712 has no second spellings of types: uint is uint256");
    ds_buf_free(&right);
    return status;
}

/* Signatures ---------------------------------------------------------------------------------- */

/* The word in front of a name. A function may be called as one of these words. */
static ds_abi_noun take_noun(parser *p)
{
    static const char *const nouns[] = {"", "function", "event", "error"};
    const char *begin = p->at;
    for (int i = DS_ABI_FUNCTION_NOUN; i <= DS_ABI_ERROR_NOUN; i++) {
        if (take_word(p, nouns[i]) && !next_is(p, '('))
            return (ds_abi_noun)i;
        p->at = begin;
    }
    return DS_ABI_UNSAID;
}

static ds_status take_outputs(parser *p, ds_abi_signature *signature)
{
    if (signature->has_outputs || !take(p, '('))
        return bad(p, p->at, "no ( behind returns, or a second one");
    signature->has_outputs = true;
    return take_members(p, &signature->outputs, 0, ')');
}

/* A word behind the parameters. */
static ds_status take_modifier(parser *p, ds_abi_signature *signature)
{
    static const char *const passed[] = {"external", "public",   "internal", "private",
                                         "view",     "pure",     "payable",  "nonpayable",
                                         "virtual",  "override", NULL};
    if (take_word(p, "returns"))
        return take_outputs(p, signature);
    signature->anonymous |= take_word(p, "anonymous");
    ds_slice word = peek_word(p);
    if (p->at < p->end && *p->at != ';' && !is_any(word, passed))
        return bad(p, p->at, "nothing that stands behind parameters");
    p->at += word.len;
    return DS_OK;
}

static ds_status take_end(parser *p, ds_abi_signature *signature)
{
    ds_status status = DS_OK;
    for (skip_blanks(p); status == DS_OK && p->at < p->end && *p->at != ';'; skip_blanks(p))
        status = take_modifier(p, signature);
    bool ended = status == DS_OK && take(p, ';');
    skip_blanks(p);
    return ended && p->at < p->end ? bad(p, p->at, "more text behind the ;") : status;
}

static ds_status check_indexed(const parser *p, const ds_abi_signature *signature)
{
    size_t indexed = 0;
    for (size_t i = 0; i < signature->inputs.count; i++)
        indexed += signature->inputs.items[i].indexed;
    if (indexed > 0 &&
        (signature->noun == DS_ABI_FUNCTION_NOUN || signature->noun == DS_ABI_ERROR_NOUN))
        return bad(p, p->begin, "only an event's parameters can be indexed");
    if (indexed > (signature->anonymous ? 4 : 3))
        return bad(p, p->begin, "more indexed parameters than a log has topics for");
    return DS_OK;
}

ds_status ds_abi_parse_signature(ds_abi_signature *signature, ds_slice text, ds_arena *arena,
                                 ds_error *err)
{
    parser p;
    *signature = (ds_abi_signature){.outputs = {.kind = DS_ABI_TUPLE, .depth = 1}};
    ds_status status = begin(&p, text, arena, err);
    if (status != DS_OK)
        return status;
    signature->noun = take_noun(&p);
    signature->name = peek_word(&p);
    if (signature->name.len == 0 || is_digit(*p.at))
        return bad(&p, p.at, "no name; write a signature as transfer(address,uint256)");
    p.at += signature->name.len;
    if (!take(&p, '('))
        return bad(&p, p.at,
                   "no ( behind the name; write a signature as transfer(address,uint256)");
    status = take_members(&p, &signature->inputs, 0, ')');
    if (status == DS_OK)
        status = take_end(&p, signature);
    return status == DS_OK ? check_indexed(&p, signature) : status;
}
