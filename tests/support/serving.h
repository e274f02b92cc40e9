/* SPDX-License-Identifier: MIT */
#ifndef TN_TEST_SERVING_H
#define TN_TEST_SERVING_H

/* Private servers, and what must end with them. Include check.h first. */

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "pg.h"
#include "scratch.h"
#include "server/parts.h"
#include "util/clock.h"

enum {
    MOST_WAITS = 3000 /* of 10 ms */
};

/* Of the URLs; given back by free_arena(), the teardown of the group. */
static tn_arena arena = TN_ARENA_INIT;

static inline const char *url_of(const struct tn__server *server)
{
    const char *url = tn__server_url(server, "postgres", &arena);
    assert_non_null(url);
    return url;
}

static inline struct tn__server *begin(const struct tn__server_options *options)
{
    struct tn__server *server = NULL;
    tn_error err = {0};
    if (tn__server_start(&server, options, &err) != TN_OK)
        fail_msg("no server: %s", err.message);
    return server;
}

/* One that has ended and that nobody has waited for yet is none. */
static inline bool is_process(pid_t pid)
{
    char text[256] = "";
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return access("/proc/self/stat", R_OK) != 0 && kill(pid, 0) == 0;
    bool is_read = fgets(text, sizeof text, file) != NULL;
    fclose(file);
    const char *name_end = strrchr(text, ')');
    return is_read && !(name_end && strncmp(name_end, ") Z", 3) == 0);
}

static inline bool is_there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

/* What must end with a server. */
struct traces {
    pid_t pid;
    pid_t keeper;
    char folder[PATH_MAX];
};

static inline struct traces traces_of(const struct tn__server *server)
{
    struct traces traces = {tn__server_pid(server), tn__server_keeper(server), ""};
    snprintf(traces.folder, sizeof traces.folder, "%s", tn__server_socket_dir(server));
    assert_true(is_process(traces.pid));
    assert_true(is_process(traces.keeper));
    assert_true(is_there(traces.folder));
    return traces;
}

static inline bool is_gone(const struct traces *traces)
{
    return !is_process(traces->pid) && !is_process(traces->keeper) && !is_there(traces->folder);
}

static inline void expect_gone_soon(const struct traces *traces)
{
    for (int i = 0; i < MOST_WAITS && !is_gone(traces); i++)
        tn__sleep_us(10000);
    assert_false(is_process(traces->pid));
    assert_false(is_process(traces->keeper));
    assert_false(is_there(traces->folder));
}

/* A bin folder with programs of ours, which the server's user can run. */
static inline const char *fake_bindir(const char *folder, const char *initdb, const char *postgres)
{
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(chmod(scratch_write(folder, "initdb", initdb), 0755), 0);
    assert_int_equal(chmod(scratch_write(folder, "postgres", postgres), 0755), 0);
    return folder;
}

/* Programs that do nothing but fast, where it is the keeper that counts. */
static inline struct tn__server_options fast(const char *folder)
{
    return (struct tn__server_options){
        .bindir = fake_bindir(folder, "#!/bin/sh\nmkdir data\n",
                              "#!/bin/sh\n"
                              "printf '%s\\n\\n\\n\\n\\n\\n\\nready\\n' $$ >data/postmaster.pid\n"
                              "exec sleep 1000\n")};
}

static inline int free_arena(void **state)
{
    (void)state;
    tn_arena_fini(&arena);
    return 0;
}

#endif
