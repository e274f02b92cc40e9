SELECT title, rank, highlight(ft, 0, '<', '>') FROM ft WHERE ft MATCH :q; SELECT bm25(ft), snippet(ft, 1, '', '', '', 3) FROM ft('two'); SELECT rowid, * FROM ft
