/* SPDX-License-Identifier: MIT */
#ifndef AIT42_SESSION_H
#define AIT42_SESSION_H

#include "a42_tables.h"
#include "error.h"
#include "instances.tenon.h"
#include "messages.tenon.h"
#include "sessions.tenon.h"

/*
 * Sessions: several agents, each an instance with a worktree of its own, at one task. A row without
 * all that hangs on it is `struct a42_session`; with what is counted, the view's `struct
 * a42_session_summary`.
 */

/* A new session. The layer fills in the ids of the workspace and, in what hangs on it, of the
 * session. */
struct ait42_new_session {
    struct a42_session_add_args row;
    const tn_text *runtimes; /* the mix, in its order; none twice */
    size_t runtime_count;
    const struct a42_instance_add_args *instances;
    size_t instance_count;
    const struct a42_message_add_args *messages;
    size_t message_count;
};

/* A session with all that hangs on it, in the arena. */
struct ait42_session {
    struct a42_session row;
    struct a42_runtime_list_rows runtimes;
    struct a42_instance *instances; /* by number */
    size_t instance_count;
    struct a42_message_rows messages;
};

/*
 * Write a session with its mix, instances and messages in one transaction: all of it or nothing.
 * Its workspace is found or made, and touched.
 *
 * @param workspace  an existing folder
 * @return ValidationError (a rule of the schema; a number, runtime or id that is taken),
 *         InstanceNotFound (the winner, or who spoke, is none of them), TransactionError, IoError
 */
TN_NODISCARD enum ait42_error_kind ait42_session_create(tn_db *db, const char *workspace,
                                                        const struct ait42_new_session *session,
                                                        struct ait42_error *err);

/* All of it, as it was at one moment. SessionNotFound. */
TN_NODISCARD enum ait42_error_kind ait42_session_get(struct ait42_session *out, tn_db *db,
                                                     struct a42_session_id id, tn_arena *arena,
                                                     struct ait42_error *err);

/* Its row of the view `session_complete`. SessionNotFound. */
TN_NODISCARD enum ait42_error_kind ait42_session_summary(struct a42_session_summary *out, tn_db *db,
                                                         struct a42_session_id id, tn_arena *arena,
                                                         struct ait42_error *err);

/* Those of a workspace, the newest first. WorkspaceNotFound. */
TN_NODISCARD enum ait42_error_kind ait42_session_list(struct a42_session_summary_rows *out,
                                                      tn_db *db, const char *workspace,
                                                      int64_t limit, tn_arena *arena,
                                                      struct ait42_error *err);

/* Change what is given, and leave the rest. SessionNotFound, ValidationError. */
TN_NODISCARD enum ait42_error_kind ait42_session_update(
    tn_db *db, const struct a42_session_update_args *change, struct ait42_error *err);

/*
 * Put it into another state. `failed` notes when; `completed` is ait42_session_complete() without a
 * winner. What is completed stays so. SessionNotFound, ValidationError.
 */
TN_NODISCARD enum ait42_error_kind ait42_session_set_status(tn_db *db, struct a42_session_id id,
                                                            enum a42_session_status status,
                                                            struct ait42_error *err);

/*
 * End it well: the time, its duration and what its instances have changed are noted.
 *
 * @param winner  one of its instances; without: as it was
 * @return SessionNotFound, InstanceNotFound, ValidationError (completed already)
 */
TN_NODISCARD enum ait42_error_kind ait42_session_complete(tn_db *db, struct a42_session_id id,
                                                          tn_opt_int winner,
                                                          struct ait42_error *err);

/* Say who has won, also afterwards; without: nobody. SessionNotFound, InstanceNotFound. */
TN_NODISCARD enum ait42_error_kind ait42_session_set_winner(tn_db *db, struct a42_session_id id,
                                                            tn_opt_int winner,
                                                            struct ait42_error *err);

/* Remove it with all that hangs on it. SessionNotFound. */
TN_NODISCARD enum ait42_error_kind ait42_session_delete(tn_db *db, struct a42_session_id id,
                                                        struct ait42_error *err);

/* Remove several, all of them or none. SessionNotFound: the first that is not there. */
TN_NODISCARD enum ait42_error_kind ait42_session_delete_all(tn_db *db,
                                                            struct a42_session_id_list ids,
                                                            struct ait42_error *err);

/* Whether there is one, and such an instance of it. SessionNotFound, InstanceNotFound. */
TN_NODISCARD enum ait42_error_kind ait42_session_need(tn_db *db, struct a42_session_id id,
                                                      struct ait42_error *err);
TN_NODISCARD enum ait42_error_kind ait42_instance_need(tn_db *db, struct a42_session_id session_id,
                                                       int64_t instance_id,
                                                       struct ait42_error *err);

#endif
