#!/usr/bin/env bash
# Runs docker-compose.yml as it is: builds it, starts it with three silos, runs an echo and a detect through the published port, kills a
# silo in the middle of 50 tasks, ends another one's process, gives the silos a key coin, and takes all down again. Needs a Docker engine
# with compose; where none answers, root may have one in ../shared/dockerlab. Exit code 77: there is none, and nothing was tested.
set -euo pipefail
cd "$(dirname "$0")/.."

lab=../shared/dockerlab
started_lab=0
work=$(mktemp -d)
# Neither the settings of the machine at hand nor its images are touched; the engine chooses the port that is published.
unset "${!RAIDA_@}" "${!TASKS_@}" "${!CLUSTER_@}" "${!COMPOSE_@}"
export TAG=test-$$ GATEWAY_PORTS=0
compose=(docker compose --env-file /dev/null --project-name "orleans-tasks-test-$$" -f docker-compose.yml -f tests/compose-slow-servers.yml)

engine_answers() { { timeout 20 docker info && docker compose version; } >/dev/null 2>&1; }

finish() {
  local code=$?
  trap - EXIT INT TERM
  if engine_answers; then
    if [ $code -ne 0 ]; then
      timeout 20 "${compose[@]}" ps --all || true
      timeout 60 "${compose[@]}" logs --no-color --tail 60 || true
    fi
    timeout 120 "${compose[@]}" down --volumes --remove-orphans --timeout 10 >"$work/down" 2>&1 || cat "$work/down"
    docker image rm "orleans-tasks-silo:$TAG" "orleans-tasks-gateway:$TAG" "orleans-tasks-raida:$TAG" >/dev/null 2>&1 || true
  fi
  [ $started_lab = 0 ] || timeout 120 "$lab/down.sh" >/dev/null 2>&1 || true
  rm -rf "$work"
  [ $code -eq 0 ] || [ $code -eq 77 ] || echo "compose: failed"
  exit $code
}
trap finish EXIT
trap 'exit 130' INT TERM

if ! engine_answers; then
  if [ "$(id -u)" != 0 ] || [ ! -x "$lab/up.sh" ]; then
    echo "Compose is not tested here: no Docker engine answers"
    exit 77
  fi
  echo "compose: bringing up a Docker engine"
  started_lab=1
  if ! timeout 500 "$lab/up.sh" >"$work/lab" 2>&1; then
    tail -n 20 "$work/lab"
    echo "Compose is not tested here: no Docker engine could be brought up"
    exit 77
  fi
  # shellcheck disable=SC1091
  . "$lab/env.sh"
fi

step() { echo "compose: $* ($SECONDS s)"; }
fail() { echo "compose: $*" >&2; exit 1; }
member() { sed -nE "s/.*\"$1\":\"?([^\",}]*).*/\1/p"; }

# Quiet unless it fails; a command that hangs is ended.
quietly() {
  local limit=$1
  shift
  timeout "$limit" "$@" >"$work/output" 2>&1 || { cat "$work/output"; fail "failed: $*"; }
}

# Starts a task and prints its id. A start that is not acknowledged is repeated with its key, which is the same task then.
start() {
  local key=$1 answer
  shift
  for _ in $(seq 1 30); do
    answer=$(curl -s --max-time 15 -H "Idempotency-Key: $key" -w '\n%{http_code} %{time_total}' "$@" || true)
    echo "$answer" | tail -n 1 >>"$work/starts"
    if [[ $answer == *$'\n202 '* ]]; then
      member id <<<"$answer"
      return
    fi
    sleep 0.5
  done
  fail "$* was not acknowledged: $answer"
}

# Waits until a task has ended, and prints it. It may not be lost for a moment: 404 is a failure, 503 is not.
wait_for_end() {
  local id=$1 answer=""
  for _ in $(seq 1 150); do
    answer=$(curl -s --max-time 15 -w '\n%{http_code} %{time_total}' "$base/task/$id" || true)
    echo "$answer" | tail -n 1 >>"$work/reads"
    case $answer in
      *'"status":"running"'*$'\n200 '*) ;;
      *'"status":"completed"'*$'\n200 '*) echo "$answer"; return ;;
      *$'\n503 '*) ;;
      *) fail "task $id was answered: $answer" ;;
    esac
    sleep 0.4
  done
  fail "task $id did not end: $answer"
}

slowest() { sort -k 2 -n "$work/$1" | tail -n 1 | cut -d ' ' -f 2; }
others_than() { grep -cv "^$2 " "$work/$1" || true; }

# A generated coin of denomination 1 with another one's secrets or its own: the secret at RAIDA r is the MD5 of raida{r}:1:{serial number}.
coin() {
  local ans="" raida
  for raida in $(seq 0 24); do
    ans+="\"$(printf 'raida%d:1:%d' "$raida" "$2" | md5sum | cut -c 1-32)\","
  done
  printf '{"sn":%d,"denomination":1,"ans":[%s]}' "$1" "${ans%,}"
}

find_gateway() { base="http://$("${compose[@]}" port gateway 8080)/api/v1"; }

# Runs a detect of two coins, and checks its verdicts: 17 has the secrets of 18, and is counterfeit everywhere.
detect() {
  local id task
  echo "{\"coins\":[$(coin 16 16),$(coin 17 18)]}" >"$work/coins"
  id=$(start "$1-$$" -H 'Content-Type: application/json' --data-binary "@$work/coins" "$base/detect")
  task=$(wait_for_end "$id")
  [[ $task == *'"sn":16,"pownstring":"ppppppppppppppppppppppppp","result":"Authentic"'* ]] || fail "coin 16 is authentic: $task"
  [[ $task == *'"sn":17,"pownstring":"fffffffffffffffffffffffff","result":"Counterfeit"'* ]] || fail "coin 17 is counterfeit: $task"
}

# How many silos said so at their start.
silos_that_say() {
  local id count=0
  for id in $("${compose[@]}" ps --quiet silo); do
    if [[ $(docker logs "$id" 2>&1) == *"$1"* ]]; then count=$((count + 1)); fi
  done
  echo "$count"
}

# Waits until a container is healthy.
wait_for_health() {
  local health=""
  for _ in $(seq 1 240); do
    health=$(docker inspect -f '{{.State.Status}} {{.State.Health.Status}}, restarts: {{.RestartCount}}' "$1")
    case $health in "running healthy"*) return ;; esac
    sleep 0.5
  done
  fail "$1 is not healthy: $health"
}

step "build"
quietly 900 "${compose[@]}" build

step "up"
quietly 300 "${compose[@]}" up --detach --wait --scale silo=3
[ "$("${compose[@]}" ps --quiet silo | wc -l)" = 3 ] || fail "there are not three silos"
find_gateway
[[ $base == http://127.0.0.1:* ]] || fail "the gateway is published at $base"
published=$(docker inspect -f '{{.Name}} {{json .NetworkSettings.Ports}}' $("${compose[@]}" ps --quiet) | grep -c HostPort)
[ "$published" = 1 ] || fail "$published containers publish ports"

step "an echo and a detect"
echo_id=$(start "echo-$$" -X POST "$base/echo")
detect detect
task=$(wait_for_end "$echo_id")
[[ $task == *'"online":25,'* ]] || fail "the echo did not find all 25: $task"
[ "$(silos_that_say 'travel to the RAIDA servers in clear')" = 3 ] || fail "not every silo says that there is no key coin"

step "50 tasks, and a silo that is killed in their middle"
mapfile -t silos < <("${compose[@]}" ps --quiet silo)
: >"$work/starts" >"$work/reads"
for n in $(seq 1 50); do
  if [ "$n" = 26 ]; then
    killed=$(date +%s)
    timeout 60 docker kill "${silos[0]}" >/dev/null &
  fi
  start "kill-$$-$n" -X POST "$base/echo" >>"$work/ids"
done
wait $! || fail "the silo could not be killed"
[ "$(sort -u "$work/ids" | wc -l)" = 50 ] || fail "50 starts were not 50 tasks"
interrupted=0
while read -r id; do
  task=$(wait_for_end "$id")
  if [ "$(member started <<<"$task")" -le "$killed" ] && [ "$(member finished <<<"$task")" -gt "$killed" ]; then
    interrupted=$((interrupted + 1))
  fi
done <"$work/ids"
[ "$interrupted" -gt 0 ] || fail "no task was running when the silo was killed"
echo "compose: all 50 completed, $interrupted of them ran at the kill; slowest start $(slowest starts) s, read $(slowest reads) s," \
  "$(others_than starts 202) starts and $(others_than reads 200) reads had to be repeated"

step "a silo whose process ends, which the restart policy brings back"
before=$(docker inspect -f '{{.State.StartedAt}}' "${silos[1]}")
timeout 20 docker exec "${silos[1]}" sh -c 'kill -TERM 1'
for _ in $(seq 1 240); do
  after=$(docker inspect -f '{{.State.StartedAt}}' "${silos[1]}")
  [ "$after" = "$before" ] || break
  sleep 0.5
done
[ "$after" != "$before" ] || fail "the silo was not started again"
wait_for_health "${silos[1]}"

step "the silo that was killed, which up brings back: $(docker inspect -f '{{.State.Status}}' "${silos[0]}")"
quietly 300 "${compose[@]}" up --detach --wait --scale silo=3
for silo in "${silos[@]}"; do
  wait_for_health "$silo"
done
wait_for_end "$(start "last-$$" -X POST "$base/echo")" >/dev/null

step "a key coin"
echo "{\"coins\":[$(coin 20 20)]}" >"$work/key-coin"
# For the silos' user alone, where it can be given away.
chmod 444 "$work/key-coin"
[ "$(id -u)" != 0 ] || { chown 1654 "$work/key-coin" && chmod 400 "$work/key-coin"; }
export RAIDA_KEY_COIN_FILE=$work/key-coin
quietly 300 "${compose[@]}" up --detach --wait --scale silo=3
# It was made anew after the silos, and its port is another one.
find_gateway
[ "$(silos_that_say 'encrypted with the key coin of denomination')" = 3 ] || fail "not every silo has the key coin"
detect encrypted
gateway=$("${compose[@]}" ps --quiet gateway)
! timeout 20 docker exec "$gateway" ls /run/secrets/raida-key-coin >/dev/null 2>&1 || fail "the gateway has the key coin"
[[ $(docker inspect "$gateway") != *[Kk]ey[-C]* ]] || fail "the gateway is told of the key coin"

step "a key coin that is none"
: >"$work/empty"
export RAIDA_KEY_COIN_FILE=$work/empty
output=$(timeout 60 "${compose[@]}" run --rm --no-deps silo 2>&1) && fail "a silo starts with an empty key coin: $output"
[[ $output == *'Cannot start: Raida:KeyCoinFile: "/run/secrets/raida-key-coin" is no coin file: byte 0: the file is empty'* ]] \
  || fail "an empty key coin is named otherwise: $output"
chmod 000 "$work/empty"
output=$(timeout 60 "${compose[@]}" run --rm --no-deps silo 2>&1) && fail "a silo starts without reading its key coin: $output"
[[ $output == *'Cannot start: Raida:KeyCoinFile: "/run/secrets/raida-key-coin" cannot be read: '* ]] \
  || fail "a key coin that cannot be read is named otherwise: $output"

step "down"
quietly 120 "${compose[@]}" down --volumes --remove-orphans
[ -z "$(docker ps --all --quiet --filter "label=com.docker.compose.project=orleans-tasks-test-$$")" ] || fail "containers are left"
echo "compose: passed"
