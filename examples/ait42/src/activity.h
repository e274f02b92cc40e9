/* SPDX-License-Identifier: MIT */
#ifndef AIT42_ACTIVITY_H
#define AIT42_ACTIVITY_H

#include "error.h"
#include "instances.tenon.h"
#include "messages.tenon.h"

/* What happens in a session: its instances change, and things are said. Each moves updated_at. */

/* SessionNotFound, InstanceNotFound. */
TN_NODISCARD enum ait42_error_kind ait42_instance_get(struct a42_instance *out, tn_db *db,
                                                      struct a42_session_id session_id,
                                                      int64_t instance_id, tn_arena *arena,
                                                      struct ait42_error *err);

/* In the order of their numbers. SessionNotFound. */
TN_NODISCARD enum ait42_error_kind ait42_instance_list(struct a42_instance_rows *out, tn_db *db,
                                                       struct a42_session_id session_id,
                                                       tn_arena *arena, struct ait42_error *err);

/* Change what is given, and leave the rest. SessionNotFound, InstanceNotFound, ValidationError. */
TN_NODISCARD enum ait42_error_kind ait42_instance_update(
    tn_db *db, const struct a42_instance_update_args *change, struct ait42_error *err);

/* Without a timestamp: now. SessionNotFound, InstanceNotFound (who spoke), ValidationError. */
TN_NODISCARD enum ait42_error_kind ait42_message_add(tn_db *db,
                                                     const struct a42_message_add_args *message,
                                                     struct ait42_error *err);

/* Put other words in its place. ValidationError: there is no such message, or no words. */
TN_NODISCARD enum ait42_error_kind ait42_message_edit(tn_db *db, struct a42_message_id id,
                                                      tn_text content, struct ait42_error *err);

/* In the order of time. SessionNotFound. */
TN_NODISCARD enum ait42_error_kind ait42_message_list(struct a42_message_rows *out, tn_db *db,
                                                      struct a42_session_id session_id,
                                                      tn_arena *arena, struct ait42_error *err);

#endif
