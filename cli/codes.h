/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_CODES_H
#define TN_CLI_CODES_H

#include <stddef.h>

/* The pages of docs/codes/, one for each code of src/diag/diag_codes.h: made by cmake/EmbedCodes.cmake. */
struct code_page {
    const char *code;
    const char *text;
};
extern const struct code_page code_pages[];
extern const size_t code_page_count;

#endif
