/* SPDX-License-Identifier: MIT */
#include "load.h"
#include "support.h"

/* The database as a file: where it is, how it is set, what it holds after a file was loaded. */

static const char *path_in(struct store *s, const char *name)
{
    char *path = tn_arena_alloc(&s->arena, 160);
    assert_non_null(path);
    snprintf(path, 160, "%s/%s", s->folder, name);
    return path;
}

/* The home of a test is its folder. */
static int setup(void **state)
{
    if (store_setup(state) != 0)
        return -1;
    struct store *s = *state;
    return setenv("HOME", s->folder, 1);
}

static void default_file_is_in_a_folder_for_its_owner_alone(void **state)
{
    struct store *s = *state;
    char path[AIT42_PATH_MAX];
    struct stat info;
    tn_db *db = NULL;
    assert_done(ait42_database_path(path, &s->err));
    assert_string_equal(path, path_in(s, ".ait42/sessions.db"));
    assert_done(ait42_database_open(&db, NULL, &s->err));
    tn_db_close(db);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(stat(path_in(s, ".ait42"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_done(ait42_database_open(&db, NULL, &s->err)); /* again: all is there */
    tn_db_close(db);
    unlink(path);
    rmdir(path_in(s, ".ait42"));
}

static void home_is_what_a_url_means_by_it(void **state)
{
    struct store *s = *state;
    static const char *const urls[] = {"sqlite:$HOME/a b/x.db", "sqlite:${HOME}/a b/x.db",
                                       "sqlite:~/a%20b/x.db"};
    char home[128];
    struct stat info;
    tn_db *db = NULL;
    /* Special in a URL, and nothing special in a name. */
    snprintf(home, sizeof home, "%s/ho%%me?", s->folder);
    assert_int_equal(mkdir(home, 0700), 0);
    setenv("HOME", home, 1);
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        assert_done(ait42_database_open(&db, urls[i], &s->err));
        tn_db_close(db);
        char path[200];
        snprintf(path, sizeof path, "%s/a b/x.db", home);
        assert_int_equal(stat(path, &info), 0);
        unlink(path);
        snprintf(path, sizeof path, "%s/a b", home);
        assert_int_equal(rmdir(path), 0);
    }
    assert_done(ait42_database_open(&db, NULL, &s->err));
    tn_db_close(db);
    assert_int_equal(chdir(home), 0);
    assert_int_equal(unlink(".ait42/sessions.db"), 0);
    assert_int_equal(rmdir(".ait42"), 0);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(rmdir(home), 0);
}

static const char *pragma(struct store *s, tn_db *db, enum tn_access access, const char *sql)
{
    tn_conn *conn;
    struct store one = *s;
    assert_int_equal(tn_conn_acquire(&conn, db, access, &s->err.cause), TN_OK);
    one.db = tn_conn_db(conn);
    const char *text = store_get(&one, sql);
    s->arena = one.arena;
    tn_conn_release(conn);
    return text;
}

static void connections_are_set_as_the_program_wants_them(void **state)
{
    struct store *s = *state;
    tn_db *db = NULL;
    tn_db_stats stats = TN_DB_STATS_INIT;
    const char *path = path_in(s, "x.db");
    assert_done(ait42_database_open(&db, path, &s->err));
    assert_string_equal(pragma(s, db, TN_WRITE, "PRAGMA journal_mode"), "wal");
    assert_string_equal(pragma(s, db, TN_WRITE, "PRAGMA synchronous"), "1"); /* NORMAL */
    assert_string_equal(pragma(s, db, TN_WRITE, "PRAGMA busy_timeout"), "5000");
    assert_string_equal(pragma(s, db, TN_WRITE, "PRAGMA foreign_keys"), "1");
    assert_int_equal(tn_db_stats_read(db, &stats, &s->err.cause), TN_OK);
    assert_int_equal(stats.side[TN_READ].connections + stats.side[TN_WRITE].connections, 5);
    assert_contains(tn_db_url(db), "acquire_timeout=3s");
    tn_db_close(db);
    unlink(path);
}

static void tuning_is_said_in_the_url(void **state)
{
    struct store *s = *state;
    tn_db *db = NULL;
    tn_db_stats stats = TN_DB_STATS_INIT;
    char url[256];
    const char *path = path_in(s, "x.db");
    snprintf(url, sizeof url,
             "sqlite:%s?max_connections=10&min_connections=2&acquire_timeout=5s"
             "&cache_size=-20000&mmap_size=268435456&journal_mode=wal&synchronous=normal",
             path);
    assert_done(ait42_database_open(&db, url, &s->err));
    assert_string_equal(tn_db_url(db), url);
    assert_int_equal(tn_db_stats_read(db, &stats, &s->err.cause), TN_OK);
    assert_int_equal(stats.side[TN_READ].connections + stats.side[TN_WRITE].connections, 10);
    assert_int_equal(stats.side[TN_READ].open + stats.side[TN_WRITE].open, 2);
    for (int access = TN_READ; access <= TN_WRITE; access++) {
        assert_string_equal(pragma(s, db, (enum tn_access)access, "PRAGMA cache_size"), "-20000");
        assert_string_equal(pragma(s, db, (enum tn_access)access, "PRAGMA mmap_size"), "268435456");
    }
    tn_db_close(db);
    unlink(path);
}

static void sample_is_loaded_as_a_whole(void **state)
{
    struct store *s = *state;
    struct load_counts counts;
    static const char *const folders[] = {"shop", "ledger", "docs"};
    assert_int_equal(chdir(s->folder), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(mkdir(folders[i], 0700), 0);
    assert_done(load_file(&counts, s->db, AIT42_DIR "/sample/sessions.tsv", &s->arena, &s->err));
    assert_int_equal(counts.sessions, 60);
    assert_int_equal(counts.instances, 184);
    assert_int_equal(counts.messages, 296);
    assert_string_equal(store_get(s, "SELECT count(*) FROM workspaces"), "3");
    assert_string_equal(store_get(s, "SELECT sum(instance_count) FROM session_complete"), "184");
    assert_string_equal(
        store_get(s, "SELECT count(*) FROM instances WHERE output LIKE '%' || char(10) || '%'"),
        store_get(s, "SELECT count(output) FROM instances"));
    /* Once more: the ids are taken, and nothing is there twice. */
    assert_kind(load_file(&counts, s->db, AIT42_DIR "/sample/sessions.tsv", &s->arena, &s->err),
                AIT42_VALIDATION);
    assert_string_equal(store_get(s, "SELECT count(*) FROM sessions"), "60");
    for (int i = 0; i < 3; i++)
        assert_int_equal(rmdir(folders[i]), 0);
    assert_int_equal(chdir("/"), 0);
}

static void line_that_cannot_be_read_is_named(void **state)
{
    static const struct {
        const char *text;
        const char *why;
    } bad[] = {
        {"wrokspace\tx\n", ":1: neither workspace"},
        {"workspace\n", ":1: too many fields, or too few"},
        {"# x\n\nruntime\tx\n", ":3: a line in front of the first session"},
        {"workspace\t\\N\n", ":1: a workspace without a folder"},
        {"workspace\t\\x\n", ":1: a backslash"},
        {"workspace\t\\\n", ":1: a backslash"},
        {"a\tb\tc\td\te\tf\tg\th\ti\tj\tk\tl\tm\tn\to\tp\n", ":1: too many fields"},
        {"session\ts1\tdebate\trunning"
         "\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\tx\n",
         ":1: a session without a workspace"},
        {"workspace\t.\nsession\ts1\tduel\trunning"
         "\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\tx\n",
         ":2: a type that"},
        {"workspace\t.\nsession\ts1\tdebate\t\\N"
         "\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\tx\n",
         ":2: a status that"},
        {"workspace\t.\nsession\ts1\tdebate\trunning"
         "\tnoon\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\tx\n",
         ":2: a field that is no time"},
        {"workspace\t.\nsession\ts1\tdebate\trunning"
         "\t\\N\t\\N\t\\N\t1h\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\tx\n",
         ":2: a field that is no whole"},
        {"workspace\t.\nsession\ts1\tdebate\trunning"
         "\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\tx\nmessage\tm\t\\N\t\\N\t\\N\tx\n",
         ":3: a role that nobody has"},
        {"workspace\t.\nsession\ts1\tdebate\trunning"
         "\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\tx\n"
         "instance\t\\N\ta\tb\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\t\\N\n",
         ":3: an instance without a number"},
    };
    struct store *s = *state;
    struct load_counts counts;
    const char *path = path_in(s, "bad.tsv");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(bad[i].text, file);
        assert_int_equal(fclose(file), 0);
        assert_kind(load_file(&counts, s->db, path, &s->arena, &s->err), AIT42_VALIDATION);
        assert_contains(s->err.text, bad[i].why);
    }
    unlink(path);
    assert_kind(load_file(&counts, s->db, path, &s->arena, &s->err), AIT42_IO);
    assert_string_equal(store_get(s, "SELECT count(*) FROM sessions"), "0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(default_file_is_in_a_folder_for_its_owner_alone),
        TEST(home_is_what_a_url_means_by_it),
        TEST(connections_are_set_as_the_program_wants_them),
        TEST(tuning_is_said_in_the_url),
        TEST(sample_is_loaded_as_a_whole),
        TEST(line_that_cannot_be_read_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
