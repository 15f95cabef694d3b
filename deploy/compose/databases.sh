#!/bin/sh
# A database for each service, a user who owns its schema, and one who works on its rows and owns nothing. Run by the
# postgres image when its volume is empty; on a server of your own run the same statements.
set -eu

sql() {
  psql -v ON_ERROR_STOP=1 --quiet --username postgres "$@"
}

# Every transaction in a workspace's name takes this role; row-level security binds it.
sql -c 'create role switchboard_app nologin'

for service in auth mail telephony billing meetings audit; do
  name=$(echo "$service" | tr '[:lower:]' '[:upper:]')
  eval "owner_password=\$${name}_OWNER_PASSWORD service_password=\$${name}_SERVICE_PASSWORD"
  sql -v owner_password="$owner_password" -v service_password="$service_password" <<SQL
create role ${service}_owner login password :'owner_password';
create role ${service}_service login password :'service_password';
grant switchboard_app to ${service}_owner, ${service}_service;
create database ${service} owner ${service}_owner;
revoke connect on database ${service} from public;
grant connect on database ${service} to ${service}_service;
SQL
done
