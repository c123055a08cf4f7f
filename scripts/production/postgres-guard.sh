#!/bin/sh
# Runs scripts/postgres.sh for as long as it is not told to stop: PostgreSQL leaves its starter's side, and would outlive it.
#
#   scripts/production/postgres-guard.sh <folder>    the address is in <folder>/url as soon as the server answers
set -eu

postgres="$(dirname "$0")/../postgres.sh"
folder=$1
rm -f "$folder/url"
finish() {
  "$postgres" stop "$folder" || true
  rm -f "$folder/url"
  exit 0
}
# Told by SIGUSR1 that its server was killed, it starts it again where it answered before.
start_again() {
  port=$(sed 's|.*:\([0-9]*\)/.*|\1|' "$folder/url")
  tries=0
  # What is left of the dead server holds its memory for a moment.
  until "$postgres" start "$folder" "$port" >"$folder/url.new"; do
    tries=$((tries + 1))
    [ "$tries" -lt 30 ] || exit 1
    sleep 1
  done
  mv "$folder/url.new" "$folder/url"
}
trap finish TERM INT
trap start_again USR1
"$postgres" start "$folder" >"$folder/url.new"
mv "$folder/url.new" "$folder/url"
while :; do
  # In the background, so that a signal ends the wait and not only the sleep.
  sleep 2 &
  wait $! || true
done
