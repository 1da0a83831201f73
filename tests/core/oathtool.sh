#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Our codes equal oathtool's, for random keys, positions and periods. OATHTOOL_SEED repeats a run.
set -u
export LC_ALL=C

print_codes=${top_builddir:-.}/tests/core/print_codes
seed=${OATHTOOL_SEED:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
cases=400

if ! command -v oathtool >/dev/null; then
	echo "1..0 # SKIP oathtool is not installed"
	exit 0
fi
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT

# The codes of the cases on standard input, as oathtool computes them.
their_codes() {
	while read -r mode digits key at period count; do
		if [ "$mode" = hotp ]; then
			oathtool --hotp -d "$digits" -c "$at" -w $((count - 1)) "$key"
		else
			oathtool --totp="$mode" -d "$digits" -s "${period}s" -N "@$at" -w $((count - 1)) "$key"
		fi || return
	done
}

# Each code beside the case it belongs to, so that a difference can be repeated by hand.
beside_their_case() {
	awk 'NR == FNR { line[NR] = $0; codes = $6; next } { print $0, "of", line[int((FNR - 1) / codes) + 1] }' \
		"$scratch/cases" "$1"
}

echo "# seed $seed; OATHTOOL_SEED=$seed repeats this run"
echo "1..12"
point=0
failed=0
for kind in hotp sha1 sha256 sha512; do
	for length in 6 7 8; do
		point=$((point + 1))
		"$print_codes" random "$seed" "$kind" "$length" "$cases" >"$scratch/cases"
		verdict=ok
		"$print_codes" <"$scratch/cases" >"$scratch/ours" || verdict="not ok"
		their_codes <"$scratch/cases" >"$scratch/theirs" 2>"$scratch/errors" || verdict="not ok"
		beside_their_case "$scratch/ours" >"$scratch/ours.cases"
		beside_their_case "$scratch/theirs" >"$scratch/theirs.cases"
		diff "$scratch/theirs.cases" "$scratch/ours.cases" >"$scratch/difference" || verdict="not ok"
		[ "$(wc -l <"$scratch/theirs")" -eq $((cases * 25)) ] || verdict="not ok"
		[ "$verdict" = ok ] || failed=1
		echo "$verdict $point - $cases keys, $kind, $length digits: 25 codes each as oathtool has them"
		head -n 20 "$scratch/errors" "$scratch/difference" | sed 's/^/# /' | { [ "$verdict" = ok ] || cat; }
	done
done
exit "$failed"
