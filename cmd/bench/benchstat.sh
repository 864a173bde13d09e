#!/usr/bin/env bash
# Compares the Go benchmarks of a commit with those of the work tree: both are run in turns, since the machine is not always as fast.
# $1 is the commit, $2 how often each is run, $3 the packages; what only one of them has is left out. BENCHTIME is for how long each is run: much less than a second measures how a program warms up.
set -euo pipefail
cd "$(dirname "$0")/../.."
base=${1:?the commit to compare with} rounds=${2:-6} packages=${3:-"geo store tiles web"}
dir=$(mktemp -d)
# Twice forced: a work tree is locked while git makes it.
trap 'git worktree remove --force --force "$dir/tree" 2>/dev/null || true; rm -rf "$dir"' EXIT
# The shell waits for what it has started before it heeds these: nothing runs on in folders that are gone.
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# First, so that a network which is away does not cost the figures.
GOBIN=$dir go install golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da
git worktree add --quiet --detach "$dir/tree" "$base"
# Real data lie beside both trees: without them their benchmarks pass in one and are skipped in the other.
[ ! -d ../shared ] || ln -s "$(realpath ../shared)" "$dir/shared"

# A commit without the package, or a package without benchmarks, names none.
named() { { git grep -hoE '^func Benchmark\w+' "$@" || true; } | sed 's/^func //' | sort -u; }
for package in $packages; do
  of=":(glob)$package/*_test.go"
  both=$(comm -12 <(named "$base" -- "$of") <(named -- "$of") | paste -sd '|')
  [ -n "$both" ] || { echo "$package: no benchmark that both have" >&2; continue; }
  mkdir -p "$dir/before/$package" "$dir/now/$package"
  (cd "$dir/tree" && go test -c -o "$dir/before/$package/test" "./$package")
  go test -c -o "$dir/now/$package/test" "./$package"
  for round in $(seq "$rounds"); do
    for when in before now; do
      tree=$dir/tree; [ $when = before ] || tree=$PWD
      echo "$package $round of $rounds: $when" >&2
      (cd "$tree/$package" && "$dir/$when/$package/test" -test.run '^$' -test.bench "^($both)\$" -test.benchtime "${BENCHTIME:-1s}" -test.benchmem) >"$dir/said" ||
        { cat "$dir/said" >&2; echo "$package: the benchmarks of $when failed" >&2; exit 1; }
      cat "$dir/said" >>"$dir/$when.txt"
    done
  done
done
[ -e "$dir/now.txt" ] || { echo "nothing to compare with $base" >&2; exit 1; }
"$dir/benchstat" "before=$dir/before.txt" "now=$dir/now.txt"
