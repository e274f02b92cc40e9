/* SPDX-License-Identifier: MIT */
#include "driver/driver.h"

static const struct tn__driver *const drivers[] = {
    &tn__driver_sqlite,
#ifdef TN_HAS_POSTGRES
    &tn__driver_postgres,
#endif
};

const struct tn__driver *tn__driver_find(enum tn__url_engine engine)
{
    for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++) {
        if (drivers[i]->engine == engine)
            return drivers[i];
    }
    return NULL;
}
