/* SPDX-License-Identifier: MIT */
#ifndef TN_SERVER_PARTS_H
#define TN_SERVER_PARTS_H

#include "server/keeper.h"
#include "server/server.h"

/* Between the files of src/server. */

struct tn__server_user {
    bool drops; /* we are root, and it is somebody else */
    uid_t uid;
    gid_t gid;
    const char *name;
};

struct tn__server {
    tn_arena arena; /* of all its texts */
    const char *bindir;
    const char *folder;
    const char *data;
    const char *log;
    const char *make_log;
    const char *pid_file;
    const char *password_file; /* for initdb */
    const char *password;      /* NULL: none */
    bool tcp;
    int port;
    int max_connections;
    int64_t timeout_ms;
    const char *const *settings;
    const struct tn__server *primary; /* NULL: it is none's standby; of use while it is made */
    struct tn__server_user user;
    int control; /* our end of the keeper's socket; -1: none */
    pid_t owner; /* the process that may stop it */
    pid_t keeper;
    pid_t pid;
};

/* The folder of the binaries, as `bindir` of the options is described. TN_OK, TN_ENOTFOUND,
 * TN_ENOMEM. */
TN_NODISCARD int tn__server_find(const char **out, const char *bindir, tn_arena *arena,
                                 tn_error *err);

/* Who is to run it. TN_OK, TN_EPERM, TN_ENOMEM. */
TN_NODISCARD int tn__server_user(struct tn__server_user *out, tn_arena *arena, tn_error *err);

/* Make its folder, which belongs to its user, and name what is in it. TN_OK or as open() fails. */
TN_NODISCARD int tn__server_place(struct tn__server *server, tn_error *err);
/* Remove it again, as long as nothing is in it but the password. */
void tn__server_unplace(const struct tn__server *server);
/* Write the password where initdb reads it. */
TN_NODISCARD int tn__server_write_password(const struct tn__server *server, tn_error *err);
/* Its port: with TCP one of 127.0.0.1 that is free now, else only a part of the socket's name.
 * TN_OK, TN_EIO. */
TN_NODISCARD int tn__server_free_port(int *out, bool tcp, tn_error *err);

/* What the keeper runs: the programs with their arguments, and the environment. TN_OK,
 * TN_ENOMEM. */
TN_NODISCARD int tn__server_commands(struct tn__keeper_plan *plan, struct tn__server *server);

#endif
