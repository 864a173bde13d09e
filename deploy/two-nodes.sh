#!/bin/bash
# two-nodes.sh shows one map on two nodes: a throw-away PostgreSQL, two dealmap with the demonstration, and a key to stop the one under the
# others. Everything ends, and is gone, with Ctrl-C. Usage, bin/dealmap built (make nodes does): deploy/two-nodes.sh [PORT [PORT]]
set -euo pipefail
cd "$(dirname "$0")/.."
first=${1:-8080} second=${2:-8081}

program() {
	local found
	found=$(ls -d /usr/lib/postgresql/*/bin/"$1" 2>/dev/null | sort -V | tail -n 1) || true
	found=${found:-$(command -v "$1")} || { echo "$1 manque : « make postgresql » installe le PostgreSQL de Debian" >&2; return 1; }
	echo "$found"
}
initdb=$(program initdb) postgres=$(program postgres) ready=$(program pg_isready)

folder=$(mktemp -d -t dealmap-nodes.XXXXXX)
nodes=() engine=''
# Nodes go before what they stand on; what is not there has ended.
end() {
	trap '' INT TERM HUP
	for pid in "${nodes[@]}" $engine; do
		kill -INT "$pid" 2>/dev/null || true
		wait "$pid" || true
	done
	rm -rf "$folder"
}
trap end EXIT
trap 'echo; echo "Arrêt : tout ce qui a été démarré est effacé."; exit 0' INT TERM HUP

# PostgreSQL refuses to be root.
user=()
if [ "$(id -u)" = 0 ]; then
	user=(--reuid=postgres --regid=postgres --init-groups)
	chmod 711 "$folder"
	install -d -o postgres -g postgres -m 700 "$folder/engine"
fi
# Each process is out of the terminal's reach, so that Ctrl-C ends them in order, and ends with this script, however that ends.
own=(setsid setpriv --pdeathsig=INT)
as_postgres=("${own[@]}" "${user[@]}")

port=0
start_engine() {
	(cd "$folder" && exec "${as_postgres[@]}" "$postgres" -D "$folder/engine") 2>>"$folder/engine.log" &
	engine=$!
	until "$ready" -q -h 127.0.0.1 -p "$port" -U postgres; do
		kill -0 "$engine" 2>/dev/null || { cat "$folder/engine.log" >&2; return 1; }
		sleep 0.1
	done
}
stop_engine() {
	kill -INT "$engine" 2>/dev/null || true
	wait "$engine" || true
	engine=''
}

echo 'PostgreSQL démarre dans un dossier provisoire…'
(cd "$folder" && "${as_postgres[@]}" "$initdb" -D "$folder/engine" -U postgres -A trust --no-sync -E UTF8 --locale=C) >"$folder/engine.log" 2>&1 ||
	{ cat "$folder/engine.log" >&2; exit 1; }
# A port that nobody listens on.
for port in $(shuf -i 20000-30000 -n 50); do
	(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
done
"${as_postgres[@]}" tee -a "$folder/engine/postgresql.conf" >/dev/null <<-CONF
	port = $port
	listen_addresses = '127.0.0.1'
	unix_socket_directories = ''
CONF
start_engine
journal="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"

# node NAME PORT OPTION… starts a node and waits until it serves.
node() {
	local name=$1 at=$2
	shift 2
	"${own[@]}" bin/dealmap serve --journal "$journal" --node "$name" --data "$folder/$name" --listen "localhost:$at" --metrics '' --quiet "$@" \
		>"$folder/$name.out" 2>"$folder/$name.log" &
	nodes+=($!)
	until grep -q 'sert la carte' "$folder/$name.out"; do
		kill -0 "${nodes[-1]}" 2>/dev/null || { echo "Le nœud « $name » ne démarre pas :" >&2; cat "$folder/$name.log" >&2; return 1; }
		sleep 0.1
	done
}
echo 'Le premier nœud remplit la carte de démonstration…'
node lyon "$first" --demo
bin/dealmap node key --out "$folder/key" --journal "$journal" --data "$folder/lyon" >/dev/null
echo 'Le second nœud la reçoit…'
node marseille "$second" --join "$folder/key"
rm "$folder/key"

cat <<END

Une carte, deux nœuds, un journal dans PostgreSQL :

  nœud « lyon »        http://localhost:$first
  nœud « marseille »   http://localhost:$second

$(tail -n +2 "$folder/lyon.out")

À essayer :
  1. Ouvrez « lyon » avec cross13 et, dans une fenêtre privée, « marseille » avec gn. Ajoutez un point près de Marseille sur l’un : l’autre le montre aussitôt.
  2. Dans la fenêtre de cross13, ouvrez l’adresse de l’autre nœud : la session y est déjà ouverte. Fermez-la sur l’un : elle est fermée sur l’autre.
  3. Appuyez ici sur Entrée : PostgreSQL s’arrête. Un bandeau le dit, la carte se consulte encore, une modification est refusée et la saisie gardée.
  4. Entrée encore : PostgreSQL revient, le bandeau s’en va sans recharger la page, la saisie peut partir.

Ctrl-C arrête et efface tout.
END

lives() {
	kill -0 "$2" 2>/dev/null || { echo "Le nœud « $1 » s’est arrêté :" >&2; tail -n 5 "$folder/$1.log" >&2; exit 1; }
}
while :; do
	lives lyon "${nodes[0]}"
	lives marseille "${nodes[1]}"
	status=0
	read -r -t 1 || status=$?
	if [ "$status" -gt 128 ]; then
		continue # nothing was typed in this second
	elif [ "$status" != 0 ]; then
		sleep 1 # nobody can type
	elif [ -n "$engine" ]; then
		stop_engine
		echo "$(date +%T) PostgreSQL est arrêté ; Entrée le relance."
	else
		start_engine
		echo "$(date +%T) PostgreSQL est relancé ; Entrée l’arrête."
	fi
done
