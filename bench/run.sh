#!/usr/bin/env bash
# Builds everything, and measures it beside its baselines on loopback.
#
#   ./bench/run.sh            takes over half an hour, and writes bench/RESULTS.md
#   ./bench/run.sh --quick    about 3 minutes: short rounds and small amounts; prints its table, writes nothing
#
#   --only=read,echo          runs these benchmarks only, and writes nothing: read, echo, detect, largest, latency, waiters,
#                             ended-tasks, overload, telemetry, start, hangfire, micro
#   --ended-tasks=100000      keeps this many ended tasks instead of 1,000,000
#   --no-build                uses the present build
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
arguments=() build=1
for argument in "$@"; do
  if [ "$argument" = --no-build ]; then build=0; else arguments+=("$argument"); fi
done
[ "$build" = 0 ] || dotnet build OrleansTasks.sln -c Release --nologo -v quiet
exec dotnet bench/bin/Release/net10.0/Bench.dll run "${arguments[@]}"
