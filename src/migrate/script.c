/* SPDX-License-Identifier: MIT */
#include "migrate/script.h"

#include <stdio.h>
#include <string.h>

#include "util/hash.h"
#include "util/str.h"

/* Embedded sets carry these numbers. */
_Static_assert(TN__STMT_OTHER == 0 && TN__STMT_BEGIN == 1 && TN__STMT_COMMIT == 2 &&
                   TN__STMT_ROLLBACK == 3 && TN__STMT_SAVEPOINT == 4 && TN__STMT_PRAGMA == 5 &&
                   TN__STMT_VACUUM == 6 && TN__STMT_ATTACH == 7 && TN__STMT_COPY_STDIN == 8 &&
                   TN__STMT_OUTSIDE == 9,
               "kinds of statements are pinned");

const char *tn__fault_code(uint32_t kind)
{
    static const char *const codes[] = {
        [TN__FAULT_NONE] = "refused",
        [TN__FAULT_UNREADABLE] = "unreadable",
        [TN__FAULT_NAME] = "migration-name",
        [TN__FAULT_DUPLICATE] = "migration-duplicate",
        [TN__FAULT_ENCODING] = "migration-encoding",
        [TN__FAULT_AMBIGUOUS] = "migration-ambiguous",
        [TN__FAULT_STATEMENT] = "migration-failed",
        [TN__FAULT_NO_DOWN] = "migration-no-down",
        [TN__FAULT_HISTORY] = "history-shape",
        [TN__FAULT_REFUSED] = "refused",
    };
    return kind < sizeof codes / sizeof codes[0] ? codes[kind] : "internal";
}

const char *tn__fault_message(const tn_migration_place *place, const tn_error *err)
{
    char prefix[sizeof place->file + 32];
    int size = place->line > 0 ? snprintf(prefix, sizeof prefix, "%s:%u:%u: ", place->file,
                                          place->line, place->column)
                               : snprintf(prefix, sizeof prefix, "%s: ", place->file);
    bool is_in_front = size > 0 && (size_t)size < sizeof prefix &&
                       strncmp(err->message, prefix, (size_t)size) == 0;
    return is_in_front ? err->message + size : err->message;
}

void tn__place_file(tn_migration_place *place, enum tn__migrate_fault fault, const char *file)
{
    if (!place)
        return;
    memset(place, 0, sizeof *place);
    place->kind = (uint32_t)fault;
    tn__copy_text(place->file, sizeof place->file, tn_text_of(file));
}

void tn__place_script(tn_migration_place *place, enum tn__migrate_fault fault,
                      const tn_migration_script *script, size_t offset, size_t size)
{
    if (!place)
        return;
    tn__place_file(place, fault, script->file);
    const char *text = script->sql.data;
    size_t line_start = 0;
    uint32_t line = script->first_line ? script->first_line : 1;
    if (offset > script->sql.size)
        offset = script->sql.size;
    for (const char *c = text; (c = memchr(c, '\n', offset - (size_t)(c - text))) != NULL;) {
        c++;
        line++;
        line_start = (size_t)(c - text);
    }
    size_t line_size = tn__text_find(tn__text_sub(script->sql, offset, SIZE_MAX), '\n');
    if (line_size > 0 && text[offset + line_size - 1] == '\r')
        line_size--;
    place->line = line;
    place->column = (uint32_t)(offset - line_start) + 1;
    place->length = (uint32_t)(size < line_size ? size : line_size);
}

int tn__script_split_part(const tn_migration_stmt **out, size_t *out_count,
                          const struct tn__script_part *part, tn_arena *arena, tn_error *err)
{
    size_t begin = part->begin;
    const struct tn__stmt_span *spans;
    size_t count;
    int rc = tn__split(&spans, &count, tn__text_sub(part->text, begin, part->end - begin),
                       part->dialect, arena, err);
    if (rc != TN_OK) {
        if (err && err->position)
            err->position += (uint32_t)begin;
        return rc;
    }
    tn_migration_stmt *stmts = tn_arena_array(arena, count, sizeof *stmts);
    if (!stmts)
        return tn_error_set(err, TN_ENOMEM, "out of memory");
    for (size_t i = 0; i < count; i++) {
        stmts[i].offset = (uint32_t)(begin + spans[i].offset);
        stmts[i].size = (uint32_t)spans[i].run_size;
        stmts[i].kind = (uint32_t)spans[i].kind;
    }
    *out = stmts;
    *out_count = count;
    return TN_OK;
}

int tn__script_split(tn_migration_script *script, enum tn__dialect dialect, tn_arena *arena,
                     tn_migration_place *place, tn_error *err)
{
    const struct tn__script_part all = {script->sql, 0, script->sql.size, dialect};
    tn_error local = {0};
    if (script->stmts)
        return TN_OK;
    int rc = tn__script_split_part(&script->stmts, &script->stmt_count, &all, arena, &local);
    if (rc == TN_OK)
        return TN_OK;
    tn_migration_place here;
    tn__place_script(&here, TN__FAULT_STATEMENT, script,
                     local.position ? local.position - 1 : script->sql.size, 1);
    if (rc == TN_ESYNTAX) {
        tn_error_prefix(&local, "%s:%u:%u", here.file, here.line, here.column);
        if (place)
            *place = here;
    }
    if (err)
        *err = local;
    return rc;
}

uint64_t tn__script_prefix(const tn_migration_script *script, size_t count)
{
    size_t end = 0;
    if (count > script->stmt_count)
        count = script->stmt_count;
    if (count > 0)
        end = script->stmts[count - 1].offset + script->stmts[count - 1].size;
    return tn__hash64(script->sql.data, end);
}

tn_text tn__script_stmt(const tn_migration_script *script, size_t index)
{
    return tn__text_sub(script->sql, script->stmts[index].offset, script->stmts[index].size);
}

/* Some bytes of it are why. */
static int refuse_at(const tn_migration_script *script, size_t offset, size_t size, const char *why,
                     tn_migration_place *place, tn_error *err)
{
    tn_migration_place here;
    tn__place_script(&here, TN__FAULT_REFUSED, script, offset, size);
    if (place)
        *place = here;
    tn_error_set(err, TN_EREFUSED, "%s:%u:%u: %s", here.file, here.line, here.column, why);
    if (err)
        err->position = (uint32_t)offset + 1;
    return TN_EREFUSED;
}

int tn__script_refuse(const tn_migration_script *script, size_t index, const char *why,
                      tn_migration_place *place, tn_error *err)
{
    tn_text sql = tn__text_trim(tn__script_stmt(script, index));
    return refuse_at(script, script->stmts[index].offset, sql.size, why, place, err);
}

int tn__script_check_params(const tn_migration_script *script, enum tn__dialect dialect,
                            tn_migration_place *place, tn_error *err)
{
    struct tn__token token;
    for (size_t i = 0; i < script->stmt_count; i++) {
        if (tn__find_param(&token, tn__script_stmt(script, i), dialect))
            return refuse_at(script, script->stmts[i].offset + token.offset, token.size,
                             "a migration has no parameters: nobody gives this one a value", place,
                             err);
    }
    return TN_OK;
}

int tn__script_check_rollback(const tn_migration_script *script, tn_migration_place *place,
                              tn_error *err)
{
    bool is_own = !script->is_no_transaction; /* the open transaction is the runner's */
    bool has_work = false;                    /* and something has been done in it */
    for (size_t i = 0; is_own && i < script->stmt_count; i++) {
        switch (script->stmts[i].kind) {
        case TN__STMT_BEGIN: /* with something in front of it, it begins nothing */
            is_own = has_work;
            break;
        case TN__STMT_COMMIT:
            is_own = false;
            break;
        case TN__STMT_ROLLBACK:
            return tn__script_refuse(script, i,
                                     "this would undo the transaction in which the migration is "
                                     "applied: remove it, or put BEGIN in front of all that it is "
                                     "to undo",
                                     place, err);
        default:
            has_work |= script->stmts[i].kind != TN__STMT_PRAGMA;
            break;
        }
    }
    return TN_OK;
}

bool tn__pragma_parse(struct tn__pragma *out, tn_text statement)
{
    struct tn__lexer lexer;
    tn__lex_init(&lexer, statement, TN__SQLITE);
    if (!tn__token_is(&lexer, tn__lex_next_solid(&lexer), "PRAGMA"))
        return false;
    tn_text name = tn__token_text(&lexer, tn__lex_next_solid(&lexer));
    struct tn__token token = tn__lex_next_solid(&lexer);
    if (tn__text_is(tn__token_text(&lexer, token), ".")) {
        name = tn__token_text(&lexer, tn__lex_next_solid(&lexer));
        token = tn__lex_next_solid(&lexer);
    }
    *out = (struct tn__pragma){name, {NULL, 0}};
    if (token.kind == TN__TOK_LPAREN || tn__text_is(tn__token_text(&lexer, token), "="))
        out->value = tn__token_text(&lexer, tn__lex_next_solid(&lexer));
    if (out->value.size >= 2 && (out->value.data[0] == '\'' || out->value.data[0] == '"'))
        out->value = tn__text_sub(out->value, 1, out->value.size - 2);
    return true;
}

bool tn__script_wants_foreign_keys_off(const tn_migration_script *script)
{
    bool in_transaction = !script->is_no_transaction;
    for (size_t i = 0; i < script->stmt_count; i++) {
        struct tn__pragma pragma;
        bool on;
        switch (script->stmts[i].kind) {
        case TN__STMT_BEGIN:
            in_transaction = true;
            break;
        case TN__STMT_COMMIT:
        case TN__STMT_ROLLBACK:
            in_transaction = false;
            break;
        case TN__STMT_PRAGMA:
            if (in_transaction && tn__pragma_parse(&pragma, tn__script_stmt(script, i)) &&
                tn__text_is_nocase(pragma.name, "foreign_keys") && pragma.value.data &&
                tn__text_to_bool(&on, pragma.value) == TN_OK && !on)
                return true;
            break;
        default:
            break;
        }
    }
    return false;
}
