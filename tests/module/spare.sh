#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Codes that need no token, through the module (product §5.7): recovery codes and temporary codes, what the states of a
# token let pass (product §4.2), what the user is told, and what the log says.
. "$(dirname "$0")/door.sh"
stop_the_clock

start=1700000010

# new_recovery USER: his recovery codes, one per line, in $room/recovery.
new_recovery() {
	vipotp recovery "$1" --yes --json >"$room/renewed" 2>&1 || bail_out "recovery: $(cat "$room/renewed")"
	grep -oE '[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}' "$room/renewed" >"$room/recovery"
	[ "$(sort -u "$room/recovery" | wc -l)" = 10 ] || bail_out "not ten recovery codes: $(cat "$room/renewed")"
	cat "$room/recovery" >>"$room/secrets"
}

# take: code is the next of them.
take() {
	code=$(sed -n 1p "$room/recovery")
	sed -i 1d "$room/recovery"
	[ -n "$code" ] || bail_out 'no recovery code is left'
}

# lend USER [OPTION...]: code is a temporary code of his.
lend() {
	vipotp tempcode "$@" --yes --json >"$room/lent" 2>&1 || bail_out "tempcode: $(cat "$room/lent")"
	code=$(sed -n 's/.*"code": "\([0-9]*\)".*/\1/p' "$room/lent")
	[ -n "$code" ] || bail_out "no temporary code: $(cat "$room/lent")"
	echo "$code" >>"$room/secrets"
}

# change VERB USER [OPTION...]
change() {
	vipotp "$@" --yes >"$room/changed" 2>&1 || bail_out "$*: $(cat "$room/changed")"
}

# left USER: unspent recovery codes
left() {
	report "$1" | sed -n 's/.*"recovery_codes_left": \([0-9]*\).*/\1/p'
}

by_recovery='verdict=accepted error=0000 token=recovery-code offset=-'
by_temporary='verdict=accepted error=0000 token=temporary-code offset=-'

# ---- recovery codes -----------------------------------------------------------------------------------

enroll_event games

once() {
	new_recovery games
	take
	expect PAM_SUCCESS "user=games $by_recovery failures=0" '' -u games "$code"
	gave 'hidden "Security code: "' 'info "That recovery code is used up; you have 9 left."'
	expect PAM_AUTH_ERR 'user=games verdict=wrong error=49b5 token=- failures=1' '' -u games "$code"
	gave 'error "Authentication error."'
	expect PAM_AUTH_ERR 'verdict=wrong failures=2' '' -s vipotp-other -u games "$code"
	[ "$(left games)" = 9 ] || report games
	accepted games
}
point 'a recovery code is accepted once' once

# wide TEXT: in full-width characters
wide() {
	printf %s "$1" | od -An -v -tu1 | tr -s ' ' '\n' | while read -r byte; do
		# shellcheck disable=SC2059
		[ -z "$byte" ] || printf "\\357\\274\\$(printf %03o $((byte + 96)))"
	done
}

as_typed() {
	take
	expect PAM_SUCCESS "$by_recovery" '' -u games "$(echo "$code" | tr A-Z a-z)"
	take
	expect PAM_SUCCESS "$by_recovery" '' -u games "$(wide "$code")"
	take
	expect PAM_SUCCESS "$by_recovery" '' -u games " $(echo "$code" | sed 's/-//; s/../& /g')"
	take
	expect PAM_SUCCESS "$by_recovery" '' -u games "$(echo "$code" | sed 's/-/　/; y/01/OL/')"
	take
	expect PAM_SUCCESS "$by_recovery" '' -u games "$(echo "$code" | tr A-Z a-z | sed 's/-//; y/01/oi/')"
	[ "$(left games)" = 4 ] || report games
}
point 'in either case, in full-width characters, with blanks, with O and L for 0 and 1' as_typed

told_how_many() {
	take
	expect PAM_SUCCESS "$by_recovery" '' -u games "$code"
	gave 'info "That recovery code is used up; you have 3 left."'
	take
	expect PAM_SUCCESS "$by_recovery" '' -u games "$code"
	gave 'info "That recovery code is used up; you have 2 left. Make new ones with \"vipotp recovery\"."'
	take
	expect PAM_SUCCESS "$by_recovery" '' -u games "$code"
	gave 'info "That recovery code is used up; you have 1 left. Make new ones with \"vipotp recovery\"."'
	take
	expect PAM_SUCCESS "$by_recovery" '' -u games "$code"
	gave 'info "That was your last recovery code. Make new ones with \"vipotp recovery\"."'
	expect PAM_AUTH_ERR 'verdict=malformed error=-' '' -u games "$code"
	accepted games
	gave_no info
}
point 'the user is told how many are left, and at the end how to get new ones' told_how_many

silently() {
	new_recovery games
	take
	expect PAM_SUCCESS "$by_recovery" '' -q -u games "$code"
	gave_no info error
	arguments=quiet
	take
	expect PAM_SUCCESS "$by_recovery" '' -u games "$code"
	gave_no info error
	arguments=
}
point 'PAM_SILENT and quiet: nothing but the prompt' silently

renewed() {
	take
	old=$code
	new_recovery games
	expect PAM_AUTH_ERR 'verdict=wrong token=- failures=1' '' -u games "$old"
	take
	expect PAM_SUCCESS "$by_recovery failures=0" '' -u games "$code"
}
point 'new ones kill those before' renewed

elses() {
	enroll_event man
	new_recovery man
	take
	expect PAM_AUTH_ERR 'user=games verdict=wrong token=-' '' -u games "$code"
	expect PAM_SUCCESS "user=man $by_recovery" '' -u man "$code"
	change unlock games
}
point "one user's are not another's" elses

no_guess() {
	take
	short=${code%?}
	for answer in "$short" "${code}0" "$short-" "U${code#?}" "$code $code" "$code." "é${code#?}"; do
		expect PAM_AUTH_ERR 'user=man verdict=malformed error=- failures=0' '' -u man "$answer"
		gave 'error "Authentication error."'
	done
	expect PAM_AUTH_ERR 'user=lp verdict=unenrolled error=6008' '' -u lp "$code"
	[ "$(failures man local) $(left man)" = '0 9' ] || report man
	expect PAM_SUCCESS "$by_recovery" '' -u man "$code"
}
point 'what has not their form is refused and not counted' no_guess

where_there_are_none() {
	enroll_event mail
	expect PAM_AUTH_ERR 'user=mail verdict=malformed error=- failures=0' '' -u mail 01234-56789
	gave 'error "Authentication error."'
}
point 'nor is their form where the user has none' where_there_are_none

# ---- recovery codes and the throttle --------------------------------------------------------------------

unlocks() {
	now=$start
	settings 'lock_failures = 5; free_failures = 10;'
	for reach in '-r host.example' ''; do
		for i in 1 2 3 4 5; do
			guess mail
			# shellcheck disable=SC2086
			expect PAM_AUTH_ERR "verdict=wrong failures=$i" '' $reach -u mail "$code"
		done
	done
	new_recovery mail
	press mail
	expect PAM_AUTH_ERR 'verdict=locked error=- failures=5' '' -r host.example -u mail "$code"
	expect PAM_AUTH_ERR 'verdict=locked error=- failures=5' '' -u mail "$code"
	take
	expect PAM_SUCCESS "user=mail $by_recovery failures=0" '' -r host.example -u mail "$code"
	gave 'info "That recovery code is used up; you have 9 left."'
	printf '%s\n' "$shown" | grep -q '^info "10 wrong security codes since your last login' || complain 'no word of the guesses'
	accepted mail -r host.example
	accepted mail
	settings
}
point 'locked by guesses: a recovery code opens both ways in again' unlocks

waits() {
	for i in 1 2 3; do
		expect PAM_AUTH_ERR "verdict=wrong failures=$i" '' -u mail 0000A-AAAAA
	done
	expect PAM_AUTH_ERR 'verdict=wrong failures=4' '' -u mail 0000A-AAAAB
	take
	expect PAM_AUTH_ERR 'verdict=throttled error=- failures=4' '' -u mail "$code"
	now=$((now + 29))
	expect PAM_AUTH_ERR verdict=throttled '' -u mail "$code"
	now=$((now + 1))
	expect PAM_SUCCESS "$by_recovery failures=0" '' -u mail "$code"
}
point 'a wrong one is a guess like any other, and none is read during a wait' waits

guessed_while_locked() {
	settings 'lock_failures = 5; free_failures = 10;'
	for _ in 1 2 3 4 5; do
		guess mail
		look -u mail "$code"
	done
	expect PAM_AUTH_ERR 'verdict=wrong failures=6' '' -u mail 0000A-AAAAA
	press mail
	expect PAM_AUTH_ERR 'verdict=locked failures=6' '' -u mail "$code"
	settings
	expect PAM_AUTH_ERR verdict=throttled '' -u mail 0000A-AAAAA
	now=$((now + 3600))
	take
	expect PAM_SUCCESS "$by_recovery failures=0" '' -u mail "$code"
}
point 'while locked they can be guessed no faster' guessed_while_locked
now=

# ---- the temporary code ---------------------------------------------------------------------------------

one_login() {
	enroll_event news
	lend news --for 2d
	expect PAM_SUCCESS "user=news $by_temporary failures=0" '' -u news "$code"
	gave 'info "That was your temporary code. It is used up now."'
	expect PAM_AUTH_ERR 'user=news verdict=malformed token=- failures=0' '' -u news "$code"
	accepted news
	gave_no info
}
point 'a temporary code is good for one login' one_login

many_logins() {
	lend news --for 2d --reusable
	for _ in 1 2 3; do
		expect PAM_SUCCESS "user=news $by_temporary" '' -r host.example -u news "$code"
		printf '%s\n' "$shown" | grep -qE '^info "That was your temporary code\. It is good until '\
'[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} UTC, or until you log in with a token\."$' || complain 'no notice'
	done
	expect PAM_SUCCESS "$by_temporary" '' -u news "$(wide "$code")"
}
point 'or for many, if it was asked for so' many_logins

dead_by_token() {
	temporary=$code
	accepted news
	expect PAM_AUTH_ERR 'user=news verdict=malformed token=- failures=0' '' -u news "$temporary"
}
point 'it is dead after the first code of a token' dead_by_token

guessed() {
	lend news --for 2d
	expect PAM_AUTH_ERR 'verdict=wrong error=49b5 failures=1' '' -u news "$(printf %08d $(((1$code + 1) % 100000000)))"
	expect PAM_SUCCESS "$by_temporary failures=0" '' -u news "$code"
}
point 'a wrong one is counted while one is in force' guessed

expires() {
	now=$start
	enroll_event uucp
	lend uucp --for 2h --reusable
	now=$((start + 7199))
	expect PAM_SUCCESS "$by_temporary" '' -u uucp "$code"
	now=$((start + 7200))
	expect PAM_AUTH_ERR 'verdict=malformed token=- failures=0' '' -u uucp "$code"
	accepted uucp
	now=
}
point 'it is dead once its time is over' expires

# ---- states of a token ----------------------------------------------------------------------------------

while_disabled() {
	enroll_event proxy
	change disable proxy --reason lost
	press proxy
	expect PAM_AUTH_ERR 'user=proxy verdict=disabled error=4993 token=- failures=0' '' -u proxy "$code"
	gave 'error "Authentication error."'
	expect PAM_AUTH_ERR 'verdict=disabled error=4993' '' -u proxy 01234-56789
	lend proxy --for 2d --reusable
	expect PAM_SUCCESS "user=proxy $by_temporary" '' -u proxy "$code"
	temporary=$code
	press proxy
	expect PAM_AUTH_ERR 'verdict=disabled error=4993 token=-' '' -u proxy "$code"
	new_recovery proxy
	take
	expect PAM_SUCCESS "$by_recovery" '' -u proxy "$code"
	expect PAM_SUCCESS "$by_temporary" '' -u proxy "$temporary"
	change enable proxy
	accepted proxy
}
point 'disabled: the token opens nothing, the other codes do' while_disabled

while_locked() {
	enroll_event backup
	new_recovery backup
	lend backup --for 2d --reusable
	temporary=$code
	change lock backup
	take
	press backup
	for answer in "$code" "$temporary" "$(sed -n 1p "$room/recovery")" 123456 01234-56789; do
		expect PAM_AUTH_ERR 'user=backup verdict=stopped error=4990 token=- offset=- failures=0' '' -u backup "$answer"
		gave 'error "Authentication error."'
	done
	[ "$(left backup)" = 10 ] || report backup
	change unlock backup
	take
	expect PAM_SUCCESS "$by_recovery" '' -u backup "$code"
	expect PAM_SUCCESS "$by_temporary" '' -u backup "$temporary"
	accepted backup
}
point 'locked: nothing opens anything, and nothing is used up' while_locked

# ---- what an earlier module left ------------------------------------------------------------------------

first_pass() {
	arguments=use_first_pass
	take
	expect PAM_SUCCESS "user=backup $by_recovery" '' -p "$code" -u backup
	gave 'authtok none'
	expect PAM_AUTH_ERR 'user=backup verdict=wrong' '' -p "$code" -u backup
	gave 'authtok none'
	gave_no hidden
	arguments=try_first_pass
	take
	expect PAM_SUCCESS "user=backup $by_recovery" '' -p "$code" -u backup
	gave 'authtok none'
	gave_no hidden
	# As good a password as any.
	accepted backup -p correctb0x
	gave 'hidden "Security code: "' 'authtok "correctb0x"'
	gave_no info
	arguments=
}
point 'use_first_pass and try_first_pass take recovery codes; a password of ten letters is not charged' first_pass

# ---- many at the door -----------------------------------------------------------------------------------

rounds=50
two_at_once() {
	enroll_event list
	round=0
	while [ "$round" -lt "$rounds" ]; do
		[ $((round % 10)) != 0 ] || new_recovery list
		take
		look -n 2 -u list "$code"
		[ "$shown" = "$(printf 'PAM_SUCCESS 1\nPAM_AUTH_ERR 1')" ] || complain "round $round"
		[ "$(left list)" = $((9 - round % 10)) ] || report list
		round=$((round + 1))
	done
	vipotp unlock list --yes >"$room/unlocked" 2>&1 || cat "$room/unlocked"
}
point "one of 2 processes with one recovery code is accepted, $rounds times" two_at_once

one_temporary() {
	for _ in 1 2 3 4 5; do
		lend list --for 1h
		look -n 32 -u list "$code"
		[ "$shown" = "$(printf 'PAM_SUCCESS 1\nPAM_AUTH_ERR 31')" ] || complain 'not one of 32'
	done
}
point 'one of 32 processes with one temporary code is accepted, 5 times' one_temporary

# ---- the log --------------------------------------------------------------------------------------------

nothing_secret() {
	read_log
	[ "$(wc -l <"$room/secrets")" -gt 100 ] || echo 'these are not all the codes'
	! grep -iF -f "$room/secrets" "$log"
}
if [ -n "$log" ]; then
	point 'no recovery or temporary code is in the log' nothing_secret
else
	skip 'no recovery or temporary code is in the log' 'no log of our own'
fi

finish
