#!/usr/bin/env bash
# Builds everything without a warning and runs the tests.
#
#   ./test.sh              all that a contributor needs before a commit: under 10 minutes on 2 idle cores
#   ./test.sh full         also more seeds of faults, larger amounts, the compose file and the benchmarks: under 30 minutes
#   ./test.sh fuzz S       only fuzzing for S seconds; keeps inputs that reach new code in tests/Fuzz.Tests/corpus, up to 30 of a target
#   ./test.sh chaos N [S]  only N schedules of faults against a cluster, from the seeds S, S+1, ...; S is random by default
#
# Installs missing programs that the tests need where it can (root and apt); otherwise it names them, and skips their tests visibly.
# With STRICT=1 a skipped test is a failure.
set -euo pipefail
cd "$(dirname "$0")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
strict=${STRICT:-0}
command=${1:-fast}
case $command in
  fast | full | fuzz | chaos) ;;
  *) echo "usage: ./test.sh [full | fuzz SECONDS | chaos N [SEED]]" >&2; exit 2 ;;
esac

# Program, its Debian packages, and its purpose.
needs=(
  "redis-server redis-server the cluster's membership and storage"
  "node nodejs the JavaScript example of the task endpoint"
  "curl curl the cURL example of the task endpoint, and the example in a shell script"
  "python3 python3-minimal the example in Python"
  "script bsdutils the live output of the command line"
  "ip iproute2 a network namespace for the examples, which use port 8004"
  "unshare util-linux a network namespace for the examples, which use port 8004, and a small disk"
  "cc build-essential a faulty disk below SQLite"
  "prometheus prometheus scraping a cluster, and the alert rules and queries of the dashboard"
  "chromium chromium,fonts-liberation the tests of the page"
)

packages=()
for need in "${needs[@]}"; do
  read -r program package purpose <<<"$need"
  command -v "$program" >/dev/null || packages+=(${package//,/ })
done
if [ ${#packages[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${packages[*]}"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi
for need in "${needs[@]}"; do
  read -r program package purpose <<<"$need"
  command -v "$program" >/dev/null || echo "Missing: $program (Debian package $package), needed for $purpose; its tests are skipped."
done

export results
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# add_row NAME STARTED PASSED FAILED SKIPPED: a row of the table at the end. Rows are in the order of their file names.
rows=0
add_row() {
  rows=$((rows + 1))
  echo "$1 $((SECONDS - $2)) ${*:3}" >"$results/$(printf %02d $rows).row"
}

echo "== build"
started=$SECONDS
dotnet build OrleansTasks.sln -c Release --nologo -v quiet
add_row build $started

if [ "$command" = fuzz ]; then
  exec dotnet tests/Fuzz/bin/Release/net10.0/Fuzz.dll "${2:?how many seconds?}" tests/Fuzz.Tests/corpus
fi

chaos_class=OrleansTasks.Cluster.Tests.Chaos.ChaosTests
if [ "$command" = chaos ]; then
  export CHAOS_RUNS=${2:?how many seeds?} CHAOS_SEED=${3:-$((RANDOM * 32768 + RANDOM))}
  export CHAOS_REPORTS=${CHAOS_REPORTS:-$(mktemp -d)}
  echo "== chaos: $CHAOS_RUNS seeds starting at $CHAOS_SEED, about 50 s each; records in $CHAOS_REPORTS"
  exec dotnet tests/Cluster.Tests/bin/Release/net10.0/Cluster.Tests.dll -noColor -class $chaos_class
fi

if [ "$command" = full ]; then
  echo "== bill of materials"
  started=$SECONDS
  dotnet tool restore >/dev/null
  dotnet dotnet-CycloneDX Silo/Silo.csproj --disable-package-restore --output artifacts --filename bom.json --output-format Json >/dev/null
  add_row bom $started
fi

echo "== format"
started=$SECONDS
# The build has enforced the rules of style, except a few that only the whole check knows.
if [ "$command" = full ]; then check=(format); else check=(format whitespace); fi
dotnet "${check[@]}" OrleansTasks.sln --verify-no-changes --no-restore
add_row format $started

# run_tests NAME PROJECT [OPTION...]: runs the tests of a project, and prints those that failed or were skipped.
run_tests() {
  local name=$1 project=$2 log="$results/$1.log" summary
  SECONDS=0
  # The slowest project takes a few minutes. One that hangs is ended after 25, and counts as failed.
  timeout 1500 dotnet "tests/$project/bin/Release/net10.0/$project.dll" -noColor "${@:3}" $filter >"$log" 2>&1 || true
  summary=$(sed -nE 's/^ *\S+ +Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+),.*/\1 \2 \3 \4/p' "$log")
  if [ -z "$summary" ]; then
    tail -n 50 "$log"
    echo "$name: the tests did not run to the end"
    summary="0 1 0 0"
  fi
  read -r total errors failed skipped <<<"$summary"
  failed=$((failed + errors)) passed=$((total - failed - skipped))
  grep -A 30 '\[FAIL\]' "$log" || true
  grep -A 1 '\[SKIP\]' "$log" || true
  # Repeated at the end, where the end of a long log is kept.
  grep -A 8 '\[FAIL\]' "$log" >"$results/$name.failures" || true
  echo "$name $SECONDS $((passed < 0 ? 0 : passed)) $failed $skipped" >"$results/$name.result"
  printf '%-28s %4d s  %s failed\n' "$name" $SECONDS "$failed"
}
export -f run_tests

# Most processes of tests live for seconds: profiling their code would cost a sixth of the processor time and pay off for none.
export DOTNET_TieredPGO=0
# A trait of one row of a theory counts only if the rows are enumerated first.
export filter="-preEnumerateTheories -trait- Run=full"
if [ "$command" = full ]; then
  export TEST_SCALE=full CHAOS_RUNS=6 filter=""
fi

# Two projects at a time, because tests mostly wait; those that take longest first.
echo "== tests"
units=(
  "Cluster.Tests Cluster.Tests -class- $chaos_class"
  "Silo.Tests Silo.Tests"
  "Grains.Tests Grains.Tests"
  "Faults.Tests Faults.Tests"
  "Page.Tests Page.Tests"
  "Gateway.Tests Gateway.Tests"
  "chaos Cluster.Tests -class $chaos_class"
  "Raida.Relay.Tests Raida.Relay.Tests"
)
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  [[ " ${units[*]} " == *" $name "* ]] || units+=("$name $name")
done
printf '%s\n' "${units[@]}" | xargs -P 2 -L 1 bash -c 'run_tests "$@"' run_tests
for result in "$results"/*.result; do
  rows=$((rows + 1))
  mv "$result" "$results/$(printf %02d $rows).row"
done

if [ "$command" = full ]; then
  # The compose file is tested where a Docker engine answers; it is all that stays untested elsewhere.
  echo "== compose"
  started=$SECONDS code=0
  tests/compose.sh || code=$?
  case $code in
    0) add_row compose $started 1 0 0 ;;
    77) add_row "compose(no-engine)" $started ;;
    *) add_row compose $started 0 1 0 ;;
  esac

  # That every benchmark runs to its end is a test. Its figures are not, because machines are noisy.
  echo "== bench"
  started=$SECONDS
  if timeout --kill-after=30 900 env -u DOTNET_TieredPGO bench/run.sh --quick --no-build; then add_row bench $started 1 0 0; else add_row bench $started 0 1 0; fi
fi

echo
cat "$results"/*.failures 2>/dev/null || true
passed=0 failed=0 skipped=0
while read -r name seconds p f s; do
  if [ -n "$p" ]; then
    printf '%-28s %4d s  %5d passed %3d failed %3d skipped\n' "$name" "$seconds" "$p" "$f" "$s"
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  else
    printf '%-28s %4d s\n' "$name" "$seconds"
  fi
done < <(cat "$results"/*.row)
printf '%-28s %4d s  (projects run two at a time)\n' total $SECONDS
if [ "$skipped" -gt 0 ]; then
  echo "$skipped tests were skipped: see above what is missing."
  [ "$strict" = 0 ] || failed=$((failed + skipped))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
