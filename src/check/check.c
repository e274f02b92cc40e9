/* SPDX-License-Identifier: MIT */
#include "check/check.h"

#include <stdlib.h>

#include "check/lint/usage.h"
#include "check/names.h"
#include "check/pair/pair.h"
#include "check/read/parse.h"
#include "migrate/script.h"
#include "migrate/set.h"
#include "util/alloc.h"
#include "util/fs.h"
#include "util/map.h"
#include "util/str.h"
#include "util/utf8.h"

enum {
    FILE_MAX = 16 << 20,
    FILES_MAX = 10000,
    QUERIES_MAX = 100000
};

struct tn__query *tn__reader_add(struct tn__reader *reader)
{
    if (reader->count == QUERIES_MAX && reader->status == TN_OK)
        reader->status = TN_ERANGE;
    if (reader->count == reader->cap && reader->status == TN_OK) {
        size_t cap = reader->cap ? reader->cap * 2 : 16;
        struct tn__query *queries = tn_arena_array(reader->arena, cap, sizeof(*queries));
        if (!queries) {
            reader->status = TN_ENOMEM;
        } else {
            if (reader->count)
                memcpy(queries, reader->queries, reader->count * sizeof(*queries));
            reader->queries = queries;
            reader->cap = cap;
        }
    }
    return reader->status == TN_OK ? &reader->queries[reader->count++] : &reader->none;
}

void tn__reader_choose(struct tn__reader *reader, const struct tn__query *query)
{
    bool is_ours = (query->engines & TN__ENGINE_OF(reader->dialect)) != 0;
    if (!is_ours && query != &reader->none)
        reader->count--;
}

static int compare_paths(const void *a, const void *b)
{
    const struct tn__query_file *x = a;
    const struct tn__query_file *y = b;
    return strcmp(x->path, y->path);
}

/* A finding about something that cannot be read; gives the status back. */
static int unreadable(struct tn__diags *diags, const char *path, int status, tn_error *err,
                      const char *message)
{
    struct tn__place place = {path, 0, 0, 0};
    tn__diags_add(diags, "unreadable", place, "%s", message);
    return tn_error_set(err, status, "%s", message);
}

bool tn__is_c_path(const char *path)
{
    static const char *const suffixes[] = {".c",   ".h",   ".cc",  ".cpp",
                                           ".cxx", ".hpp", ".hxx", ".hh"};
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (tn__text_ends(tn_text_of(path), suffixes[i]))
            return true;
    return false;
}

/* Name of the file without folder and suffix. */
static const char *stem_of(const char *path, tn_arena *arena)
{
    const char *base = tn__path_base(path);
    const char *dot = strrchr(base, '.');
    size_t size = dot && dot != base ? (size_t)(dot - base) : strlen(base);
    return tn_arena_copy(arena, base, size);
}

static int read_file(struct tn__query_file *file, const char *path, tn_arena *arena,
                     struct tn__diags *diags, tn_error *err)
{
    tn_error why = {0};
    int rc = tn__file_read(&file->text, path, FILE_MAX, arena, &why);
    if (rc == TN_ENOMEM)
        return tn_error_set(err, rc, "out of memory");
    if (rc != TN_OK)
        return unreadable(diags, path, rc, err, why.message);
    file->path = path;
    file->is_c = tn__is_c_path(path);
    file->stem = stem_of(path, arena);
    if (!file->stem || tn__lines_find(&file->lines, file->text, arena) != TN_OK)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    tn__diags_source(diags, path, file->text);

    size_t bad = 0;
    const char *nul = file->text.size ? memchr(file->text.data, '\0', file->text.size) : NULL;
    bool is_utf8 = tn__utf8_valid(file->text, &bad);
    if (is_utf8 && !nul)
        return TN_OK;
    if (nul && (is_utf8 || (size_t)(nul - file->text.data) < bad)) {
        bad = (size_t)(nul - file->text.data);
        is_utf8 = true;
    }
    tn__diags_add(diags, "unreadable", tn__place_at(path, file->text, bad, 1),
                  is_utf8 ? "the file holds a NUL byte" : "the file is not UTF-8");
    return tn_error_set(err, TN_EINVAL, "'%s' is not UTF-8 text", path);
}

/* The files that the patterns name, each once, in byte order of their paths. */
static int find_files(struct tn__checked *checked, const struct tn__check_options *options,
                      tn_arena *arena, struct tn__diags *diags, tn_error *err)
{
    size_t cap = 0;
    struct tn__query_file *files = NULL;
    size_t count = 0;
    int rc = TN_OK;
    for (size_t p = 0; p < options->source_count && rc == TN_OK; p++) {
        const char *const *paths = NULL;
        size_t path_count = 0;
        rc = tn__glob(&paths, &path_count, options->sources[p], arena, err);
        if (rc == TN_OK && path_count == 0 && !strpbrk(options->sources[p], "*?")) {
            const char *message = tn__arena_printf(arena, "no file '%s'", options->sources[p]);
            rc = unreadable(diags, options->sources[p], TN_ENOTFOUND, err,
                            message ? message : "no such file");
        }
        for (size_t i = 0; i < path_count && rc == TN_OK; i++) {
            struct tn__query_file *grown =
                count == FILES_MAX ? NULL : tn__grow(files, &cap, count + 1, sizeof(*files));
            if (!grown) {
                rc = tn_error_set(err, count == FILES_MAX ? TN_ERANGE : TN_ENOMEM,
                                  count == FILES_MAX ? "more than 10000 query files"
                                                     : "out of memory");
                break;
            }
            files = grown;
            files[count++] = (struct tn__query_file){.path = paths[i]};
        }
    }
    if (rc == TN_OK && count > 0) {
        struct tn__query_file *kept = tn_arena_array(arena, count, sizeof(*kept));
        if (!kept)
            rc = tn_error_set(err, TN_ENOMEM, "out of memory");
        else
            memcpy(kept, files, count * sizeof(*kept));
        checked->files = kept;
        checked->file_count = count;
    }
    tn__free(files);
    return rc;
}

static int read_files(struct tn__checked *checked, tn_arena *arena, struct tn__diags *diags,
                      tn_error *err)
{
    struct tn__query_file *files = tn_arena_array(arena, checked->file_count, sizeof(*files));
    size_t count = 0;
    int rc = TN_OK;
    if (!files)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    if (checked->file_count)
        memcpy(files, checked->files, checked->file_count * sizeof(*files));
    qsort(files, checked->file_count, sizeof(*files), compare_paths);
    for (size_t i = 0; i < checked->file_count; i++) {
        if (count > 0 && strcmp(files[count - 1].path, files[i].path) == 0)
            continue;
        const char *path = files[i].path;
        int one = read_file(&files[count], path, arena, diags, err);
        if (one == TN_ENOMEM)
            return one;
        if (one != TN_OK)
            rc = one;
        else
            count++;
    }
    checked->files = files;
    checked->file_count = count;
    return rc;
}

static int compare_names(const void *a, const void *b)
{
    const struct tn__query *const *x = a;
    const struct tn__query *const *y = b;
    int order = strcmp((*x)->name, (*y)->name);
    return order ? order : (*x < *y ? -1 : *x > *y);
}

/* Two queries of one name: the second is broken, and the finding names both places. */
static int check_twins(struct tn__checked *checked, tn_arena *arena, struct tn__diags *diags)
{
    struct tn__query **sorted = tn_arena_array(arena, checked->query_count, sizeof(*sorted));
    if (!sorted)
        return TN_ENOMEM;
    for (size_t i = 0; i < checked->query_count; i++)
        sorted[i] = &checked->queries[i];
    qsort(sorted, checked->query_count, sizeof(struct tn__query *), compare_names);
    for (size_t i = 1; i < checked->query_count; i++) {
        if (sorted[i]->name[0] == '\0' || strcmp(sorted[i - 1]->name, sorted[i]->name) != 0)
            continue;
        struct tn__diag *diag = tn__diags_add(diags, "duplicate-query", sorted[i]->place,
                                              "there are two queries '%s'", sorted[i]->name);
        tn__diag_note(diags, diag, sorted[i - 1]->place, "the other one is here");
        sorted[i]->is_broken = true;
    }
    return TN_OK;
}

/* Two files with queries that would be generated into one. */
static int check_stems(const struct tn__checked *checked, struct tn__diags *diags)
{
    const struct tn__query_file *last = NULL;
    struct tn__map stems;
    int rc = TN_OK;
    tn__map_init(&stems);
    for (size_t i = 0; i < checked->query_count && rc == TN_OK; i++) {
        const struct tn__query_file *file = checked->queries[i].written.file;
        if (file == last)
            continue;
        last = file;
        if (strpbrk(file->stem, "\"\\\n\r"))
            tn__diags_add(diags, "query-name", (struct tn__place){file->path, 0, 0, 0},
                          "'%s' cannot be the name of a C file", file->stem);
        const struct tn__query *other = tn__map_get(&stems, tn_text_of(file->stem));
        if (!other) {
            rc = tn__map_put(&stems, tn_text_of(file->stem), &checked->queries[i]);
            continue;
        }
        struct tn__diag *diag =
            tn__diags_add(diags, "duplicate-stem", (struct tn__place){file->path, 0, 0, 0},
                          "'%s' and '%s' would both be generated into '%s.tenon.c'",
                          other->written.file->path, file->path, file->stem);
        tn__diag_help(diags, diag, "rename one");
    }
    tn__map_fini(&stems);
    return rc;
}

static int read_migrations(struct tn__checked *checked, const struct tn__check_options *options,
                           tn_arena *arena, struct tn__diags *diags, tn_error *err)
{
    tn_migration_place place = {0};
    tn_error why = {0};
    int rc = tn__migration_set_load(&checked->migrations, options->dialect, options->migrations_dir,
                                    arena, &place, &why);
    if (rc == TN_OK)
        return TN_OK;
    if (err)
        *err = why;
    if (rc == TN_ENOMEM)
        return rc;
    const char *file = place.file[0] ? tn_arena_copy(arena, place.file, strlen(place.file))
                                     : options->migrations_dir;
    struct tn__place where = {file, place.line, place.column, place.length};
    struct tn__diag *diag =
        tn__diags_add(diags, place.file[0] ? tn__fault_code(place.kind) : "unreadable", where, "%s",
                      tn__fault_message(&place, &why));
    if (rc == TN_ENOTFOUND)
        tn__diag_help(diags, diag,
                      "queries are checked against the migrations: tenon migrate add NAME");
    return rc;
}

int tn__check_read(struct tn__checked *out, const struct tn__check_options *options,
                   tn_arena *arena, struct tn__diags *diags, tn_error *err)
{
    struct tn__checked checked = {.dialect = options->dialect};
    if (options->postgres_migrations)
        return tn__pair_read(out, options, arena, diags, err);
    diags->levels = options->levels;
    int rc = read_migrations(&checked, options, arena, diags, err);
    if (rc != TN_OK)
        return rc;
    rc = find_files(&checked, options, arena, diags, err);
    if (rc == TN_OK)
        rc = read_files(&checked, arena, diags, err);
    if (rc != TN_OK)
        return rc;
    if (tn__keys_name(&checked.keys, options->types, options->type_count, arena) != TN_OK)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    struct tn__reader reader = {.arena = arena,
                                .diags = diags,
                                .dialect = options->dialect,
                                .engines = options->engines ? options->engines
                                                            : TN__ENGINE_OF(options->dialect),
                                .keys = &checked.keys};
    for (size_t i = 0; i < checked.file_count; i++) {
        if (checked.files[i].is_c)
            tn__read_c(&reader, &checked.files[i]);
        else
            tn__read_sql(&reader, &checked.files[i]);
    }
    checked.queries = reader.queries;
    checked.query_count = reader.count;
    if (reader.status == TN_OK)
        reader.status = check_twins(&checked, arena, diags);
    if (reader.status == TN_OK)
        reader.status = check_stems(&checked, diags);
    if (reader.status == TN_ERANGE)
        return tn_error_set(err, TN_ERANGE, "more than %d queries", QUERIES_MAX);
    if (reader.status != TN_OK || diags->status != TN_OK)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    if (options->program)
        rc = tn__usage_find(&checked.program, options->program, arena, diags, err);
    if (rc != TN_OK)
        return rc;
    *out = checked;
    return TN_OK;
}
