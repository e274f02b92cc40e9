-- The indexes go with their table.
DROP TABLE tasks;
