#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A login in a process that is not root's: the module asks vipotp-helper, and what comes of it is what root's process
# would have said, by the same record (product §5.5, §5.6, §6.8).
. "$(dirname "$0")/scene.sh"

stop_the_clock
fail_delay=0 resync=login
settings
enroll_event $alice
start_helper

# ---- the way through --------------------------------------------------------------------------------

right() {
	press $alice
	knock_as $alice "$password" "$code"
	gave 'authenticate PAM_SUCCESS'
	logged "user=$alice service=locker verdict=accepted error=0000 failures=0"
	grep -q "vipotp-helper.*event=helper uid=$(id -u $alice) user=$alice verdict=accepted " "$news" ||
		complain 'the helper logged nothing'
}
point 'password and code: in' right

replayed() {
	knock_as $alice "$password" "$code" %abort
	gave 'error "This security code was used already. Wait for the next one."'
	gave_no 'PAM_SUCCESS'
	expect PAM_CONV_ERR "user=$alice verdict=replayed" '' -u $alice "$code" %abort
}
answers=2
point 'the code that was used is refused here and by root'"'"'s processes' replayed
answers=1

used_elsewhere() {
	press $alice
	expect PAM_SUCCESS "user=$alice verdict=accepted" '' -u $alice "$code"
	answers=2
	knock_as $alice "$password" "$code" %abort
	gave_no 'PAM_SUCCESS'
	logged verdict=replayed
}
point 'a code that root'"'"'s process has taken is refused here' used_elsewhere
answers=1

# What differs is who asks: the service's name, its process, and the second line that is the helper's.
told() {
	printf '%s\n' "$shown" | grep -E '^(hidden|shown|info|error) ' | grep -v '"Password: "'
	grep ' event=login ' "$news" | sed -e 's/.* event=/event=/' -e 's/service=[^ ]*//'
}

# same ANSWER...: the same texts and log lines here and there; the failures counted before are 0 in each.
same() {
	vipotp unlock $alice --yes >"$room/unlocked" 2>&1
	knock -p "$password" -u $alice "$@"
	told >"$room/there"
	vipotp unlock $alice --yes >"$room/unlocked" 2>&1
	knock_as $alice "$password" "$@"
	told >"$room/here"
	grep -q event=login "$room/here" || echo 'nothing was logged'
	diff "$room/there" "$room/here"
}
# A login that is accepted consumes its code, so these are not.
guess $alice
point 'a wrong code: texts and log lines are those of root'"'"'s processes' same "$code" "$code"
point 'a malformed answer: the same' same 12345 123
point 'letters: the same' same letters letters
point 'an empty answer: the same' same ''
point 'ten megabytes: the same' same %huge %huge
point 'a recovery code that is none: the same' same ABCDE-FGHJK ABCDE-FGHJK

unenrolled() {
	knock -p "$password" -u $bob 123456 123456
	told >"$room/there"
	knock_as $bob "$password" 123456 123456
	told >"$room/here"
	diff "$room/there" "$room/here"
	logged verdict=unenrolled
}
answers=2
point 'a user without a token: the same' unenrolled
answers=1

lenient() {
	settings 'unenrolled = "ignore";'
	knock_as $bob "$password"
	gave 'authenticate PAM_SUCCESS'
	logged verdict=ignored
	knock_as $alice "$password" 1
	gave 'hidden "Security code: "'
	gave_no 'PAM_SUCCESS'
	settings
}
point 'unenrolled = "ignore": who has no token passes, who has one is asked' lenient

# ---- the process that asks (product §10, rule 8) ----------------------------------------------------

cp "$top_builddir/tests/module/host" "$top_builddir/tests/module/.libs/witness.so" "$room/bin/" || bail_out 'not built'
echo "auth required $room/bin/witness.so set
auth [success=ok ignore=ok default=bad] $room/bin/pam_vipotp.so config=$conf" >"$room/pam/hosted"

# unchanged USER ANSWER...: see tests/module/host.c
unchanged() {
	as "$1" HOST_VARIABLE="KNOCK_SET=$password" "$room/bin/host" unchanged "$room/pam" hosted "$@" 2>&1 || echo "exit status $?"
}

as_before() {
	resync=command
	settings
	press $alice
	first=$code
	press $alice
	second=$code
	guess $alice
	position=$(next_position $alice)
	unchanged $alice "$first" "$second" "$second" "$code" 12345 '' %huge %abort
	[ "$(next_position $alice)" = $((position + 2)) ] || echo 'codes were not accepted'
	unchanged $bob 123456 ''
	stop_helper
	unchanged $alice "$code" "$code"
	start_helper
	resync=login
	settings
	vipotp unlock $alice --yes >"$room/unlocked" 2>&1
}
point 'the process that asks is as it was, whatever comes of it, and without the service' as_before

# ---- the fields of an outcome -----------------------------------------------------------------------

token=$(report $alice | tr -d ' \n' | sed -n 's/.*"tokens":\[{"id":"\([A-Z0-9]*\)".*/\1/p')
fields() {
	vipotp unlock $alice --yes >"$room/unlocked" 2>&1
	press $alice
	ask_as $alice login $alice locker "$password" "$code"
	vipotp recovery $alice --yes >"$room/recovery" 2>&1 || complain "$(cat "$room/recovery")"
	guess $alice
	for n in 1 2 3; do
		ask_as $alice login $alice locker "$password" "$code"
		[ "$(field verdict)" = 0 ] && [ "$(field bucket_failures)" = $n ] && [ "$(field locked)" = 0 ] &&
			[ "$(field wait)" = 0 ] && [ "$(field recovery_left)" = 10 ] || complain "wrong $n"
	done
	ask_as $alice login $alice locker "$password" "$code"
	[ "$(field bucket_failures)" = 4 ] && [ "$(field wait)" = 30000 ] || complain 'wrong 4'
	failed_at=$(field at)
	ask_as $alice login $alice locker "$password" "$code"
	[ "$(field verdict)" = 6 ] && [ "$(field wait)" -gt 0 ] || complain 'waiting'
	vipotp unlock $alice --yes >"$room/unlocked" 2>&1
	press $alice
	ask_as $alice login $alice locker "$password" "$code"
	[ "$(field verdict)" = 1 ] && [ "$(field way)" = 0 ] && [ "$(field token)" = "$token" ] || complain 'accepted'
	[ "$(field failures)" = 4 ] && [ "$(field failed_at)" = "$failed_at" ] && [ "$(field origin)" = 'tty?7' ] ||
		complain 'what failed before'
	ask_as $alice login $alice locker "$password" "$(sed -n 's/.*\([0-9A-Z]\{5\}-[0-9A-Z]\{5\}\).*/\1/p' "$room/recovery" | head -n 1)"
	[ "$(field verdict)" = 1 ] && [ "$(field way)" = 1 ] && [ "$(field recovery_left)" = 9 ] || complain 'recovery'
	ask_as $alice enrolled $alice
	[ "$(field enrolled)" = 1 ] && [ "$(field lengths)" = 64 ] || complain 'enrolled'
	ask_as $bob enrolled $bob
	[ "$(field enrolled)" = 0 ] && [ "$(field lengths)" = 0 ] || complain 'not enrolled'
}
point 'an outcome comes whole: verdict, way, token, failures, wait, when and where it failed, what is left' fields

# ---- the password -----------------------------------------------------------------------------------

wrong_password() {
	before=$(report $alice)
	press $alice
	ask_as $alice login $alice locker "not $password" "$code"
	[ "$(field verdict)" = 0 ] && [ "$(field at)" = 0 ] || complain 'not refused'
	grep -q "event=helper .*user=$alice verdict=password " "$news" || complain 'not logged'
	guess $alice
	ask_as $alice login $alice locker '' "$code"
	[ "$(field verdict)" = 0 ] && [ "$(field at)" = 0 ] || complain 'empty: not refused'
	ask_as $alice login $alice locker %huge "$code"
	[ "$(field verdict)" = 0 ] && [ "$(field at)" = 0 ] || complain 'huge: not refused'
	[ "$(report $alice)" = "$before" ] || complain 'the record has changed'
	counter=$(cat "$room/tokens/$alice.counter")
	ask_as $alice login $alice locker "$password" "$(hotp "$(cat "$room/tokens/$alice.key")" $((counter - 1)))"
	[ "$(field verdict)" = 1 ] || complain 'the code is not good any more'
}
point 'with a wrong password nothing is judged, counted or used up' wrong_password

locked_account() {
	chage -E 1 $alice
	press $alice
	ask_as $alice login $alice locker "$password" "$code"
	[ "$(field verdict)" = 0 ] && [ "$(field at)" = 0 ] || complain 'an account that has run out'
	chage -E -1 -d 0 $alice
	ask_as $alice login $alice locker "$password" "$code"
	[ "$(field verdict)" = 1 ] || complain 'a password that is to be changed'
	chage -d 2020-01-01 $alice
}
if command -v chage >/dev/null; then
	point 'an account that has run out is refused, a password that has is not' locked_account
else
	skip 'an account that has run out is refused, a password that has is not' 'chage is not installed'
fi

# unavailable WHAT: nothing was decided, and the code is still good.
unavailable() {
	printf '%s\n' "$shown" | grep -q "^status 12: .*$1" || complain "not unavailable: $1"
	grep -q 'event=helper .*verdict=failed ' "$news" || complain 'not logged'
}

printf '#!/bin/sh\nkill -9 $PPID\n' >"$room/bin/murder"
chmod 0755 "$room/bin/murder"
not_set_up() {
	rm /etc/pam.d/vipotp
	press $alice
	ask_as $alice login $alice locker "$password" "$code"
	unavailable '/etc/pam.d/vipotp'
	pam_service 'auth required pam_vipotp_absent.so'
	ask_as $alice login $alice locker "$password" "$code"
	unavailable 'PAM service vipotp'
	# Whoever put the module in there as well: two prompts, of which the second is none for a password.
	pam_service 'auth required pam_unix.so nodelay' "auth required $PAM_VIPOTP config=$conf"
	ask_as $alice login $alice locker "$password" "$code"
	unavailable 'PAM service vipotp'
	pam_service 'auth required pam_unix.so nodelay' "auth sufficient pam_exec.so $room/bin/murder"
	ask_as $alice login $alice locker "$password" "$code"
	unavailable 'PAM service vipotp'
	normal_service
	ask_as $alice login $alice locker "$password" "$code"
	[ "$(field verdict)" = 1 ] || complain 'the code is not good any more'
}
point 'a PAM service that is missing, broken or asks for more: nothing is decided' not_set_up

# ---- whose account ----------------------------------------------------------------------------------

# foreign ARGUMENT...: of ask, by bob
foreign() {
	ask_as $bob "$@"
	[ "$shown" = "status 11: it is not the account of uid $(id -u $bob), who asks" ] || complain 'let'
}

others() {
	before=$(report $alice)
	press $alice
	foreign login $alice locker "$password" "$code"
	foreign enrolled $alice
	foreign enrolled root
	foreign enrolled vipotp-nobody-has-this-name
	foreign enrolled "$(id -u $bob)"
	foreign enrolled ''
	[ "$(report $alice)" = "$before" ] || complain 'the record has changed'
	[ -z "$(requests)" ] || none_left
	accepted_code=$code
	ask_as $alice login $alice locker "$password" "$accepted_code"
	[ "$(field verdict)" = 1 ] || complain 'the code is not good any more'
}
point 'another user'"'"'s account: refused, and nothing was done to it' others

roots_own() {
	in_time "$room/bin/ask" enrolled root >"$room/asked"
	[ "$(cat "$room/asked")" = 'enrolled 0
lengths 0' ] || cat "$room/asked"
}
point 'root may ask for its own' roots_own

# ---- pairs (product §5.3) ---------------------------------------------------------------------------

# ahead N: the token's button was pressed N times for nothing.
ahead() {
	counter=$(cat "$room/tokens/$alice.counter")
	echo $((counter + $1)) >"$room/tokens/$alice.counter"
	vipotp unlock $alice --yes >"$room/unlocked" 2>&1
	press $alice
	first=$code
	press $alice
}

pair() {
	ahead 100
	knock_as $alice "$password" "$first" "$code"
	gave 'hidden "Next security code: "' 'authenticate PAM_SUCCESS'
	grep -q 'event=resync .*verdict=accepted .*offset=+100 ' "$news" || complain 'not logged as a pair'
}
point 'a token that has run ahead comes back by two codes' pair

# pairs FIRST_AT: whether first and code are taken for a pair, with that time of the first
pairs() {
	ask_as $alice login $alice locker "$password" "$code" "$first" "$1"
	[ "$(field verdict)" = 1 ]
}

no_pair() {
	ahead 100
	now_ms=$(date +%s)000
	! pairs "$now_ms" || complain 'the first was never judged'
	! pairs 0 || complain 'in 1970'
	! pairs $((now_ms + 3600000)) || complain 'in the future'
	vipotp unlock $alice --yes >"$room/unlocked" 2>&1
	ask_as $alice login $alice locker "$password" "$first"
	at=$(field at)
	! pairs $((at + 1)) || complain 'at another time'
	guess $alice
	wrong=$code
	ask_as $alice login $alice locker "$password" "$first"
	at=$(field at)
	ask_as $alice login $alice locker "$password" "$wrong" "$first" "$at"
	code=$(hotp "$(cat "$room/tokens/$alice.key")" $(($(cat "$room/tokens/$alice.counter") - 1)))
	! pairs "$at" || complain 'a second time'
	vipotp unlock $alice --yes >"$room/unlocked" 2>&1
	ask_as $alice login $alice locker "$password" "$first"
	pairs "$(field at)" || complain 'and a true one is none'
}
point 'a pair needs a first answer that was judged here, at that time, and makes no second one' no_pair

finish
