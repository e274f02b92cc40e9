/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "driver/postgres/postgres.h"
#include "util/str.h"

/* What the server and libpq say, as the one line of an error. */

enum {
    LONGEST = 2 * sizeof((tn_error *)0)->message /* before it is cut */
};

static tn_text cut_front(tn_text text)
{
    static const char *const fronts[] = {"FATAL:", "ERROR:", "PANIC:"};
    text = tn__text_trim(text);
    for (size_t i = 0; i < sizeof fronts / sizeof fronts[0]; i++) {
        if (tn__text_starts(text, fronts[i]))
            text = tn__text_trim(tn__text_sub(text, strlen(fronts[i]), text.size));
    }
    return text;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Of a sentence that is no longer alone: no full stop, and no capital at its start, unless it is a name's. */
static void put_clause(char *out, size_t size, tn_text sentence)
{
    tn__copy_line(out, size, sentence);
    size_t length = strlen(out);
    if (length > 0 && out[length - 1] == '.')
        out[length - 1] = '\0';
    if (is_upper(out[0]) && out[1] && !is_upper(out[1]))
        out[0] = tn__lower(out[0]);
}

/* libpq writes sentences below one another, the later ones behind a tab; a tab and a small letter goes on
 * with the one above. */
void tn__pg_one_line(char *out, size_t size, const char *message)
{
    char joined[LONGEST] = "";
    char clause[LONGEST];
    size_t used = 0;
    tn_text rest = cut_front(tn_text_of(message));
    tn_text line;
    while (tn__text_line(&rest, &line)) {
        bool is_clause = line.size > 1 && line.data[0] == '\t';
        bool begins = is_clause && is_upper(line.data[1]);
        if (is_clause)
            put_clause(clause, sizeof clause, line);
        else
            tn__copy_line(clause, sizeof clause, line);
        if (!clause[0])
            continue;
        const char *sign = !joined[0] ? "" : begins ? "; " : " ";
        int got = snprintf(joined + used, sizeof joined - used, "%s%s", sign, clause);
        used += got > 0 ? (size_t)got : 0;
        if (used >= sizeof joined - 1)
            break;
    }
    tn__copy_line(out, size, tn_text_of(joined));
}

/* Classes whose DETAIL has values of the program's: of data, of a violated constraint, of a view's check. */
static bool has_values(const char *sqlstate)
{
    return strncmp(sqlstate, "22", 2) == 0 || strncmp(sqlstate, "23", 2) == 0 ||
           strncmp(sqlstate, "44", 2) == 0;
}

static void add(tn_error *err, const char *label, const char *said)
{
    enum {
        LEAST = 24 /* of which is nothing to be understood */
    };
    char clause[sizeof err->message];
    char more[2 * sizeof err->message];
    size_t used = strlen(err->message);
    if (!said || used + strlen(label) + LEAST > sizeof err->message)
        return;
    put_clause(clause, sizeof clause, tn_text_of(said));
    if (!clause[0])
        return;
    snprintf(more, sizeof more, "%s%s", label, clause);
    tn__copy_text(err->message + used, sizeof err->message - used, tn_text_of(more));
}

void tn__pg_add_details(tn_error *err, const char *sqlstate, const char *detail, const char *hint)
{
    if (!err)
        return;
    if (!has_values(sqlstate))
        add(err, "; detail: ", detail);
    add(err, "; hint: ", hint);
}
