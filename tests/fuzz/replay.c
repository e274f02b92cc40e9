/* SPDX-License-Identifier: MIT */
/* Runs a fuzz target on the files of folders, without libFuzzer. */
#include <dirent.h>
#include <limits.h>

#include "fuzz.h"

static void run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc((size_t)1 << 20);
    MUST(file && data);
    size_t size = fread(data, 1, (size_t)1 << 20, file);
    fclose(file);
    /* In a block of its own size, so that a byte too many is seen. */
    uint8_t *exact = malloc(size > 0 ? size : 1);
    MUST(exact);
    memcpy(exact, data, size);
    free(data);
    fprintf(stderr, "%s\n", path);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

int main(int argc, char **argv)
{
    int count = 0;
    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; i++) {
        DIR *dir = opendir(argv[i]);
        MUST(dir);
        for (struct dirent *entry; (entry = readdir(dir));) {
            char path[PATH_MAX];
            if (entry->d_name[0] == '.')
                continue;
            snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            run_file(path);
            count++;
        }
        closedir(dir);
    }
    printf("%d inputs\n", count);
    return count > 0 ? 0 : 1;
}
