/* SPDX-License-Identifier: MIT */
#include "tsv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/types.h>

int tsv_open(struct tsv *tsv, const char *path, tn_error *err)
{
    memset(tsv, 0, sizeof *tsv);
    tsv->path = path;
    tsv->file = fopen(path, "r");
    if (tsv->file)
        return TN_OK;
    int error = errno;
    int status = error == ENOENT ? TN_ENOTFOUND : error == EACCES ? TN_EPERM : TN_EIO;
    return tn_error_set(err, status, "cannot read '%s': %s", path, strerror(error));
}

void tsv_close(struct tsv *tsv)
{
    if (tsv->file)
        fclose(tsv->file);
    free(tsv->buffer);
    memset(tsv, 0, sizeof *tsv);
}

int tsv_refuse(const struct tsv *tsv, tn_error *err, const char *what)
{
    return tn_error_set(err, TN_EINVAL, "%s:%u: %s", tsv->path, tsv->line, what);
}

/* Undo the escapes of one field in place. @return its end, NULL for an escape that is none */
static char *unescape(char *field)
{
    char *to = field;
    for (const char *from = field; *from; from++) {
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        switch (*++from) {
        case 't':
            *to++ = '\t';
            break;
        case 'n':
            *to++ = '\n';
            break;
        case 'r':
            *to++ = '\r';
            break;
        case '\\':
            *to++ = '\\';
            break;
        default:
            return NULL;
        }
    }
    *to = '\0';
    return to;
}

static int split(struct tsv *tsv, tn_error *err)
{
    tsv->count = 0;
    for (char *field = tsv->buffer, *next; field; field = next) {
        if (tsv->count == TSV_FIELDS_MAX)
            return tsv_refuse(tsv, err, "too many fields");
        next = strchr(field, '\t');
        if (next)
            *next++ = '\0';
        tn_text *text = &tsv->fields[tsv->count++];
        if (strcmp(field, "\\N") == 0) {
            *text = tn_text_of(NULL);
            continue;
        }
        char *end = unescape(field);
        if (!end)
            return tsv_refuse(tsv, err, "a backslash that is not \\\\, \\t, \\n, \\r or \\N");
        text->data = field;
        text->size = (size_t)(end - field);
    }
    return TN_ROW;
}

int tsv_next(struct tsv *tsv, tn_error *err)
{
    for (;;) {
        errno = 0;
        ssize_t size = getline(&tsv->buffer, &tsv->capacity, tsv->file);
        if (size < 0) {
            if (feof(tsv->file))
                return TN_DONE;
            int status = errno == ENOMEM ? TN_ENOMEM : TN_EIO;
            return tn_error_set(err, status, "cannot read '%s': %s", tsv->path, strerror(errno));
        }
        tsv->line++;
        if ((size_t)size > TSV_LINE_MAX)
            return tsv_refuse(tsv, err, "line too long");
        if (memchr(tsv->buffer, '\0', (size_t)size))
            return tsv_refuse(tsv, err, "a NUL in the text");
        if (tsv->buffer[size - 1] == '\n')
            tsv->buffer[--size] = '\0';
        if (size > 0 && tsv->buffer[0] != '#')
            return split(tsv, err);
    }
}

int tsv_int(int64_t *out, const struct tsv *tsv, size_t index, tn_error *err)
{
    const char *text = tsv->fields[index].data;
    char *end = NULL;
    errno = 0;
    intmax_t value = text && *text ? strtoimax(text, &end, 10) : 0;
    if (!end || *end || errno || value < INT64_MIN || value > INT64_MAX)
        return tsv_refuse(tsv, err, "a field that is not a whole number");
    *out = (int64_t)value;
    return TN_OK;
}

int tsv_opt_int(tn_opt_int *out, const struct tsv *tsv, size_t index, tn_error *err)
{
    tn_opt_int some = {false, 0};
    if (tsv->fields[index].data) {
        int rc = tsv_int(&some.value, tsv, index, err);
        if (rc < 0)
            return rc;
        some.has = true;
    }
    *out = some;
    return TN_OK;
}

int tsv_bool(bool *out, const struct tsv *tsv, size_t index, tn_error *err)
{
    const char *text = tsv->fields[index].data;
    if (!text || (strcmp(text, "0") != 0 && strcmp(text, "1") != 0))
        return tsv_refuse(tsv, err, "a field that is neither 0 nor 1");
    *out = *text == '1';
    return TN_OK;
}
