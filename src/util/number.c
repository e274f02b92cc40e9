/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* strtod_l */
#include "util/number.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"

/* Everything here is done in the locale "C", which leaves the program's own alone. */
static locale_t plain_locale(void)
{
    return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

/* Of a finite number. */
static size_t shortest(char out[TN__REAL_MAX], double value)
{
    enum {
        FEWEST = 15, /* digits that a decimal number keeps in a double */
        MOST = 17    /* digits that tell every two doubles apart */
    };
    locale_t plain = plain_locale();
    if (!plain)
        return 0;
    locale_t before = uselocale(plain); /* of this thread */
    int size = 0;
    for (int digits = FEWEST; digits <= MOST; digits++) {
        size = snprintf(out, TN__REAL_MAX, "%.*g", digits, value);
        double again = strtod_l(out, NULL, plain);
        if (again == value)
            break;
    }
    uselocale(before);
    freelocale(plain);
    return (size_t)size;
}

size_t tn__real_format(char out[TN__REAL_MAX], double value)
{
    size_t size = shortest(out, value);
    if (size > 0 && !strpbrk(out, ".e")) {
        memcpy(out + size, ".0", 3);
        size += 2;
    }
    return size;
}

size_t tn__real_text(char out[TN__REAL_MAX], double value)
{
    if (isnan(value))
        return (size_t)snprintf(out, TN__REAL_MAX, "NaN");
    if (isinf(value))
        return (size_t)snprintf(out, TN__REAL_MAX, "%sInfinity", value < 0 ? "-" : "");
    return shortest(out, value);
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
    locale_t plain = plain_locale();
    double value = copy && plain ? strtod_l(copy, NULL, plain) : 0;
    int rc = !copy || !plain ? TN_ENOMEM : isfinite(value) ? TN_OK : TN_ERANGE;
    if (plain)
        freelocale(plain);
    if (copy != small)
        tn__free(copy);
    if (rc == TN_OK)
        *out = value;
    return rc;
}
