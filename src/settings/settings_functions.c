/* SPDX-License-Identifier: MIT */
#include "settings/loader.h"
#include "util/str.h"

/*
 * [functions]: name = [aggregate] (type, type…) -> type [not null|strict]. A name may be declared again with
 * another number of arguments.
 */

/* As tn__type_parse() of src/infer knows them. */
const char *const tn__function_types[] = {"any",
                                          "int",
                                          "real",
                                          "text",
                                          "blob",
                                          "bool",
                                          "json",
                                          "timestamp",
                                          "timestamp(seconds)",
                                          "timestamp(ms)",
                                          "timestamp(text)",
                                          "timestamp(rfc3339)",
                                          NULL};

enum {
    TYPE_COUNT = sizeof tn__function_types / sizeof tn__function_types[0] - 1
};

static const char form[] = "(text, int) -> text, with 'not null' or 'strict' behind it or not";

/* A value that is being read. */
struct reading {
    struct tn__loader *loader;
    const struct tn__ini_entry *entry;
    size_t at; /* the token to be taken: */
    size_t size;
};

/* The length of the token at this byte: "->", "...", a word, "timestamp(…)" or one byte. */
static size_t token_size(tn_text text, size_t at)
{
    tn_text rest = tn__text_sub(text, at, text.size);
    size_t size = 0;
    if (tn__text_starts(rest, "->"))
        return 2;
    if (tn__text_starts(rest, "..."))
        return 3;
    while (size < rest.size && tn__is_ident(rest.data[size]))
        size++;
    if (size == 0)
        return rest.size > 0;
    bool has_form = tn__text_is(tn__text_sub(rest, 0, size), "timestamp");
    if (has_form && size < rest.size && rest.data[size] == '(')
        size += tn__text_find(tn__text_sub(rest, size, rest.size), ')') + 1;
    return size < rest.size ? size : rest.size;
}

static void next(struct reading *r)
{
    tn_text text = r->entry->value;
    r->at += r->size;
    while (r->at < text.size && (text.data[r->at] == ' ' || text.data[r->at] == '\t'))
        r->at++;
    r->size = token_size(text, r->at);
}

static tn_text token(const struct reading *r)
{
    return tn__text_sub(r->entry->value, r->at, r->size);
}

static bool take(struct reading *r, const char *what)
{
    if (!tn__text_is(token(r), what))
        return false;
    next(r);
    return true;
}

static struct tn__place place_of(const struct reading *r)
{
    return tn__loader_place(r->loader, r->entry->value_offset + r->at, r->size);
}

static int expect(struct reading *r, const char *what)
{
    if (take(r, what))
        return TN_OK;
    struct tn__diag *diag =
        tn__diags_add(r->loader->diags, "bad-setting", place_of(r), "'%s' is missing here", what);
    tn__diag_help(r->loader->diags, diag, "%s", form);
    return TN_NONE;
}

/* *out is one of tn__function_types. */
static int take_type(const char **out, struct reading *r)
{
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (take(r, tn__function_types[i])) {
            *out = tn__function_types[i];
            return TN_OK;
        }
    }
    tn_text word = token(r);
    struct tn__diags *diags = r->loader->diags;
    struct tn__diag *diag =
        word.size ? tn__diags_add(diags, "bad-setting", place_of(r), "no type '%.*s'",
                                  (int)word.size, word.data)
                  : tn__diags_add(diags, "bad-setting", place_of(r), "a type is missing here");
    const char *near = tn__nearest(word, tn__function_types, TYPE_COUNT);
    const char *list = near ? NULL : tn__loader_list(r->loader->arena, tn__function_types);
    if (near)
        tn__diag_help(diags, diag, "'%s'", near);
    else if (list)
        tn__diag_help(diags, diag, "%s", list);
    return near || list ? TN_NONE : tn__loader_no_memory(r->loader);
}

/* "(text, int...)" */
static int take_args(struct tn__settings_function *out, struct reading *r)
{
    int rc = expect(r, "(");
    /* One more than there are commas, at most. */
    const char **args = tn_arena_array(r->loader->arena, r->entry->value.size, sizeof *args);
    if (!args)
        return tn__loader_no_memory(r->loader);
    out->args = args;
    if (rc != TN_OK || take(r, ")"))
        return rc;
    do {
        if (out->is_variadic || out->arg_count == TN__FUNCTION_ARGS_MAX) {
            tn__diags_add(r->loader->diags, "bad-setting", place_of(r),
                          out->is_variadic ? "'...' belongs to the last argument"
                                           : "a function has %d arguments at most",
                          TN__FUNCTION_ARGS_MAX);
            return TN_NONE;
        }
        rc = take_type(&args[out->arg_count], r);
        if (rc != TN_OK)
            return rc;
        out->arg_count++;
        out->is_variadic = take(r, "...");
    } while (take(r, ","));
    return expect(r, ")");
}

/* "not null" or "strict", to the end. */
static int take_promise(struct tn__settings_function *out, struct reading *r)
{
    static const char *const words[] = {"not null", "strict"};
    struct tn__place place = place_of(r);
    if (take(r, "not")) {
        int rc = expect(r, "null");
        if (rc != TN_OK)
            return rc;
        out->is_not_null = true;
    } else {
        out->is_strict = take(r, "strict");
    }
    if (out->is_strict && out->is_aggregate) {
        tn__diags_add(r->loader->diags, "bad-setting", place,
                      "an aggregate cannot be 'strict': it is about many rows");
        return TN_NONE;
    }
    if (r->at == r->entry->value.size)
        return TN_OK;
    tn_text rest = tn__text_sub(r->entry->value, r->at, r->entry->value.size);
    r->size = rest.size;
    const char *near = tn__nearest(rest, words, 2);
    bool has_one = out->is_not_null || out->is_strict;
    struct tn__diag *diag = tn__diags_add(
        r->loader->diags, "bad-setting", place_of(r), "'%.*s' %s", (int)rest.size, rest.data,
        has_one ? "is one too many" : "is neither 'not null' nor 'strict'");
    if (near && !has_one)
        tn__diag_help(r->loader->diags, diag, "'%s'", near);
    return TN_NONE;
}

static int read_function(struct tn__settings_function *out, struct tn__loader *loader,
                         const struct tn__ini_entry *entry)
{
    struct reading r = {.loader = loader, .entry = entry};
    *out = (struct tn__settings_function){
        .name = entry->key.data,
        .place = tn__loader_place(loader, entry->key_offset, entry->key.size)};
    if (!tn__settings_is_name(out->name)) {
        tn__diags_add(loader->diags, "bad-setting", out->place,
                      "'%s' cannot be the name of a function", out->name);
        return TN_NONE;
    }
    next(&r);
    out->is_aggregate = take(&r, "aggregate");
    int rc = take_args(out, &r);
    if (rc == TN_OK)
        rc = expect(&r, "->");
    if (rc == TN_OK)
        rc = take_type(&out->result, &r);
    return rc == TN_OK ? take_promise(out, &r) : rc;
}

/* The one before that stands in its way: of its name and number of arguments, or variadic, too. */
static const struct tn__settings_function *find_same(const struct tn__settings_function *functions,
                                                     size_t count,
                                                     const struct tn__settings_function *like)
{
    for (size_t i = 0; i < count; i++)
        if (tn__text_is_nocase(tn_text_of(like->name), functions[i].name) &&
            functions[i].is_variadic == like->is_variadic &&
            (like->is_variadic || functions[i].arg_count == like->arg_count))
            return &functions[i];
    return NULL;
}

static int add_function(struct tn__loader *loader, struct tn__settings_function *functions,
                        const struct tn__ini_entry *entry)
{
    struct tn__settings_function *function = &functions[loader->out.function_count];
    int status = read_function(function, loader, entry);
    if (status != TN_OK)
        return status;
    const struct tn__settings_function *first =
        find_same(functions, loader->out.function_count, function);
    if (first) {
        struct tn__diag *diag =
            tn__diags_add(loader->diags, "bad-setting", function->place,
                          "'%s' is declared twice with so many arguments", function->name);
        tn__diag_note(loader->diags, diag, first->place, "first declared here");
        return TN_NONE;
    }
    const char *name = tn__arena_printf(loader->arena, TN__SECTION_FUNCTIONS ".%s", function->name);
    const char *origin =
        tn__arena_printf(loader->arena, "%s:%u", loader->ini_file, (unsigned)function->place.line);
    if (!name || !origin)
        return tn__loader_no_memory(loader);
    tn__loader_explain(loader, name, entry->value.data, origin);
    loader->out.function_count++;
    return TN_OK;
}

int tn__settings_functions(struct tn__loader *loader)
{
    struct tn__settings_function *functions =
        tn_arena_array(loader->arena, loader->ini.count, sizeof *functions);
    if (!functions)
        return tn__loader_no_memory(loader);
    loader->out.functions = functions;
    for (size_t i = 0; i < loader->ini.count; i++) {
        if (!tn__text_is(loader->ini.entries[i].section, TN__SECTION_FUNCTIONS))
            continue;
        int status = add_function(loader, functions, &loader->ini.entries[i]);
        if (status < 0)
            return status;
    }
    return TN_OK;
}
