/* SPDX-License-Identifier: MIT */
#include "migrate/set.h"

#include <stdlib.h>
#include <string.h>

#include "core/conn.h"
#include "migrate/formats/marks.h"
#include "migrate/formats/native.h"
#include "migrate/formats/onefile.h"
#include "migrate/script.h"
#include "util/fs.h"
#include "util/hash.h"
#include "util/str.h"
#include "util/utf8.h"

static const char no_transaction_mark[] = "-- no-transaction";

struct entry {
    struct tn__migration_file file;
    const char *name; /* of the file */
    const char *path;
};

struct loader {
    const char *dir;
    struct entry *entries;
    size_t count;
    struct tn__onefile_judge judge;
    struct tn__hasher hasher;
    tn_arena *arena;
    tn_migration_place *place;
    tn_error *err;
};

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "out of memory");
}

/* By version, an up script before its down script, and then by name. */
static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left;
    const struct entry *b = right;
    if (a->file.version != b->file.version)
        return a->file.version < b->file.version ? -1 : 1;
    bool a_down = a->file.type == TN__MIGRATION_DOWN;
    bool b_down = b->file.type == TN__MIGRATION_DOWN;
    if (a_down != b_down)
        return a_down ? 1 : -1;
    return strcmp(a->name, b->name);
}

static int add_entry(struct loader *l, const char *name)
{
    struct entry *entry = &l->entries[l->count];
    int rc = tn__migration_file_parse(&entry->file, name);
    if (rc == TN_NONE)
        return TN_OK;
    entry->name = name;
    entry->path = tn__path_join(l->arena, l->dir, name);
    if (!entry->path)
        return fail_memory(l->err);
    size_t bad;
    if (rc == TN_OK && !tn__utf8_valid(tn_text_of(name), &bad)) {
        /* The history keeps the name as text. */
        tn__place_file(l->place, TN__FAULT_ENCODING, entry->path);
        return tn_error_set(l->err, TN_EINVAL, "the name of '%s' is not UTF-8 text", entry->path);
    }
    if (rc == TN_OK) {
        l->count++;
        return TN_OK;
    }
    if (tn__path_kind(entry->path) == TN__PATH_DIR)
        return TN_OK;
    tn__place_file(l->place, TN__FAULT_NAME, entry->path);
    if (rc == TN_ERANGE)
        return tn_error_set(l->err, TN_EINVAL, "'%s': the version is beyond 64 bits", entry->path);
    return tn_error_set(l->err, TN_EINVAL,
                        "'%s' has no version in front of its first underscore, as in "
                        "'0001_create_users.sql'",
                        entry->path);
}

static int list(struct loader *l)
{
    const char *const *names;
    size_t count;
    int rc = tn__dir_list(&names, &count, l->dir, l->arena, l->err);
    if (rc != TN_OK) {
        tn__place_file(l->place, TN__FAULT_UNREADABLE, l->dir);
        return rc;
    }
    if (count > TN__MIGRATION_MAX_FILES) {
        tn__place_file(l->place, TN__FAULT_UNREADABLE, l->dir);
        return tn_error_set(l->err, TN_ERANGE, "'%s' holds more than %d files", l->dir,
                            TN__MIGRATION_MAX_FILES);
    }
    l->entries = tn_arena_array(l->arena, count, sizeof *l->entries);
    if (!l->entries)
        return fail_memory(l->err);
    for (size_t i = 0; i < count; i++) {
        rc = add_entry(l, names[i]);
        if (rc != TN_OK)
            return rc;
    }
    if (l->count > 1)
        qsort(l->entries, l->count, sizeof *l->entries, compare_entries);
    return TN_OK;
}

static int fail_encoding(struct loader *l, const tn_migration_script *script, size_t bad)
{
    tn_migration_place here;
    tn__place_script(&here, TN__FAULT_ENCODING, script, bad, 1);
    if (l->place)
        *l->place = here;
    return tn_error_set(l->err, TN_EINVAL, "'%s' line %u: %s", script->file, here.line,
                        script->sql.data[bad] ? "not UTF-8 text" : "a NUL byte");
}

/* Read a file into a script. TN_NONE: it is a folder. */
static int read_script(struct loader *l, const struct entry *entry, tn_migration_script *script)
{
    tn_text text;
    size_t bad;
    int rc = tn__file_read(&text, entry->path, TN__MIGRATION_MAX_BYTES, l->arena, l->err);
    if (rc != TN_OK) {
        if (tn__path_kind(entry->path) == TN__PATH_DIR)
            return TN_NONE;
        tn__place_file(l->place, TN__FAULT_UNREADABLE, entry->path);
        return rc;
    }
    script->file = entry->path;
    script->sql = text;
    script->first_line = 1;
    script->is_no_transaction = tn__text_starts(text, no_transaction_mark);
    const char *nul = text.size ? memchr(text.data, '\0', text.size) : NULL;
    if (nul)
        return fail_encoding(l, script, (size_t)(nul - text.data));
    return tn__utf8_valid(text, &bad) ? TN_OK : fail_encoding(l, script, bad);
}

static int fail_duplicate(struct loader *l, const struct entry *first, const struct entry *second)
{
    tn__place_file(l->place, TN__FAULT_DUPLICATE, second->path);
    return tn_error_set(l->err, TN_EINVAL, "'%s' and '%s' have the same version", first->path,
                        second->path);
}

static int read_up(struct loader *l, const struct entry *entry, tn_migration *migration)
{
    int rc = read_script(l, entry, &migration->up);
    if (rc != TN_OK)
        return rc;
    migration->version = entry->file.version;
    migration->version_text = tn_arena_copy(l->arena, entry->name, entry->file.version_size);
    migration->name = tn__migration_description(&entry->file, l->arena);
    if (!migration->version_text || !migration->name)
        return fail_memory(l->err);
    rc = tn__hasher_sha384(&l->hasher, migration->checksum, migration->up.sql);
    if (rc != TN_OK)
        return tn_error_set(l->err, rc, "out of memory");
    if (entry->file.type != TN__MIGRATION_SIMPLE)
        return TN_OK;
    bool is_candidate = tn__onefile_is_candidate(migration->up.sql);
    rc = is_candidate ? tn__onefile_parse(&migration->up, &migration->down, &l->judge, l->arena,
                                          l->place, l->err)
                      : TN_NONE;
    return rc == TN_NONE
               ? tn__marks_check(&migration->up, l->judge.dialect, is_candidate, l->place, l->err)
               : rc;
}

static int read_down(struct loader *l, const struct entry *entry, const struct entry *up,
                     tn_migration *migration)
{
    tn_migration_script script = {0};
    int rc = read_script(l, entry, &script);
    if (rc != TN_OK)
        return rc;
    if (!up || up->file.version != entry->file.version) {
        tn__place_file(l->place, TN__FAULT_NAME, entry->path);
        return tn_error_set(l->err, TN_EINVAL, "'%s' has no up script beside it", entry->path);
    }
    if (migration->down.file) {
        tn__place_file(l->place, TN__FAULT_DUPLICATE, entry->path);
        return tn_error_set(l->err, TN_EINVAL, "'%s' and '%s' both revert version %s", up->path,
                            entry->path, migration->version_text);
    }
    migration->down = script;
    return TN_OK;
}

static int assemble(struct loader *l, tn_migration *items, size_t *out_count)
{
    const struct entry *up = NULL;
    const struct entry *down = NULL;
    size_t count = 0;
    for (size_t i = 0; i < l->count; i++) {
        const struct entry *entry = &l->entries[i];
        bool is_down = entry->file.type == TN__MIGRATION_DOWN;
        const struct entry *rival = is_down ? down : up;
        if (rival && rival->file.version == entry->file.version)
            return fail_duplicate(l, rival, entry);
        int rc = is_down ? read_down(l, entry, up, count ? &items[count - 1] : NULL)
                         : read_up(l, entry, &items[count]);
        if (rc == TN_NONE)
            continue;
        if (rc != TN_OK)
            return rc;
        if (is_down) {
            down = entry;
        } else {
            up = entry;
            count++;
        }
    }
    *out_count = count;
    return TN_OK;
}

int tn__migration_set_load(tn_migration_set *out, enum tn__dialect dialect, const char *dir,
                           tn_arena *arena, tn_migration_place *place, tn_error *err)
{
    if (!out || !dir || !arena)
        return tn_error_set(err, TN_EMISUSE, "a set, a folder and an arena are needed");
    struct loader l = {
        .dir = dir, .judge = {.dialect = dialect}, .arena = arena, .place = place, .err = err};
    size_t count = 0;
    tn_migration *items = NULL;
    char *source = NULL;
    int rc = list(&l);
    if (rc != TN_OK)
        return rc;
    items = tn_arena_array(arena, l.count, sizeof *items);
    source = tn_arena_copy(arena, dir, strlen(dir));
    rc = items && source ? assemble(&l, items, &count) : fail_memory(err);
    tn__onefile_judge_fini(&l.judge);
    tn__hasher_fini(&l.hasher);
    if (rc == TN_OK)
        *out = (tn_migration_set){items, count, source};
    return rc;
}

int tn_migration_set_load(tn_migration_set *out, const char *dir, tn_arena *arena,
                          tn_migration_place *place, tn_error *err)
{
    return tn__migration_set_load(out, TN__SQLITE, dir, arena, place, err);
}

int tn_migration_set_load_for(tn_migration_set *out, const tn_db *db, const char *dir,
                              tn_arena *arena, tn_migration_place *place, tn_error *err)
{
    if (!db)
        return tn_error_set(err, TN_EMISUSE, "no database");
    return tn__migration_set_load(out, tn__db_dialect(db), dir, arena, place, err);
}

const tn_migration *tn__migration_set_find(const tn_migration_set *set, int64_t version)
{
    size_t low = 0;
    size_t high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->items[middle].version == version)
            return &set->items[middle];
        if (set->items[middle].version < version)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

int tn__migration_set_check(const tn_migration_set *set, tn_error *err)
{
    if (!set || (set->count > 0 && !set->items))
        return tn_error_set(err, TN_EMISUSE, "no set of migrations");
    for (size_t i = 0; i < set->count; i++) {
        const tn_migration *item = &set->items[i];
        if (!item->version_text || !item->name || !item->up.file || !item->up.sql.data ||
            (item->down.file && !item->down.sql.data))
            return tn_error_set(err, TN_EINVAL, "migration %zu of the set is incomplete", i + 1);
        if (i > 0 && item[-1].version >= item->version)
            return tn_error_set(err, TN_EINVAL, "migration '%s' is not in order of version",
                                item->version_text);
    }
    return TN_OK;
}

/* The text with its line ends turned into LF, or CRLF, behind a BOM or none. Returns the size. */
static size_t respell(char *out, tn_text text, bool crlf, bool bom)
{
    size_t size = 0;
    if (bom) {
        memcpy(out, "\xEF\xBB\xBF", 3);
        size = 3;
    }
    for (size_t i = tn__text_starts(text, "\xEF\xBB\xBF") ? 3 : 0; i < text.size; i++) {
        if (text.data[i] == '\r' && i + 1 < text.size && text.data[i + 1] == '\n')
            continue;
        if (text.data[i] == '\n' && crlf)
            out[size++] = '\r';
        out[size++] = text.data[i];
    }
    return size;
}

bool tn__checksum_is_variant(const uint8_t stored[48], tn_text text, tn_arena *arena)
{
    uint8_t digest[TN__SHA384_SIZE];
    char *copy = tn_arena_alloc(arena, 2 * text.size + 3);
    for (int form = 0; copy && form < 4; form++) {
        size_t size = respell(copy, text, form & 1, form & 2);
        if (tn__sha384(digest, (tn_text){copy, size}) == TN_OK &&
            memcmp(digest, stored, sizeof digest) == 0)
            return true;
    }
    return false;
}
