#!/bin/sh
# install.sh installs from Debian what the torture needs and is missing, and starts none of it: the packages' own services stay off, and what
# was there before is left as it was.
set -eu
missing=
need() { test -e "$1" || missing="$missing $2"; }
need /usr/lib/postgresql/15/bin/postgres postgresql-15
need /usr/bin/patroni "patroni python3-etcd"
need /usr/bin/etcd etcd-server
need /usr/sbin/mkfs.ext4 e2fsprogs
need /usr/bin/nsenter util-linux
command -v ip >/dev/null || missing="$missing iproute2"
test -n "$missing" || exit 0
sudo=$(test "$(id -u)" = 0 || echo sudo)
policy=/usr/sbin/policy-rc.d # 101: start nothing
clusters=/etc/postgresql-common/createcluster.d/dealmap-torture.conf # postgresql-15 makes a cluster of its own unless told not to
cleanup() {
	test -z "${made-}" || $sudo rm -f "$policy"
	$sudo rm -f "$clusters"
}
trap cleanup EXIT
if ! test -e "$policy"; then
	printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
	made=1
	$sudo chmod +x "$policy"
fi
$sudo mkdir -p "$(dirname "$clusters")"
echo 'create_main_cluster = false' | $sudo tee "$clusters" >/dev/null
$sudo apt-get update -qq
# shellcheck disable=SC2086 # a list of packages
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
if command -v systemctl >/dev/null; then
	for package in $missing; do
		case $package in
		patroni) $sudo systemctl disable patroni ;;
		etcd-server) $sudo systemctl disable etcd ;;
		esac
	done
fi
