/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* strtod_l */
#include "shape/number.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

/* In the locale "C", which the program's own does not touch. False: there was no memory for it. */
static bool read_double(double *out, const char *text)
{
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!plain)
        return false;
    *out = strtod_l(text, NULL, plain);
    freelocale(plain);
    return true;
}

/* What printf has written, with a point for what the program's locale has between the digits. */
static size_t put_point(char *text, size_t size)
{
    size_t begin = strspn(text, "-+0123456789e");
    if (begin == size)
        return size;
    size_t end = begin + 1;
    while (end < size && !strchr("0123456789", text[end]))
        end++;
    text[begin] = '.';
    memmove(text + begin + 1, text + end, size - end + 1);
    return size - (end - begin - 1);
}

size_t tn__real_format(char out[TN__REAL_MAX], double value)
{
    enum {
        FEWEST = 15, /* digits that a decimal number keeps in a double */
        MOST = 17    /* digits that tell every two doubles apart */
    };
    size_t size = 0;
    for (int digits = FEWEST; digits <= MOST; digits++) {
        double again = 0;
        int written = snprintf(out, TN__REAL_MAX, "%.*g", digits, value);
        size = put_point(out, written > 0 ? (size_t)written : 0);
        if (digits == MOST || (read_double(&again, out) && again == value))
            break;
    }
    if (!strpbrk(out, ".e")) {
        memcpy(out + size, ".0", 3);
        size += 2;
    }
    return size;
}

int tn__real_parse(double *out, tn_text text)
{
    char small[128];
    char *copy = small;
    if (text.size < sizeof small) {
        memcpy(small, text.data, text.size);
        small[text.size] = '\0';
    } else {
        copy = tn__memdup(text.data, text.size);
    }
    double value = 0;
    int rc = copy && read_double(&value, copy) ? TN_OK : TN_ENOMEM;
    if (copy != small)
        tn__free(copy);
    if (rc == TN_OK && !isfinite(value))
        rc = TN_ERANGE;
    if (rc == TN_OK)
        *out = value;
    return rc;
}
