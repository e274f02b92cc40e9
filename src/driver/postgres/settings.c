#include "driver/postgres/settings.h"
int tn__pg_settings_read(struct tn__pg_settings *out, const struct tn__url *url, tn_arena *arena,
                         tn_error *err)
{
    (void)err;
    static const char *const k[] = {"dbname", "host", "user", "port", 0};
    const char **v = tn_arena_array(arena, 5, sizeof *v);
    v[0] = "postgres";
    v[1] = tn__url_param(url, "host").data;
    v[2] = "postgres";
    v[3] = tn__url_param(url, "port").data;
    v[4] = 0;
    out->keywords = k;
    out->values = v;
    out->prepare = 0;
    out->lock_timeout_ms = 0;
    return 0;
}
