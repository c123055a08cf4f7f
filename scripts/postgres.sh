#!/bin/sh
# A private PostgreSQL for development and tests: its own folder, its own port, fsync on.
#
#   scripts/postgres.sh start <folder> [port]   starts it (installs the Debian packages when they are missing and we are
#                                               root) and prints one line: DATABASE_URL=postgres://...
#   scripts/postgres.sh stop <folder>           stops it; the data stays
#
# The server listens on 127.0.0.1 only and trusts local connections: it is no production set-up.
set -eu

fail() {
  echo "postgres.sh: $*" >&2
  exit 1
}

find_programs() {
  if command -v initdb >/dev/null 2>&1 && command -v pg_ctl >/dev/null 2>&1; then
    dirname "$(command -v initdb)"
    return
  fi
  # Debian keeps the server's programs out of PATH; the newest version is last.
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V -r); do
    if [ -x "$folder/initdb" ]; then
      echo "$folder"
      return
    fi
  done
}

install_packages() {
  command -v apt-get >/dev/null 2>&1 ||
    fail "PostgreSQL's server (initdb, pg_ctl) is missing and there is no apt-get: install PostgreSQL 15 or newer and put its bin folder on PATH"
  [ "$(id -u)" = 0 ] ||
    fail "PostgreSQL's server (initdb, pg_ctl) is missing: run 'sudo apt-get install postgresql', then again"
  echo "installing PostgreSQL from Debian packages" >&2
  # Without this Debian starts a cluster of its own on port 5432.
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] ||
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  {
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql ||
      { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql; }
  } >&2 </dev/null || fail "apt-get could not install postgresql; its messages are above"
}

# PostgreSQL refuses to run as root, so root hands over to the user that the package made.
as_owner() {
  if [ "$(id -u)" != 0 ]; then
    "$@"
  elif command -v runuser >/dev/null 2>&1; then
    runuser -u postgres -- "$@"
  else
    su postgres -s /bin/sh -c 'exec "$0" "$@"' -- "$@"
  fi
}

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); });'
}

start() {
  data="$1/data"
  programs=$(find_programs)
  if [ -z "$programs" ]; then
    install_packages
    programs=$(find_programs)
  fi
  [ -n "$programs" ] || fail "initdb is still missing after the installation"
  PATH="$programs:$PATH"
  if [ "$(id -u)" = 0 ]; then
    id postgres >/dev/null 2>&1 || fail "run as root, but there is no user 'postgres' to run the server as"
    chown postgres "$1"
  fi
  if [ ! -e "$data/PG_VERSION" ]; then
    as_owner "$(command -v initdb)" -D "$data" -U oms --auth=trust --encoding=UTF8 --no-locale >"$1/initdb.log" 2>&1 ||
      { cat "$1/initdb.log" >&2; fail "initdb failed in $data; may the user 'postgres' enter that folder and its parents?"; }
  fi
  if as_owner "$(command -v pg_ctl)" -D "$data" status >/dev/null 2>&1; then
    # The fourth line of its pid file is the port.
    port=$(as_owner sed -n 4p "$data/postmaster.pid")
  else
    port=${2:-$(free_port)}
    as_owner "$(command -v pg_ctl)" -D "$data" -w -t 60 -l "$data/server.log" \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$data -c fsync=on -c max_connections=200" \
      start >/dev/null ||
      { as_owner tail -n 12 "$data/server.log" >&2; fail "the server did not start on port $port; its last lines are above"; }
  fi
  as_owner "$(command -v psql)" -h 127.0.0.1 -p "$port" -U oms -d postgres -Atqc \
    "select 1 from pg_database where datname = 'oms'" | grep -q 1 ||
    as_owner "$(command -v createdb)" -h 127.0.0.1 -p "$port" -U oms oms
  echo "DATABASE_URL=postgres://oms@127.0.0.1:$port/oms"
}

stop() {
  programs=$(find_programs)
  [ -n "$programs" ] || fail "PostgreSQL is not installed, so nothing runs in $1"
  PATH="$programs:$PATH"
  as_owner "$(command -v pg_ctl)" -D "$1/data" -m fast -w stop >/dev/null || fail "no server runs in $1"
}

usage="use: scripts/postgres.sh start <folder> [port] | stop <folder>"
[ $# -ge 2 ] || fail "$usage"
mkdir -p "$2"
folder=$(cd "$2" && pwd)
case "$1" in
  start) start "$folder" "${3:-}" ;;
  stop) stop "$folder" ;;
  *) fail "$usage" ;;
esac
