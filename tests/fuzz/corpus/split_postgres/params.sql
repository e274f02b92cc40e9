SELECT :a, :b::int, LIMIT:n, x[:low : :high], :a;
SELECT $1, $2; SELECT $1, :a; SELECT $65536;
