/* SPDX-License-Identifier: MIT */
#include <tenon/error.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/utf8.h"

/* Programs are compiled against the size: growing goes through the reserved words. */
_Static_assert(sizeof(tn_error) == 824, "the size of tn_error is part of the ABI");

static const struct {
    int status;
    const char *name;
    const char *text;
} statuses[] = {
#define STATUS_ROW(name, value, text) {value, "TN_" #name, text},
    TN_STATUS_MAP(STATUS_ROW)
#undef STATUS_ROW
};

const char *tn_status_name(int status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (statuses[i].status == status)
            return statuses[i].name;
    }
    return "TN_?";
}

const char *tn_status_text(int status)
{
    /* Everything below TN_EUSER is the application's, too. */
    if (status < TN_EUSER)
        status = TN_EUSER;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (statuses[i].status == status)
            return statuses[i].text;
    }
    return "unknown status";
}

bool tn_status_is_transient(int status)
{
    return status == TN_EBUSY || status == TN_ESERIALIZE || status == TN_EDEADLOCK;
}

void tn_error_clear(tn_error *err)
{
    if (err)
        memset(err, 0, sizeof *err);
}

/* A message is one line whatever a file name or an engine puts into it, and ends at a character. */
static void tidy(char *message, size_t size)
{
    if (strlen(message) == size - 1)
        message[tn__utf8_cut(tn_text_of(message), size - 1)] = '\0';
    for (char *c = message; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
    }
}

/* In parentheses: the name is a macro, too. */
int(tn_error_set)(tn_error *err, int status, const char *format, ...)
{
    if (!err)
        return status;
    /* Formatted aside first: the arguments may point into *err. */
    char message[sizeof err->message];
    va_list args;
    va_start(args, format);
    if (vsnprintf(message, sizeof message, format, args) < 0)
        message[0] = '\0';
    va_end(args);
    tidy(message, sizeof message);

    tn_error_clear(err);
    err->status = status;
    memcpy(err->message, message, sizeof message);
    return status;
}

void tn_error_prefix(tn_error *err, const char *format, ...)
{
    if (!err)
        return;
    char context[sizeof err->message];
    char message[sizeof err->message];
    va_list args;
    va_start(args, format);
    if (vsnprintf(context, sizeof context, format, args) < 0)
        context[0] = '\0';
    va_end(args);

    const char *what = err->message[0] ? err->message : tn_status_text(err->status);
    size_t size = strlen(context);
    memcpy(message, context, size);
    if (size + 2 < sizeof message) {
        memcpy(message + size, ": ", 2);
        size += 2;
    }
    size_t rest = strlen(what);
    if (rest > sizeof message - 1 - size)
        rest = sizeof message - 1 - size;
    memcpy(message + size, what, rest);
    message[size + rest] = '\0';
    tidy(message, sizeof message);
    memcpy(err->message, message, size + rest + 1);
}
