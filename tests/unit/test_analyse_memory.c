/* SPDX-License-Identifier: MIT */
#include "cataloging.h"

#include <dirent.h>
#include <stdio.h>

#include "fault_alloc.h"
#include "infer/analyse.h"
#include "lex/lex.h"
#include "rich_schema.h"
#include "util/fs.h"
#include "util/str.h"

/* Statements of all kinds without memory: TN_ENOMEM and no leak, whichever allocation fails; what is
 * answered is what is answered with memory. */

enum {
    COLUMNS_MAX = 64
};

/* One statement, and its answer with memory. */
struct asked {
    const struct cataloging *c;
    tn_text text;
    size_t limit_bytes;
    bool is_certain;
    size_t column_count;
    tn__classes classes[COLUMNS_MAX];
};

static int ask(struct tn__analysed *out, const struct asked *asked, tn_arena *arena)
{
    struct tn__sql sql;
    struct tn__sql_params params;
    const struct tn__ast_stmt *stmt = NULL;
    const struct tn__analyse_options options = {.catalog = &asked->c->catalog};
    arena->limit_bytes = asked->limit_bytes;
    *out = (struct tn__analysed){0};
    int rc = tn__sql_scan(&sql, asked->text, arena);
    if (rc == TN_OK)
        rc = tn__sql_params(&params, &sql, arena);
    if (rc == TN_OK)
        rc = tn__sql_parse(&stmt, NULL, &sql, arena);
    if (rc == TN_OK)
        rc = tn__analyse(out, stmt, &sql, &params, NULL, &options, arena);
    return rc;
}

static int ask_once(void *user)
{
    const struct asked *asked = user;
    tn_arena arena = TN_ARENA_INIT;
    struct tn__analysed answer;
    int rc = ask(&answer, asked, &arena);
    if (rc == TN_OK) {
        assert_int_equal(answer.is_certain, asked->is_certain);
        assert_int_equal(answer.column_count, asked->column_count);
        for (size_t i = 0; i < answer.column_count && i < COLUMNS_MAX; i++)
            assert_int_equal(answer.columns[i].domain.classes, asked->classes[i]);
    }
    tn_arena_fini(&arena);
    return rc;
}

typedef void each_fn(struct asked *asked);

/* Every statement of the fuzzer's corpus that can be parsed. */
static void each_statement(struct cataloging *c, each_fn *fn)
{
    static const char folder[] = TN_TEST_SOURCE_DIR "/tests/fuzz/corpus/analyse";
    tn_arena arena = TN_ARENA_INIT;
    size_t done = 0;
    cataloging(c, rich_schema);
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[4096];
        tn_text file;
        const struct tn__stmt_span *spans;
        size_t count;
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        assert_ok(tn__file_read(&file, path, 1 << 20, &arena, &c->err));
        if (tn__split(&spans, &count, file, TN__SQLITE, &arena, &c->err) != TN_OK)
            continue;
        for (size_t i = 0; i < count; i++) {
            struct asked asked = {.c = c};
            struct tn__analysed answer;
            asked.text = tn__text_sub(file, spans[i].offset, spans[i].run_size);
            if (ask(&answer, &asked, &arena) != TN_OK)
                continue;
            asked.is_certain = answer.is_certain;
            asked.column_count = answer.column_count;
            for (size_t k = 0; k < answer.column_count && k < COLUMNS_MAX; k++)
                asked.classes[k] = answer.columns[k].domain.classes;
            fn(&asked);
            done++;
        }
    }
    closedir(dir);
    assert_true(done > 60);
    tn_arena_fini(&arena);
}

static void fail_each(struct asked *asked)
{
    fault_alloc_each(ask_once, asked);
}

static void every_allocation_may_fail(void **state)
{
    each_statement(*state, fail_each);
}

/* Arenas take large blocks: the single pieces fail by a limit, here of both the answer's and the
 * analysis's own. */
static void limit_each(struct asked *asked)
{
    const size_t step = 8;
    int rc = TN_ENOMEM;
    for (asked->limit_bytes = 16; rc == TN_ENOMEM; asked->limit_bytes += step)
        rc = ask_once(asked);
    assert_ok(rc);
}

static void every_piece_of_an_arena_may_fail(void **state)
{
    each_statement(*state, limit_each);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_allocation_may_fail, cataloging_setup,
                                        cataloging_teardown),
        cmocka_unit_test_setup_teardown(every_piece_of_an_arena_may_fail, cataloging_setup,
                                        cataloging_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
