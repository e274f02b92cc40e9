/* SPDX-License-Identifier: MIT */
/* Names of migration files (first line), and the form with both directions in one file (the rest). */
#include "fuzz.h"

#include "migrate/formats/native.h"
#include "migrate/formats/onefile.h"
#include "util/str.h"

static void check_name(const char *name)
{
    struct tn__migration_file file = {0};
    int rc = tn__migration_file_parse(&file, name);
    MUST(rc == TN_OK || rc == TN_NONE || rc == TN_EINVAL || rc == TN_ERANGE);
    (void)tn__migration_file_is_near(name);
    if (rc != TN_OK)
        return;
    int64_t version = 0;
    MUST(file.version_size > 0 && file.version_size < strlen(name));
    MUST(tn__migration_version_parse(&version, (tn_text){name, file.version_size}) == TN_OK);
    MUST(version == file.version);
    MUST(tn__text_ends(tn_text_of(name), ".sql"));
}

/* Statements lie within the text of their script. */
static void check_script(const tn_migration_script *script)
{
    size_t at = 0;
    for (size_t i = 0; i < script->stmt_count; i++) {
        MUST(script->stmts[i].offset >= at && script->stmts[i].size > 0);
        at = (size_t)script->stmts[i].offset + script->stmts[i].size;
        MUST(at <= script->sql.size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_arena arena = TN_ARENA_INIT;
    char *text = fuzz_string(data, size);
    char *body = strchr(text, '\n');
    tn_error err = {0};
    if (body)
        *body++ = '\0';
    check_name(text);
    if (body && tn__onefile_is_candidate(tn_text_of(body))) {
        struct tn__onefile_judge judge = {0};
        tn_migration_place place = {0};
        tn_migration_script up = {.file = "1_a.sql", .sql = tn_text_of(body), .first_line = 1};
        tn_migration_script down = {0};
        int rc = tn__onefile_parse(&up, &down, &judge, &arena, &place, &err);
        MUST(rc == TN_OK || rc == TN_NONE || rc == TN_EINVAL || rc == TN_ESYNTAX);
        if (rc == TN_OK) {
            check_script(&up);
            check_script(&down);
            MUST(!down.file || down.sql.size <= up.sql.size);
        }
        tn__onefile_judge_fini(&judge);
    }
    free(text);
    tn_arena_fini(&arena);
    return 0;
}
