#!/usr/bin/env bash
# Builds everything and measures it side by side with its baselines, on loopback.
#
#   ./bench/run.sh            takes half an hour and more, and writes bench/RESULTS.md
#   ./bench/run.sh --quick    under 3 minutes: short rounds, small amounts; shows its table and writes nothing
#
#   --only=read,echo          these benchmarks alone, and nothing is written: read, echo, detect, largest, latency, ended-tasks, overload,
#                             start, hangfire, micro
#   --ended-tasks=100000      how many ended tasks to keep, instead of 1,000,000
#   --no-build                what is there was just built
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
arguments=() build=1
for argument in "$@"; do
  if [ "$argument" = --no-build ]; then build=0; else arguments+=("$argument"); fi
done
[ "$build" = 0 ] || dotnet build OrleansTasks.sln -c Release --nologo -v quiet
exec dotnet bench/bin/Release/net10.0/Bench.dll run "${arguments[@]}"
