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
trap finish TERM INT
"$postgres" start "$folder" >"$folder/url.new"
mv "$folder/url.new" "$folder/url"
while :; do
  # In the background, so that a signal ends the wait and not only the sleep.
  sleep 2 &
  wait $! || true
done
