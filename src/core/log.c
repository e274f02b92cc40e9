/* SPDX-License-Identifier: MIT */
#include "core/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/observe.h"
#include "util/str.h"

static const char *const levels[] = {"off", "error", "warn", "info", "debug"};
static const char *const targets[] = {
#define TARGET_WORD(name, word) word,
    TN_LOG_TARGET_MAP(TARGET_WORD)
#undef TARGET_WORD
};

const char *tn_log_level_name(enum tn_log_level level)
{
    return (size_t)level < sizeof levels / sizeof levels[0] ? levels[level] : "?";
}

const char *tn_log_target_name(enum tn_log_target target)
{
    return (size_t)target < TN_LOG_TARGET_COUNT ? targets[target] : "?";
}

tn_log_filter tn_log_filter_of(enum tn_log_level level)
{
    tn_log_filter filter;
    memset(filter.level, (int)level, sizeof filter.level);
    return filter;
}

static int index_of(const char *const *words, size_t count, tn_text word)
{
    for (size_t i = 0; i < count; i++) {
        if (tn__text_is_nocase(word, words[i]))
            return (int)i;
    }
    return -1;
}

/* "debug", or "sql=debug". */
static int read_word(tn_log_filter *filter, tn_text word, tn_error *err)
{
    size_t equals = tn__text_find(word, '=');
    bool has_target = equals < word.size;
    tn_text target = tn__text_trim(tn__text_sub(word, 0, equals));
    tn_text level = has_target ? tn__text_trim(tn__text_sub(word, equals + 1, word.size)) : target;
    int number = index_of(levels, sizeof levels / sizeof levels[0], level);
    if (number < 0)
        return tn_error_set(err, TN_EINVAL, "'%.*s' is no level: off, error, warn, info or debug",
                            (int)(level.size < 80 ? level.size : 80), level.data);
    if (!has_target) {
        *filter = tn_log_filter_of((enum tn_log_level)number);
        return TN_OK;
    }
    int which = index_of(targets, TN_LOG_TARGET_COUNT, target);
    if (which < 0)
        return tn_error_set(err, TN_EINVAL,
                            "'%.*s' is no target: pool, sql, tx, checkpoint or migrate",
                            (int)(target.size < 80 ? target.size : 80), target.data);
    filter->level[which] = (uint8_t)number;
    return TN_OK;
}

int tn_log_filter_parse(tn_log_filter *out, const char *text, tn_error *err)
{
    tn_error own;
    tn_log_filter filter = tn_log_filter_of(TN_LOG_OFF);
    tn_text rest = tn_text_of(text ? text : "");
    const char *start = rest.data;
    err = err ? err : &own;
    while (rest.size > 0) {
        size_t comma = tn__text_find(rest, ',');
        tn_text word = tn__text_trim(tn__text_sub(rest, 0, comma));
        int rc = word.size ? read_word(&filter, word, err) : TN_OK;
        if (rc != TN_OK) {
            err->position = (uint32_t)(word.data - start) + 1;
            return rc;
        }
        rest = tn__text_sub(rest, comma + 1, rest.size);
    }
    *out = filter;
    return TN_OK;
}

bool tn__logs(struct tn__observers *observers, enum tn_log_level level, enum tn_log_target target)
{
    const struct tn__watch *watch = atomic_load(&observers->watch);
    return watch && watch->log && watch->filter.level[target] >= level;
}

static void say(struct tn__observers *observers, enum tn_log_level level, enum tn_log_target target,
                const char *format, va_list args) TN_PRINTF(4, 0);

static void say(struct tn__observers *observers, enum tn_log_level level, enum tn_log_target target,
                const char *format, va_list args)
{
    const struct tn__watch *watch = atomic_load(&observers->watch);
    char text[1024];
    tn_log_record record = {level, target, text};
    if (!watch || !watch->log || watch->filter.level[target] < level)
        return;
    char whole[2048];
    if (vsnprintf(whole, sizeof whole, format, args) < 0)
        return;
    tn__copy_line(text, sizeof text, tn_text_of(whole));
    watch->log(&record, watch->log_user);
}

void tn__log_to(struct tn__observers *observers, enum tn_log_level level, enum tn_log_target target,
                const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(observers, level, target, format, args);
    va_end(args);
}

void tn__log(struct tn__pool *pool, enum tn_log_level level, enum tn_log_target target,
             const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(tn__pool_observers(pool), level, target, format, args);
    va_end(args);
}
