"""PostgreSQL: the log, the tables of the folds, the keys, and the server that comes with the hub."""
