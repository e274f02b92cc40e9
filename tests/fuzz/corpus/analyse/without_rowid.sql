SELECT * FROM w WHERE k = :k; SELECT n, o FROM w WHERE k = 'a' OR n = 2; SELECT w.*, s.* FROM w JOIN s ON s.i = w.n
