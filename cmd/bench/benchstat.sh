#!/usr/bin/env bash
# Compares the Go benchmarks of a commit with those of the work tree: both are run in turns, since the machine is not always as fast.
# $1 is the commit, $2 how often each is run, $3 the packages; what only one of them has is left out.
set -euo pipefail
cd "$(dirname "$0")/../.."
base=$1 rounds=${2:-6} packages=${3:-"geo store tiles web"}
dir=$(mktemp -d)
trap 'git worktree remove --force "$dir/tree" 2>/dev/null || true; rm -rf "$dir"' EXIT
git worktree add --quiet --detach "$dir/tree" "$base"

named() { git grep -hoE '^func Benchmark\w+' "$@" | sed 's/^func //' | sort -u; }
for package in $packages; do
  both=$(comm -12 <(named "$base" -- "$package/*_test.go") <(named -- "$package/*_test.go") | paste -sd '|')
  [ -n "$both" ] || continue
  (cd "$dir/tree" && go test -c -o "$dir/$package.before" "./$package")
  go test -c -o "$dir/$package.now" "./$package"
  for round in $(seq "$rounds"); do
    for when in before now; do
      tree=$dir/tree; [ $when = before ] || tree=$PWD
      (cd "$tree/$package" && "$dir/$package.$when" -test.run '^$' -test.bench "^($both)\$" -test.benchtime "${BENCHTIME:-200ms}" -test.benchmem) >>"$dir/$when"
      echo "$package $round of $rounds: $when" >&2
    done
  done
done
go run golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da "before=$dir/before" "now=$dir/now"
