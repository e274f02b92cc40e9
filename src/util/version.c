/* SPDX-License-Identifier: MIT */
#include <tenon/version.h>

const char *tn_version(void)
{
    return TN_VERSION;
}

int tn_version_number(void)
{
    return TN_VERSION_NUMBER;
}
