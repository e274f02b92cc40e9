SELECT b + 1, b / 0, b % 2, c * 2, a + 1, -a, ~c, +d, b || c, b & 3, b << 2, 7 / 2, 7 / 2.0, '3' + '4', x'31' + 1, NULL + 1, e + 1, f * 2 FROM t
