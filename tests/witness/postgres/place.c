/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pg.h"
#include "sql/postgres/node.h"

static void on_notice(void *user, const struct tn__driver_notice *notice)
{
    struct place *place = user;
    if (!notice->detail || strcmp(notice->message, "rewritten parse tree:") != 0)
        return;
    tn_arena arena = TN_ARENA_INIT;
    tn_text tree;
    free(place->tree);
    place->tree = tn__pg_tree_text(&tree, tn_text_of(notice->detail), &arena) == TN_OK
                      ? strdup(tree.data)
                      : NULL;
    tn_arena_fini(&arena);
    if (!place->tree)
        die("out of memory");
}

static int run_on(struct place *place, struct tn__driver_conn *conn, const char *sql)
{
    struct tn__driver_stmt *stmt = NULL;
    int rc = tn__driver_postgres.prepare(&stmt, conn, sql, strlen(sql), false, &place->err);
    if (rc != TN_OK)
        return rc;
    while ((rc = tn__driver_postgres.step(stmt, &place->err)) == TN_ROW)
        continue;
    tn__driver_postgres.finalize(stmt);
    return rc;
}

bool place_run(struct place *place, const char *sql)
{
    return run_on(place, place->runner, sql) == TN_DONE;
}

bool place_add(struct place *place, const char *sql)
{
    if (!place_run(place, sql))
        return false;
    strings_add(&place->script, sql);
    return true;
}

static void must(struct place *place, struct tn__driver_conn *conn, const char *sql)
{
    if (run_on(place, conn, sql) != TN_DONE && !place_is_lost(place))
        die("%s: %s", sql, place->err.message);
}

bool place_is_lost(const struct place *place)
{
    return tn__driver_postgres.is_lost(place->runner) || tn__driver_postgres.is_lost(place->parser);
}

/* A server that has fallen takes a moment to stand up. */
static struct tn__driver_conn *connect(struct place *place, const struct tn__url *url)
{
    static const struct timespec moment = {.tv_nsec = 100000000};
    struct tn__driver_conn *conn;
    const struct tn__driver_open how = {.url = url, .access = TN_WRITE};
    for (int tries = 0; tries < 300; tries++) {
        if (tn__driver_postgres.open(&conn, &how, &place->err) == TN_OK)
            return conn;
        nanosleep(&moment, NULL);
    }
    die("no server: %s", place->err.message);
}

static void connect_all(struct place *place)
{
    static const struct tn__driver_observer observer = {.notice = on_notice};
    static const char settings[] =
        "SELECT set_config('client_min_messages', 'error', false),"
        " set_config('statement_timeout', '1500', false), set_config('jit', 'off', false)";
    struct tn__url parsed;
    if (tn__url_parse(&parsed, place->url, &place->urls, &place->err) != TN_OK)
        die("%s", place->err.message);
    place->parser = connect(place, &parsed);
    place->runner = connect(place, &parsed);
    if (tn_db_open(&place->db, place->url, NULL, &place->err) != TN_OK)
        die("%s", place->err.message);
    must(place, place->runner, settings);
    must(place, place->parser,
         "SELECT set_config('client_min_messages', 'log', false),"
         " set_config('debug_pretty_print', 'off', false),"
         " set_config('debug_print_rewritten', 'on', false)");
    tn__driver_postgres.observe(place->parser, true, false, &observer, place);
}

static void disconnect_all(struct place *place)
{
    tn__driver_postgres.close(place->parser);
    tn__driver_postgres.close(place->runner);
    tn_db_close(place->db);
}

void place_open(struct place *place)
{
    *place = (struct place){.arena = TN_ARENA_INIT, .urls = TN_ARENA_INIT};
    place->url = tn__server_url(pg_server(), "postgres", &place->urls);
    if (!place->url)
        die("out of memory");
    connect_all(place);
    (void)place_run(place, "CREATE ROLE reader");
    place_read(place);
}

void place_mend(struct place *place)
{
    disconnect_all(place);
    connect_all(place);
}

void place_close(struct place *place)
{
    disconnect_all(place);
    free(place->tree);
    strings_fini(&place->script);
    tn_arena_fini(&place->arena);
    tn_arena_fini(&place->urls);
}

void place_clear(struct place *place)
{
    strings_fini(&place->script);
    must(place, place->runner, "RESET ROLE");
    must(place, place->runner, "DEALLOCATE ALL");
    /* The limit is for what chance wrote: a busy machine may take longer to sweep up. */
    must(place, place->runner, "SET statement_timeout = 0");
    must(place, place->runner, "DROP SCHEMA IF EXISTS public CASCADE");
    must(place, place->runner, "CREATE SCHEMA public");
    must(place, place->runner, "SET statement_timeout = 1500");
}

void place_read(struct place *place)
{
    tn_arena_reset(&place->arena);
    if (tn__catalog_read(&place->catalog, place->db, &place->arena, &place->err) != TN_OK)
        die("the catalog cannot be read: %s", place->err.message);
}

void place_play(struct place *place, bool is_reader)
{
    must(place, place->runner, "RESET ROLE");
    if (!is_reader)
        return;
    must(place, place->runner, "GRANT ALL ON SCHEMA public TO reader");
    must(place, place->runner, "GRANT ALL ON ALL TABLES IN SCHEMA public TO reader");
    must(place, place->runner, "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO reader");
    must(place, place->runner, "SET ROLE reader");
}

bool place_parse(struct place *place, struct tn__driver_parsed *out, const char *sql,
                 tn_arena *arena)
{
    const uint32_t types[32] = {0};
    *out = (struct tn__driver_parsed){0};
    free(place->tree);
    place->tree = NULL;
    return tn__driver_postgres.wire->parse(out, place->parser, tn_text_of(sql), types, 0, arena,
                                           &place->err) == TN_OK;
}
