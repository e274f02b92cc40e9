/* SPDX-License-Identifier: MIT */
#include "render/sarif.h"

#include <string.h>

#include "render/json.h"
#include "util/str.h"

/* --- SARIF ------------------------------------------------------------------------------------- */

/* Characters of the first `bytes` of a line; of a line that is not at hand, the bytes. */
static uint32_t characters(tn_text line, uint32_t bytes)
{
    uint32_t count = 0;
    if (!line.data)
        return bytes;
    for (uint32_t i = 0; i < bytes; i++)
        count += i >= line.size || ((unsigned char)line.data[i] & 0xC0u) != 0x80u;
    return count;
}

/* A path as a URI: relative ones stay so. */
static void put_uri(struct tn__json *json, const char *path)
{
    struct tn__buf uri;
    tn__buf_init(&uri, 0);
    if (path[0] == '/')
        tn__buf_puts(&uri, "file://");
    for (const char *c = path; *c; c++) {
        if (tn__is_ident(*c) || strchr("/.-~", *c))
            tn__buf_putc(&uri, *c);
        else
            tn__buf_printf(&uri, "%%%02X", (unsigned)(unsigned char)*c);
    }
    tn__json_key(json, "uri");
    tn__json_text(json, tn__buf_view(&uri));
    if (tn__buf_status(&uri) != TN_OK)
        tn__buf_fail(json->out, tn__buf_status(&uri));
    tn__buf_fini(&uri);
}

static void put_message(struct tn__json *json, const char *text, const char *help)
{
    tn__json_key(json, "message");
    tn__json_object_begin(json);
    if (help) {
        struct tn__buf both;
        tn__buf_init(&both, 0);
        tn__buf_printf(&both, "%s (help: %s)", text, help);
        tn__json_key(json, "text");
        tn__json_text(json, tn__buf_view(&both));
        tn__buf_fini(&both);
    } else {
        tn__json_key_string(json, "text", text);
    }
    tn__json_object_end(json);
}

static void put_region(struct tn__json *json, const struct tn__diags *diags, struct tn__place place)
{
    tn_text line = tn__diags_line(diags, place);
    tn__json_key(json, "region");
    tn__json_object_begin(json);
    tn__json_key_int(json, "startLine", place.line);
    if (place.column) {
        uint32_t start = characters(line, place.column - 1);
        uint32_t end = characters(line, place.column - 1 + (place.length ? place.length : 1));
        tn__json_key_int(json, "startColumn", start + 1);
        tn__json_key_int(json, "endColumn", end + 1);
    }
    tn__json_object_end(json);
}

/* Location objects have their members in the place; `message` is of a related one. */
static void put_location(struct tn__json *json, const struct tn__diags *diags,
                         struct tn__place place, const char *message)
{
    tn__json_object_begin(json);
    if (place.file) {
        tn__json_key(json, "physicalLocation");
        tn__json_object_begin(json);
        tn__json_key(json, "artifactLocation");
        tn__json_object_begin(json);
        put_uri(json, place.file);
        tn__json_object_end(json);
        if (place.line)
            put_region(json, diags, place);
        tn__json_object_end(json);
    }
    if (message)
        put_message(json, message, NULL);
    tn__json_object_end(json);
}

static void put_result(struct tn__json *json, const struct tn__diags *diags,
                       const struct tn__diag *diag)
{
    tn__json_object_begin(json);
    tn__json_key_string(json, "ruleId", diag->code);
    tn__json_key_string(json, "level", tn__severity_name(diag->severity));
    put_message(json, diag->message, diag->help);
    if (diag->place.file) {
        tn__json_key(json, "locations");
        tn__json_array_begin(json);
        put_location(json, diags, diag->place, NULL);
        tn__json_array_end(json);
    }
    if (diag->notes) {
        tn__json_key(json, "relatedLocations");
        tn__json_array_begin(json);
        for (const struct tn__diag_note *note = diag->notes; note; note = note->next)
            put_location(json, diags, note->place, note->message);
        tn__json_array_end(json);
    }
    tn__json_object_end(json);
}

static bool is_used(const struct tn__diags *diags, const char *code)
{
    for (size_t i = 0; i < diags->count; i++) {
        if (strcmp(diags->items[i].code, code) == 0)
            return true;
    }
    return false;
}

static void put_rules(struct tn__json *json, const struct tn__diags *diags)
{
    tn__json_key(json, "rules");
    tn__json_array_begin(json);
    for (size_t i = 0; i < tn__diag_code_count; i++) {
        const struct tn__diag_code *code = &tn__diag_codes[i];
        if (!is_used(diags, code->code))
            continue;
        tn__json_object_begin(json);
        tn__json_key_string(json, "id", code->code);
        tn__json_key(json, "shortDescription");
        tn__json_object_begin(json);
        tn__json_key_string(json, "text", code->meaning);
        tn__json_object_end(json);
        tn__json_key(json, "defaultConfiguration");
        tn__json_object_begin(json);
        tn__json_key_string(json, "level", tn__severity_name(code->severity));
        tn__json_object_end(json);
        tn__json_object_end(json);
    }
    tn__json_array_end(json);
}

void tn__sarif(struct tn__buf *out, const struct tn__diags *diags, const char *version)
{
    struct tn__json json;
    tn__json_init(&json, out);
    tn__json_object_begin(&json);
    tn__json_key_string(&json, "$schema",
                        "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                        "sarif-schema-2.1.0.json");
    tn__json_key_string(&json, "version", "2.1.0");
    tn__json_key(&json, "runs");
    tn__json_array_begin(&json);
    tn__json_object_begin(&json);
    tn__json_key(&json, "tool");
    tn__json_object_begin(&json);
    tn__json_key(&json, "driver");
    tn__json_object_begin(&json);
    tn__json_key_string(&json, "name", "tenon");
    tn__json_key_string(&json, "version", version);
    put_rules(&json, diags);
    tn__json_object_end(&json);
    tn__json_object_end(&json);
    tn__json_key_string(&json, "columnKind", "unicodeCodePoints");
    tn__json_key(&json, "results");
    tn__json_array_begin(&json);
    for (size_t i = 0; i < diags->count; i++)
        put_result(&json, diags, &diags->items[i]);
    tn__json_array_end(&json);
    tn__json_object_end(&json);
    tn__json_array_end(&json);
    tn__json_object_end(&json);
    tn__buf_putc(out, '\n');
}

/* --- GitHub ------------------------------------------------------------------------------------ */

/* In a property the separators are escaped, too. */
static void put_escaped(struct tn__buf *out, const char *text, bool is_property)
{
    for (const char *c = text; *c; c++) {
        bool is_special =
            *c == '%' || *c == '\r' || *c == '\n' || (is_property && (*c == ':' || *c == ','));
        if (is_special)
            tn__buf_printf(out, "%%%02X", (unsigned)(unsigned char)*c);
        else
            tn__buf_putc(out, *c);
    }
}

static void put_property(struct tn__buf *out, const char *name, const char *value, bool *has_any)
{
    tn__buf_puts(out, *has_any ? "," : " ");
    tn__buf_printf(out, "%s=", name);
    put_escaped(out, value, true);
    *has_any = true;
}

static void put_number(struct tn__buf *out, const char *name, uint32_t value, bool *has_any)
{
    tn__buf_printf(out, "%s%s=%u", *has_any ? "," : " ", name, (unsigned)value);
    *has_any = true;
}

void tn__github(struct tn__buf *out, const struct tn__diags *diags)
{
    static const char *const commands[] = {
        [TN__NOTE] = "notice", [TN__WARNING] = "warning", [TN__ERROR] = "error"};
    for (size_t i = 0; i < diags->count; i++) {
        const struct tn__diag *diag = &diags->items[i];
        const struct tn__place *place = &diag->place;
        bool has_any = false;
        tn__buf_printf(out, "::%s", commands[diag->severity]);
        if (place->file)
            put_property(out, "file", place->file, &has_any);
        if (place->file && place->line)
            put_number(out, "line", place->line, &has_any);
        if (place->file && place->line && place->column) {
            put_number(out, "col", place->column, &has_any);
            put_number(out, "endColumn", place->column + (place->length ? place->length : 1),
                       &has_any);
        }
        put_property(out, "title", diag->code, &has_any);
        tn__buf_puts(out, "::");
        put_escaped(out, diag->message, false);
        if (diag->help) {
            tn__buf_puts(out, "%0Ahelp: ");
            put_escaped(out, diag->help, false);
        }
        for (const struct tn__diag_note *note = diag->notes; note; note = note->next) {
            tn__buf_puts(out, "%0A");
            if (note->place.file) {
                put_escaped(out, note->place.file, false);
                tn__buf_printf(out, ":%u: ", (unsigned)note->place.line);
            }
            tn__buf_puts(out, "note: ");
            put_escaped(out, note->message, false);
        }
        tn__buf_putc(out, '\n');
    }
}
