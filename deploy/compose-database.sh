#!/bin/sh
# Run once by the database container on an empty volume: roles, database, passwords.
set -eu
psql -v ON_ERROR_STOP=1 --username postgres --file /holdfast/postgres.sql
for role in owner app; do
    password=$(cat "/run/secrets/$role")
    psql -v ON_ERROR_STOP=1 --username postgres -v password="$password" <<SQL
ALTER ROLE holdfast_$role PASSWORD :'password';
SQL
done
