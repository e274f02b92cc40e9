/* SPDX-License-Identifier: MIT */
#include "database.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "migrations.h" /* a42_migrations: the folder migrations/, in the program */

enum {
    /* A path in which every byte had to be escaped, and what stands around it. */
    URL_MAX = 3 * AIT42_PATH_MAX + 64
};

static const char acquire_timeout[] = "acquire_timeout=3s";

enum ait42_error_kind ait42_database_path(char out[AIT42_PATH_MAX], struct ait42_error *err)
{
    const char *home = getenv("HOME");
    if (!home || !home[0])
        return ait42_error_set(err, AIT42_IO,
                               "there is no home folder: neither HOME nor a URL is given");
    int size = snprintf(out, AIT42_PATH_MAX, "%s/.ait42/sessions.db", home);
    if (size < 0 || size >= AIT42_PATH_MAX)
        return ait42_error_set(err, AIT42_IO, "the path of the home folder is too long");
    return AIT42_NO_ERROR;
}

/* Make the folder that a path is in, and those above it, for its owner alone. */
static enum ait42_error_kind make_folder(const char *path, struct ait42_error *err)
{
    char folder[AIT42_PATH_MAX];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
        if (mkdir(folder, 0700) != 0 && errno != EEXIST)
            return ait42_error_set(err, AIT42_IO, "cannot make the folder '%s': %s", folder,
                                   strerror(errno));
    }
    return AIT42_NO_ERROR;
}

/* Append a path to a URL: what is special there is written as %XX. False: no room. */
static bool put_path(char *url, const char *path)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    size_t used = strlen(url);
    for (const char *at = path; *at; at++) {
        bool is_plain = strchr(plain, *at) != NULL;
        int size = snprintf(url + used, URL_MAX - used, is_plain ? "%c" : "%%%02X",
                            is_plain ? *at : (unsigned char)*at);
        if (size < 0 || (size_t)size >= URL_MAX - used)
            return false;
        used += (size_t)size;
    }
    return true;
}

/* Bytes of what stands for the home folder at `at`; 0: nothing does. */
static size_t home_at(const char *at, const char *path)
{
    if (strncmp(at, "${HOME}", 7) == 0)
        return 7;
    if (strncmp(at, "$HOME", 5) == 0)
        return 5;
    return at == path && strncmp(at, "~/", 2) == 0 ? 1 : 0;
}

/* The URL with the home folder in its place. A bare path is no URL: there a shell has done that.
 * False: no room, or no HOME. */
static bool put_url(char *url, const char *given)
{
    static const char scheme[] = "sqlite:";
    const char *home = getenv("HOME");
    bool is_url = strncmp(given, scheme, sizeof scheme - 1) == 0;
    const char *path = is_url ? given + sizeof scheme - 1 : given;
    url[0] = '\0';
    for (const char *at = given; *at;) {
        size_t name_size = is_url ? home_at(at, path) : 0;
        size_t used = strlen(url);
        if (name_size > 0 && (!home || !put_path(url, home)))
            return false;
        at += name_size;
        if (name_size > 0)
            continue;
        if (used + 1 >= URL_MAX)
            return false;
        url[used] = *at++;
        url[used + 1] = '\0';
    }
    return true;
}

/* The waiting time of this program, where the URL has none. */
static bool put_timeout(char *url)
{
    size_t used = strlen(url);
    if (strstr(url, "acquire_timeout="))
        return true;
    int size =
        snprintf(url + used, URL_MAX - used, "%c%s", strchr(url, '?') ? '&' : '?', acquire_timeout);
    return size > 0 && (size_t)size < URL_MAX - used;
}

static enum ait42_error_kind choose_url(char *url, const char *given, struct ait42_error *err)
{
    char path[AIT42_PATH_MAX];
    bool fits;
    if (given) {
        fits = put_url(url, given);
    } else {
        enum ait42_error_kind kind = ait42_database_path(path, err);
        if (kind == AIT42_NO_ERROR)
            kind = make_folder(path, err);
        if (kind != AIT42_NO_ERROR)
            return kind;
        snprintf(url, URL_MAX, "sqlite:");
        fits = put_path(url, path);
    }
    if (!fits || !put_timeout(url))
        return ait42_error_set(
            err, AIT42_CONNECTION_FAILED,
            "the URL of the database is too long, or names a HOME that is not set");
    return AIT42_NO_ERROR;
}

static bool is_of_the_file_system(int status)
{
    return status == TN_EIO || status == TN_EPERM || status == TN_EREADONLY || status == TN_EFULL;
}

enum ait42_error_kind ait42_database_open(tn_db **out, const char *url, struct ait42_error *err)
{
    char chosen[URL_MAX];
    tn_db *db;
    tn_db_options options = TN_DB_OPTIONS_INIT;
    options.create = true;
    ait42_error_clear(err);
    enum ait42_error_kind kind = choose_url(chosen, url, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    int rc = tn_db_open(&db, chosen, &options, &err->cause);
    if (rc != TN_OK)
        return ait42_error_as(err, is_of_the_file_system(rc) ? AIT42_IO : AIT42_CONNECTION_FAILED,
                              rc);
    kind = ait42_database_migrate(db, err);
    if (kind != AIT42_NO_ERROR) {
        tn_db_close(db);
        return kind;
    }
    *out = db;
    return AIT42_NO_ERROR;
}

enum ait42_error_kind ait42_database_migrate(tn_db *db, struct ait42_error *err)
{
    int rc = tn_migrate(db, &a42_migrations, NULL, NULL, &err->cause);
    return rc < 0 ? ait42_error_as(err, AIT42_MIGRATION_FAILED, rc) : AIT42_NO_ERROR;
}

struct run {
    ait42_body body;
    void *user;
    struct ait42_error *err;
    enum ait42_error_kind kind; /* what the body said last */
};

/* A lock that may be free the next time keeps its status, so that the library runs this again. */
static int run_body(tn_db *tx, void *user, tn_error *cause)
{
    struct run *run = user;
    ait42_error_clear(run->err);
    run->kind = run->body(tx, run->user, run->err);
    if (run->kind == AIT42_NO_ERROR)
        return TN_OK;
    int status = run->err->cause.status;
    return tn_error_set(cause, tn_status_is_transient(status) ? status : TN_EUSER, "%s",
                        run->err->text);
}

enum ait42_error_kind ait42_transact(tn_db *db, enum tn_access access, ait42_body body, void *user,
                                     struct ait42_error *err)
{
    struct run run = {body, user, err, AIT42_NO_ERROR};
    tn_tx_options options = TN_TX_OPTIONS_INIT;
    tn_error cause = {0};
    options.access = access;
    int rc = tn_transact(db, run_body, &run, &options, &cause);
    if (rc >= 0 || run.kind != AIT42_NO_ERROR)
        return run.kind;
    /* The body was content, or never ran: BEGIN or COMMIT has failed. */
    err->cause = cause;
    return ait42_error_as(err, rc == TN_ETIMEOUT ? AIT42_CONNECTION_FAILED : AIT42_TRANSACTION, rc);
}
