SELECT sqrt(b), pow(b, 2), ceil(c), floor(b), ln(b), log(b), exp(b), mod(b, 2), pi(), sin(c), trunc(c), degrees(b), atan2(b, c) FROM t
