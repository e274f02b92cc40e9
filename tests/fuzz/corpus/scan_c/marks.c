TN_QUERY(a, ":many",
         "SELECT 1 AS x /"
         "*"
         "? b *"
         "/ LIMIT 1 /*?*"
         "/ "
         "/*: c d */ ORDER BY 1 /*: e = "
         "1 :*/");
TN_QUERY(b, ":bulk",
         "DELETE FROM x WHERE id IN (:i"
         "ds["
         "]) /\x2a? a \052/ AND 1 /*?*/");
