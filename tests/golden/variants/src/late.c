#include "late.tenon.h"

TN_QUERY(
    late, ":many",
    "SELECT id, title FROM tasks WHERE made < :before /*? status */ AND status = :status /*?*/ "
    "ORDER BY /*: sort newest */ made DESC" /* and so on */ " /*: title = title :*/");
