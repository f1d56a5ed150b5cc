#!/usr/bin/env bash
# Tests docker-compose.yml unchanged: builds it, starts three silos, runs an echo and a detect through the published port, kills a silo
# while 50 tasks are running, stops another one's process, sets a key coin, and removes everything. Needs a Docker engine with compose;
# for root, ../shared/dockerlab can start one. Exit code 77: no engine, nothing was tested.
set -euo pipefail
cd "$(dirname "$0")/.."

lab=../shared/dockerlab
started_lab=0
work=$(mktemp -d)
# Independent of the settings and images on this machine; the engine chooses the published port.
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
    echo "compose: skipped, no Docker engine responds"
    exit 77
  fi
  echo "compose: starting a Docker engine"
  started_lab=1
  if ! timeout 500 "$lab/up.sh" >"$work/lab" 2>&1; then
    tail -n 20 "$work/lab"
    echo "compose: skipped, no Docker engine could be started"
    exit 77
  fi
  # shellcheck disable=SC1091
  . "$lab/env.sh"
fi

step() { echo "compose: $* ($SECONDS s)"; }
fail() { echo "compose: $*" >&2; exit 1; }
member() { sed -nE "s/.*\"$1\":\"?([^\",}]*).*/\1/p"; }

# Prints the output only if the command fails or exceeds its time limit.
quietly() {
  local limit=$1
  shift
  timeout "$limit" "$@" >"$work/output" 2>&1 || { cat "$work/output"; fail "failed: $*"; }
}

# Starts a task and prints its id. Retries with the same Idempotency-Key until the start is acknowledged.
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

# Waits until a task has completed, and prints it. A 404 fails the test, since no task may be lost; a 503 does not.
wait_for_end() {
  local id=$1 answer=""
  for _ in $(seq 1 150); do
    answer=$(curl -s --max-time 15 -w '\n%{http_code} %{time_total}' "$base/task/$id" || true)
    echo "$answer" | tail -n 1 >>"$work/reads"
    case $answer in
      *'"status":"running"'*$'\n200 '*) ;;
      *'"status":"completed"'*$'\n200 '*) echo "$answer"; return ;;
      *$'\n503 '*) ;;
      *) fail "reading task $id returned: $answer" ;;
    esac
    sleep 0.4
  done
  fail "task $id did not end: $answer"
}

slowest() { sort -k 2 -n "$work/$1" | tail -n 1 | cut -d ' ' -f 2; }
others_than() { grep -cv "^$2 " "$work/$1" || true; }

# Prints a coin of denomination 1 with serial number $1 and the secrets of $2. The secret of coin n at RAIDA r is the MD5 of raida{r}:1:{n}.
coin() {
  local ans="" raida
  for raida in $(seq 0 24); do
    ans+="\"$(printf 'raida%d:1:%d' "$raida" "$2" | md5sum | cut -c 1-32)\","
  done
  printf '{"sn":%d,"denomination":1,"ans":[%s]}' "$1" "${ans%,}"
}

redis() { "${compose[@]}" exec -T redis sh -c 'REDISCLI_AUTH=$(cat /run/redis/password) exec redis-cli "$@"' redis-cli "$@"; }

find_gateway() { base="http://$("${compose[@]}" port gateway 8080)/api/v1"; }

# Runs a detect of two coins, and checks the verdicts: 17 has the secrets of 18, and is counterfeit everywhere.
detect() {
  local id task
  echo "{\"coins\":[$(coin 16 16),$(coin 17 18)]}" >"$work/coins"
  id=$(start "$1-$$" -H 'Content-Type: application/json' --data-binary "@$work/coins" "$base/detect")
  task=$(wait_for_end "$id")
  [[ $task == *'"sn":16,"pownstring":"ppppppppppppppppppppppppp","result":"Authentic"'* ]] || fail "coin 16 is not authentic: $task"
  [[ $task == *'"sn":17,"pownstring":"fffffffffffffffffffffffff","result":"Counterfeit"'* ]] || fail "coin 17 is not counterfeit: $task"
}

# Counts the silos whose log contains $1.
silos_that_logged() {
  local id count=0
  for id in $("${compose[@]}" ps --quiet silo); do
    if [[ $(docker logs "$id" 2>&1) == *"$1"* ]]; then count=$((count + 1)); fi
  done
  echo "$count"
}

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

members=$(redis hkeys orleans-tasks/members/orleans-tasks)
for id in $("${compose[@]}" ps --quiet silo); do
  inside=$(docker inspect -f '{{range $name, $network := .NetworkSettings.Networks}}{{$name}}={{$network.IPAddress}} {{end}}' "$id" \
    | tr ' ' '\n' | sed -n 's/.*_inside=//p')
  [[ $members == *"$inside:"* ]] || fail "silo $inside does not advertise its address in the network inside: $members"
done

refusal=$("${compose[@]}" exec -T redis redis-cli ping 2>&1 || true)
[[ $refusal == *NOAUTH* ]] || fail "Redis asks for no password: $refusal"
password=$("${compose[@]}" exec -T redis cat /run/redis/password)
[ ${#password} = 64 ] || fail "the password of Redis has ${#password} characters"
[[ $(docker inspect $("${compose[@]}" ps --all --quiet)) != *$password* ]] || fail "the configuration of a container shows the password of Redis"
for id in $("${compose[@]}" ps --quiet gateway redis raida); do
  [[ $(docker inspect -f '{{json .Mounts}}' "$id") != *key-ring* ]] || fail "the key ring is mounted into $(docker inspect -f '{{.Name}}' "$id")"
done

step "an echo and a detect"
echo_id=$(start "echo-$$" -X POST "$base/echo")
detect detect
task=$(wait_for_end "$echo_id")
[[ $task == *'"online":25,'* ]] || fail "the echo did not find all 25: $task"
[ "$(silos_that_logged 'sent to the RAIDA servers unencrypted')" = 3 ] || fail "not every silo warns that there is no key coin"

step "50 tasks, while a silo is killed"
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
[ "$(sort -u "$work/ids" | wc -l)" = 50 ] || fail "50 starts did not create 50 tasks"
interrupted=0
while read -r id; do
  task=$(wait_for_end "$id")
  if [ "$(member started <<<"$task")" -le "$killed" ] && [ "$(member finished <<<"$task")" -gt "$killed" ]; then
    interrupted=$((interrupted + 1))
  fi
done <"$work/ids"
[ "$interrupted" -gt 0 ] || fail "no task was running when the silo was killed"
echo "compose: all 50 completed, $interrupted were running at the kill; slowest start $(slowest starts) s, read $(slowest reads) s," \
  "$(others_than starts 202) starts and $(others_than reads 200) reads were retried"

step "a silo whose process exits, which the restart policy starts again"
before=$(docker inspect -f '{{.State.StartedAt}}' "${silos[1]}")
timeout 20 docker exec "${silos[1]}" sh -c 'kill -TERM 1'
for _ in $(seq 1 240); do
  after=$(docker inspect -f '{{.State.StartedAt}}' "${silos[1]}")
  [ "$after" = "$before" ] || break
  sleep 0.5
done
[ "$after" != "$before" ] || fail "the silo was not started again"
wait_for_health "${silos[1]}"

step "the killed silo, which up starts again: $(docker inspect -f '{{.State.Status}}' "${silos[0]}")"
quietly 300 "${compose[@]}" up --detach --wait --scale silo=3
for silo in "${silos[@]}"; do
  wait_for_health "$silo"
done
wait_for_end "$(start "last-$$" -X POST "$base/echo")" >/dev/null

step "a key coin"
echo "{\"coins\":[$(coin 20 20)]}" >"$work/key-coin"
# Readable for the silos' user only, if this user may change the owner.
chmod 444 "$work/key-coin"
[ "$(id -u)" != 0 ] || { chown 1654 "$work/key-coin" && chmod 400 "$work/key-coin"; }
export RAIDA_KEY_COIN_FILE=$work/key-coin
mv "$work/key-coin" "$work/correct-key-coin"
: >"$work/key-coin"
! timeout 120 "${compose[@]}" up --detach --wait --scale silo=3 >"$work/output" 2>&1 || fail "up succeeds with an empty key coin"
mv "$work/correct-key-coin" "$work/key-coin"
quietly 300 "${compose[@]}" up --detach --wait --scale silo=3
# The gateway was recreated after the silos, and has another port.
find_gateway
[ "$(silos_that_logged 'encrypted with the key coin of denomination')" = 3 ] || fail "not every silo has the key coin"
detect encrypted
gateway=$("${compose[@]}" ps --quiet gateway)
! timeout 20 docker exec "$gateway" ls /run/secrets/raida-key-coin >/dev/null 2>&1 || fail "the gateway can read the key coin"
[[ $(docker inspect "$gateway") != *[Kk]ey[-C]* ]] || fail "the configuration of the gateway names the key coin"

step "a silo without the key coin, which does not join those that encrypt"
output=$(unset RAIDA_KEY_COIN_FILE; timeout 60 "${compose[@]}" run --rm --no-deps silo 2>&1) && fail "a silo starts without the key coin: $output"
[[ $output == *'Cannot start: Raida:KeyCoinFile is missing: the silos of this cluster encrypt detects'* ]] \
  || fail "a missing key coin is reported differently: $output"
output=$(unset RAIDA_KEY_COIN_FILE; RAIDA_KEY_COIN_REQUIRED=true timeout 60 "${compose[@]}" run --rm --no-deps silo 2>&1) \
  && fail "a silo starts without the required key coin: $output"
[[ $output == *'Cannot start: Raida:KeyCoinRequired is true, and there is no key coin'* ]] \
  || fail "a missing key coin that is required is reported differently: $output"

step "an invalid key coin"
: >"$work/empty"
export RAIDA_KEY_COIN_FILE=$work/empty
output=$(timeout 60 "${compose[@]}" run --rm --no-deps silo 2>&1) && fail "a silo starts with an empty key coin: $output"
[[ $output == *'Cannot start: Raida:KeyCoinFile: "/run/secrets/raida-key-coin" '*': the file is empty'* ]] \
  || fail "an empty key coin is reported differently: $output"
chmod 000 "$work/empty"
output=$(timeout 60 "${compose[@]}" run --rm --no-deps silo 2>&1) && fail "a silo starts with an unreadable key coin: $output"
[[ $output == *'Cannot start: Raida:KeyCoinFile: "/run/secrets/raida-key-coin" cannot be read: '* ]] \
  || fail "an unreadable key coin is reported differently: $output"

step "down"
quietly 120 "${compose[@]}" down --volumes --remove-orphans
[ -z "$(docker ps --all --quiet --filter "label=com.docker.compose.project=orleans-tasks-test-$$")" ] || fail "containers remain"
echo "compose: passed"
