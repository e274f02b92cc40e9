/* SPDX-License-Identifier: MIT */
#include "migrate/formats/native.h"

#include <string.h>

#include "util/str.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(tn_text text)
{
    size_t count = 0;
    while (count < text.size && is_digit(text.data[count]))
        count++;
    return count;
}

/* Eight digits that are a day between 1900 and 2199: what people write in front of a number. */
static bool is_date(tn_text text)
{
    int64_t date;
    if (text.size != 8 || digits(text) != 8 || tn__text_to_int(&date, text) != TN_OK)
        return false;
    int64_t month = date / 100 % 100;
    int64_t day = date % 100;
    return date >= 19000101 && date < 22000000 && month >= 1 && month <= 12 && day >= 1 &&
           day <= 31;
}

/* The size of "20250115_001" at the start of a text in which a further '_' follows; else 0. */
static size_t date_number(tn_text text)
{
    if (text.size < 10 || text.data[8] != '_' || !is_date(tn__text_sub(text, 0, 8)))
        return 0;
    size_t count = digits(tn__text_sub(text, 9, SIZE_MAX));
    if (count == 0 || 9 + count >= text.size || text.data[9 + count] != '_')
        return 0;
    return 9 + count;
}

int tn__migration_version_parse(int64_t *out, tn_text text)
{
    char joined[32];
    if (text.size > 9 && text.size < sizeof joined && text.data[8] == '_' &&
        is_date(tn__text_sub(text, 0, 8)) && digits(tn__text_sub(text, 9, SIZE_MAX)) > 0) {
        memcpy(joined, text.data, 8);
        memcpy(joined + 8, text.data + 9, text.size - 9);
        return tn__text_to_int(out, (tn_text){joined, text.size - 1});
    }
    return tn__text_to_int(out, text);
}

/* sqlx removes a suffix as often as it stands there. */
static tn_text without_suffix(tn_text text, const char *suffix)
{
    while (tn__text_ends(text, suffix))
        text.size -= strlen(suffix);
    return text;
}

int tn__migration_file_parse(struct tn__migration_file *out, const char *name)
{
    static const struct {
        const char *suffix;
        enum tn__migration_file_type type;
    } types[] = {{".up.sql", TN__MIGRATION_UP},
                 {".down.sql", TN__MIGRATION_DOWN},
                 {".sql", TN__MIGRATION_SIMPLE}};
    tn_text text = tn_text_of(name);
    size_t underscore = tn__text_find(text, '_');
    /* Hidden files are what editors and archivers leave behind. */
    if (name[0] == '.' || underscore == text.size)
        return TN_NONE;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        tn_text rest = tn__text_sub(text, underscore + 1, SIZE_MAX);
        if (!tn__text_ends(rest, types[i].suffix))
            continue;
        size_t combined = date_number(text);
        size_t size = combined ? combined : underscore;
        int64_t version;
        int rc = tn__migration_version_parse(&version, tn__text_sub(text, 0, size));
        if (rc != TN_OK)
            return rc;
        out->type = types[i].type;
        out->version = version;
        out->version_size = size;
        out->is_date_number = combined > 0;
        out->name = without_suffix(tn__text_sub(text, size + 1, SIZE_MAX), types[i].suffix);
        return TN_OK;
    }
    return TN_NONE;
}

bool tn__migration_file_is_near(const char *name)
{
    tn_text text = tn_text_of(name);
    return digits(text) > 0 && tn__text_ends(text, ".sql") && tn__text_find(text, '_') == text.size;
}

char *tn__migration_description(const struct tn__migration_file *file, tn_arena *arena)
{
    char *text = tn_arena_copy(arena, file->name.data, file->name.size);
    for (char *c = text; c && *c; c++) {
        if (*c == '_')
            *c = ' ';
    }
    return text;
}

int64_t tn__migration_sqlx_version(const char *version_text, int64_t version)
{
    tn_text text = tn_text_of(version_text);
    size_t underscore = tn__text_find(text, '_');
    int64_t date;
    if (underscore == text.size || tn__text_to_int(&date, tn__text_sub(text, 0, underscore)) != 0)
        return version;
    return date;
}
