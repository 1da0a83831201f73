#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The soft token's command line: help, topics, names of tokens, what is refused, where output is lost.
. "$(dirname "$0")/scene.sh"

verbs="new show next watch list uri import export remove"
topics="getting-started where faq updates about"

run --help
expect "--help lists verbs and topics" exit 0 out "Usage: vipotp-token VERB" out "  watch [TOKEN]" out "Topics of help:" out "  faq "
for verb in $verbs; do
	run "$verb" --help
	expect "$verb --help says how it is used" exit 0 out "Usage: vipotp-token $verb"
	cp "$scene/out" "$scene/help"
	run help "$verb"
	point "help $verb says the same" cmp -s "$scene/out" "$scene/help"
done
for topic in $topics; do
	run help "$topic"
	expect "help $topic is a text" exit 0 no-out "Usage:" no-out "product"
	point "of lines that fit a terminal" [ -z "$(awk 'length($0) > 110' "$scene/out")" ]
	point "and more than one" [ "$(wc -l <"$scene/out")" -ge 2 ]
done
run --version
expect "--version" exit 0 out "vipotp-token (pam_vipotp) "

run
expect "no verb is a usage error" exit 2 err "vipotp-token: A verb is missing"
run nexst
expect "an unknown verb: the nearest one is named" exit 2 err 'There is no verb "nexst". Did you mean "next"?'
run help abuot
expect "an unknown topic: the nearest one is named" exit 2 err 'no verb or topic "abuot". Did you mean "about"?'
run help frobnicate
expect "one near to none" exit 2 err 'no verb or topic "frobnicate"' no-err "Did you mean"
run new --lable x
expect "an unknown option: the nearest one is named" exit 2 err "Did you mean --label?"
run new -e
expect "short options are none" exit 2 err '"-e" is not known'
run new something
expect "a word too many" exit 2 err '"something" is one word too many'
run remove
expect "a missing word" exit 2 err "TOKEN is missing"

# bad DESCRIPTION WORDS ARGUMENT...: "new" refuses them and makes nothing.
bad() {
	said=$1 words=$2
	shift 2
	run new "$@"
	expect "new: $said" exit 2 err "$words" no-out LV
}
bad "time and event" "one of --time and --event" --time --event
bad "five digits" "--digits must be a number from 6 to 8" --digits 5
bad "no number" "--digits must be a number" --digits six
bad "another digest" "--digest must be SHA1, SHA256 or SHA512" --digest MD5
bad "a short period" "--period must be a number from 15 to 300" --period 14
bad "an event token's period" "--period is for time tokens" --event --period 30
bad "a long label" "--label may have at most 63 bytes" --label "$(printf '%064d' 0)"
bad "a label that steers terminals" "without control characters" --label "$(printf 'a\033[2J')"
bad "a label that is no UTF-8" "without control characters" --label "$(printf 'a\377')"
bad "an issuer of two lines" "without control characters" --issuer "$(printf 'a\nb')"
point "nothing was made" [ ! -e "$tokens" ]

# ---- which token -------------------------------------------------------------------------------------------------

run show
expect "no token yet" exit 3 err 'Make one with "vipotp-token new"'
must_run new --label 銀行
first=$(cat "$scene/out")
run show
expect "the only one need not be named" exit 0 out "$(echo "$first" | sed 's/..../& /g; s/ $//')"
must_run new --label work
second=$(cat "$scene/out")
run show
expect "of several one must be" exit 2 err "There are several tokens"
run show 銀行 --code
expect "by its label" exit 0
wide=$(echo "$second" | sed 'y/ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/abcdefghijklmnopqrstuvwxyz0123456789/; s/..../&-/g')
run show "$wide"
expect "by its ID in lower case with hyphens" exit 0
# From ASCII to full-width forms: U+FF00 and what is above the blank.
full=$(printf '%s' "$second" | od -An -v -tu1 | tr -s ' \n' '\n\n' | grep . | while read -r byte; do
	n=$((byte - 32))
	if [ $n -lt 64 ]; then
		# shellcheck disable=SC2059
		printf "\\357\\274\\$(printf %o $((n + 128)))"
	else
		# shellcheck disable=SC2059
		printf "\\357\\275\\$(printf %o $((n + 64)))"
	fi
done)
run show "$full"
expect "by its ID in full width, $full" exit 0 out "Token ID:"
run show home
expect "by an unknown label" exit 3 err 'No token has the ID or label "home"'
run show LVOT00000000
expect "by an unknown ID" exit 3 err "There is no token LVOT00000000 here"
must_run new --event --label work
run next work
expect "a label that two have" exit 2 err 'Several tokens have the label "work"'
run list --json
point "list --json has all three" json 'length == 3 and ([.[].label] | sort) == ["work", "work", "銀行"]'
run list
point "list has a line each" [ "$(wc -l <"$scene/out")" -eq 3 ]

# ---- what is around it -------------------------------------------------------------------------------------------

as_user env LC_ALL=ja_JP.UTF-8 TERM=dumb NO_COLOR=1 VIPOTP=x "$program" list >"$scene/out" 2>"$scene/err"
status=$? ran="list in a Japanese environment"
expect "the environment changes no list" exit 0 out "$first"
as_user "$program" show "$first" >/dev/full 2>"$scene/err" </dev/null
status=$? ran="show >/dev/full"
: >"$scene/out"
expect "output that is lost is told" exit 5 err "Cannot write to standard output"
event=$(as_user "$program" list | sed -n 's/ *event.*//p')
as_user "$program" next "$event" >/dev/full 2>"$scene/err" </dev/null
status=$? ran="next >/dev/full"
expect "a code that could not be given is told" exit 5 err "Cannot write to standard output"
point "and not given again" [ "$(value_in "$event" counter)" -eq 1 ]
as_user "$program" show "$first" >&- 2>"$scene/err" </dev/null
status=$? ran="show >&-"
expect "a closed standard output is told, too" exit 5 err "Cannot write to standard output"
run watch "$first"
expect "watch needs a terminal" exit 5 err "needs a terminal" err "vipotp-token show"
finish
