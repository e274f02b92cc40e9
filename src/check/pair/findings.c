/* SPDX-License-Identifier: MIT */
#include "check/pair/pair.h"

#include <string.h>

/* The findings of both engines become one list. */

static bool is_place(struct tn__place a, struct tn__place b)
{
    bool is_file = a.file && b.file ? strcmp(a.file, b.file) == 0 : a.file == b.file;
    return is_file && a.line == b.line && a.column == b.column && a.length == b.length;
}

static bool is_same(const struct tn__diag *a, const struct tn__diag *b)
{
    return is_place(a->place, b->place) && strcmp(a->code, b->code) == 0 &&
           strcmp(a->message, b->message) == 0;
}

static bool has(const struct tn__diags *diags, const struct tn__diag *one)
{
    for (size_t i = 0; i < diags->count; i++)
        if (is_same(&diags->items[i], one))
            return true;
    return false;
}

/* The query of the list that a place is in or behind; NULL: none. */
static const struct tn__query *query_at(const struct tn__checked *checked, struct tn__place place)
{
    const struct tn__query *found = NULL;
    for (size_t i = 0; place.file && i < checked->query_count; i++) {
        const struct tn__query *query = &checked->queries[i];
        if (strcmp(query->place.file, place.file) == 0 && query->place.line <= place.line)
            found = query;
    }
    return found;
}

/* A line of [types] or [functions] has to fit one of the engines. */
static bool is_setting(const struct tn__check_options *options, struct tn__place place)
{
    for (size_t i = 0; i < options->type_count; i++)
        if (is_place(options->types[i].place, place))
            return true;
    for (size_t i = 0; i < options->function_count; i++)
        if (is_place(options->functions[i].place, place))
            return true;
    return false;
}

/* Whether what one engine alone has to say counts, as the other has nothing against it. */
static bool is_of_both(const struct tn__diag *diag, const struct tn__query *query,
                       const struct tn__check_options *options)
{
    bool is_allow = strcmp(diag->code, "unused-allow") == 0 && query && query->halves[0];
    return is_allow || is_setting(options, diag->place);
}

static void put(struct tn__diags *out, const struct tn__diag *diag, const struct tn__query *query,
                const char *title)
{
    struct tn__diag *copy = tn__diags_add(out, diag->code, diag->place, "%s", diag->message);
    if (diag->help)
        tn__diag_help(out, copy, "%s", diag->help);
    for (const struct tn__diag_note *note = diag->notes; note; note = note->next)
        tn__diag_note(out, copy, note->place, "%s", note->message);
    if (title && query && query->halves[0])
        tn__diag_note(out, copy, query->place, "'%s' is for both engines; this is so on %s",
                      query->name, title);
}

static void put_sources(struct tn__diags *out, const struct tn__diags *from)
{
    for (size_t i = 0; i < TN__DIAG_BUCKETS; i++)
        for (const struct tn__diag_source *source = from->sources[i]; source; source = source->next)
            tn__diags_source(out, source->file, source->text);
}

void tn__pair_findings(struct tn__diags *out, struct tn__diags halves[2],
                       const struct tn__checked *checked, const struct tn__check_options *options)
{
    for (unsigned h = 0; h < 2; h++) {
        const struct tn__diags *other = &halves[1 - h];
        put_sources(out, &halves[h]);
        if (halves[h].status != TN_OK)
            out->status = halves[h].status;
        for (size_t i = 0; i < halves[h].count; i++) {
            const struct tn__diag *diag = &halves[h].items[i];
            const struct tn__query *query = query_at(checked, diag->place);
            bool is_common = has(other, diag);
            if (is_common && h == 0)
                put(out, diag, query, NULL);
            else if (!is_common && !is_of_both(diag, query, options))
                put(out, diag, query, tn__engine_title(h == 0 ? TN__SQLITE : TN__POSTGRES));
        }
    }
}
