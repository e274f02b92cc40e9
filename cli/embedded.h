/* SPDX-License-Identifier: MIT */
#ifndef TN_CLI_EMBEDDED_H
#define TN_CLI_EMBEDDED_H

#include <stddef.h>

/* Text files that are a part of the program, sorted by path: made by cmake/EmbedText.cmake. */
struct embedded_file {
    const char *path; /* in its folder */
    const char *text;
};

/* docs/codes/: a page CODE.md for each code of src/diag/diag_codes.h. */
extern const struct embedded_file code_pages[];
extern const size_t code_pages_count;

/* cli/new/: what 'tenon new' writes. */
extern const struct embedded_file project_files[];
extern const size_t project_files_count;

#endif
