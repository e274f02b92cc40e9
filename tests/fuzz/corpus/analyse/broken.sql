SELECT nothing FROM t; SELECT * FROM nowhere; SELECT id FROM t, u; SELECT t.q FROM t; SELECT a FROM t WHERE sum(b) > 1; SELEC 1; SELECT ((1; SELECT max(b) OVER FROM t
