/* SPDX-License-Identifier: MIT */
#include "driver/postgres/pq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static const char library[] = "libpq.so.5";

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
#define TN__PQ_ROW(name) {"PQ" #name, offsetof(struct tn__pq_functions, name)},
    TN__PQ_FUNCTIONS(TN__PQ_ROW)
#undef TN__PQ_ROW
};

struct tn__pq_functions tn__pq_table;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char why[200]; /* it could not be loaded; empty: it was */

/* It is never closed: a thread may still be in it, and its own libraries do not bear it. */
static void load(void)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        snprintf(why, sizeof why, "PostgreSQL needs %s (Debian: libpq5): %s", library, dlerror());
        return;
    }
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        void *symbol = dlsym(handle, functions[i].name);
        if (!symbol) {
            snprintf(why, sizeof why, "%s has no %s: PostgreSQL needs libpq 14 or later", library,
                     functions[i].name);
            return;
        }
        /* ISO C knows no cast from an object's address to a function's. */
        memcpy((char *)&tn__pq_table + functions[i].offset, &symbol, sizeof symbol);
    }
    if (!tn__pq->isthreadsafe())
        snprintf(why, sizeof why, "%s has been built without threads", library);
}

int tn__pq_load(tn_error *err)
{
    pthread_once(&once, load);
    return why[0] ? tn_error_set(err, TN_EUNSUPPORTED, "%s", why) : TN_OK;
}
