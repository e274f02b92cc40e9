SELECT date('now') IS NULL, date(a), datetime(a, '+1 day'), strftime('%Y', a), julianday(a), unixepoch(a), time(b), date(:d, :m), strftime('%s', b) FROM t
