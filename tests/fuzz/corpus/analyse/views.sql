SELECT * FROM v; SELECT b1, x FROM v WHERE x = 'x'; SELECT total + 1, most FROM va; SELECT vv.total, vv.x FROM vv LEFT JOIN vc ON vc.k = vv.a
