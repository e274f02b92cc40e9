/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "fault_alloc.h"
#include "serving.h"

/* How a private server begins and ends: nothing of it stays, whatever happens. */

/* --- the end of the process that started it */

/* Start one in a child, which then dies by `last`. */
static void expect_end_after(void (*last)(const struct traces *),
                             const struct tn__server_options *options)
{
    struct traces traces = {0};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        struct tn__server *server;
        if (tn__server_start(&server, options, NULL) != TN_OK)
            _exit(1);
        traces = traces_of(server);
        if (write(ends[1], &traces, sizeof traces) != (ssize_t)sizeof traces)
            _exit(1);
        last(&traces);
        _exit(0);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &traces, sizeof traces), sizeof traces);
    assert_int_equal(waitpid(child, NULL, 0), child);
    expect_gone_soon(&traces);
    close(ends[0]);
}

static void die_at_once(const struct traces *traces)
{
    (void)traces;
    raise(SIGKILL);
}

static void just_return(const struct traces *traces)
{
    (void)traces;
}

/* A child of it has all its files, the socket of the keeper as well, for as long as that is
 * there. */
static void die_with_an_heir(const struct traces *traces)
{
    if (fork() == 0) {
        for (int i = 0; i < MOST_WAITS && is_process(traces->keeper); i++)
            tn__sleep_us(10000);
        _exit(0);
    }
    raise(SIGKILL);
}

static void server_ends_with_its_starter(void **state)
{
    struct tn__server_options options = fast(*state);
    expect_end_after(die_at_once, NULL);
    expect_end_after(just_return, &options);
}

static void server_ends_though_a_child_holds_the_socket(void **state)
{
    struct tn__server_options options = fast(*state);
    expect_end_after(die_with_an_heir, &options);
}

static void keeper_that_is_asked_to_end_stops_the_server(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
    struct tn__server_options options = fast(*state);
    tn_error err;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct tn__server *server = begin(&options);
        struct traces traces = traces_of(server);
        assert_int_equal(kill(traces.keeper, signals[i]), 0);
        assert_int_equal(waitpid(traces.keeper, NULL, 0), traces.keeper);
        assert_true(is_gone(&traces));
        assert_int_equal(tn__server_restart(server, &err), TN_EIO);
        tn__server_stop(server);
    }
}

static void server_ends_with_a_killed_keeper(void **state)
{
#ifdef __linux__
    struct tn__server_options options = fast(*state);
    struct tn__server *server = begin(&options);
    struct traces traces = traces_of(server);
    assert_int_equal(kill(traces.keeper, SIGKILL), 0);
    tn__server_stop(server);
    for (int i = 0; i < MOST_WAITS && is_process(traces.pid); i++)
        tn__sleep_us(10000);
    assert_false(is_process(traces.pid));
    scratch_remove(traces.folder);
#else
    (void)state;
    skip();
#endif
}

static void stop_in_a_child_leaves_the_server_alone(void **state)
{
    struct tn__server_options options = fast(*state);
    struct tn__server *server = begin(&options);
    struct traces traces = traces_of(server);
    int ended;
    pid_t child = fork();
    if (child == 0) {
        tn_error err;
        bool is_refused = tn__server_crash(server, &err) == TN_EMISUSE;
        tn__server_stop(server);
        _exit(!is_refused);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
    assert_true(is_process(traces.pid));
    assert_true(is_there(traces.folder));
    tn__server_stop(server);
    assert_true(is_gone(&traces));
}

/* --- what cannot be started */

static void expect_failure(const struct tn__server_options *options, int status, const char *words)
{
    struct tn__server *server = NULL;
    tn_error err = {0};
    int rc = tn__server_start(&server, options, &err);
    if (rc != status || !strstr(err.message, words))
        fail_msg("status %d: %s; wanted: %s", rc, err.message, words);
    assert_null(server);
}

static void options_that_cannot_be_are_refused(void **state)
{
    (void)state;
    expect_failure(&(struct tn__server_options){.tcp = true}, TN_EINVAL, "wants a password");
    expect_failure(&(struct tn__server_options){.password = ""}, TN_EINVAL, "not empty");
    expect_failure(&(struct tn__server_options){.password = "a\nb"}, TN_EINVAL, "one line");
    expect_failure(&(struct tn__server_options){.timeout_ms = -1}, TN_EINVAL, "negative");
}

static void folder_without_binaries_is_named(void **state)
{
    const char *folder = *state;
    expect_failure(&(struct tn__server_options){.bindir = folder}, TN_ENOTFOUND, folder);
    assert_int_equal(setenv("TENON_PG_BINDIR", folder, 1), 0);
    expect_failure(NULL, TN_ENOTFOUND, "from TENON_PG_BINDIR");
    assert_int_equal(unsetenv("TENON_PG_BINDIR"), 0);
}

static void binaries_are_found_in_each_place(void **state)
{
    const char *folder = *state;
    const char *found;
    char *path = strdup(getenv("PATH"));
    tn_error err;
    assert_non_null(path);
    assert_ok(tn__server_find(&found, NULL, &arena, &err));
    /* Without a pg_config, and a relative folder is none. */
    assert_int_equal(setenv("PATH", "bin:/nowhere", 1), 0);
    assert_ok(tn__server_find(&found, NULL, &arena, &err));
    assert_int_equal(chmod(scratch_write(folder, "postgres", ""), 0755), 0);
    assert_int_equal(setenv("PATH", folder, 1), 0);
    assert_ok(tn__server_find(&found, NULL, &arena, &err));
    assert_string_not_equal(found, folder); /* one of the two is not enough */
    assert_int_equal(chmod(scratch_write(folder, "initdb", ""), 0755), 0);
    assert_ok(tn__server_find(&found, NULL, &arena, &err));
    assert_string_equal(found, folder);
    assert_int_equal(setenv("PATH", path, 1), 0);
    free(path);
}

static void failures_say_what_the_program_said(void **state)
{
    static const char *const nonsense[] = {"nonsense=1", NULL};
    struct tn__server_options fake = {.bindir = *state};
    (void)fake_bindir(
        *state, "#!/bin/sh\necho one; echo two; echo three; echo; echo boom >&2\nexit 3\n", "");
    expect_failure(&fake, TN_ECONNECT, "'initdb' failed: two; three; boom");
    (void)fake_bindir(*state, "#!/bin/sh\nexit 3\n", "");
    expect_failure(&fake, TN_ECONNECT, "'initdb' failed: it said nothing");
    (void)fake_bindir(*state, "#!/bin/sh\n", "");
    expect_failure(&fake, TN_ECONNECT, "cannot run '");
    (void)fake_bindir(*state, "#!/bin/sh\n", "#!/bin/sh\necho gone; kill -9 $$\n");
    expect_failure(&fake, TN_ECONNECT, "'postgres' failed: gone");
    expect_failure(&(struct tn__server_options){.settings = nonsense}, TN_ECONNECT,
                   "unrecognized configuration parameter \"nonsense\"");
}

static void what_hangs_is_ended(void **state)
{
    struct tn__server_options fake = {.bindir = *state, .timeout_ms = 200};
    (void)fake_bindir(*state, "#!/bin/sh\necho waiting; sleep 1000\n", "");
    expect_failure(&fake, TN_ETIMEOUT, "'initdb' took more than 200 ms: waiting");
    (void)fake_bindir(*state, "#!/bin/sh\n", "#!/bin/sh\nexec sleep 1000\n");
    expect_failure(&fake, TN_ETIMEOUT, "'postgres' took more than 200 ms");
}

/* --- its folder, and its user */

/* Where the folder of a server is that has this TMPDIR. */
static const char *place_with(const char *tmpdir, const struct tn__server_options *options)
{
    static char place[PATH_MAX];
    char *before = getenv("TMPDIR") ? strdup(getenv("TMPDIR")) : NULL;
    assert_int_equal(setenv("TMPDIR", tmpdir, 1), 0);
    struct tn__server *server = begin(options);
    assert_int_equal(before ? setenv("TMPDIR", before, 1) : unsetenv("TMPDIR"), 0);
    free(before);
    struct stat st;
    snprintf(place, sizeof place, "%s", tn__server_socket_dir(server));
    assert_int_equal(stat(place, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    if (!options)
        assert_string_equal(pg_query(url_of(server), "SELECT 1"), "1");
    tn__server_stop(server);
    return place;
}

static void make_open_folder(const char *path)
{
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(chmod(path, 01777), 0);
}

static void folder_is_below_tmpdir_if_it_can_be(void **state)
{
    const char *folder = *state;
    struct tn__server_options options = fast(folder);
    char inner[PATH_MAX];
    snprintf(inner, sizeof inner, "%s/with \"blank\"", folder);
    make_open_folder(inner);
    assert_int_equal(strncmp(place_with(inner, NULL), inner, strlen(inner)), 0);
    assert_int_equal(rmdir(inner), 0); /* nothing is left in it */
    /* Too long for the path of a socket, a relative one, and none. */
    snprintf(inner, sizeof inner, "%s/%080d", folder, 0);
    make_open_folder(inner);
    assert_int_equal(strncmp(place_with(inner, &options), "/tmp/", 5), 0);
    assert_int_equal(strncmp(place_with(".", &options), "/tmp/", 5), 0);
    assert_int_equal(strncmp(place_with("/nowhere", &options), "/tmp/", 5), 0);
}

static void root_runs_it_as_another(void **state)
{
    const char *folder = *state;
    struct tn__server_options options = fast(folder);
    char inner[PATH_MAX];
    struct stat data;
    struct stat st;
    if (geteuid() != 0)
        skip();
    struct tn__server *server = begin(&options);
    const pid_t processes[] = {tn__server_pid(server), tn__server_keeper(server)};
    assert_int_equal(stat(tn__server_data_dir(server), &data), 0);
    assert_int_not_equal(data.st_uid, 0);
    for (size_t i = 0; i < 2; i++) {
        char process[64];
        snprintf(process, sizeof process, "/proc/%ld", (long)processes[i]);
        assert_int_equal(stat(process, &st), 0);
        assert_int_equal(st.st_uid, data.st_uid);
        assert_int_equal(st.st_gid, data.st_gid);
    }
    tn__server_stop(server);
    /* Folders where only root may write, or go. */
    snprintf(inner, sizeof inner, "%s/inner", folder);
    make_open_folder(inner);
    assert_int_equal(strncmp(place_with(inner, &options), inner, strlen(inner)), 0);
    assert_int_equal(chmod(inner, 0755), 0);
    assert_int_not_equal(strncmp(place_with(inner, &options), inner, strlen(inner)), 0);
}

/* --- memory, and what the tests have of it */

static int start_and_stop(void *user)
{
    struct tn__server *server = NULL;
    const struct tn__server_options *options = user;
    tn_arena own = TN_ARENA_INIT;
    int rc = tn__server_start(&server, options, NULL);
    if (rc == TN_OK &&
        (!tn__server_url(server, "a b", &own) || !tn__server_tcp_url(server, "a b", &own)))
        rc = TN_ENOMEM;
    tn_arena_fini(&own);
    tn__server_stop(server);
    return rc;
}

static void no_memory_leaves_nothing(void **state)
{
    struct tn__server_options options = fast(*state);
    options.password = "p";
    fault_alloc_each(start_and_stop, &options);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(server_ends_with_its_starter),
        IN_FOLDER(server_ends_though_a_child_holds_the_socket),
        IN_FOLDER(keeper_that_is_asked_to_end_stops_the_server),
        IN_FOLDER(server_ends_with_a_killed_keeper),
        IN_FOLDER(stop_in_a_child_leaves_the_server_alone),
        cmocka_unit_test(options_that_cannot_be_are_refused),
        IN_FOLDER(folder_without_binaries_is_named),
        IN_FOLDER(binaries_are_found_in_each_place),
        IN_FOLDER(failures_say_what_the_program_said),
        IN_FOLDER(what_hangs_is_ended),
        IN_FOLDER(folder_is_below_tmpdir_if_it_can_be),
        IN_FOLDER(root_runs_it_as_another),
        IN_FOLDER(no_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
