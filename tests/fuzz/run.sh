#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Every fuzzer that this build has, from its seeds (FORMAT.seeds, parted by lines of %%) with its words (FORMAT.dict),
# as many at once as there are processors. The same inputs at each run, or, with FUZZ_SECONDS, new ones for so long each.
# An input that breaks something is shown in base64.
. "$(dirname "$0")/../tap.sh"

corpora=$top_srcdir/tests/fuzz

split_seeds() {
	mkdir "$scratch/$1" &&
		awk -v to="$scratch/$1/" '/^%%$/ { n++; next } { print >(to "seed" (n + 0)) }' "$corpora/$1.seeds"
}

# What takes a few seconds. A record is a file with its MACs and the logins that follow; settings go through libconfig.
inputs() {
	case $1 in
	record) echo 8000 ;;
	settings) echo 20000 ;;
	*) echo 50000 ;;
	esac
}

fuzz() {
	if [ -n "${FUZZ_SECONDS-}" ]; then
		amount=-max_total_time=$FUZZ_SECONDS
	else
		amount="-runs=$(inputs "$1") -seed=1"
	fi
	split_seeds "$1" || return
	# shellcheck disable=SC2086
	"$top_builddir/tests/fuzz/fuzz_$1" $amount -max_len=4096 -timeout=20 -rss_limit_mb=1024 -print_final_stats=1 \
		-dict="$corpora/$1.dict" -artifact_prefix="$scratch/" "$scratch/$1" >"$scratch/$1.log" 2>&1 || {
		echo "exit status $?"
		tail -n 60 "$scratch/$1.log"
	}
}

if [ "${1-}" = alone ]; then
	fuzz "$2" >"$3/$2.found" 2>&1
	exit
fi

formats=$(make_variable fuzzers | tr ' ' '\n' | sed -n 's/.*fuzz_//p')
echo "$formats" | xargs -P "$(getconf _NPROCESSORS_ONLN)" -I '{}' sh "$0" alone '{}' "$scratch"
for format in $formats; do
	point "fuzzing finds nothing in $format" cat "$scratch/$format.found"
done
finish
