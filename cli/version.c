/* SPDX-License-Identifier: MIT */
#include "frame.h"
#include "render/json.h"

/* `tenon --version`. TN_SQLITE_COMPILED comes from the build: only the driver includes sqlite3.h. */

/* The engines that are built in. */
static const char *const features[] = {
    "sqlite",
#ifdef TN_HAS_POSTGRES
    "postgres",
#endif
};

enum {
    FEATURE_COUNT = sizeof features / sizeof features[0]
};

static const char *sqlite_running(struct cli *cli)
{
    tn_db *db = NULL;
    tn_rows rows;
    const char *version = "unknown";
    if (tn_db_open(&db, ":memory:", NULL, NULL) != TN_OK)
        return version;
    if (tn_query(&rows, db, "SELECT sqlite_version()", NULL, 0, cli->arena, NULL) == TN_OK &&
        rows.row_count == 1 && tn_rows_at(&rows, 0, 0)->type == TN_TEXT)
        version = tn_rows_at(&rows, 0, 0)->as.text.data;
    tn_db_close(db);
    return version;
}

int version_print(struct cli *cli)
{
    const char *running = sqlite_running(cli);
    if (!cli->json) {
        tn__buf_printf(&cli->out, "tenon %s\nsqlite %s, compiled with %s\nfeatures:", tn_version(),
                       running, TN_SQLITE_COMPILED);
        for (size_t i = 0; i < FEATURE_COUNT; i++)
            tn__buf_printf(&cli->out, "%s%s", i ? ", " : " ", features[i]);
        tn__buf_putc(&cli->out, '\n');
        return EXIT_DONE;
    }
    struct tn__json json;
    tn__json_init(&json, &cli->out);
    tn__json_object_begin(&json);
    tn__json_key_int(&json, "v", 1);
    tn__json_key_string(&json, "tenon", tn_version());
    tn__json_key(&json, "sqlite");
    tn__json_object_begin(&json);
    tn__json_key_string(&json, "compiled", TN_SQLITE_COMPILED);
    tn__json_key_string(&json, "running", running);
    tn__json_object_end(&json);
    tn__json_key(&json, "features");
    tn__json_array_begin(&json);
    for (size_t i = 0; i < FEATURE_COUNT; i++)
        tn__json_string(&json, features[i]);
    tn__json_array_end(&json);
    tn__json_object_end(&json);
    tn__buf_putc(&cli->out, '\n');
    return EXIT_DONE;
}
