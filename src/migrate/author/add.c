/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "migrate/author/author.h"
#include "migrate/formats/native.h"
#include "migrate/formats/onefile.h"
#include "migrate/set.h"
#include "util/fs.h"
#include "util/str.h"

/* A number from here on is a date and a time, not a count. */
#define FIRST_TIMESTAMP INT64_C(19000101000000)
/* Digits of a sequence that nobody has begun yet. */
#define SEQUENCE_DIGITS 4

/* What the folder has: the two newest migrations. */
struct folder {
    struct tn__migration_file last;
    struct tn__migration_file before;
    const char *last_path;
    size_t count; /* of up scripts, counted up to 2 */
};

static const char simple_text[] = "-- Add migration script here\n";
static const char up_text[] = "-- Add up migration script here\n";
static const char down_text[] = "-- Add down migration script here\n";
static const char onefile_text[] = "-- UP\n"
                                   "-- Add up migration script here\n"
                                   "\n"
                                   "-- DOWN\n"
                                   "-- Add what undoes it here, each statement behind two dashes\n";

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "out of memory");
}

static int read_folder(struct folder *out, const char *dir, tn_arena *arena, tn_error *err)
{
    const char *const *names;
    size_t count;
    int rc = tn__dir_list(&names, &count, dir, arena, err);
    if (rc != TN_OK)
        return rc;
    for (size_t i = 0; i < count; i++) {
        struct tn__migration_file file;
        rc = tn__migration_file_parse(&file, names[i]);
        if (rc == TN_EINVAL || rc == TN_ERANGE)
            return tn_error_set(err, TN_EINVAL,
                                "'%s/%s' has no version in front of its first underscore", dir,
                                names[i]);
        if (rc != TN_OK || file.type == TN__MIGRATION_DOWN)
            continue;
        if (out->count > 0 && file.version < out->last.version) {
            if (out->count == 1 || file.version > out->before.version)
                out->before = file;
        } else {
            if (out->count > 0)
                out->before = out->last;
            out->last = file;
            out->last_path = tn__path_join(arena, dir, names[i]);
            if (!out->last_path)
                return fail_memory(err);
        }
        if (out->count < 2)
            out->count++;
    }
    return TN_OK;
}

/* As sqlx infers it: the last two differ by one, or the only one is 0 or 1. */
static bool is_sequential(const struct folder *folder)
{
    if (folder->count == 0 || folder->last.version >= FIRST_TIMESTAMP)
        return false;
    if (folder->count == 1)
        return folder->last.version == 0 || folder->last.version == 1;
    return folder->last.version - folder->before.version == 1;
}

/* "20260131" or "20260131235959". */
static void digits_of(char out[16], tn_timestamp now, bool with_time)
{
    char text[TN_TIME_MAX];
    size_t size = 0;
    tn_time_format(text, (tn_timestamp){now.us - now.us % 1000000}, TN_TIME_DATETIME);
    for (const char *c = text; *c && size < (with_time ? 14u : 8u); c++) {
        if (*c >= '0' && *c <= '9')
            out[size++] = *c;
    }
    out[size] = '\0';
}

/* Go on with 20250115_007: today, and the next number. */
static char *next_date_number(const struct folder *folder, tn_timestamp now, tn_arena *arena)
{
    char date[16];
    const char *last = tn__path_base(folder->last_path);
    int64_t number;
    tn_text digits = {last + 9, folder->last.version_size - 9};
    if (tn__text_to_int(&number, digits) != TN_OK)
        return NULL;
    digits_of(date, now, false);
    if (memcmp(date, last, 8) < 0)
        memcpy(date, last, 8);
    return tn__arena_printf(arena, "%s_%0*" PRId64, date, (int)digits.size, number + 1);
}

static int next_version(const char **out, const struct folder *folder,
                        const struct tn__migration_add *how, tn_arena *arena, tn_error *err)
{
    bool as_found = how->numbering == TN__ADD_NUMBERING_AS_FOUND;
    char *version;
    if (folder->count > 0 && folder->last.version == INT64_MAX)
        return tn_error_set(err, TN_ERANGE, "no version comes after %" PRId64, INT64_MAX);
    if (as_found && folder->count > 0 && folder->last.is_date_number) {
        version = next_date_number(folder, how->now, arena);
    } else if (how->numbering == TN__ADD_SEQUENTIAL || (as_found && is_sequential(folder))) {
        int digits = SEQUENCE_DIGITS;
        if (folder->count > 0 && !folder->last.is_date_number)
            digits = (int)folder->last.version_size;
        version = tn__arena_printf(arena, "%0*" PRId64, digits,
                                   folder->count ? folder->last.version + 1 : 1);
    } else {
        char text[16];
        int64_t stamp;
        digits_of(text, how->now, true);
        if (tn__text_to_int(&stamp, tn_text_of(text)) != TN_OK)
            return tn_error_set(err, TN_EINVAL, "the clock says a year beyond 9999");
        /* Two in one second, or a clock that is behind: still the newest. */
        if (folder->count > 0 && stamp <= folder->last.version)
            stamp = folder->last.version + 1;
        version = tn__arena_printf(arena, "%" PRId64, stamp);
    }
    *out = version;
    return version ? TN_OK : fail_memory(err);
}

static int clean_name(const char **out, const char *name, tn_arena *arena, tn_error *err)
{
    tn_text trimmed = tn__text_trim(tn_text_of(name));
    char *copy = tn_arena_copy(arena, trimmed.data, trimmed.size);
    if (!copy)
        return fail_memory(err);
    if (trimmed.size == 0)
        return tn_error_set(err, TN_EINVAL, "a migration needs a name");
    for (char *c = copy; *c; c++) {
        if (*c == ' ')
            *c = '_';
        else if (!tn__is_ident(*c) && *c != '-' && (unsigned char)*c < 0x80)
            return tn_error_set(err, TN_EINVAL,
                                "a migration's name has letters, digits, '_' and '-': '%s' does "
                                "not fit",
                                name);
    }
    *out = copy;
    return TN_OK;
}

/* Which files are to be written: a form's suffixes and texts. */
struct template
{
    const char *suffixes[2];
    const char *texts[2];
};

static int choose(struct template *out, const struct folder *folder, enum tn__add_form form,
                  tn_arena *arena, tn_error *err)
{
    static const struct template pair = {{".up.sql", ".down.sql"}, {up_text, down_text}};
    static const struct template simple = {{".sql", NULL}, {simple_text, NULL}};
    static const struct template onefile = {{".sql", NULL}, {onefile_text, NULL}};
    if (form == TN__ADD_AS_FOUND && folder->count > 0 &&
        folder->last.type == TN__MIGRATION_SIMPLE) {
        tn_text text;
        int rc = tn__file_read(&text, folder->last_path, TN__MIGRATION_MAX_BYTES, arena, err);
        if (rc != TN_OK)
            return rc;
        *out = tn__onefile_is_candidate(text) ? onefile : simple;
        return TN_OK;
    }
    *out = form == TN__ADD_SIMPLE ? simple : pair;
    return TN_OK;
}

int tn__migration_add(const char *out_paths[2], size_t *out_count,
                      const struct tn__migration_add *how, tn_arena *arena, tn_error *err)
{
    struct folder folder = {0};
    struct template template = {{NULL, NULL}, {NULL, NULL}};
    const char *name = NULL;
    const char *version = NULL;
    const char *paths[2] = {NULL, NULL};
    size_t count = 0;
    int rc = clean_name(&name, how->name, arena, err);
    if (rc == TN_OK && tn__path_kind(how->dir) == TN__PATH_NONE)
        rc = tn__mkdirs(how->dir, err);
    if (rc == TN_OK)
        rc = read_folder(&folder, how->dir, arena, err);
    if (rc == TN_OK)
        rc = choose(&template, &folder, how->form, arena, err);
    if (rc == TN_OK)
        rc = next_version(&version, &folder, how, arena, err);
    if (rc != TN_OK)
        return rc;
    for (; count < 2 && template.suffixes[count]; count++) {
        const char *file =
            tn__arena_printf(arena, "%s_%s%s", version, name, template.suffixes[count]);
        paths[count] = file ? tn__path_join(arena, how->dir, file) : NULL;
        rc = paths[count] ? tn__file_create(paths[count], tn_text_of(template.texts[count]), err)
                          : fail_memory(err);
        if (rc != TN_OK) {
            /* Not half of a pair. */
            if (count == 1)
                unlink(paths[0]);
            return rc;
        }
    }
    memcpy(out_paths, paths, sizeof paths);
    *out_count = count;
    return TN_OK;
}
