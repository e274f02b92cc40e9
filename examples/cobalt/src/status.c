/* SPDX-License-Identifier: MIT */
#include "status.h"

const char *cobalt_status_name(int status)
{
    switch (status) {
#define CASE(name, offset, word) \
 case COBALT_##name:             \
  return word;
        COBALT_STATUS_MAP(CASE)
#undef CASE
    default:
        return tn_status_name(status);
    }
}
