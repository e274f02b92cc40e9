/* SPDX-License-Identifier: MIT */
#include <tenon/gen.h>
#include <tenon/version.h>

#include "check/pair/pair.h"
#include "gen/gen.h"
#include "util/buf.h"
#include "util/fs.h"
#include "util/hash.h"
#include "util/str.h"

/*
 * Everything that a generated file is made from, in one unambiguous text: each part with its size in
 * front. Line numbers and paths are not in it: moving a query does not make its C stale.
 */
static void put(struct tn__buf *buf, tn_text text)
{
    tn__buf_printf(buf, "%zu:", text.size);
    tn__buf_text(buf, text);
}

static void put_string(struct tn__buf *buf, const char *string)
{
    put(buf, tn_text_of(string ? string : ""));
}

static void put_settings(struct tn__buf *buf, const struct tn__plan_options *options)
{
    put_string(buf, options->prefix);
    put_string(buf, options->has_json ? "json" : "");
    for (size_t i = 0; i < options->type_count; i++) {
        const struct tn__settings_type *type = &options->types[i];
        put_string(buf, type->table);
        put_string(buf, type->column);
        put_string(buf, type->struct_name);
        tn__buf_printf(buf, "%d,%d;", type->column ? (int)type->logical : -1, (int)type->form);
    }
}

static void put_functions(struct tn__buf *buf, const struct tn__gen_options *options)
{
    for (size_t i = 0; i < options->function_count; i++) {
        const struct tn__settings_function *function = &options->functions[i];
        put_string(buf, function->name);
        for (size_t k = 0; k < function->arg_count; k++)
            put_string(buf, function->args[k]);
        tn__buf_printf(buf, "%d%d%d%d>", function->is_variadic, function->is_aggregate,
                       function->is_not_null, function->is_strict);
        put_string(buf, function->result);
    }
}

static void put_migrations(struct tn__buf *buf, const tn_migration_set *set)
{
    tn__buf_printf(buf, "%zu;", set->count);
    for (size_t i = 0; i < set->count; i++) {
        tn__buf_printf(buf, "%lld", (long long)set->items[i].version);
        put(buf, set->items[i].up.sql);
    }
}

static bool has_returns(const struct tn__query *query)
{
    for (const struct tn__annotation *a = query->annotations; a; a = a->next)
        if (a->kind == TN__ANNOTATE_RETURNS)
            return true;
    return false;
}

int tn__gen_hash(char *out, tn_text text)
{
    uint8_t digest[TN__SHA256_SIZE];
    int rc = tn__sha256(digest, text);
    if (rc == TN_OK)
        tn__hex(out, digest, sizeof(digest));
    return rc;
}

/* What one engine has to do with a file. */
static void put_inputs(struct tn__buf *buf, const struct tn__checked *checked,
                       const struct tn__query_file *file)
{
    put_migrations(buf, &checked->migrations);
    put_string(buf, file ? tn__path_base(file->path) : "");
    for (size_t i = 0; i < checked->query_count; i++) {
        const struct tn__query *query = &checked->queries[i];
        bool is_here = file && strcmp(query->written.file->path, file->path) == 0;
        if (file ? !is_here : !has_returns(query))
            continue;
        put_string(buf, query->name);
        put_string(buf, tn__mode_text(query->mode));
        put(buf, query->written.sql);
    }
}

int tn__gen_digest(char *out, const struct tn__checked *checked,
                   const struct tn__gen_options *options, const struct tn__query_file *file)
{
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    put_string(&buf, TN_VERSION);
    tn__buf_printf(&buf, "%d;", TN_GEN_ABI);
    if (checked->dialect == TN__POSTGRES)
        put_string(&buf, "postgres");
    put_settings(&buf, &options->plan);
    put_functions(&buf, options);
    if (!checked->halves[0])
        put_inputs(&buf, checked, file);
    for (size_t i = 0; i < 2 && checked->halves[0]; i++) {
        put_string(&buf, tn__engine_title(checked->halves[i]->dialect));
        put_inputs(&buf, checked->halves[i], file);
    }
    int rc = buf.status;
    if (rc == TN_OK)
        rc = tn__gen_hash(out, tn__buf_view(&buf));
    tn__buf_fini(&buf);
    return rc;
}
