#!/bin/sh
# Detects the coins in files and prints the result as JSON: sh examples/detect.sh data/sample-coins.json
# Needs curl.
set -eu
service=${RAIDA_URL:-http://localhost:8004}

# An option with the API key, read from standard input: on the command line, others could see it.
call() {
  printf '%s' "${RAIDA_API_KEY:+header = \"X-Api-Key: $RAIDA_API_KEY\"}" | curl --silent --show-error --fail-with-body --retry 5 --config - "$@"
}

get_member() { printf '%s' "$1" | sed -n "s/^{\"payload\":{[^{}]*\"$2\":\"\([^\"]*\)\".*/\1/p"; }

fail() {
  printf '%s\n' "$1" >&2
  exit 1
}

for file in "$@"; do
  # The key makes a retry return the same task, if the first response was lost.
  key=$(od -An -N 16 -t x1 /dev/urandom | tr -d ' \n')
  task=$(call --header "Idempotency-Key: $key" --form "file=@$file" "$service/api/v1/detect") || fail "$task"
  id=$(get_member "$task" id)
  while [ "$(get_member "$task" status)" = running ]; do
    task=$(call --header "Prefer: wait=30" "$service/api/v1/task/$id") || fail "$task"
  done
  [ "$(get_member "$task" status)" = completed ] || fail "$task"
  printf '%s\n' "$task"
done
