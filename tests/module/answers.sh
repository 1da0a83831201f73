#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Whatever an application's conversation brings, byte for byte: nothing, too much, no UTF-8. The same table at the first
# prompt, at the second, and at the one field of option split; none of it counts as a failure, moves the token, or reaches
# the log. What people may type beside digits is in it, too.
. "$(dirname "$0")/door.sh"
witness=$top_builddir/tests/module/.libs/witness.so
enroll_event games
enroll_event man

# VERDICT NAME TEXT, this as printf(1) has it; knock.c knows %abort and its like.
cat >"$room/table" <<'TABLE'
aborted abort %%abort
aborted no-text %%null
aborted no-response %%none
empty nothing
empty blanks \040\011\040
empty ideographic-and-no-break-spaces \343\200\200\302\240\343\200\200
empty 128-blanks %128s
malformed 129-blanks %129s
malformed code-behind-123-blanks %123s123456
malformed 1-MiB %%huge
malformed byte-ff \377
malformed cut-full-width-digit \357\274
malformed cut-full-width-digit-behind-digits 12345\357\274
malformed cut-full-width-digit-before-digits \357\274123456
malformed cut-ideographic-space 123456\343\200
malformed cut-hyphen 123\342\200456
malformed continuation-byte 123456\200
malformed overlong-digits \300\261\300\262\300\263\300\264\300\265\300\266
malformed surrogate \355\240\200123456
malformed beyond-unicode \364\220\200\200123456
malformed byte-order-mark \357\273\277123456
malformed left-to-right-mark \342\200\216123456
malformed arabic-indic-digits \331\241\331\242\331\243\331\244\331\245\331\246
malformed line-feed 123456\012\040
malformed carriage-return 123456\015
malformed escape 123456\033[2J
malformed latin-1-no-break-space 123\240456
malformed forged-log-line 1\040verdict=accepted\012vipotp:\040event=login
TABLE

# each_row COMMAND...: with verdict, name and text of a row.
each_row() {
	while read -r verdict name format; do
		# shellcheck disable=SC2059
		text=$(printf "$format" '' && echo .)
		"$@" "${text%.}" >"$room/complaints"
		[ ! -s "$room/complaints" ] || sed "s/^/$name: /" "$room/complaints"
	done <"$room/table"
}

# The log is one line of printable ASCII for each answer, whatever that was.
log_is_plain() {
	! grep -n '[^ -~]' "$news" || complain 'not plain'
	! grep -q 'x1b\|#033\|#012' "$news" || complain 'the answer is in the log'
}

wanted_code() {
	if [ "$verdict" = aborted ]; then echo PAM_CONV_ERR; else echo PAM_AUTH_ERR; fi
}

untouched() {
	[ "$(failures games local)" = 0 ] || echo 'counted'
	[ "$(next_position games)" = "$position" ] || echo 'the token moved'
	accepted games
}

first_answer() {
	expect "$(wanted_code)" "user=games verdict=$verdict error=-" '' -u games -- "$1"
	log_is_plain
}

at_the_first_prompt() {
	position=$(next_position games)
	each_row first_answer
	untouched
}
point 'at the prompt: refused, not counted' at_the_first_prompt

# Behind a wrong code, which is counted, once. What is no code of the token stands for itself.
second_answer() {
	guess man
	knock -u man -- "$code" "$1"
	gave "authenticate $(wanted_code)" 'hidden "Next security code: "'
	[ -z "$log" ] || [ "$(grep -c " event=login .* verdict=$verdict " "$news")" = 1 ] || complain "not $verdict"
	log_is_plain
	[ "$(failures man local)" = 1 ] || complain "$(failures man local) failures"
	vipotp unlock man --yes >"$room/unlocked" 2>&1 || cat "$room/unlocked"
}

at_the_second_prompt() {
	position=$(next_position man)
	resync=login
	settings
	each_row second_answer
	resync=command
	settings
	[ "$(next_position man)" = "$position" ] || echo 'the token moved'
	accepted man
}
point 'at the prompt for the next code: one failure, the first answer' at_the_second_prompt

# The rows again, as a password in front of a right code: nothing of it is changed on its way to the next module.
mkdir "$room/pam"
: >"$room/pam/other"
{
	echo "auth required $PAM_VIPOTP config=$conf split"
	echo "auth required $witness see"
	echo "auth required $PAM_VIPOTP config=$conf split"
} >"$room/pam/vipotp-test"

divided() {
	[ "$verdict" = malformed ] && [ "$name" != 1-MiB ] || return 0
	press games
	knock -d "$room/pam" -w -u games -- "$1$code"
	gave 'authenticate PAM_SUCCESS'
	logged 'user=games verdict=accepted'
	log_is_plain
	quoted=$(printf '%s' "$1" | awk -v RS='\001' '{ gsub(/\012/, "\\x0a"); gsub(/\015/, "\\x0d"); gsub(/\033/, "\\x1b"); printf "%s", $0 }')
	gave "authtok \"$quoted\""
}
point 'as a password before a right code: divided by its form, and handed on byte for byte' each_row divided

undivided() {
	[ "$verdict" != aborted ] || return 0
	knock -d "$room/pam" -w -u games -- "$1"
	gave 'authenticate PAM_AUTH_ERR'
}

alone_in_one_field() {
	position=$(next_position games)
	each_row undivided
	vipotp unlock games --yes >"$room/unlocked" 2>&1 || cat "$room/unlocked"
	[ "$(next_position games)" = "$position" ] || echo 'the token moved'
	accepted games
}
point 'alone in the one field: refused' alone_in_one_field

finish
