#!/usr/bin/env bash
# Builds everything without a warning and runs the whole test suite.
#
#   ./test.sh             installs what the tests need where it can (root and apt), else names it and skips those tests visibly
#   STRICT=1 ./test.sh    the same, but a skipped test is a failure (as CI runs it)
set -euo pipefail
cd "$(dirname "$0")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
strict=${STRICT:-0}

# The program that is needed, the Debian package that has it, and what it is for.
needs=(
  "redis-server redis-server the cluster's membership and storage"
  "node nodejs the JavaScript example of the task endpoint"
  "curl curl the cURL example of the task endpoint"
  "ip iproute2 a network of their own for the examples, which name port 8004"
  "unshare util-linux a network of their own for the examples, which name port 8004"
)

packages=()
for need in "${needs[@]}"; do
  read -r program package purpose <<<"$need"
  command -v "$program" >/dev/null || packages+=("$package")
done
if [ ${#packages[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${packages[*]}"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi
for need in "${needs[@]}"; do
  read -r program package purpose <<<"$need"
  command -v "$program" >/dev/null || echo "Missing: $program (Debian package $package), needed for $purpose; its tests are skipped."
done

echo "== build"
dotnet build OrleansTasks.sln -c Release --nologo -v quiet

echo "== format"
dotnet format OrleansTasks.sln --verify-no-changes --no-restore

passed=0 failed=0 skipped=0 table=""
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  log="$results/$name.log"
  echo "== $name"
  started=$SECONDS
  # No project takes more than some minutes: one that hangs is ended, and counts as failed.
  timeout 900 dotnet test --project "$project" -c Release --no-build --no-progress --no-ansi >"$log" 2>&1 || true
  count() { sed -nE "s/^ *$1: *([0-9]+).*/\1/p" "$log" | tail -n 1; }
  p=$(count succeeded) f=$(count failed) s=$(count skipped)
  if [ -z "$p" ]; then
    tail -n 50 "$log"
    echo "$name: its tests did not run to their end"
    f=1
  elif [ "$f" -gt 0 ] || [ "$s" -gt 0 ]; then
    cat "$log"
  fi
  line=$(printf '%-28s %4d passed %4d failed %4d skipped  %4d s' "$name" "${p:-0}" "${f:-0}" "${s:-0}" $((SECONDS - started)))
  echo "$line"
  table+="$line"$'\n'
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${s:-0}))
done

printf '\n%s' "$table"
if [ "$strict" = 1 ] && [ "$skipped" -gt 0 ]; then
  echo "$skipped tests were skipped, and here that counts as a failure."
  failed=$((failed + skipped))
elif [ "$skipped" -gt 0 ]; then
  echo "$skipped tests were skipped: see above what is missing."
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
