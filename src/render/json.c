/* SPDX-License-Identifier: MIT */
#include "render/json.h"

#include <inttypes.h>

#include "util/number.h"

void tn__json_init(struct tn__json *json, struct tn__buf *out)
{
    json->out = out;
    json->needs_comma = false;
}

/* In front of a key, or of a value that has none. */
static void separate(struct tn__json *json)
{
    if (json->needs_comma)
        tn__buf_putc(json->out, ',');
    json->needs_comma = true;
}

static void begin(struct tn__json *json, char bracket)
{
    separate(json);
    tn__buf_putc(json->out, bracket);
    json->needs_comma = false;
}

static void end(struct tn__json *json, char bracket)
{
    tn__buf_putc(json->out, bracket);
    json->needs_comma = true;
}

void tn__json_object_begin(struct tn__json *json)
{
    begin(json, '{');
}

void tn__json_object_end(struct tn__json *json)
{
    end(json, '}');
}

void tn__json_array_begin(struct tn__json *json)
{
    begin(json, '[');
}

void tn__json_array_end(struct tn__json *json)
{
    end(json, ']');
}

void tn__json_key(struct tn__json *json, const char *key)
{
    separate(json);
    tn__buf_json(json->out, tn_text_of(key));
    tn__buf_putc(json->out, ':');
    json->needs_comma = false;
}

void tn__json_text(struct tn__json *json, tn_text text)
{
    separate(json);
    if (text.data)
        tn__buf_json(json->out, text);
    else
        tn__buf_puts(json->out, "null");
}

void tn__json_string(struct tn__json *json, const char *string)
{
    tn__json_text(json, tn_text_of(string));
}

void tn__json_int(struct tn__json *json, int64_t value)
{
    separate(json);
    tn__buf_printf(json->out, "%" PRId64, value);
}

void tn__json_bool(struct tn__json *json, bool value)
{
    separate(json);
    tn__buf_puts(json->out, value ? "true" : "false");
}

void tn__json_null(struct tn__json *json)
{
    tn__json_text(json, (tn_text){NULL, 0});
}

void tn__json_key_string(struct tn__json *json, const char *key, const char *value)
{
    tn__json_key(json, key);
    tn__json_string(json, value);
}

void tn__json_key_int(struct tn__json *json, const char *key, int64_t value)
{
    tn__json_key(json, key);
    tn__json_int(json, value);
}

void tn__json_key_real(struct tn__json *json, const char *key, double value)
{
    char text[TN__REAL_MAX];
    size_t size = tn__real_text(text, value);
    tn__json_key(json, key);
    separate(json);
    tn__buf_text(json->out, size > 0 ? (tn_text){text, size} : tn_text_of("null"));
}

void tn__json_key_bool(struct tn__json *json, const char *key, bool value)
{
    tn__json_key(json, key);
    tn__json_bool(json, value);
}

/* A line or column: 0 is "none". */
static void key_number(struct tn__json *json, const char *key, uint32_t number)
{
    tn__json_key(json, key);
    if (number)
        tn__json_int(json, number);
    else
        tn__json_null(json);
}

static void put_place(struct tn__json *json, struct tn__place place)
{
    tn__json_key_string(json, "file", place.file);
    key_number(json, "line", place.line);
    key_number(json, "column", place.column);
}

void tn__json_diag(struct tn__json *json, const struct tn__diag *diag)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "code", diag->code);
    tn__json_key_string(json, "severity", tn__severity_name(diag->severity));
    put_place(json, diag->place);
    tn__json_key_string(json, "message", diag->message);
    if (diag->help)
        tn__json_key_string(json, "help", diag->help);
    if (diag->notes) {
        tn__json_key(json, "notes");
        tn__json_array_begin(json);
        for (const struct tn__diag_note *note = diag->notes; note; note = note->next) {
            tn__json_object_begin(json);
            put_place(json, note->place);
            tn__json_key_string(json, "message", note->message);
            tn__json_object_end(json);
        }
        tn__json_array_end(json);
    }
    tn__json_object_end(json);
}

void tn__json_diags(struct tn__json *json, const struct tn__diags *diags)
{
    tn__json_array_begin(json);
    for (size_t i = 0; i < diags->count; i++)
        tn__json_diag(json, &diags->items[i]);
    tn__json_array_end(json);
}

void tn__json_lines(struct tn__buf *out, const struct tn__diags *diags)
{
    for (size_t i = 0; i < diags->count; i++) {
        struct tn__json json;
        tn__json_init(&json, out);
        tn__json_diag(&json, &diags->items[i]);
        tn__buf_putc(out, '\n');
    }
}
