/* SPDX-License-Identifier: MIT */
#ifndef TN_RENDER_JSON_H
#define TN_RENDER_JSON_H

#include "diag/diag.h"
#include "util/buf.h"

/*
 * JSON out, on one line: the writer of every --json. Commas and colons come by themselves; the
 * caller pairs begin and end, and writes a key before each value inside an object.
 *
 *     struct tn__json json;
 *     tn__json_init(&json, &buf);
 *     tn__json_object_begin(&json);
 *     tn__json_key(&json, "v");
 *     tn__json_int(&json, 1);
 *     tn__json_object_end(&json);
 */
struct tn__json {
    struct tn__buf *out;
    bool needs_comma; /* in front of the next key or element */
};

void tn__json_init(struct tn__json *json, struct tn__buf *out);

void tn__json_object_begin(struct tn__json *json);
void tn__json_object_end(struct tn__json *json);
void tn__json_array_begin(struct tn__json *json);
void tn__json_array_end(struct tn__json *json);
void tn__json_key(struct tn__json *json, const char *key);

/* NULL (data == NULL) is null; bytes that are not UTF-8 become U+FFFD. */
void tn__json_text(struct tn__json *json, tn_text text);
void tn__json_string(struct tn__json *json, const char *string);
void tn__json_int(struct tn__json *json, int64_t value);
void tn__json_bool(struct tn__json *json, bool value);
void tn__json_null(struct tn__json *json);

/* A key and its value. */
void tn__json_key_string(struct tn__json *json, const char *key, const char *value);
void tn__json_key_int(struct tn__json *json, const char *key, int64_t value);
/* A number as tn__real_text() writes it; it must be finite. */
void tn__json_key_real(struct tn__json *json, const char *key, double value);
void tn__json_key_bool(struct tn__json *json, const char *key, bool value);

/*
 * A diagnostic as an object: {"code","severity","file","line","column","message"}, with "help" and
 * "notes" (an array of {"file","line","column","message"}) if it has them. A place that is missing
 * is null.
 */
void tn__json_diag(struct tn__json *json, const struct tn__diag *diag);
/* All of them as an array: the value of "findings". */
void tn__json_diags(struct tn__json *json, const struct tn__diags *diags);
/* All of them, one object per line: --diagnostics=json. */
void tn__json_lines(struct tn__buf *out, const struct tn__diags *diags);

#endif
