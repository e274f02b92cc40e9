/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "migrate/author/author.h"
#include "migrate/script.h"
#include "util/buf.h"
#include "util/fs.h"
#include "util/str.h"

/* The most that one generated source may hold. */
#define MAX_SOURCE ((size_t)256 << 20)

/* Not as the generator of queries marks its files: it removes such of them as it does not know. */
static const char banner[] = "/* Migrations, embedded by tenon: do not edit. */\n";

static int fail_memory(tn_error *err)
{
    return tn_error_set(err, TN_ENOMEM, "out of memory");
}

static void put_bytes(struct tn__buf *out, const void *data, size_t size)
{
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i++) {
        if (i > 0)
            tn__buf_putc(out, ',');
        tn__buf_puts(out, i % 20 == 0 ? "\n    " : " ");
        tn__buf_printf(out, "%u", bytes[i]);
    }
}

/* A C string that holds any text: names of files may have anything in them. */
static void put_string(struct tn__buf *out, const char *text)
{
    tn__buf_putc(out, '"');
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\' || *c == '?')
            tn__buf_printf(out, "\\%c", *c);
        else if (*c < 0x20 || *c >= 0x7f)
            tn__buf_printf(out, "\\%03o", *c);
        else
            tn__buf_putc(out, (char)*c);
    }
    tn__buf_putc(out, '"');
}

/* A set of migrations, and what it is called. */
struct part {
    const tn_migration *items; /* every script is split */
    size_t count;
    const char *folder; /* as put_script_ref() says it */
    const char *symbol;
    const char
        *tag; /* in front of what the file alone knows: "", or "sqlite_" beside "postgres_" */
};

/* The bytes and the statements of a script. */
static void put_script(struct tn__buf *out, const tn_migration_script *script, size_t index,
                       const char *tag, const char *direction)
{
    if (!script->file)
        return;
    tn__buf_printf(out, "\nstatic const unsigned char %s%s_%zu[] = {", tag, direction, index);
    put_bytes(out, script->sql.data, script->sql.size);
    tn__buf_puts(out, script->sql.size ? ", 0};\n" : "0};\n");
    tn__buf_printf(out, "static const tn_migration_stmt %s%s_%zu_stmts[] = {", tag, direction,
                   index);
    for (size_t i = 0; i < script->stmt_count; i++) {
        const tn_migration_stmt *stmt = &script->stmts[i];
        tn__buf_printf(out, "\n    {%" PRIu32 ", %" PRIu32 ", %" PRIu32 "},", stmt->offset,
                       stmt->size, stmt->kind);
    }
    /* One more, because an array cannot be empty. */
    tn__buf_puts(out, "\n    {0, 0, 0}};\n");
}

static void put_script_ref(struct tn__buf *out, const tn_migration_script *script, size_t index,
                           const struct part *part, const char *direction)
{
    if (!script->file) {
        tn__buf_puts(out, "     {NULL, {NULL, 0}, NULL, 0, 0, false},\n");
        return;
    }
    /* The folder's own name is enough: where it lies is no matter of the program's. */
    tn__buf_puts(out, "     {");
    put_string(out, part->folder);
    tn__buf_puts(out, " ");
    put_string(out, tn__path_base(script->file));
    tn__buf_printf(out,
                   ",\n      {(const char *)%s%s_%zu, %zu},\n      %s%s_%zu_stmts, %zu, %" PRIu32,
                   part->tag, direction, index, script->sql.size, part->tag, direction, index,
                   script->stmt_count, script->first_line);
    tn__buf_printf(out, ", %s},\n", script->is_no_transaction ? "true" : "false");
}

static void put_items(struct tn__buf *out, const struct part *part)
{
    tn__buf_printf(out, "\nstatic const tn_migration %sitems[] = {\n", part->tag);
    for (size_t i = 0; i < part->count; i++) {
        const tn_migration *item = &part->items[i];
        tn__buf_printf(out, "    {INT64_C(%" PRId64 "), ", item->version);
        put_string(out, item->version_text);
        tn__buf_puts(out, ", ");
        put_string(out, item->name);
        tn__buf_puts(out, ",\n");
        put_script_ref(out, &item->up, i, part, "up");
        put_script_ref(out, &item->down, i, part, "down");
        tn__buf_puts(out, "     {");
        put_bytes(out, item->checksum, sizeof item->checksum);
        tn__buf_puts(out, "}},\n");
    }
    tn__buf_puts(out, "};\n");
}

/* "migrations/", from whatever path the set was read; empty for the working directory. */
static const char *folder_name(const char *source, tn_arena *arena)
{
    char *clean = tn__path_clean(arena, source ? source : ".");
    if (!clean)
        return NULL;
    const char *base = tn__path_base(clean);
    if (strcmp(base, ".") == 0 || strcmp(base, "..") == 0 || strcmp(base, "/") == 0)
        return "";
    return tn__arena_printf(arena, "%s/", base);
}

static void put_part(struct tn__buf *out, const struct part *part)
{
    for (size_t i = 0; i < part->count; i++) {
        put_script(out, &part->items[i].up, i, part->tag, "up");
        put_script(out, &part->items[i].down, i, part->tag, "down");
    }
    if (part->count > 0)
        put_items(out, part);
    tn__buf_printf(out, "\nconst tn_migration_set %s = {%s%s, %zu, \"embedded\"};\n", part->symbol,
                   part->count ? part->tag : "", part->count ? "items" : "NULL", part->count);
}

static void put_source(struct tn__buf *out, const struct part *parts, size_t count,
                       const char *header)
{
    tn__buf_puts(out, banner);
    tn__buf_printf(out, "#include \"%s\"\n", tn__path_base(header));
    for (size_t i = 0; i < count; i++)
        put_part(out, &parts[i]);
}

static void put_header(struct tn__buf *out, const struct part *parts, size_t count)
{
    tn__buf_puts(out, banner);
    for (int i = 0; i < 2; i++) {
        tn__buf_puts(out, i == 0 ? "#ifndef " : "#define ");
        for (const char *c = parts[0].symbol; *c; c++)
            tn__buf_putc(out, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
        tn__buf_puts(out, "_H\n");
    }
    tn__buf_puts(out, "\n#include <tenon/migrate.h>\n\nTN_BEGIN_DECLS\n\n");
    for (size_t i = 0; i < count; i++)
        tn__buf_printf(out,
                       "/* For tn_migrate(); %zu migration%s. */\n"
                       "extern const tn_migration_set %s;\n\n",
                       parts[i].count, parts[i].count == 1 ? "" : "s", parts[i].symbol);
    tn__buf_puts(out, "TN_END_DECLS\n\n#endif\n");
}

/* Whether a file has another content, or is not there. */
static int compare_file(bool *is_changed, const char *path, tn_text content, tn_arena *arena,
                        tn_error *err)
{
    tn_text text;
    *is_changed = true;
    if (tn__path_kind(path) == TN__PATH_NONE)
        return TN_OK;
    int rc = tn__file_read(&text, path, MAX_SOURCE, arena, err);
    *is_changed = rc != TN_OK || !tn_text_equal(text, content);
    return rc;
}

static int put_file(const char *path, struct tn__buf *content, struct tn__migration_embedded *made,
                    bool is_check, tn_arena *arena, tn_error *err)
{
    bool changed = false;
    int rc = tn__buf_status(content);
    if (rc != TN_OK)
        return rc == TN_ENOMEM ? fail_memory(err)
                               : tn_error_set(err, rc, "'%s' would be too big", path);
    rc = is_check ? compare_file(&changed, path, tn__buf_view(content), arena, err)
                  : tn__file_write(path, tn__buf_view(content), &changed, err);
    made->is_changed |= changed;
    return rc;
}

/* A file that somebody wrote by hand is not replaced: ours begin with the banner. */
static int check_ours(const char *path, tn_error *err)
{
    tn_arena arena = TN_ARENA_INIT;
    tn_text text;
    if (tn__path_kind(path) != TN__PATH_FILE)
        return TN_OK;
    int rc = tn__file_read(&text, path, MAX_SOURCE, &arena, err);
    if (rc == TN_OK && text.size > 0 && !tn__text_starts(text, banner))
        rc = tn_error_set(err, TN_EREFUSED,
                          "'%s' exists and is not written by 'tenon migrate embed': remove it, or "
                          "name another file",
                          tn__path_shown(path));
    tn_arena_fini(&arena);
    return rc;
}

/* A copy of the set in which every script is split. */
static int split_all(tn_migration **out, const tn_migration_set *set, enum tn__dialect dialect,
                     tn_arena *arena, tn_migration_place *place, tn_error *err)
{
    tn_migration *items = tn_arena_array(arena, set->count, sizeof *items);
    if (!items)
        return fail_memory(err);
    for (size_t i = 0; i < set->count; i++) {
        items[i] = set->items[i];
        int rc = tn__script_split(&items[i].up, dialect, arena, place, err);
        if (rc == TN_OK && items[i].down.file)
            rc = tn__script_split(&items[i].down, dialect, arena, place, err);
        if (rc != TN_OK)
            return rc;
    }
    *out = items;
    return TN_OK;
}

static int check(const struct tn__migration_embed *how, tn_error *err)
{
    tn_text path = tn_text_of(how->path);
    if (!tn__text_ends(path, ".c") || strlen(tn__path_base(how->path)) < 3)
        return tn_error_set(err, TN_EINVAL, "'%s' does not end in '.c'", how->path);
    for (const char *c = how->prefix; *c; c++) {
        if (!tn__is_ident(*c) || (c == how->prefix && !tn__is_ident_start(*c)))
            return tn_error_set(err, TN_EINVAL, "'%s' is no prefix of C names", how->prefix);
    }
    return TN_OK;
}

/* One set of the file, of an engine if there are two. */
static int make_part(struct part *out, const struct tn__migration_embed *how,
                     const tn_migration_set *set, enum tn__dialect dialect, tn_arena *arena,
                     tn_migration_place *place, tn_error *err)
{
    tn_migration *items = NULL;
    const char *tag = !how->postgres ? "" : dialect == TN__POSTGRES ? "postgres_" : "sqlite_";
    int rc = split_all(&items, set, dialect, arena, place, err);
    if (rc != TN_OK)
        return rc;
    out->items = items;
    out->count = set->count;
    out->folder = folder_name(set->source, arena);
    out->tag = tag;
    out->symbol =
        tn__arena_printf(arena, "%s%s%smigrations", how->prefix, how->prefix[0] ? "_" : "", tag);
    return out->folder && out->symbol ? TN_OK : fail_memory(err);
}

/* Both files. */
static int put_files(struct tn__migration_embedded *made, const struct tn__migration_embed *how,
                     const struct part *parts, size_t count, tn_arena *arena, tn_error *err)
{
    struct tn__buf text;
    const char *dir = tn__path_dir(arena, how->path);
    int rc = dir ? TN_OK : fail_memory(err);
    if (rc == TN_OK && !how->is_check)
        rc = tn__mkdirs(dir, err);
    tn__buf_init(&text, MAX_SOURCE);
    put_header(&text, parts, count);
    if (rc == TN_OK)
        rc = put_file(made->header, &text, made, how->is_check, arena, err);
    tn__buf_reset(&text);
    put_source(&text, parts, count, made->header);
    if (rc == TN_OK)
        rc = put_file(made->source, &text, made, how->is_check, arena, err);
    tn__buf_fini(&text);
    return rc;
}

int tn__migration_embed(struct tn__migration_embedded *out, const struct tn__migration_embed *how,
                        tn_arena *arena, tn_migration_place *place, tn_error *err)
{
    struct tn__migration_embedded made = {0};
    struct part parts[2] = {{0}};
    size_t count = how->postgres ? 2 : 1;
    int rc = check(how, err);
    if (rc == TN_OK)
        rc = make_part(&parts[0], how, how->set, how->dialect, arena, place, err);
    if (rc == TN_OK && how->postgres)
        rc = make_part(&parts[1], how, how->postgres, TN__POSTGRES, arena, place, err);
    if (rc != TN_OK)
        return rc;
    char *header = tn_arena_copy(arena, how->path, strlen(how->path));
    made.source = tn_arena_copy(arena, how->path, strlen(how->path));
    if (!header || !made.source)
        return fail_memory(err);
    header[strlen(header) - 1] = 'h';
    made.header = header;
    made.symbol = parts[0].symbol;
    made.postgres_symbol = parts[1].symbol;
    if ((rc = check_ours(made.header, err)) != TN_OK ||
        (rc = check_ours(made.source, err)) != TN_OK)
        return rc;
    rc = put_files(&made, how, parts, count, arena, err);
    if (rc == TN_OK)
        *out = made;
    return rc;
}
