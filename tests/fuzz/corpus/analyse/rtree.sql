SELECT * FROM rt WHERE x0 > ? AND x1 < ?; SELECT id, x1 - x0 FROM rt
