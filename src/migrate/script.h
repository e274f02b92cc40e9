/* SPDX-License-Identifier: MIT */
#ifndef TN_MIGRATE_SCRIPT_H
#define TN_MIGRATE_SCRIPT_H

#include <tenon/migrate.h>

#include "lex/lex.h"

/*
 * A script's statements and places. A script whose `stmts` is NULL has not been split yet: folders
 * are read without a look at the SQL, because most of it has been applied long ago.
 */

/* What is wrong at a tn_migration_place: its member `kind`. */
enum tn__migrate_fault {
    TN__FAULT_NONE,
    TN__FAULT_UNREADABLE,
    TN__FAULT_NAME,
    TN__FAULT_DUPLICATE,
    TN__FAULT_ENCODING,
    TN__FAULT_AMBIGUOUS,
    TN__FAULT_STATEMENT,
    TN__FAULT_NO_DOWN,
    TN__FAULT_HISTORY, /* a table of ours has another shape; no file */
    TN__FAULT_REFUSED  /* a statement that is not run at all */
};

/* Fill a place with a file and no line. `place` may be NULL, here and below. */
void tn__place_file(tn_migration_place *place, enum tn__migrate_fault fault, const char *file);
/* The place of `size` bytes at an offset of a script; the length ends with the line. */
void tn__place_script(tn_migration_place *place, enum tn__migrate_fault fault,
                      const tn_migration_script *script, size_t offset, size_t size);

/* The diagnostic's code of a place's kind. Static. */
const char *tn__fault_code(uint32_t kind);
/* The message without the place in front of it, which a diagnostic shows by itself. */
const char *tn__fault_message(const tn_migration_place *place, const tn_error *err);

/*
 * Split a script, if it has not been split. The statements are the arena's; the script is only
 * written on success. TN_ESYNTAX has the place, and a message that begins with it.
 */
TN_NODISCARD int tn__script_split(tn_migration_script *script, enum tn__dialect dialect,
                                  tn_arena *arena, tn_migration_place *place, tn_error *err);
/* The part of a text that `begin` and `end` enclose, as statements with offsets into the text. */
struct tn__script_part {
    tn_text text;
    size_t begin;
    size_t end;
    enum tn__dialect dialect;
};
TN_NODISCARD int tn__script_split_part(const tn_migration_stmt **out, size_t *out_count,
                                       const struct tn__script_part *part, tn_arena *arena,
                                       tn_error *err);

/* A statement that is not to be run, for the reason `why`: TN_EREFUSED, with its place. */
int tn__script_refuse(const tn_migration_script *script, size_t index, const char *why,
                      tn_migration_place *place, tn_error *err);
/* TN_EREFUSED for a ROLLBACK that would undo what the runner has begun; one behind a BEGIN of the
 * script's own, with nothing in front of that, is the script's affair. */
TN_NODISCARD int tn__script_check_rollback(const tn_migration_script *script,
                                           tn_migration_place *place, tn_error *err);

/* TN_EREFUSED for a parameter: nobody gives it a value, and an engine would take NULL. */
TN_NODISCARD int tn__script_check_params(const tn_migration_script *script,
                                         enum tn__dialect dialect, tn_migration_place *place,
                                         tn_error *err);

/* The text of a statement. */
tn_text tn__script_stmt(const tn_migration_script *script, size_t index);

/* A hash of the text up to the end of the first `count` statements. */
uint64_t tn__script_prefix(const tn_migration_script *script, size_t count);

/* "PRAGMA [schema.]name [= value | (value)]" taken apart; members are spans of the statement. */
struct tn__pragma {
    tn_text name;
    tn_text value; /* data == NULL: the pragma is only read */
};
bool tn__pragma_parse(struct tn__pragma *out, tn_text statement);
/* Whether the script switches foreign keys off at a point where its transaction is open. */
bool tn__script_wants_foreign_keys_off(const tn_migration_script *script);

#endif
