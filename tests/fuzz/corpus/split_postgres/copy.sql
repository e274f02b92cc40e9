SELECT 1;
COPY t (a) FROM STDIN;
1	it's
\.
