/* SPDX-License-Identifier: MIT */
#include "pg_checking.h"
#include "pg_trees.h"

/* What is known of the functions and types of extensions that come with the server. */

static const char schema[] =
    "CREATE EXTENSION citext;\n"
    "CREATE EXTENSION \"uuid-ossp\";\n"
    "CREATE EXTENSION pgcrypto;\n"
    "CREATE EXTENSION pg_trgm;\n"
    "CREATE FUNCTION digest(text) RETURNS bytea LANGUAGE sql STRICT AS 'SELECT NULL::bytea';\n"
    "CREATE TABLE people (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), mail citext NOT NULL,\n"
    "  nick citext UNIQUE, code text UNIQUE, secret text NOT NULL);\n"
    "CREATE UNIQUE INDEX ON people (mail);\n";

static bool has_extensions(void)
{
    tn_db *db = NULL;
    tn_error err;
    tn_arena arena = TN_ARENA_INIT;
    tn_rows rows;
    assert_ok(tn_db_open(&db, pg_url(), NULL, &err));
    assert_ok(tn_query(&rows, db,
                       "SELECT count(*) FROM pg_available_extensions"
                       " WHERE name IN ('citext', 'uuid-ossp', 'pgcrypto', 'pg_trgm')",
                       NULL, 0, &arena, &err));
    bool has_all = tn_rows_at(&rows, 0, 0)->as.integer == 4;
    tn_arena_fini(&arena);
    tn_db_close(db);
    return has_all;
}

static void their_functions_are_total_or_not(void **state)
{
    static const struct pg_case cases[] = {
        {"SELECT uuid_generate_v4() AS a, gen_random_bytes(8) AS b, uuid_nil() AS c FROM people",
         "a:uuid b:blob c:uuid"},
        {"SELECT crypt(:word, secret) = secret AS ok, digest(code, 'sha1') AS sum FROM people",
         "ok:bool sum:blob? <- word:text"},
        {"SELECT digest(secret) AS sum FROM people", "sum:blob?"},
        {"SELECT word_similarity(secret, 'a') AS a, code <-> 'a' AS b FROM people",
         "a:real b:real?"},
        {"SELECT mail = 'A' AS a, mail < nick AS b, mail ~ 'x' AS c FROM people",
         "a:bool b:bool? c:bool"},
    };
    if (!has_extensions())
        skip();
    PG_EXPECT(*state, schema, cases, ":many");
}

/* A key of citext is one for its own operator, and a key of text is none: 'a' and 'A' are two. */
static void citext_has_keys(void **state)
{
    static const struct {
        const char *sql;
        bool is_single_row;
    } cases[] = {
        {"SELECT id FROM people WHERE mail = $1", true},
        {"SELECT id FROM people WHERE nick = 'a'", true},
        {"SELECT id FROM people WHERE mail::text = $1", true},
        {"SELECT id FROM people WHERE code = $1", true},
        {"SELECT id FROM people WHERE code::citext = $1", false},
        {"SELECT id FROM people WHERE mail <> $1", false},
    };
    struct trees t = {0};
    (void)state;
    if (!has_extensions())
        skip();
    trees_open(&t, schema);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bool is_single_row = trees_analyse(&t, cases[i].sql).is_single_row;
        if (is_single_row != cases[i].is_single_row)
            print_error("%s\n", cases[i].sql);
        assert_int_equal(is_single_row, cases[i].is_single_row);
    }
    trees_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PG_TEST(their_functions_are_total_or_not),
        cmocka_unit_test(citext_has_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
