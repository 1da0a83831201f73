#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tests/systems.tsv: every system that this one answers to (product §3) has a counterpart, and a test that shows it is
# there and is run.
#
# Four columns: the system; what it does; our counterpart; where it is shown, "FILE: WORDS OF A POINT", several of them
# separated by " | ".
. "$(dirname "$0")/../tap.sh"
cd "$top_srcdir" || exit 99

table=tests/systems.tsv
tab=$(printf '\t')
grep -v '^#' $table >"$scratch/rows"

cat >"$scratch/known" <<-END
	JWEBOFFICE login
	JWEBOFFICE enrolment
	JWEBOFFICE first login
	JWEBOFFICE service administrator
	VIP token reset page
	VIP token test page
	VIP Access Desktop
	VIP Access for Mobile
	hardware token
	saat netizen OTP
	NEXON and other member sites
END

every_system() {
	cut -f 1 "$scratch/rows" >"$scratch/named"
	sort "$scratch/known" >"$scratch/known.sorted"
	sort "$scratch/named" >"$scratch/named.sorted"
	comm -23 "$scratch/known.sorted" "$scratch/named.sorted" | sed 's/$/: has no row/'
	comm -13 "$scratch/known.sorted" "$scratch/named.sorted" | sed 's/$/: is no such system, or has two rows/'
}

whole_rows() {
	awk -F '\t' 'NF != 4 { print "line " NR ": " NF " columns" } { for (i = 1; i <= NF; i++) if ($i == "") print $1 ": column " i " is empty" }' \
		"$scratch/rows"
}

# "SYSTEM TAB FILE TAB WORDS" for each proof.
proofs() {
	awk -F '\t' '{
		n = split($4, proof, / \| /)
		for (i = 1; i <= n; i++) {
			colon = index(proof[i], ": ")
			print $1 "\t" (colon ? substr(proof[i], 1, colon - 1) : proof[i]) "\t" (colon ? substr(proof[i], colon + 2) : "")
		}
	}' "$scratch/rows"
}

tests_are_run() {
	make_variable TESTS | tr ' ' '\n' | grep . | sort >"$scratch/tests"
	[ "$(wc -l <"$scratch/tests")" -gt 20 ] || echo 'the list of tests was not found'
	proofs >"$scratch/proofs"
	while IFS=$tab read -r system file words; do
		[ -f "$file" ] || echo "$system: $file does not exist"
		grep -qxF -e "$file" "$scratch/tests" || echo "$system: $file is not in TESTS"
		[ -n "$words" ] || echo "$system: $file: which point?"
	done <"$scratch/proofs"
}

# A point stands behind one of the words that make one, or is made by a function of the file.
points_are_made() {
	proofs >"$scratch/proofs"
	while IFS=$tab read -r system file words; do
		grep -F -e "$words" "$file" 2>/dev/null | grep -qE '^[[:space:]]*[a-z_]+ ["'\'']' ||
			echo "$system: $file has no point \"$words\""
	done <"$scratch/proofs"
}

left_out() {
	grep -qi '^- virus scanner and firewall.*out of scope' README.md || echo 'README.md does not say that a virus scanner is out of scope'
}

point 'every system has its row, and none has two' every_system
point 'every row has all four columns' whole_rows
point 'the tests that it names are run' tests_are_run
point 'and make the points that it names' points_are_made
point 'README.md says what is out of scope' left_out
finish
