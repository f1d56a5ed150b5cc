#!/usr/bin/env bash
# Builds everything without a warning and runs the whole test suite.
#
#   ./test.sh             installs what the tests need where it can (root and apt), else names it and skips those tests visibly
#   STRICT=1 ./test.sh    the same, but a skipped test is a failure, and the benchmarks run as well (as CI runs it)
#   ./test.sh chaos N [S] runs N schedules of faults against a cluster, those of the seeds S, S+1, ...; S is drawn unless it is given
set -euo pipefail
cd "$(dirname "$0")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
strict=${STRICT:-0}
command=${1:-all}
case $command in
  all | chaos) ;;
  *) echo "usage: ./test.sh [chaos N [SEED]]" >&2; exit 2 ;;
esac

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

if [ "$command" = chaos ]; then
  export CHAOS_RUNS=${2:?how many seeds?} CHAOS_SEED=${3:-$((RANDOM * 32768 + RANDOM))}
  export CHAOS_REPORTS=${CHAOS_REPORTS:-$(mktemp -d)}
  echo "== chaos: $CHAOS_RUNS seeds from $CHAOS_SEED on, some 50 s each; records in $CHAOS_REPORTS"
  exec dotnet tests/Cluster.Tests/bin/Release/net10.0/Cluster.Tests.dll -noColor -class OrleansTasks.Cluster.Tests.Chaos.ChaosTests
fi

echo "== format"
dotnet format OrleansTasks.sln --verify-no-changes --no-restore

passed=0 failed=0 skipped=0 table="" failures=""
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  log="$results/$name.log"
  echo "== $name"
  started=$SECONDS
  # Most projects take some minutes, none ten on an idle machine. One that hangs is ended after 25, and counts as failed.
  timeout 1500 dotnet test --project "$project" -c Release --no-build --no-progress --no-ansi >"$log" 2>&1 || true
  count() { sed -nE "s/^ *$1: *([0-9]+).*/\1/p" "$log" | tail -n 1; }
  p=$(count succeeded) f=$(count failed) s=$(count skipped)
  if [ -z "$p" ]; then
    tail -n 50 "$log"
    echo "$name: its tests did not run to their end"
    f=1
  elif [ "$f" -gt 0 ] || [ "$s" -gt 0 ]; then
    cat "$log"
    # Said once more at the end, with what comes first of the reason: where only the end of a long output is kept, it is there.
    failures+=$(awk '/^failed .*\(/ { lines = 9 } lines-- > 0' "$log")$'\n'
  fi
  line=$(printf '%-28s %4d passed %4d failed %4d skipped  %4d s' "$name" "${p:-0}" "${f:-0}" "${s:-0}" $((SECONDS - started)))
  echo "$line"
  table+="$line"$'\n'
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${s:-0}))
done

# The compose file is run where there is an engine; where there is none, nothing of ours is untested by that but the file.
started=$SECONDS code=0
echo "== compose"
tests/compose.sh || code=$?
case $code in
  0) result="1 passed    0 failed    0 skipped" && passed=$((passed + 1)) ;;
  77) result="not run: no Docker engine" ;;
  *) result="0 passed    1 failed    0 skipped" && failed=$((failed + 1)) ;;
esac
table+=$(printf '%-28s    %s  %4d s' compose "$result" $((SECONDS - started)))$'\n'

# That every benchmark runs to its end is a test; what it measures is none, as machines are noisy.
if [ "$strict" = 1 ]; then
  started=$SECONDS
  echo "== bench"
  if timeout --kill-after=30 900 bench/run.sh --quick --no-build; then
    result="1 passed    0 failed    0 skipped" && passed=$((passed + 1))
  else
    result="0 passed    1 failed    0 skipped" && failed=$((failed + 1))
  fi
  table+=$(printf '%-28s    %s  %4d s' bench "$result" $((SECONDS - started)))$'\n'
fi

printf '\n%s%s' "$failures" "$table"
if [ "$strict" = 1 ] && [ "$skipped" -gt 0 ]; then
  echo "$skipped tests were skipped, and here that counts as a failure."
  failed=$((failed + skipped))
elif [ "$skipped" -gt 0 ]; then
  echo "$skipped tests were skipped: see above what is missing."
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
