SELECT * FROM t; SELECT t.*, u.x FROM t, u; SELECT rowid, * FROM n; SELECT *, * FROM v; SELECT * FROM vv, w;
