/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdio.h>

#include "pg_trees.h"
#include "util/fs.h"
#include "util/str.h"

/*
 * What is said of NULL and of the number of rows, for the queries of
 * tests/golden/nulls/queries.txt: each line has a 0 for a column that is never NULL, and a 1 for
 * one that may be; "!" if there is one row at most, "+" if there is one at least; the query; and
 * behind " -- " values for its parameters. And whether the server agrees: the queries are run over
 * rows that chance has made.
 */

#define FOLDER TN_TEST_SOURCE_DIR "/tests/golden/nulls/"

enum {
    QUERIES_MAX = 600,
    COLUMNS_MAX = 32,
    ROUNDS = 12
};

struct query {
    tn_text expected;
    char *sql;
    int since;        /* the version that knows it; 0: 15, and perhaps those before */
    const char *args; /* "1, 'x'"; "" */
};

struct queries {
    struct trees trees;
    tn_arena arena;
    struct query items[QUERIES_MAX];
    size_t count;
};

static tn_text read_file(struct queries *q, const char *name)
{
    tn_text text = {NULL, 0};
    char path[512];
    snprintf(path, sizeof path, FOLDER "%s", name);
    assert_ok(tn__file_read(&text, path, 1 << 20, &q->arena, &q->trees.err));
    return text;
}

static void read_queries(struct queries *q)
{
    tn_text rest = read_file(q, "queries.txt");
    tn_text line;
    int since = 0;
    while (tn__text_line(&rest, &line)) {
        if (line.size == 0 || line.data[0] == '#') {
            since = tn__text_starts(line, "# since ") ? (int)strtol(line.data + 8, NULL, 10) : 0;
            continue;
        }
        struct query *query = &q->items[q->count++];
        size_t space = tn__text_find(line, ' ');
        assert_true(q->count < QUERIES_MAX && space < line.size);
        query->expected = tn__text_sub(line, 0, space);
        query->since = since;
        query->sql = tn_arena_copy(&q->arena, line.data + space + 1, line.size - space - 1);
        assert_non_null(query->sql);
        char *args = strstr(query->sql, " -- ");
        query->args = args ? args + 4 : "";
        if (args)
            *args = '\0';
    }
}

static int setup(void **state)
{
    struct queries *q = calloc(1, sizeof(*q));
    assert_non_null(q);
    *state = q;
    read_queries(q);
    trees_open(&q->trees, read_file(q, "schema.sql").data);
    return 0;
}

static int teardown(void **state)
{
    struct queries *q = *state;
    trees_close(&q->trees);
    tn_arena_fini(&q->arena);
    free(q);
    return 0;
}

static void describe(char *out, const struct tn__analysed *analysed)
{
    assert_true(analysed->column_count < COLUMNS_MAX);
    if (!analysed->is_certain)
        *out++ = '?';
    else if (analysed->column_count == 0)
        *out++ = '-';
    for (size_t c = 0; c < analysed->column_count; c++)
        *out++ = analysed->columns[c].domain.classes & TN__CLASS_NULL ? '1' : '0';
    if (analysed->is_single_row)
        *out++ = '!';
    if (analysed->has_row)
        *out++ = '+';
    *out = '\0';
}

static void columns_and_rows_are_told(void **state)
{
    struct queries *q = *state;
    size_t bad = 0;
    for (size_t i = 0; i < q->count; i++) {
        struct query *query = &q->items[i];
        if (!trees_is_known(&q->trees, query->sql, query->since))
            continue;
        struct tn__analysed analysed = trees_analyse(&q->trees, query->sql);
        char said[COLUMNS_MAX + 4];
        describe(said, &analysed);
        if (tn__text_is(query->expected, said))
            continue;
        bad++;
        print_error("%s %s%s%s\n", said, query->sql, *query->args ? " -- " : "", query->args);
        if (!analysed.is_certain)
            print_error("  %s\n", analysed.reason);
    }
    assert_int_equal(bad, 0);
}

/* --- the witness */

static void fill(struct queries *q, int seed)
{
    tn_text data = read_file(q, "data.sql");
    char *at = strstr(data.data, ":seed");
    char script[16384];
    assert_non_null(at);
    snprintf(script, sizeof script, "%.*s%.2f%s", (int)(at - data.data), data.data,
             (double)seed / 100, at + 5);
    trees_run(&q->trees, script);
    if (seed == 0)
        trees_run(&q->trees, "TRUNCATE a, b, e, par, part, tr, sec, two, col, ruled, log");
}

struct seen {
    size_t rows;
    uint32_t nulls; /* columns that were NULL once */
    bool is_run;
};

/* In a transaction that comes to nothing. */
static void run(struct queries *q, const struct query *query, const char *args, struct seen *seen)
{
    const struct tn__driver *driver = &tn__driver_postgres;
    struct tn__driver_conn *conn = q->trees.worker;
    struct tn__driver_stmt *stmt = NULL;
    tn_error *err = &q->trees.err;
    char sql[4096];
    *seen = (struct seen){0};
    trees_exec(&q->trees, "DEALLOCATE ALL");
    snprintf(sql, sizeof sql, "PREPARE w AS %s", query->sql);
    if (!trees_exec(&q->trees, sql))
        return;
    snprintf(sql, sizeof sql, *args ? "EXECUTE w (%s)" : "EXECUTE w", args);
    assert_ok(driver->begin(conn, TN_WRITE, err));
    int rc = driver->prepare(&stmt, conn, sql, strlen(sql), false, err);
    while (rc == TN_OK && (rc = driver->step(stmt, err)) == TN_ROW) {
        seen->rows++;
        for (int c = 0; c < driver->column_count(stmt); c++)
            if (driver->column(stmt, c).type == TN_NULL)
                seen->nulls |= 1U << c;
        rc = TN_OK;
    }
    seen->is_run = rc == TN_DONE;
    driver->finalize(stmt);
    driver->rollback(conn);
}

/* The same values, but NULL wherever it is welcome. */
static void with_nulls(char *out, const char *args, const struct tn__analysed *analysed)
{
    for (size_t p = 0; p < analysed->param_count; p++) {
        const char *end = strstr(args, ", ");
        size_t size = end ? (size_t)(end - args) : strlen(args);
        out += sprintf(out, "%s%.*s", p > 0 ? ", " : "",
                       analysed->params[p].takes_null ? 4 : (int)size,
                       analysed->params[p].takes_null ? "NULL" : args);
        args += end ? size + 2 : size;
    }
    *out = '\0';
}

static size_t judge(const struct query *query, const char *args,
                    const struct tn__analysed *analysed, const struct seen *seen)
{
    size_t bad = 0;
    for (size_t c = 0; c < analysed->column_count; c++)
        bad += (seen->nulls >> c & 1) && !(analysed->columns[c].domain.classes & TN__CLASS_NULL);
    bad += analysed->is_single_row && seen->rows > 1;
    bad += analysed->has_row && seen->is_run && seen->rows == 0;
    if (bad > 0)
        print_error("%s -- %s\n  seen: %zu rows, NULL in %x\n", query->sql, args, seen->rows,
                    (unsigned)seen->nulls);
    return bad;
}

static void the_server_agrees(void **state)
{
    struct queries *q = *state;
    size_t runs = 0;
    size_t bad = 0;
    for (int round = 0; round < ROUNDS; round++) {
        fill(q, round);
        for (size_t i = 0; i < q->count; i++) {
            const struct query *query = &q->items[i];
            if (!trees_is_known(&q->trees, query->sql, query->since))
                continue;
            struct tn__analysed analysed = trees_analyse(&q->trees, query->sql);
            char args[512] = "";
            struct seen seen;
            run(q, query, query->args, &seen);
            bad += judge(query, query->args, &analysed, &seen);
            runs += seen.is_run;
            with_nulls(args, query->args, &analysed);
            run(q, query, args, &seen);
            bad += judge(query, args, &analysed, &seen);
            runs += seen.is_run;
        }
    }
    assert_int_equal(bad, 0);
    assert_true(runs > (size_t)ROUNDS * 700); /* nearly all of them can be run */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_and_rows_are_told),
        cmocka_unit_test(the_server_agrees),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
