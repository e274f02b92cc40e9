/* SPDX-License-Identifier: MIT */
#include "core/opened.h"

void tn__opened_cut(tn_conn *conn, const tn_db *view, const char *why)
{
    struct tn__opened *next;
    for (struct tn__opened *opened = conn->opened; opened; opened = next) {
        next = opened->older;
        if (view && opened->view != view)
            continue;
        tn__opened_leave(opened, conn);
        opened->over = why;
        opened->cut(opened, conn);
    }
}
