#!/bin/sh
# Makes the hub's role in a new database, over the local socket: its owner, who may create roles and is no superuser. PostgreSQL's
# container runs it once; run again, it gives the role the password that stands in the file now.
set -eu
psql -h /var/run/postgresql -U postgres -d hub -q -v ON_ERROR_STOP=1 <<'SQL'
\set password `cat /secrets/hub_owner`
SELECT 'CREATE ROLE hub_owner LOGIN CREATEROLE' WHERE to_regrole('hub_owner') IS NULL \gexec
ALTER ROLE hub_owner PASSWORD :'password';
ALTER DATABASE hub OWNER TO hub_owner;
SQL
