/* SPDX-License-Identifier: MIT */
#include "diag/diag_codes.h"
#include "settings/loader.h"
#include "util/str.h"

/* deny, warn and allow of [lint]: codes with commas between them, or `all`. */

static const struct {
    enum tn__setting_id id;
    enum tn__lint_level level;
} keys[] = {
    {TN__LINT_DENY, TN__LEVEL_DENY},
    {TN__LINT_WARN, TN__LEVEL_WARN},
    {TN__LINT_ALLOW, TN__LEVEL_ALLOW},
};

/* Report a word that is no lint. */
static void report_word(struct tn__loader *loader, tn_text word, struct tn__place place)
{
    bool is_other = false;
    for (size_t i = 0; i < tn__diag_code_count; i++)
        is_other = is_other || tn__text_is(word, tn__diag_codes[i].code);
    struct tn__diag *diag = tn__diags_add(loader->diags, "bad-setting", place,
                                          is_other         ? "'%.*s' is no lint: it has no level"
                                          : word.size == 0 ? "the code of a lint is missing%.*s"
                                                           : "no lint '%.*s'",
                                          (int)word.size, word.data);
    const char *near = is_other ? NULL : tn__lint_nearest(word);
    if (near)
        tn__diag_help(loader->diags, diag, "'%s'", near);
}

/* The lints that one word names. */
static void set_level(struct tn__loader *loader, enum tn__lint_level *levels,
                      enum tn__lint_level level, tn_text word, struct tn__place place)
{
    bool is_all = tn__text_is(word, "all");
    const struct tn__diag_code *lint = is_all ? NULL : tn__lint_find(word);
    if (!lint && !is_all) {
        report_word(loader, word, place);
        return;
    }
    for (size_t i = 0; i < tn__diag_code_count; i++)
        if (tn__diag_codes[i].is_lint && (is_all || lint == &tn__diag_codes[i]))
            levels[i] = level;
}

/* The words of one line, with their places. */
static void read_words(struct tn__loader *loader, const struct tn__ini_entry *entry,
                       enum tn__lint_level *levels, enum tn__lint_level level)
{
    size_t at = 0;
    bool is_last = false;
    while (!is_last) {
        tn_text rest = tn__text_sub(entry->value, at, entry->value.size - at);
        size_t size = tn__text_find(rest, ',');
        tn_text word = tn__text_trim(tn__text_sub(rest, 0, size));
        size_t offset = word.size ? (size_t)(word.data - entry->value.data) : at;
        set_level(loader, levels, level, word,
                  tn__loader_place(loader, entry->value_offset + offset, word.size));
        is_last = size == rest.size;
        at += size + 1;
    }
}

/* One line. TN_OK, TN_ENOMEM. */
static int read_line(struct tn__loader *loader, const struct tn__ini_entry *entry,
                     enum tn__lint_level *levels, enum tn__lint_level level)
{
    const char *name = tn__arena_printf(loader->arena, TN__SECTION_LINT ".%s", entry->key.data);
    const char *origin =
        tn__arena_printf(loader->arena, "%s:%u", loader->ini_file,
                         (unsigned)tn__loader_place(loader, entry->key_offset, 0).line);
    if (!name || !origin)
        return tn__loader_no_memory(loader);
    read_words(loader, entry, levels, level);
    tn__loader_explain(loader, name, entry->value.data, origin);
    return TN_OK;
}

int tn__settings_lint(struct tn__loader *loader)
{
    enum tn__lint_level *levels =
        tn_arena_array(loader->arena, TN__DIAG_INDEX_COUNT, sizeof *levels);
    if (!levels)
        return tn__loader_no_memory(loader);
    loader->out.lint_levels = levels;
    for (size_t i = 0; i < loader->ini.count; i++) {
        const struct tn__ini_entry *entry = &loader->ini.entries[i];
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
            if (!tn__text_is(entry->section, TN__SECTION_LINT) ||
                !tn__text_is(entry->key, tn__setting_table[keys[k].id].key))
                continue;
            int status = read_line(loader, entry, levels, keys[k].level);
            if (status != TN_OK)
                return status;
        }
    }
    return TN_OK;
}
