#!/bin/sh
# Run once by the image of PostgreSQL, when its data folder is empty: one database for each app of the control silo.
set -eu
for name in control notifier outcomes; do
  psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --command "CREATE DATABASE $name"
done
