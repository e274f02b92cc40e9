/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "server/parts.h"
#include "util/buf.h"
#include "util/str.h"

/* What a server tells of itself. */

const char *tn__server_bindir(const struct tn__server *server)
{
    return server->bindir;
}

const char *tn__server_socket_dir(const struct tn__server *server)
{
    return server->folder;
}

const char *tn__server_data_dir(const struct tn__server *server)
{
    return server->data;
}

int tn__server_port(const struct tn__server *server)
{
    return server->port;
}

const char *tn__server_log(const struct tn__server *server)
{
    return server->log;
}

const char *tn__server_password(const struct tn__server *server)
{
    return server->password;
}

pid_t tn__server_pid(const struct tn__server *server)
{
    return server->pid;
}

pid_t tn__server_keeper(const struct tn__server *server)
{
    return server->keeper;
}

/* RFC 3986: all but the unreserved characters as %XX. */
static void add_escaped(struct tn__buf *buf, const char *text)
{
    for (; *text; text++) {
        if (tn__is_ident(*text) || strchr("-.~", *text))
            tn__buf_putc(buf, *text);
        else
            tn__buf_printf(buf, "%%%02X", (unsigned)(unsigned char)*text);
    }
}

static char *finish(struct tn__buf *buf, tn_arena *arena)
{
    tn_text text;
    int rc = tn__buf_to_arena(buf, arena, &text);
    char *copy = rc == TN_OK ? tn_arena_copy(arena, text.data, text.size) : NULL;
    tn__buf_fini(buf);
    return copy;
}

char *tn__server_url(const struct tn__server *server, const char *database, tn_arena *arena)
{
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "postgres:///");
    add_escaped(&buf, database);
    tn__buf_puts(&buf, "?host=");
    add_escaped(&buf, server->folder);
    tn__buf_printf(&buf, "&port=%d&user=postgres", server->port);
    if (server->password) {
        tn__buf_puts(&buf, "&password=");
        add_escaped(&buf, server->password);
    }
    return finish(&buf, arena);
}

char *tn__server_tcp_url(const struct tn__server *server, const char *database, tn_arena *arena)
{
    struct tn__buf buf;
    tn__buf_init(&buf, 0);
    tn__buf_puts(&buf, "postgres://postgres:");
    add_escaped(&buf, server->password ? server->password : "");
    tn__buf_printf(&buf, "@127.0.0.1:%d/", server->port);
    add_escaped(&buf, database);
    return finish(&buf, arena);
}
