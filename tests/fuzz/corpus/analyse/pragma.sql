SELECT name, type FROM pragma_table_info('t'); SELECT * FROM pragma_index_list('u'); SELECT name FROM sqlite_schema WHERE type = 'table'
