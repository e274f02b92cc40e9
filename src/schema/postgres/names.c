/* SPDX-License-Identifier: MIT */
#include "schema/reading.h"
#include "util/str.h"

/* Looking up by the names that users write. */

/* Longer names than this are nobody's: the server cuts them to 63 bytes, unless it was built otherwise. */
#define NAME_MAX_BYTES 256u

/* An identifier at the beginning of *rest, in the letters that the server makes of it. */
static bool take_name(char *out, size_t *size, tn_text *rest, bool in_lower_case)
{
    bool is_quoted = rest->size > 0 && rest->data[0] == '"';
    bool is_closed = !is_quoted;
    size_t i = is_quoted;
    for (*size = 0; i < rest->size && *size < NAME_MAX_BYTES; i++) {
        char c = rest->data[i];
        if (!is_quoted && (c == '.' || c == '"'))
            break;
        if (is_quoted && c == '"') {
            i++;
            is_closed = i == rest->size || rest->data[i] != '"'; /* else it is one of the name's */
            if (is_closed)
                break;
        }
        out[(*size)++] = !is_quoted && in_lower_case ? tn__lower(c) : c;
    }
    *rest = tn__text_sub(*rest, i, rest->size);
    return is_closed && *size > 0 && *size < NAME_MAX_BYTES;
}

/* "a", "a.b": a key of the catalog's map. */
static bool take_key(char *key, size_t *size, tn_text rest, bool in_lower_case)
{
    size_t second = 0;
    if (!take_name(key, size, &rest, in_lower_case))
        return false;
    if (rest.size == 0)
        return true;
    if (rest.data[0] != '.')
        return false;
    rest = tn__text_sub(rest, 1, rest.size);
    key[(*size)++] = '\0';
    if (!take_name(key + *size, &second, &rest, in_lower_case))
        return false;
    *size += second;
    return rest.size == 0;
}

const struct tn__table *tn__server_table_named(const struct tn__catalog *catalog, tn_text name)
{
    char key[2 * NAME_MAX_BYTES + 1];
    size_t size;
    const struct tn__table *found = NULL;
    for (int as_written = 0; as_written < 2 && !found; as_written++)
        if (take_key(key, &size, name, !as_written))
            found = tn__map_get(catalog->by_name, (tn_text){key, size});
    /* Dots and quotes may be the name's own. */
    return found ? found : tn__map_get(catalog->by_name, name);
}

static const struct tn__column *column_of(const struct tn__table *table, tn_text name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (tn__text_is(name, table->columns[i].name))
            return &table->columns[i];
    return NULL;
}

const struct tn__column *tn__server_column_named(const struct tn__table *table, tn_text name)
{
    char text[NAME_MAX_BYTES];
    size_t size;
    tn_text rest = name;
    const struct tn__column *found = column_of(table, name);
    if (!found && take_name(text, &size, &rest, true) && rest.size == 0)
        found = column_of(table, (tn_text){text, size});
    return found;
}
