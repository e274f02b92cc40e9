/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>

#include "gen/emit.h"
#include "gen/gen.h"
#include "util/fs.h"
#include "util/str.h"

enum {
    DIGEST_SIZE = 65,
    GENERATED_MAX = 64 << 20
};

/* A file that there is to be. */
struct output {
    const char *name;
    const struct tn__query_file *source; /* NULL: the tables, or the unity file */
    tn_text text;
};

struct outputs {
    struct output *items;
    size_t count;
};

static bool has_queries(const struct tn__checked *checked, const struct tn__query_file *file)
{
    for (size_t i = 0; i < checked->query_count; i++)
        if (checked->queries[i].written.file == file)
            return true;
    return false;
}

/* The names of all files: tables first, then a pair per source, then the unity file. */
static int name_outputs(struct outputs *out, const struct tn__checked *checked,
                        const struct tn__gen_options *options, tn_arena *arena)
{
    struct output *items = tn_arena_array(arena, 2 + 2 * checked->file_count, sizeof(*items));
    size_t count = 0;
    if (!items)
        return TN_ENOMEM;
    items[count++].name = tn__tables_name(options->plan.prefix, arena);
    for (size_t i = 0; i < checked->file_count; i++) {
        const struct tn__query_file *file = &checked->files[i];
        if (!has_queries(checked, file))
            continue;
        items[count].name = tn__arena_printf(arena, "%s.tenon.h", file->stem);
        items[count++].source = file;
        items[count].name = tn__arena_printf(arena, "%s.tenon.c", file->stem);
        items[count++].source = file;
    }
    if (options->unity)
        items[count++].name = options->unity;
    for (size_t i = 0; i < count; i++)
        if (!items[i].name)
            return TN_ENOMEM;
    *out = (struct outputs){items, count};
    return TN_OK;
}

static bool is_output(const struct outputs *outputs, const char *name)
{
    for (size_t i = 0; i < outputs->count; i++)
        if (strcmp(outputs->items[i].name, name) == 0)
            return true;
    return false;
}

/* Whether a file is what an earlier run with these settings would have left behind: what another
 * prefix has made, or --unity, has another owner. */
static bool is_leftover(const char *path, const char *prefix, tn_arena *arena)
{
    struct tn__gen_mark mark;
    tn_text text;
    return tn__path_kind(path) == TN__PATH_FILE &&
           tn__file_read(&text, path, GENERATED_MAX, arena, NULL) == TN_OK &&
           tn__gen_mark_read(&mark, text) && mark.prefix.data && tn__text_is(mark.prefix, prefix) &&
           !mark.is_unity;
}

/* Files in the folder that have been generated and are not among the outputs. Their paths. */
static int find_leftovers(const char *const **out, size_t *out_count, const struct outputs *outputs,
                          const struct tn__gen_options *options, tn_arena *arena, tn_error *err)
{
    const char *dir = options->out_dir;
    const char *const *names = NULL;
    size_t name_count = 0;
    size_t count = 0;
    int rc = TN_OK;
    if (tn__path_kind(dir) == TN__PATH_DIR)
        rc = tn__dir_list(&names, &name_count, dir, arena, err);
    if (rc != TN_OK)
        return rc;
    const char **paths = tn_arena_array(arena, name_count, sizeof(*paths));
    if (!paths)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    for (size_t i = 0; i < name_count; i++) {
        tn_text name = tn_text_of(names[i]);
        if (is_output(outputs, names[i]) ||
            !(tn__text_ends(name, ".c") || tn__text_ends(name, ".h")))
            continue;
        const char *path = tn__path_join(arena, dir, names[i]);
        if (!path)
            return tn_error_set(err, TN_ENOMEM, "out of memory");
        if (is_leftover(path, options->plan.prefix, arena))
            paths[count++] = path;
    }
    *out = paths;
    *out_count = count;
    return TN_OK;
}

/* ---- writing ---- */

static const struct tn__planned_file *planned_of(const struct tn__gen_plan *plan,
                                                 const struct tn__query_file *file)
{
    for (size_t i = 0; i < plan->file_count; i++)
        if (plan->files[i].file == file)
            return &plan->files[i];
    return NULL;
}

/* One source that includes all others. With the digests of their texts it changes whenever one of
 * them does, headers included, so that a build system can depend on it alone. It is the last one. */
static int emit_unity(struct tn__buf *out, const struct outputs *outputs, const char *prefix,
                      const char *inputs)
{
    tn__emit_unity_top(out, prefix, inputs);
    tn__buf_putc(out, '\n');
    for (size_t i = 0; i + 1 < outputs->count; i++) {
        const struct output *output = &outputs->items[i];
        char hex[DIGEST_SIZE];
        int rc = tn__gen_hash(hex, output->text);
        if (rc != TN_OK)
            return rc;
        tn__buf_printf(out, "/* %s %s */\n", hex, output->name);
        if (tn__text_ends(tn_text_of(output->name), ".c"))
            tn__buf_printf(out, "#include \"%s\"\n", output->name);
    }
    return TN_OK;
}

static int make_text(struct output *output, const struct outputs *outputs,
                     const struct tn__gen_plan *plan, const struct tn__checked *checked,
                     const struct tn__gen_options *options, tn_arena *arena)
{
    char digest[DIGEST_SIZE];
    struct tn__buf buf;
    int rc = tn__gen_digest(digest, checked, options, output->source);
    if (rc != TN_OK)
        return rc;
    tn__buf_init(&buf, 0);
    const struct tn__planned_file *planned =
        output->source ? planned_of(plan, output->source) : NULL;
    if (planned && tn__text_ends(tn_text_of(output->name), ".h"))
        tn__emit_header(&buf, plan, planned, digest);
    else if (planned)
        tn__emit_source(&buf, plan, planned, digest);
    else if (options->unity && strcmp(output->name, options->unity) == 0)
        rc = emit_unity(&buf, outputs, plan->prefix, digest);
    else
        tn__emit_tables(&buf, plan, digest);
    if (rc == TN_OK)
        rc = buf.status;
    if (rc == TN_OK)
        rc = tn__gen_mark_seal(&output->text, tn__buf_view(&buf), arena);
    tn__buf_fini(&buf);
    return rc;
}

/* Whoever wrote what stands where an output goes wants to keep it, unless it was the generator. */
static int refuse_foreign(const struct outputs *outputs, const char *dir, tn_arena *arena,
                          tn_error *err)
{
    for (size_t i = 0; i < outputs->count; i++) {
        struct tn__gen_mark mark;
        tn_text text;
        const char *path = tn__path_join(arena, dir, outputs->items[i].name);
        if (!path)
            return tn_error_set(err, TN_ENOMEM, "out of memory");
        if (tn__path_kind(path) != TN__PATH_FILE)
            continue;
        int rc = tn__file_read(&text, path, GENERATED_MAX, arena, err);
        if (rc != TN_OK)
            return rc;
        if (!tn__gen_mark_read(&mark, text))
            return tn_error_set(err, TN_EREFUSED,
                                "'%s' is not a generated file: nothing has been written; "
                                "move it away, or generate into another folder",
                                path);
    }
    return TN_OK;
}

/* Puts each file in its place; `written` has room for all. */
static int put_files(struct tn__gen_result *result, const char **written,
                     const struct outputs *outputs, const char *dir, tn_arena *arena, tn_error *err)
{
    int rc = tn__mkdirs(dir, err);
    result->written = written;
    for (size_t i = 0; i < outputs->count && rc == TN_OK; i++) {
        const char *path = tn__path_join(arena, dir, outputs->items[i].name);
        bool is_changed = false;
        if (!path)
            return tn_error_set(err, TN_ENOMEM, "out of memory");
        rc = tn__file_write(path, outputs->items[i].text, &is_changed, err);
        if (is_changed)
            written[result->written_count++] = path;
    }
    return rc;
}

int tn__gen_write(struct tn__gen_result *out, const struct tn__gen_plan *plan,
                  const struct tn__checked *checked, const struct tn__gen_options *options,
                  tn_arena *arena, tn_error *err)
{
    struct outputs outputs = {0};
    const char *const *leftovers = NULL;
    size_t leftover_count = 0;
    *out = (struct tn__gen_result){0};
    int rc = name_outputs(&outputs, checked, options, arena);
    for (size_t i = 0; rc == TN_OK && i < outputs.count; i++)
        rc = make_text(&outputs.items[i], &outputs, plan, checked, options, arena);
    const char **written = tn_arena_array(arena, outputs.count, sizeof(*written));
    if (rc == TN_OK && !written)
        rc = TN_ENOMEM;
    if (rc != TN_OK)
        return tn_error_set(err, rc, "%s", tn_status_text(rc));
    out->file_count = outputs.count;
    rc = refuse_foreign(&outputs, options->out_dir, arena, err);
    if (rc == TN_OK)
        rc = find_leftovers(&leftovers, &leftover_count, &outputs, options, arena, err);
    if (rc == TN_OK)
        rc = put_files(out, written, &outputs, options->out_dir, arena, err);
    if (rc != TN_OK)
        return rc;
    out->removed = leftovers;
    for (size_t i = 0; i < leftover_count; i++) {
        if (remove(leftovers[i]) != 0)
            return tn_error_set(err, TN_EIO, "cannot remove '%s': %s", leftovers[i],
                                strerror(errno));
        out->removed_count++;
    }
    return TN_OK;
}

/* ---- checking ---- */

/* What is being found out; `paths` has room for all. */
struct staleness {
    const char **paths;
    size_t count;
    struct tn__diags *diags;
};

static void report_stale(struct staleness *stale, const char *path, const char *what)
{
    struct tn__diag *diag = tn__diags_add(stale->diags, "stale", (struct tn__place){path, 0, 0, 0},
                                          "'%s' %s", path, what);
    tn__diag_help(stale->diags, diag, "tenon generate");
    stale->paths[stale->count++] = path;
}

/* Whether nothing has been changed in it. */
static bool is_sealed(const struct tn__gen_mark *mark)
{
    char hex[DIGEST_SIZE];
    return tn__gen_hash(hex, mark->body) == TN_OK && tn__text_is(mark->seal, hex);
}

static int check_output(const struct output *output, const struct tn__checked *checked,
                        const struct tn__gen_options *options, tn_arena *arena,
                        struct staleness *stale, tn_error *err)
{
    char digest[DIGEST_SIZE];
    struct tn__gen_mark mark;
    tn_text text;
    const char *path = tn__path_join(arena, options->out_dir, output->name);
    int rc = path ? tn__gen_digest(digest, checked, options, output->source) : TN_ENOMEM;
    if (rc != TN_OK)
        return tn_error_set(err, rc, "out of memory");
    if (tn__path_kind(path) == TN__PATH_NONE) {
        report_stale(stale, path, "has not been generated");
        return TN_OK;
    }
    rc = tn__file_read(&text, path, GENERATED_MAX, arena, err);
    if (rc != TN_OK)
        return rc;
    if (!tn__gen_mark_read(&mark, text))
        report_stale(stale, path, "is not a generated file");
    else if (!tn__text_is(mark.digest, digest))
        report_stale(stale, path, "is older than its sources");
    else if (!is_sealed(&mark))
        report_stale(stale, path, "is not as it was generated");
    return TN_OK;
}

int tn__gen_check(struct tn__gen_result *out, const struct tn__checked *checked,
                  const struct tn__gen_options *options, tn_arena *arena, struct tn__diags *diags,
                  tn_error *err)
{
    struct outputs outputs = {0};
    struct staleness stale = {.diags = diags};
    const char *const *leftovers = NULL;
    size_t leftover_count = 0;
    int rc = name_outputs(&outputs, checked, options, arena);
    if (rc != TN_OK)
        return tn_error_set(err, rc, "out of memory");
    rc = find_leftovers(&leftovers, &leftover_count, &outputs, options, arena, err);
    if (rc != TN_OK)
        return rc;
    stale.paths = tn_arena_array(arena, outputs.count + leftover_count, sizeof(*stale.paths));
    if (!stale.paths)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    for (size_t i = 0; i < outputs.count && rc == TN_OK; i++)
        rc = check_output(&outputs.items[i], checked, options, arena, &stale, err);
    for (size_t i = 0; i < leftover_count && rc == TN_OK; i++)
        report_stale(&stale, leftovers[i], "has no source any more");
    if (rc == TN_OK)
        *out = (struct tn__gen_result){
            .file_count = outputs.count, .stale = stale.paths, .stale_count = stale.count};
    return rc;
}
