/* by hand, for now */
#ifndef TN_GEN_BENCH_ITEMS_TENON_H
#define TN_GEN_BENCH_ITEMS_TENON_H
#include <tenon/gen_postgres.h>
TN_BEGIN_DECLS
struct bench_item {
    int64_t id;
    tn_text title;
    tn_text status;
    int64_t priority;
    double score;
    tn_text note;
};
TN_NODISCARD int bench_item_get(struct bench_item *out, tn_db *db, int64_t id, tn_arena *arena,
                                tn_error *err);
struct bench_item_range_iter {
    struct tn_gen_use use;   /* private */
    struct tn_pg_rows rows; /* private */
    struct bench_item row;
};
TN_NODISCARD int bench_item_range_begin(struct bench_item_range_iter *iter, tn_db *db,
                                        int64_t first, int64_t last, tn_error *err);
TN_NODISCARD int bench_item_range_next(struct bench_item_range_iter *iter, tn_error *err);
void bench_item_range_end(struct bench_item_range_iter *iter);
struct bench_item_scan_iter {
    struct tn_gen_use use;   /* private */
    struct tn_pg_rows rows; /* private */
    struct bench_item row;
};
TN_NODISCARD int bench_item_scan_begin(struct bench_item_scan_iter *iter, tn_db *db, tn_error *err);
TN_NODISCARD int bench_item_scan_next(struct bench_item_scan_iter *iter, tn_error *err);
void bench_item_scan_end(struct bench_item_scan_iter *iter);
struct bench_item_add_args {
    tn_text title;
    tn_text status;
    int64_t priority;
    double score;
    tn_text note;
};
TN_NODISCARD int bench_item_add(int64_t *affected, tn_db *db,
                                const struct bench_item_add_args *args, tn_error *err);
TN_NODISCARD int bench_item_update(int64_t *affected, tn_db *db, tn_text status, int64_t priority,
                                   int64_t id, tn_error *err);
TN_NODISCARD int bench_item_fill(int64_t *affected, tn_db *db,
                                 const struct bench_item_add_args *items, size_t count,
                                 tn_error *err);
TN_END_DECLS
#endif
