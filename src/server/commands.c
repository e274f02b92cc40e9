/* SPDX-License-Identifier: MIT */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "server/parts.h"
#include "util/buf.h"
#include "util/fs.h"
#include "util/str.h"

/* The programs that the keeper runs, with their arguments. */

/* Nothing needs to outlive the machine. A commit does outlive a crash of the server: it has been
 * written then, only not forced to the disk. The rest is as installed. */
static const char *const server_settings[] = {
    "fsync=off",
    "full_page_writes=off",
    "shared_buffers=32MB",
    "log_line_prefix=[%p] ",
    "logging_collector=off",
    "wal_retrieve_retry_interval=100ms", /* a standby soon sees that its primary is back */
};

/* Arguments under construction, ended by NULL; sticky once there is no memory. */
struct arguments {
    tn_arena *arena;
    char **items;
    size_t count;
    size_t cap;
    bool is_lost;
};

static void add(struct arguments *args, const char *text)
{
    if (text && args->count + 2 > args->cap) {
        size_t cap = args->cap ? args->cap * 2 : 32;
        char **items = tn_arena_array(args->arena, cap, sizeof *items);
        if (items && args->count > 0)
            memcpy(items, args->items, args->count * sizeof *items);
        args->items = items ? items : args->items;
        args->cap = items ? cap : args->cap;
        args->is_lost = args->is_lost || !items;
    }
    char *copy = text ? tn_arena_copy(args->arena, text, strlen(text)) : NULL;
    args->is_lost = args->is_lost || !copy;
    if (args->is_lost)
        return;
    args->items[args->count++] = copy;
    args->items[args->count] = NULL;
}

static void add_all(struct arguments *args, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(args, texts[i]);
}

static void add_setting(struct arguments *args, const char *setting)
{
    add(args, "-c");
    add(args, setting);
}

/* The bytes as they are order text; whether letters beyond ASCII have a case is the system's. */
static const char *locale_name(void)
{
    locale_t found = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    if (found == (locale_t)0)
        return "--locale=C";
    freelocale(found);
    return "--locale=C.UTF-8";
}

static void add_initdb(struct arguments *args, const struct tn__server *server)
{
    const char *const words[] = {
        "-D",        server->data,
        "-U",        "postgres",
        "-E",        "UTF8",
        "--no-sync", locale_name(),
        "-A",        server->password ? "scram-sha-256" : "trust",
    };
    add(args, tn__path_join(args->arena, server->bindir, "initdb"));
    add_all(args, words, sizeof words / sizeof words[0]);
    if (server->password)
        add(args, tn__arena_printf(args->arena, "--pwfile=%s", server->password_file));
}

/* -R: the copy knows that it is a standby, and how to connect. */
static void add_basebackup(struct arguments *args, const struct tn__server *server)
{
    const struct tn__server *primary = server->primary;
    const char *const words[] = {
        "-D", server->data, "-R",       "-X", "stream",        "-c", "fast", "--no-sync",
        "-w", "-U",         "postgres", "-h", primary->folder,
    };
    add(args, tn__path_join(args->arena, server->bindir, "pg_basebackup"));
    add_all(args, words, sizeof words / sizeof words[0]);
    add(args, "-p");
    add(args, tn__arena_printf(args->arena, "%d", primary->port));
}

/* The setting is a list, of quoted names. */
static void add_socket_folder(struct arguments *args, const struct tn__server *server)
{
    struct tn__buf buf;
    tn_text text;
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "unix_socket_directories=");
    tn__buf_sql_name(&buf, (tn_text){server->folder, strlen(server->folder)});
    if (tn__buf_to_arena(&buf, args->arena, &text) == TN_OK)
        add_setting(args, text.data);
    else
        args->is_lost = true;
    tn__buf_fini(&buf);
}

static void add_postgres(struct arguments *args, const struct tn__server *server)
{
    add(args, tn__path_join(args->arena, server->bindir, "postgres"));
    add(args, "-D");
    add(args, server->data);
    add_socket_folder(args, server);
    add_setting(args, server->tcp ? "listen_addresses=127.0.0.1" : "listen_addresses=");
    add_setting(args, tn__arena_printf(args->arena, "port=%d", server->port));
    add_setting(args, tn__arena_printf(args->arena, "max_connections=%d", server->max_connections));
    for (size_t i = 0; i < sizeof server_settings / sizeof server_settings[0]; i++)
        add_setting(args, server_settings[i]);
    for (size_t i = 0; server->settings && server->settings[i]; i++)
        add_setting(args, server->settings[i]);
}

/* Nothing of ours: PGPORT, PGOPTIONS, LC_MESSAGES, LD_PRELOAD and such are not meant for it. */
static void add_environment(struct arguments *args, const struct tn__server *server)
{
    const char *libraries = getenv("LD_LIBRARY_PATH");
    add(args, tn__arena_printf(args->arena, "PATH=%s:/usr/bin:/bin", server->bindir));
    add(args, tn__arena_printf(args->arena, "HOME=%s", server->folder));
    add(args, "LC_ALL=C");
    add(args, "TZ=UTC");
    if (libraries)
        add(args, tn__arena_printf(args->arena, "LD_LIBRARY_PATH=%s", libraries));
    if (server->primary && server->password)
        add(args, tn__arena_printf(args->arena, "PGPASSWORD=%s", server->password));
}

static void add_remove(struct arguments *args, const struct tn__server *server)
{
    const char *const words[] = {"/bin/rm", "-rf", "--", server->folder};
    add_all(args, words, sizeof words / sizeof words[0]);
}

int tn__server_commands(struct tn__keeper_plan *plan, struct tn__server *server)
{
    const struct {
        void (*add)(struct arguments *, const struct tn__server *);
        char *const **out;
    } commands[] = {
        {server->primary ? add_basebackup : add_initdb, &plan->make},
        {add_postgres, &plan->server},
        {add_remove, &plan->remove},
        {add_environment, &plan->environment},
    };
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        struct arguments args = {.arena = &server->arena};
        commands[i].add(&args, server);
        if (args.is_lost)
            return TN_ENOMEM;
        *commands[i].out = args.items;
    }
    return TN_OK;
}
