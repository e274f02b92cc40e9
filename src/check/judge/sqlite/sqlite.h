/* SPDX-License-Identifier: MIT */
#ifndef TN_CHECK_SQLITE_H
#define TN_CHECK_SQLITE_H

#include "check/judge/judge.h"

/* Between the files of this folder, and for those that have single statements judged. */

/* The functions of tenon.ini, on their way to the engine and to the analysis. */
struct tn__functions {
    struct tn__checked *checked; /* gets those that the engine has not */
    const struct tn__check_options *options;
    tn_arena *arena;
    struct tn__diags *diags;
    struct tn__driver_function *natives;
    size_t count;
};

/* For tn__scratch_open(): have the engine know them, with findings. To call one fails, until they are
 * muted. */
TN_NODISCARD int tn__functions_declare(struct tn__scratch *scratch, void *user, tn_error *err);
void tn__functions_mute(struct tn__functions *functions);

/* As struct tn__judge_engine has them. */
TN_NODISCARD int tn__sqlite_forget(const struct tn__checked *checked, struct tn__scratch *scratch,
                                   tn_arena *arena, struct tn__diags *diags, tn_error *err);
void tn__sqlite_check_setting(const struct tn__checked *checked,
                              const struct tn__check_options *options,
                              const struct tn__settings_type *type, const struct tn__table *table,
                              struct tn__diags *diags);
TN_NODISCARD int tn__sqlite_describe(struct tn__described *out, struct tn__judge *judge,
                                     const struct tn__sql_text *text, tn_error *err);
void tn__sqlite_guard(struct tn__judge *judge);
void tn__sqlite_refuse(struct tn__judge *judge, int status, const tn_error *err);
void tn__sqlite_analyse(struct tn__judge *judge, const struct tn__analysed_param *said);
void tn__sqlite_check_said(struct tn__judge *judge, const struct tn__annotation *said,
                           const struct tn__analysed_column *known, struct tn__typing typing);

/* For tn__analyse(): `user` is the judge. */
TN_NODISCARD int tn__sqlite_columns_of(const tn_text **out, size_t *out_count, void *user,
                                       tn_text name);

/* Whether values of any of these classes can be read as the type. */
bool tn__is_readable(tn__classes classes, enum tn__type type);

#endif
