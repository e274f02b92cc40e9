/* SPDX-License-Identifier: MIT */
#ifndef TN_GEN_GEN_H
#define TN_GEN_GEN_H

#include "gen/plan.h"

/* Where and how C is written. */
struct tn__gen_options {
    const char *out_dir;
    struct tn__plan_options plan;
    const char *unity; /* name of a C source, in out_dir, that includes all others; NULL: none */
    const struct tn__settings_function *functions; /* of tenon.ini: for the digest alone */
    size_t function_count;
};

/* What has been done. */
struct tn__gen_result {
    size_t file_count;          /* generated files that the inputs have */
    const char *const *written; /* new or changed; paths */
    size_t written_count;
    const char *const *removed; /* that had no source any more */
    size_t removed_count;
    const char *const *stale; /* by tn__gen_check(): missing, older, or left over */
    size_t stale_count;
};

/*
 * Write the plan's files: all texts are made before the first is put in its place, and a file that
 * would not change is left alone. Files of an earlier run with this prefix that have no source any
 * more are removed. Nothing is written if a file of another origin stands in the place of one.
 *
 * *out is set on failure, too: what had been done by then.
 *
 * TN_OK; TN_EREFUSED: such a file, which is named; what tn__file_write() gives; TN_ENOMEM.
 */
TN_NODISCARD int tn__gen_write(struct tn__gen_result *out, const struct tn__gen_plan *plan,
                               const struct tn__checked *checked,
                               const struct tn__gen_options *options, tn_arena *arena,
                               tn_error *err);

/*
 * Whether the files on disk are those of these inputs, told by their digests alone: no engine is
 * asked. Each one that is missing, older or left over is a finding `stale`. *out
 * is set on success only.
 *
 * `checked` is from tn__check_read(). TN_OK, TN_ENOMEM, or what reading gives.
 */
TN_NODISCARD int tn__gen_check(struct tn__gen_result *out, const struct tn__checked *checked,
                               const struct tn__gen_options *options, tn_arena *arena,
                               struct tn__diags *diags, tn_error *err);

/* The document of `tenon generate --json`, one line. */
void tn__gen_report(struct tn__buf *out, bool is_check, const struct tn__gen_result *result,
                    const struct tn__checked *checked, const struct tn__diags *diags);

/*
 * Write a depfile for make and ninja: `path` without ".d" depends on every input, and on the folders
 * that inputs are looked for in, so that a new file is seen. `more` are further inputs (settings);
 * it may hold NULLs.
 */
TN_NODISCARD int tn__gen_depfile(const char *path, const struct tn__checked *checked,
                                 const struct tn__check_options *options, const char *const *more,
                                 size_t more_count, tn_arena *arena, tn_error *err);

/* Between the files of src/gen: SHA-256 of a text in hex, 65 bytes. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__gen_hash(char *out, tn_text text);

/* Between the files of src/gen: the digest of the inputs of one file in hex, 65 bytes; `file` NULL
 * for the tables' header. TN_OK, TN_ENOMEM. */
TN_NODISCARD int tn__gen_digest(char *out, const struct tn__checked *checked,
                                const struct tn__gen_options *options,
                                const struct tn__query_file *file);

#endif
