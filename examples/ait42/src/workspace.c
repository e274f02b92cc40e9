/* SPDX-License-Identifier: MIT */
#include "workspace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "workspaces.tenon.h"

enum ait42_error_kind ait42_hash(char out[AIT42_HASH_SIZE], tn_text text, struct ait42_error *err)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(text.data, text.size, digest, &size, EVP_sha256(), NULL) != 1)
        return ait42_error_set(err, AIT42_IO, "libcrypto has no SHA-256");
    for (unsigned i = 0; i < size; i++)
        snprintf(out + 2 * (size_t)i, 3, "%02x", digest[i]);
    return AIT42_NO_ERROR;
}

/* The canonical path. False: errno says why not. */
static bool resolve(char out[AIT42_PATH_MAX], const char *path)
{
    char *real = realpath(path, NULL);
    if (!real)
        return false;
    bool fits = snprintf(out, AIT42_PATH_MAX, "%s", real) < AIT42_PATH_MAX;
    free(real);
    errno = ENAMETOOLONG; /* where it does not fit */
    return fits;
}

enum ait42_error_kind ait42_workspace_locate(struct ait42_place *out, const char *path,
                                             struct ait42_error *err)
{
    if (!resolve(out->path, path)) {
        if (errno != ENOENT)
            return ait42_error_set(err, AIT42_IO, "cannot follow '%s': %s", path, strerror(errno));
        if (path[0] != '/' || strlen(path) >= AIT42_PATH_MAX)
            return ait42_error_no_workspace(err, path);
        snprintf(out->path, sizeof out->path, "%s", path);
    }
    return ait42_hash(out->hash, tn_text_of(out->path), err);
}

enum ait42_error_kind ait42_workspace_open(struct a42_workspace *out, tn_db *db, const char *path,
                                           tn_arena *arena, struct ait42_error *err)
{
    struct ait42_place place;
    ait42_error_clear(err);
    if (!resolve(place.path, path))
        return ait42_error_set(err, AIT42_IO, "cannot use '%s' as a workspace: %s", path,
                               strerror(errno));
    enum ait42_error_kind kind = ait42_hash(place.hash, tn_text_of(place.path), err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    int rc = a42_workspace_touch(out, db, tn_text_of(place.path), tn_text_of(place.hash), arena,
                                 &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : AIT42_NO_ERROR;
}

enum ait42_error_kind ait42_workspace_find(struct a42_workspace *out, tn_db *db, const char *path,
                                           tn_arena *arena, struct ait42_error *err)
{
    struct ait42_place place;
    ait42_error_clear(err);
    enum ait42_error_kind kind = ait42_workspace_locate(&place, path, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    int rc = a42_workspace_find(out, db, tn_text_of(place.hash), arena, &err->cause);
    if (rc < 0)
        return ait42_error_of(err, rc);
    return rc == TN_NONE ? ait42_error_no_workspace(err, place.path) : AIT42_NO_ERROR;
}

enum ait42_error_kind ait42_workspace_list(struct a42_workspace_rows *out, tn_db *db,
                                           tn_arena *arena, struct ait42_error *err)
{
    ait42_error_clear(err);
    int rc = a42_workspace_list_all(out, db, arena, &err->cause);
    return rc < 0 ? ait42_error_of(err, rc) : AIT42_NO_ERROR;
}

enum ait42_error_kind ait42_workspace_delete(tn_db *db, const char *path, struct ait42_error *err)
{
    struct ait42_place place;
    int64_t affected = 0;
    ait42_error_clear(err);
    enum ait42_error_kind kind = ait42_workspace_locate(&place, path, err);
    if (kind != AIT42_NO_ERROR)
        return kind;
    int rc = a42_workspace_delete(&affected, db, tn_text_of(place.hash), &err->cause);
    if (rc < 0)
        return ait42_error_of(err, rc);
    return affected == 0 ? ait42_error_no_workspace(err, place.path) : AIT42_NO_ERROR;
}
