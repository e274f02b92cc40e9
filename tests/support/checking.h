/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_CHECKING_H
#define TN_TEST_CHECKING_H

/* One run of the checker over a schema and a query file, in a scratch folder that is the working
 * directory: TEST is a test of cmocka on that. */

#include "check.h"

#include <stdio.h>

#include "check/check.h"
#include "diag/diag_codes.h"
#include "gen/plan.h"
#include "scratch.h"
#include "util/fs.h"
#include "util/str.h"

struct checking {
    char *scratch;
    char before[PATH_MAX];
    tn_arena arena;
    struct tn__diags diags;
    struct tn__checked checked;
    struct tn__gen_plan plan;
    enum tn__dialect dialect;
    const char *server_url; /* see struct tn__check_options, also: */
    const char *postgres_migrations;
    bool (*is_stopped)(void);
    const struct tn__settings_type *types;
    size_t type_count;
    bool has_json;
    const struct tn__settings_function *functions;
    size_t function_count;
    const enum tn__lint_level *levels;
    const struct tn__program *program;
    const struct tn__settings_large *large;
    size_t large_count;
    tn_error err;
};

static int checking_setup(void **state)
{
    struct checking *c = calloc(1, sizeof(*c));
    assert_non_null(c);
    assert_non_null(getcwd(c->before, sizeof(c->before)));
    c->scratch = scratch_make();
    assert_int_equal(chdir(c->scratch), 0);
    tn_error err;
    assert_ok(tn__mkdirs("migrations", &err));
    assert_ok(tn__mkdirs("queries", &err));
    *state = c;
    return 0;
}

static int checking_teardown(void **state)
{
    struct checking *c = *state;
    tn_arena_fini(&c->arena);
    assert_int_equal(chdir(c->before), 0);
    scratch_remove(c->scratch);
    free(c->scratch);
    free(c);
    return 0;
}
#define TEST(name) cmocka_unit_test_setup_teardown(name, checking_setup, checking_teardown)

static inline void checking_write(const char *path, const char *text)
{
    tn_error err;
    assert_ok(tn__file_write(path, tn_text_of(text), NULL, &err));
}

/* Check what is in the folder. */
static inline int checking_run(struct checking *c)
{
    static const char *const sources[] = {"queries/*.sql", "src/*.c"};
    struct tn__check_options options = {.dialect = c->dialect,
                                        .server_url = c->server_url,
                                        .is_stopped = c->is_stopped,
                                        .migrations_dir = "migrations",
                                        .postgres_migrations = c->postgres_migrations,
                                        .engines = c->postgres_migrations ? TN__ENGINES_ALL : 0,
                                        .sources = sources,
                                        .source_count = 2,
                                        .types = c->types,
                                        .type_count = c->type_count,
                                        .functions = c->functions,
                                        .function_count = c->function_count,
                                        .levels = c->levels,
                                        .large = c->large,
                                        .large_count = c->large_count,
                                        .program = c->program};
    struct tn__plan_options plan = {
        .prefix = "app", .types = c->types, .type_count = c->type_count, .has_json = c->has_json};
    tn_arena_fini(&c->arena);
    tn_error_clear(&c->err);
    memset(&c->checked, 0, sizeof(c->checked));
    tn__diags_init(&c->diags, &c->arena);
    int rc = tn__check_read(&c->checked, &options, &c->arena, &c->diags, &c->err);
    if (rc == TN_OK)
        rc = tn__check_judge(&c->checked, &options, &c->arena, &c->diags, &c->err);
    if (rc == TN_OK)
        rc = tn__gen_plan_make(&c->plan, &c->checked, &plan, &c->arena, &c->diags);
    tn__diags_sort(&c->diags);
    return rc;
}

/* Forget what is advice alone: of queries that are written for something else. */
static inline void checking_drop_advice(struct checking *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->diags.count; i++) {
        long index = tn__diag_code_find(c->diags.items[i].code) - tn__diag_codes;
        if (index < TN__DIAG_AUTO_INDEX || index > TN__DIAG_TEMP_BTREE)
            c->diags.items[kept++] = c->diags.items[i];
    }
    c->diags.count = kept;
}

/* Check a schema and the text of queries/q.sql. */
static inline void checking(struct checking *c, const char *schema, const char *queries)
{
    checking_write("migrations/1_schema.sql", schema);
    checking_write("queries/q.sql", queries);
    int rc = checking_run(c);
    if (rc != TN_OK)
        print_error("%d: %s\n", rc, c->err.message);
    assert_ok(rc);
}

/* One finding, as "line:column code". */
static inline void checking_expect_at(struct checking *c, size_t i, uint32_t line, uint32_t column,
                                      const char *code, const char *file, int at)
{
    const struct tn__diag *diag = i < c->diags.count ? &c->diags.items[i] : NULL;
    if (diag && diag->place.line == line && diag->place.column == column &&
        strcmp(diag->code, code) == 0)
        return;
    print_error("finding %zu: expected %u:%u %s\n", i, line, column, code);
    for (size_t k = 0; k < c->diags.count; k++) {
        const struct tn__diag *d = &c->diags.items[k];
        print_error("  %zu: %s:%u:%u: %s [%s] help: %s\n", k, d->place.file ? d->place.file : "-",
                    d->place.line, d->place.column, d->message, d->code, d->help ? d->help : "-");
    }
    _fail(file, at);
}
#define expect_finding(c, i, line, column, code) \
 checking_expect_at((c), (i), (line), (column), (code), __FILE__, __LINE__)
#define expect_findings(c, n)              \
 do {                                      \
  if ((c)->diags.count != (n))             \
   expect_finding((c), (n), 0, 0, "none"); \
 } while (0)

#endif
