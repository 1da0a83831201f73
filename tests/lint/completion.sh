#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The completions for bash offer what the programs know: every verb, option and topic, and no others.
. "$(dirname "$0")/../tap.sh"
cd "$top_srcdir" || exit 99
command -v bash >/dev/null || {
	echo "1..0 # SKIP bash is not installed"
	exit 0
}
: "${VIPOTP:=$top_builddir/vipotp}" "${VIPOTP_TOKEN:=$top_builddir/vipotp-token}"

# What would be offered, a line each: offers WORD... with the cursor behind the last one. One bash serves all questions.
cat >"$scratch/ask" <<'BASH'
. conf/bash-completion/vipotp-token
while IFS= read -r line; do
	eval "COMP_WORDS=($line)"
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_vipotp
	printf '%s\n' "${COMPREPLY[@]}" | sort
	echo .
done
BASH

# offered [LINE]...: the answer to each line.
offers() {
	for words; do
		printf '%s\n' "$words"
	done | bash "$scratch/ask" 2>&1 | grep -vx -e . -e ''
	:
}

# same FILE FILE: of lines, sorted and not empty.
same() {
	[ -s "$1" ] || echo "nothing was found in the program"
	diff "$1" "$2" | grep '^[<>]'
	:
}

verbs_of() {
	"$1" help | sed -n '/^Verbs/,/^$/s/^  \([a-z]\)/\1/p' | sed -e 's/  .*//' -e 's/ [[A-Z].*//'
}

# help_of PROGRAM VERB; "" is no verb.
help_of() {
	# shellcheck disable=SC2086 # a verb of two words
	"$1" $2 --help | sed -n '/^Options/,/^$/p'
}

program_of() {
	case $1 in
	vipotp) echo "$VIPOTP" ;;
	*) echo "$VIPOTP_TOKEN" ;;
	esac
}

verbs() {
	verbs_of "$(program_of "$1")" | cut -d ' ' -f 1 | sort -u >"$scratch/program"
	offers "$1 ''" >"$scratch/completion"
	same "$scratch/program" "$scratch/completion"
}

second_words() {
	verbs_of "$(program_of vipotp)" | sed -n 's/^tokens //p' | sort >"$scratch/program"
	offers "vipotp tokens ''" >"$scratch/completion"
	same "$scratch/program" "$scratch/completion"
	offers "vipotp help tokens ''" >"$scratch/completion"
	same "$scratch/program" "$scratch/completion"
}

topics() {
	{
		verbs_of "$VIPOTP_TOKEN"
		"$VIPOTP_TOKEN" help | sed -n '/^Topics/,/^$/s/^  \([a-z-]*\) .*/\1/p'
	} | sort -u >"$scratch/program"
	offers "vipotp-token help ''" >"$scratch/completion"
	same "$scratch/program" "$scratch/completion"
}

before_the_verb() {
	"$(program_of "$1")" --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | sort >"$scratch/program"
	offers "$1 --" >"$scratch/completion"
	same "$scratch/program" "$scratch/completion"
}

# Options as the help has them, with those of every verb, and whether they take an argument: then nothing that looks
# like an option follows them. Nothing is offered twice.
options() {
	program=$(program_of "$1")
	common=$("$program" help | sed -n '/^Options/,/^$/s/^  \(--[a-z-]*\).*/\1/p' | grep -v version)
	verbs_of "$program" | while read -r verb; do
		{
			help_of "$program" "$verb" | sed -n 's/^  \(--[a-z-]*\).*/\1/p'
			echo "$common"
		} | sort >"$scratch/program"
		offers "$1 $verb --" >"$scratch/completion"
		same "$scratch/program" "$scratch/completion" | sed "s/$/ ($verb)/"
		: >"$scratch/questions"
		help_of "$program" "$verb" | sed -n 's/^  \(--[a-z-]*\) \([A-Z]*\).*/\1 \2/p' | while read -r option argument; do
			echo "$1 $verb $option --" >>"$scratch/questions"
			if [ -n "$argument" ]; then
				echo "$1 $verb $option X --" >>"$scratch/questions"
				printf '\n.\n'
			fi
			grep -vxe "$option" "$scratch/program"
			echo .
		done >"$scratch/wanted"
		bash "$scratch/ask" <"$scratch/questions" 2>&1 | diff "$scratch/wanted" - | sed -n "s/^[<>].*/& (behind options of $verb)/p"
	done
}

words_of_options() {
	[ "$(offers "vipotp enroll --new ''" | xargs)" = "event time" ] || echo "--new"
	[ "$(offers "vipotp list --kind = e" | xargs)" = event ] || echo "--kind=e"
	[ "$(offers "vipotp tokens add --digest SHA2" | xargs)" = SHA256 ] || echo "--digest"
	[ "$(offers "vipotp enroll --qr =" | xargs)" = "always auto never" ] || echo "--qr="
	"$VIPOTP" tokens import --format x /dev/null 2>&1 | grep -oE '[a-z-]+(, [a-z-]+){3,}' | tr -d ' ' | tr , '\n' | sort >"$scratch/program"
	offers "vipotp tokens import --format ''" >"$scratch/completion"
	same "$scratch/program" "$scratch/completion"
}

users() {
	for words in "vipotp status roo" "vipotp rename roo" "vipotp rename daemon roo" "vipotp lock --reason x roo" \
		"vipotp tokens assign X roo" "vipotp tokens import --user roo"; do
		offers "$words" | grep -qx root || echo "no user: $words"
	done
	offers "vipotp list roo" "vipotp status root roo" "vipotp tokens assign roo"
}

files() {
	for words in "vipotp config COPY" "vipotp --config COPY" "vipotp enroll root --uri-file COPY" "vipotp tokens import a b COPY" \
		"vipotp-token import COPY" "vipotp export --passphrase-file COPY"; do
		words="${words%COPY}LICEN"
		offers "$words" | grep -qx LICENSE || echo "no file: $words"
	done
}

tokens() {
	mkdir "$scratch/host" "$scratch/bin" "$scratch/home"
	ln -s "$VIPOTP" "$scratch/bin/vipotp"
	ln -s "$VIPOTP_TOKEN" "$scratch/bin/vipotp-token"
	printf 'store = { path = "%s/store"; key = "%s/key"; };\n' "$scratch/host" "$scratch/host" >"$scratch/host/conf"
	export XDG_DATA_HOME="$scratch/home"
	id=$("$VIPOTP_TOKEN" new --label mine | grep -oE 'LVO[TE] ?[0-9]{4} ?[0-9]{4}' | tr -d ' ')
	offers "$scratch/bin/vipotp-token show L" | grep -qx "$id" || echo "not his own token $id"
	echo JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP |
		"$VIPOTP" --config "$scratch/host/conf" tokens add --id UBHE00000001 >"$scratch/made" 2>&1 || cat "$scratch/made"
	for words in "tokens remove U" "tokens assign U" "lock root --token U" "disable --token = U"; do
		[ "$(offers "$scratch/bin/vipotp --config $scratch/host/conf $words")" = UBHE00000001 ] || echo "no token: $words"
	done
	offers "$scratch/bin/vipotp tokens add --config $scratch/host/conf --id U"
}

point "vipotp: every verb is offered, and no other" verbs vipotp
point "vipotp: second words" second_words
point "vipotp: options before the verb" before_the_verb vipotp
said="vipotp: every option of every verb, once, and which take an argument"
if [ "$(id -u)" -eq 0 ]; then
	point "$said" options vipotp
else
	skip "$said" "help tells a user only of the options that are his"
fi
point "vipotp-token: every verb is offered, and no other" verbs vipotp-token
point "vipotp-token: help's topics" topics
point "vipotp-token: options before the verb" before_the_verb vipotp-token
point "vipotp-token: every option of every verb, once, and which take an argument" options vipotp-token
point "words that an option takes" words_of_options
point "users, where the verb wants one" users
point "files" files
if [ "$(id -u)" -eq 0 ]; then
	point "token IDs: of the host for root, of one's own for vipotp-token" tokens
else
	skip "token IDs: of the host for root, of one's own for vipotp-token" "needs root"
fi
finish
