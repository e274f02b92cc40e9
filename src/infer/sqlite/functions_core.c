/* SPDX-License-Identifier: MIT */
#include "infer/sqlite/functions_rules.h"

/* What the arguments have no say in. */
#define ALWAYS(name, classes)                                             \
 tn__classes tn__fn_##name(const struct tn__fn_arg *args, uint32_t count) \
 {                                                                        \
  (void)args, (void)count;                                                \
  return (classes);                                                       \
 }

ALWAYS(null, TN__CLASS_NULL)
ALWAYS(int, TN__CLASS_INT)
ALWAYS(real, TN__CLASS_REAL)
ALWAYS(text, TN__CLASS_TEXT)
ALWAYS(blob, TN__CLASS_BLOB)
ALWAYS(any, TN__CLASS_ALL)
ALWAYS(nullable_text, TN__CLASS_TEXT | TN__CLASS_NULL)

#define STRICT(name, classes)                                             \
 tn__classes tn__fn_##name(const struct tn__fn_arg *args, uint32_t count) \
 {                                                                        \
  return tn__fn_strictly(args, count, (classes));                         \
 }

STRICT(int_or_null, TN__CLASS_INT | TN__CLASS_NULL)
STRICT(text_or_null, TN__CLASS_TEXT | TN__CLASS_NULL)
STRICT(blob_or_null, TN__CLASS_BLOB | TN__CLASS_NULL)
STRICT(strict_int, TN__CLASS_INT)
STRICT(strict_text, TN__CLASS_TEXT)
STRICT(strict_blob, TN__CLASS_BLOB)

/* Text and blobs are read as numbers, and those may be too large. */
static tn__classes as_real(tn__classes classes)
{
    return classes & (TN__CLASS_INF | TN__CLASS_TEXT | TN__CLASS_BLOB) ? TN__CLASS_REALS
                                                                       : TN__CLASS_REAL;
}

tn__classes tn__fn_abs(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    tn__classes value = args[0].classes;
    tn__classes result = value & (TN__CLASS_NULL | TN__CLASS_INT);
    if (value & ~result)
        result |= as_real(value);
    return result;
}

tn__classes tn__fn_round(const struct tn__fn_arg *args, uint32_t count)
{
    return tn__fn_strictly(args, count, as_real(args[0].classes));
}

tn__classes tn__fn_sign(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    tn__classes result = 0;
    if (tn__fn_may_be(args, TN__CLASS_NUMBERS | TN__CLASS_TEXT))
        result |= TN__CLASS_INT;
    if (tn__fn_may_be(args, TN__CLASS_NULL | TN__CLASS_TEXT | TN__CLASS_BLOB))
        result |= TN__CLASS_NULL; /* of what does not look like a number */
    return result;
}

/* likely(x) and its like: the first argument as it is. */
tn__classes tn__fn_first(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    return args[0].classes;
}

tn__classes tn__fn_coalesce(const struct tn__fn_arg *args, uint32_t count)
{
    tn__classes result = 0;
    for (uint32_t i = 0; i < count; i++) {
        tn__classes value = args[i].classes;
        result |= value & TN__CLASS_VALUES;
        if (!(value & TN__CLASS_NULL))
            return result;
    }
    return result | TN__CLASS_NULL;
}

/* iif(c, x [, d, y …] [, z]): NULL if it ends without a z. */
tn__classes tn__fn_iif(const struct tn__fn_arg *args, uint32_t count)
{
    tn__classes result = count % 2 ? args[count - 1].classes : TN__CLASS_NULL;
    for (uint32_t i = 1; i < count; i += 2)
        result |= args[i].classes;
    return result;
}

/* Numbers come before text, text before blobs: what can compare as equal. */
enum rank {
    RANK_NUMBER,
    RANK_TEXT,
    RANK_BLOB,
    RANK_COUNT
};
static const tn__classes ranks[RANK_COUNT] = {
    [RANK_NUMBER] = TN__CLASS_NUMBERS, [RANK_TEXT] = TN__CLASS_TEXT, [RANK_BLOB] = TN__CLASS_BLOB};

/* Values of different ranks are never equal: a function's arguments have no affinity. */
tn__classes tn__fn_nullif(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    tn__classes result = args[0].classes;
    for (int rank = 0; rank < RANK_COUNT; rank++)
        if (args[0].classes & ranks[rank] && args[1].classes & ranks[rank])
            result |= TN__CLASS_NULL;
    return result;
}

/* max(x, y, …) if `up`, else min(): no argument wins whose rank another one always beats. */
static tn__classes extreme(const struct tn__fn_arg *args, uint32_t count, bool up)
{
    tn__classes all = 0;
    int bound = up ? 0 : RANK_COUNT - 1;
    for (uint32_t i = 0; i < count; i++) {
        all |= args[i].classes;
        int worst = up ? 0 : RANK_COUNT - 1;
        while (worst != (up ? RANK_COUNT - 1 : 0) && !(args[i].classes & ranks[worst]))
            worst += up ? 1 : -1;
        /* One that is only NULL beats none. */
        if (args[i].classes & ranks[worst] && (up ? worst > bound : worst < bound))
            bound = worst;
    }
    tn__classes values = 0;
    for (int rank = up ? bound : 0; rank <= (up ? RANK_COUNT - 1 : bound); rank++)
        values |= all & ranks[rank];
    return tn__fn_strictly(args, count, values);
}

tn__classes tn__fn_greatest(const struct tn__fn_arg *args, uint32_t count)
{
    return extreme(args, count, true);
}

tn__classes tn__fn_least(const struct tn__fn_arg *args, uint32_t count)
{
    return extreme(args, count, false);
}

/* Depending on how the engine is built, nothing is like a blob, and this is said before NULL. */
tn__classes tn__fn_like(const struct tn__fn_arg *args, uint32_t count)
{
    tn__classes result = tn__fn_strictly(args, count, TN__CLASS_INT);
    for (uint32_t i = 0; i < count && i < 2; i++)
        if (tn__fn_may_be(&args[i], TN__CLASS_BLOB))
            result |= TN__CLASS_INT;
    return result;
}

/* Text, and a blob of a blob; of an empty one NULL, as the engine has no pointer to it. */
tn__classes tn__fn_substr(const struct tn__fn_arg *args, uint32_t count)
{
    tn__classes values = 0;
    if (tn__fn_may_be(args, TN__CLASS_TEXT | TN__CLASS_NUMBERS))
        values |= TN__CLASS_TEXT;
    if (tn__fn_may_be(args, TN__CLASS_BLOB))
        values |= TN__CLASS_BLOB | TN__CLASS_NULL;
    return tn__fn_strictly(args, count, values);
}

/* NULL of what is empty: no number is, and a literal shows it. */
tn__classes tn__fn_unicode(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    bool filled = tn__fn_is_text_literal(args) && args->literal.size && args->literal.data[0];
    bool empty = !filled && tn__fn_may_be(args, TN__CLASS_TEXT | TN__CLASS_BLOB);
    return tn__fn_strictly(args, count, TN__CLASS_INT | (empty ? TN__CLASS_NULL : 0));
}

/* With an empty pattern the first argument as it is, before the third one is looked at. */
tn__classes tn__fn_replace(const struct tn__fn_arg *args, uint32_t count)
{
    const struct tn__fn_arg *pattern = &args[1];
    bool filled =
        tn__fn_is_text_literal(pattern) && pattern->literal.size && pattern->literal.data[0];
    if (filled || !tn__fn_may_be(pattern, TN__CLASS_TEXT | TN__CLASS_BLOB))
        return tn__fn_strictly(args, count, TN__CLASS_TEXT);
    return tn__fn_strictly(args, 2, args[0].classes | TN__CLASS_TEXT) |
           (args[2].classes & TN__CLASS_NULL);
}

/* Only the separator. */
tn__classes tn__fn_concat_ws(const struct tn__fn_arg *args, uint32_t count)
{
    (void)count;
    return tn__fn_strictly(args, 1, TN__CLASS_TEXT);
}

static size_t skip_any(tn_text text, size_t at, const char *set)
{
    while (at < text.size && text.data[at] && strchr(set, text.data[at]))
        at++;
    return at;
}

/* Behind the flags, width and precision of a conversion that starts at `at`; 0: not so, or too wide
 * to be told. */
static size_t skip_width(tn_text format, size_t at)
{
    size_t width = skip_any(format, at, "-+ 0,!#");
    size_t end = skip_any(format, width, "0123456789");
    if (end - width > 4)
        return 0;
    if (end < format.size && format.data[end] == '.') {
        size_t precision = end + 1;
        end = skip_any(format, precision, "0123456789");
        if (end - precision > 3)
            return 0;
    }
    return end;
}

/*
 * Whether what a format makes has at least one byte, and no more than the engine bears: 3.40 makes
 * NULL of what is empty and of what is too long. Numbers of a bounded width are neither; %s is not
 * too long, unless its argument is text or a blob that is not written there.
 */
static bool is_format_certain(tn_text format, const struct tn__fn_arg *args, uint32_t count)
{
    bool filled = false;
    uint32_t next = 0;
    for (size_t i = 0; i < format.size && format.data[i]; i++) {
        size_t start = i + 1;
        if (format.data[i] != '%') {
            filled = true;
            continue;
        }
        i = skip_width(format, start);
        if (!i || i >= format.size || !format.data[i] || !strchr("%diufeEgGxXos", format.data[i]))
            return false;
        if (format.data[i] == '%' && i > start)
            return false;
        if (format.data[i] != 's')
            filled = true;
        else if (next < count && tn__fn_may_be(&args[next], TN__CLASS_TEXT | TN__CLASS_BLOB) &&
                 !args[next].is_literal)
            return false;
        if (format.data[i] != '%')
            next++;
    }
    return filled;
}

tn__classes tn__fn_printf(const struct tn__fn_arg *args, uint32_t count)
{
    if (!count)
        return TN__CLASS_NULL;
    bool certain =
        tn__fn_is_text_literal(args) && is_format_certain(args->literal, args + 1, count - 1);
    return tn__fn_strictly(args, 1, TN__CLASS_TEXT | (certain ? 0 : TN__CLASS_NULL));
}
