/* SPDX-License-Identifier: MIT */
#ifndef TN_UTIL_FS_H
#define TN_UTIL_FS_H

#include <tenon/arena.h>
#include <tenon/error.h>

/* Files. Errors carry the path and the system's reason: "cannot read 'x': no such file". */

/* Missing file or folder: TN_ENOTFOUND; no rights: TN_EPERM; more than `max` bytes: TN_ERANGE;
 * a folder or another non-file: TN_EINVAL; otherwise TN_EIO, TN_ENOMEM. The copy has a NUL behind. */
TN_NODISCARD int tn__file_read(tn_text *out, const char *path, size_t max, tn_arena *arena,
                               tn_error *err);

/*
 * Replace a file by writing a temporary one beside it and renaming it; readers see the old or the
 * new content, never a part. A symbolic link is followed. Nothing is written when the content is
 * the same already: then *changed is false. `changed` may be NULL.
 */
TN_NODISCARD int tn__file_write(const char *path, tn_text content, bool *changed, tn_error *err);

/* Create a file that must not exist yet: TN_EREFUSED if it does. */
TN_NODISCARD int tn__file_create(const char *path, tn_text content, tn_error *err);

/* Names in a folder, without "." and "..", sorted by byte. TN_ENOTFOUND, TN_EPERM, TN_EINVAL (not a
 * folder), TN_EIO, TN_ENOMEM. */
TN_NODISCARD int tn__dir_list(const char *const **out_names, size_t *out_count, const char *path,
                              tn_arena *arena, tn_error *err);

enum tn__path_kind {
    TN__PATH_NONE,
    TN__PATH_FILE,
    TN__PATH_DIR,
    TN__PATH_OTHER
};
/* Bytes; 0 if there is none. */
int64_t tn__file_size(const char *path);
/* Follows symbolic links. */
enum tn__path_kind tn__path_kind(const char *path);

/* Create a folder and its parents, as mkdir -p. */
TN_NODISCARD int tn__mkdirs(const char *path, tn_error *err);

/* dir/name, or name alone if it is absolute or dir is empty or "."; NULL: no memory. */
TN_NODISCARD char *tn__path_join(tn_arena *arena, const char *dir, const char *name);
/* The folder part; "." if there is none. NULL: no memory. */
TN_NODISCARD char *tn__path_dir(tn_arena *arena, const char *path);
/* The last part. */
const char *tn__path_base(const char *path);
/* The path for a message: whole, or its end if it would push the reason out of the message. */
const char *tn__path_shown(const char *path);
/* Without "." and "..", relative stays relative: for comparing and showing. NULL: no memory. */
TN_NODISCARD char *tn__path_clean(tn_arena *arena, const char *path);

/* Whether `name` matches a pattern with * and ? (within one path part). */
bool tn__glob_match(const char *pattern, const char *name);
/*
 * The files that a path pattern names, sorted by byte: * and ? in any part, ** for any depth of
 * folders. A pattern without wildcards names itself if it exists. No match is TN_OK with none.
 */
TN_NODISCARD int tn__glob(const char *const **out_paths, size_t *out_count, const char *pattern,
                          tn_arena *arena, tn_error *err);

#endif
