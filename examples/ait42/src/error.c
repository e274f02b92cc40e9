/* SPDX-License-Identifier: MIT */
#include "error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static const char *const words[] = {"NoError",
#define WORD(name, word) word,
                                    AIT42_ERROR_MAP(WORD)
#undef WORD
};

/* What stands before the library's own message. */
static const char *const headings[] = {
    [AIT42_CONNECTION_FAILED] = "cannot reach the database",
    [AIT42_MIGRATION_FAILED] = "cannot bring the database up to date",
    [AIT42_VALIDATION] = "not valid",
    [AIT42_TRANSACTION] = "nothing has been changed",
    [AIT42_IO] = "the file system refuses",
};

/* All else is ConnectionFailed: a database that answers so is none of ours, or none at all. */
static const struct {
    int status;
    enum ait42_error_kind kind;
} kinds[] = {
    {TN_EUNIQUE, AIT42_VALIDATION},
    {TN_EFOREIGNKEY, AIT42_VALIDATION},
    {TN_ENOTNULL, AIT42_VALIDATION},
    {TN_ECHECK, AIT42_VALIDATION},
    {TN_ECONSTRAINT, AIT42_VALIDATION},
    {TN_EINVAL, AIT42_VALIDATION},
    {TN_ERANGE, AIT42_VALIDATION},
    {TN_EBUSY, AIT42_TRANSACTION},
    {TN_ESERIALIZE, AIT42_TRANSACTION},
    {TN_EDEADLOCK, AIT42_TRANSACTION},
    {TN_EINTERRUPT, AIT42_TRANSACTION},
    {TN_EIO, AIT42_IO},
    {TN_EFULL, AIT42_IO},
    {TN_EPERM, AIT42_IO},
    {TN_EREADONLY, AIT42_IO},
};

const char *ait42_error_kind_name(enum ait42_error_kind kind)
{
    return kind <= AIT42_IO ? words[kind] : "?";
}

void ait42_error_clear(struct ait42_error *err)
{
    memset(err, 0, sizeof *err);
}

enum ait42_error_kind ait42_error_set(struct ait42_error *err, enum ait42_error_kind kind,
                                      const char *format, ...)
{
    va_list args;
    ait42_error_clear(err);
    err->kind = kind;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    return kind;
}

enum ait42_error_kind ait42_error_no_workspace(struct ait42_error *err, const char *path)
{
    ait42_error_set(err, AIT42_WORKSPACE_NOT_FOUND, "there is no workspace '%s'", path);
    snprintf(err->path, sizeof err->path, "%s", path);
    return err->kind;
}

/* An id that is not given is the empty one. */
static const char *text_of(struct a42_session_id id)
{
    return id.value.data ? id.value.data : "";
}

static void put_session(struct ait42_error *err, struct a42_session_id session_id)
{
    snprintf(err->session_id, sizeof err->session_id, "%s", text_of(session_id));
}

enum ait42_error_kind ait42_error_no_session(struct ait42_error *err,
                                             struct a42_session_id session_id)
{
    ait42_error_set(err, AIT42_SESSION_NOT_FOUND, "there is no session '%s'", text_of(session_id));
    put_session(err, session_id);
    return err->kind;
}

enum ait42_error_kind ait42_error_no_instance(struct ait42_error *err,
                                              struct a42_session_id session_id, int64_t instance_id)
{
    ait42_error_set(err, AIT42_INSTANCE_NOT_FOUND, "session '%s' has no instance %" PRId64,
                    text_of(session_id), instance_id);
    put_session(err, session_id);
    err->instance_id = instance_id;
    return err->kind;
}

enum ait42_error_kind ait42_error_as(struct ait42_error *err, enum ait42_error_kind kind,
                                     int status)
{
    const tn_error cause = err->cause;
    ait42_error_set(err, kind, "%s: %s", headings[kind],
                    cause.message[0] ? cause.message : tn_status_text(status));
    err->cause = cause;
    err->cause.status = status;
    return kind;
}

enum ait42_error_kind ait42_error_of(struct ait42_error *err, int status)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].status == status)
            return ait42_error_as(err, kinds[i].kind, status);
    }
    return ait42_error_as(err, AIT42_CONNECTION_FAILED, status);
}
