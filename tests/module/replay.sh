#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A code is accepted once, and guessing leads nowhere: replays of every kind (product §5.4, §5.5) and the throttle
# (product §5.6), seen through the module, by a clock that stands where the test puts it.
. "$(dirname "$0")/door.sh"
stop_the_clock

start=1700000010 # the first second of a step of 30

# enroll_time USER KEY [DIGITS]: a time token, by the codes of the step before now and of now.
enroll_time() {
	bind "$1" "otpauth://totp/$1?secret=$2&digits=${3-6}" "$(totp "$2" $((now - 30)) --digits="${3-6}")" \
		"$(totp "$2" "$now" --digits="${3-6}")"
}

# ---- a code serves once -----------------------------------------------------------------------------

now=$start
new_key
games_key=$key
enroll_time games "$games_key"
enroll_event man

across_services() {
	now=$((start + 60))
	code=$(totp "$games_key" "$now")
	expect PAM_SUCCESS 'user=games service=vipotp-one verdict=accepted' '' -s vipotp-one -u games "$code"
	expect PAM_AUTH_ERR 'user=games service=vipotp-two verdict=replayed' '' -s vipotp-two -u games "$code"
	expect PAM_AUTH_ERR 'user=games service=vipotp-two verdict=replayed' '' -s vipotp-two -r host.example -u games "$code"
	now=$((start + 75))
	expect PAM_AUTH_ERR 'user=games service=vipotp-one verdict=replayed' '' -s vipotp-one -u games "$code"
	accepted man -s vipotp-one
	expect PAM_AUTH_ERR 'user=man service=vipotp-two verdict=replayed' '' -s vipotp-two -u man "$code"
	[ "$(failures games local) $(failures games remote) $(failures man local)" = '0 0 0' ] || echo 'a retype was counted'
}
point 'a code used with one service is refused by another, and counts as no guess' across_services

backwards() {
	now=$((start + 300))
	expect PAM_SUCCESS verdict=accepted '' -u games "$(totp "$games_key" $((now + 30)))"
	expect PAM_AUTH_ERR verdict=wrong '' -u games "$(totp "$games_key" "$now")"
	expect PAM_AUTH_ERR verdict=wrong '' -u games "$(totp "$games_key" $((now - 30)))"
	expect PAM_AUTH_ERR verdict=replayed '' -u games "$(totp "$games_key" $((now + 30)))"
	now=$((now + 60))
	expect PAM_SUCCESS verdict=accepted '' -u games "$(totp "$games_key" "$now")"
}
point 'after T+1 neither T nor T-1, after them not T+1 again' backwards

skipped() {
	press man
	first=$code
	press man
	second=$code
	press man
	expect PAM_SUCCESS verdict=accepted '' -u man "$code"
	expect PAM_AUTH_ERR verdict=wrong '' -u man "$first"
	expect PAM_AUTH_ERR verdict=wrong '' -u man "$second"
	position=$(next_position man)
	guess man
	expect PAM_AUTH_ERR verdict=wrong '' -u man "$code"
	[ "$(next_position man)" = "$position" ] || echo 'a wrong code moved the counter'
	accepted man
}
point 'event token: what was skipped is gone, and a wrong code moves nothing' skipped

clock_goes_back() {
	now=$((start + 600))
	code=$(totp "$games_key" "$now")
	expect PAM_SUCCESS verdict=accepted '' -u games "$code"
	now=$((start + 570))
	expect PAM_AUTH_ERR verdict=replayed '' -u games "$code"
	expect PAM_AUTH_ERR verdict=wrong '' -u games "$(totp "$games_key" "$now")"
	now=$((start + 660))
	expect PAM_SUCCESS verdict=accepted '' -u games "$(totp "$games_key" "$now")"
}
point 'a clock that is set back brings no code back' clock_goes_back

# The two codes of this key are equal, though one follows the other.
equal_key=LJYWKRGZO5TV2IQSD434O5RWELYBGXDJ
equal_first=1425448020
equal_second=1425448050
equal=027167

of_two_steps() {
	now="$equal_first"
	enroll_time mail "$equal_key"
	expect PAM_AUTH_ERR 'user=mail verdict=replayed' '' -u mail "$equal"
	now="$equal_second"
	expect PAM_AUTH_ERR 'user=mail verdict=replayed' '' -u mail "$equal"
	now=$((equal_second + 30))
	expect PAM_SUCCESS 'user=mail verdict=accepted' '' -u mail "$(totp "$equal_key" "$now")"
	vipotp release mail --yes >"$room/released" 2>&1 || cat "$room/released"
}
point 'a code that the next step shows again is refused after its use, as long as it is the last one' of_two_steps

# ---- what is part of a code -------------------------------------------------------------------------

now=$start
new_key
long_key=$key
enroll_time news "$long_key" 8

parts() {
	now=$((start + 60))
	code=$(totp "$long_key" "$now" --digits=8)
	for part in "${code#??}" "${code%??}" "${code#?}" "0$code"; do
		expect PAM_AUTH_ERR 'user=news verdict=malformed failures=0' '' -u news "$part"
	done
	expect PAM_SUCCESS 'user=news verdict=accepted' '' -u news "$code"
	for part in "${code#??}" "${code%??}"; do
		expect PAM_AUTH_ERR 'user=news verdict=malformed failures=0' '' -u news "$part"
	done
	expect PAM_AUTH_ERR 'user=news verdict=replayed' '' -u news "$code"
}
point 'the last six of eight digits are no code, neither before nor after its use' parts

# www-data has two tokens: one of six digits, and one of eight whose next code begins with two zeros.
leading_zeros() {
	enroll_event www-data
	new_key
	before=$(hotp "$key" 0 --window=999 --digits=8 | grep -n '^00' | head -n 1)
	position=$((${before%:*} - 1))
	code=${before#*:}
	printf '%s\n' "otpauth://hotp/www-data?secret=$key&digits=8&counter=$((position - 2))" \
		"$(hotp "$key" $((position - 2)) --digits=8)" "$(hotp "$key" $((position - 1)) --digits=8)" |
		vipotp enroll www-data --uri --add >"$room/enrolment" 2>&1 || cat "$room/enrolment"
	expect PAM_AUTH_ERR 'user=www-data verdict=wrong' '' -u www-data "${code#00}"
	expect PAM_AUTH_ERR 'user=www-data verdict=malformed' '' -u www-data "${code#0}"
	expect PAM_SUCCESS 'user=www-data verdict=accepted' '' -u www-data "$code"
	accepted www-data
}
point 'leading zeros are digits of a code' leading_zeros

# ---- release and re-enrolment -----------------------------------------------------------------------

# pair TOKEN USER OTP1 OTP2: enrolment of a token of the inventory; its exit status.
pair() {
	printf '%s\n' "$3" "$4" | vipotp enroll "$2" --token "$1" >"$room/enrolment" 2>&1
}

# refused_pair TOKEN USER OTP1 OTP2
refused_pair() {
	! pair "$@" || echo "enrolled by used codes: $3 $4"
	grep -q 'These are not two consecutive codes of this token (error 49b5)' "$room/enrolment" || cat "$room/enrolment"
	[ ! -e "$store/users/$2" ] || echo 'something is bound'
}

token_of() {
	report "$1" | sed -n 's/.*"id": "\([A-Z0-9]*\)".*/\1/p'
}

event_again() {
	enroll_event uucp
	accepted uucp
	accepted uucp
	token=$(token_of uucp)
	uucp_key=$(cat "$room/tokens/uucp.key")
	vipotp release uucp --yes >"$room/released" 2>&1 || cat "$room/released"
	expect PAM_AUTH_ERR 'user=uucp verdict=unenrolled' '' -u uucp "$(hotp "$uucp_key" 4)"
	refused_pair "$token" uucp "$(hotp "$uucp_key" 2)" "$(hotp "$uucp_key" 3)"
	refused_pair "$token" proxy "$(hotp "$uucp_key" 3)" "$(hotp "$uucp_key" 4)"
	pair "$token" proxy "$(hotp "$uucp_key" 4)" "$(hotp "$uucp_key" 5)" || cat "$room/enrolment"
	expect PAM_AUTH_ERR 'user=proxy verdict=wrong' '' -u proxy "$(hotp "$uucp_key" 3)"
	expect PAM_AUTH_ERR 'user=proxy verdict=wrong' '' -u proxy "$(hotp "$uucp_key" 4)"
	expect PAM_AUTH_ERR 'user=proxy verdict=replayed' '' -u proxy "$(hotp "$uucp_key" 5)"
	expect PAM_SUCCESS 'user=proxy verdict=accepted' '' -u proxy "$(hotp "$uucp_key" 6)"
}
point 'event token: codes used before a release are refused afterwards, also at the next enrolment' event_again

time_again() {
	now=$((start + 900))
	token=$(token_of games)
	expect PAM_SUCCESS 'user=games verdict=accepted' '' -u games "$(totp "$games_key" "$now")"
	vipotp release games --yes >"$room/released" 2>&1 || cat "$room/released"
	refused_pair "$token" backup "$(totp "$games_key" $((now - 30)))" "$(totp "$games_key" "$now")"
	refused_pair "$token" games "$(totp "$games_key" "$now")" "$(totp "$games_key" $((now + 30)))"
	now=$((now + 60))
	pair "$token" games "$(totp "$games_key" $((now - 30)))" "$(totp "$games_key" "$now")" || cat "$room/enrolment"
	expect PAM_AUTH_ERR 'user=games verdict=wrong' '' -u games "$(totp "$games_key" $((now - 30)))"
	expect PAM_AUTH_ERR 'user=games verdict=replayed' '' -u games "$(totp "$games_key" "$now")"
	now=$((now + 30))
	expect PAM_SUCCESS 'user=games verdict=accepted' '' -u games "$(totp "$games_key" "$now")"
}
point 'time token: the same' time_again

# ---- the equal pair at the enrolment ----------------------------------------------------------------

equal_uri="otpauth://totp/list?secret=$equal_key"

refused_equal() {
	now="$equal_second"
	[ "$(totp "$equal_key" "$equal_first") $(totp "$equal_key" "$equal_second")" = "$equal $equal" ] || echo 'they are not equal'
	! printf '%s\n' "$equal_uri" "$equal" "$equal" | vipotp enroll list --uri >"$room/enrolment" 2>&1 || echo 'enrolled'
	grep -q 'This is the first code again. The two are never the same: wait until' "$room/enrolment" ||
		cat "$room/enrolment"
	[ ! -e "$store/users/list" ] || echo 'something is bound'
	expect PAM_AUTH_ERR 'user=list verdict=unenrolled' '' -u list "$equal"
}
point 'two consecutive codes that are equal are refused, and a fresh one is asked for' refused_equal

fresh_one() {
	now=$((equal_second + 30))
	printf '%s\n' "$equal_uri" "$equal" "$equal" "$(totp "$equal_key" "$now")" | vipotp enroll list --uri \
		>"$room/enrolment" 2>&1 || cat "$room/enrolment"
	now=$((now + 30))
	expect PAM_SUCCESS 'user=list verdict=accepted' '' -u list "$(totp "$equal_key" "$now")"
}
point 'with the fresh one the enrolment goes on' fresh_one

# neighbours USER FIRST: the pair that begins at FIRST is good, and so is the code after it.
neighbours() {
	now=$(($2 + 30))
	bind "$1" "otpauth://totp/$1?secret=$equal_key" "$(totp "$equal_key" "$2")" "$(totp "$equal_key" "$now")"
	now=$((now + 60))
	expect PAM_SUCCESS "user=$1 verdict=accepted" '' -u "$1" "$(totp "$equal_key" "$now")"
}
point 'the pair before them is good' neighbours irc $((equal_first - 30))
point 'the pair after them is good' neighbours sys "$equal_second"

# ---- the throttle -----------------------------------------------------------------------------------

# fails USER VERDICT [ARGUMENT...]: a wrong code.
fails() {
	user=$1 verdict=$2
	shift 2
	guess "$user"
	expect PAM_AUTH_ERR "user=$user verdict=$verdict" '' "$@" -u "$user" "$code"
}

now=$start
enroll_event lp
waiting() {
	for _ in 1 2 3; do fails lp wrong; done
	report lp | grep -q '"wait_ms": [1-9]' && echo 'a wait too early'
	press lp
	right=$code
	wait=30
	while [ "$wait" -le 3600 ]; do
		fails lp wrong
		report lp | grep -q "\"wait_ms\": ${wait}000," || report lp
		refused_at=$now
		now=$((refused_at + wait - 1))
		expect PAM_AUTH_ERR 'user=lp verdict=throttled' '' -u lp "$right"
		now=$((refused_at + wait))
		[ "$wait" = 3600 ] && break
		wait=$((wait * 2 < 3600 ? wait * 2 : 3600))
	done
	expect PAM_SUCCESS 'user=lp verdict=accepted' '' -u lp "$right"
	[ "$(failures lp local)" = 8 ] || echo "$(failures lp local) failures after 11 and a success"
	accepted lp
}
point 'three free failures, then waits of 30 s to 1 h; a success ends the wait and takes off 3' waiting

enroll_event bin
set_back() {
	now=$((start + 86400))
	for _ in 1 2 3 4 5 6; do
		fails bin wrong
		now=$((now + 3600))
	done
	fails bin wrong
	now=$((start + 3600))
	accepted bin
}
point 'a wait does not outlast its length because the clock was set back' set_back

enroll_event daemon
from_afar() {
	now=$start
	settings 'lock_failures = 5; free_failures = 10;'
	for _ in 1 2 3 4 5; do fails daemon wrong -r host.example; done
	press daemon
	expect PAM_AUTH_ERR 'user=daemon verdict=locked' '' -r host.example -u daemon "$code"
	expect PAM_AUTH_ERR 'user=daemon verdict=locked' '' -r other.example -u daemon "$code"
	expect PAM_SUCCESS 'user=daemon verdict=accepted' '' -t tty1 -u daemon "$code"
	press daemon
	expect PAM_AUTH_ERR 'user=daemon verdict=locked' '' -r host.example -u daemon "$code"
	settings
	now=$((start + 31536000))
	expect PAM_AUTH_ERR 'user=daemon verdict=locked' '' -r host.example -u daemon "$code"
	vipotp unlock daemon --yes >"$room/unlocked" 2>&1 || cat "$room/unlocked"
	expect PAM_SUCCESS 'user=daemon verdict=accepted' '' -r host.example -u daemon "$code"
}
point 'nobody afar closes the console; what is locked is locked until it is unlocked' from_afar

waits_from_afar() {
	for _ in 1 2 3 4; do fails daemon wrong -r host.example; done
	press daemon
	expect PAM_AUTH_ERR 'user=daemon verdict=throttled' '' -r host.example -u daemon "$code"
	expect PAM_SUCCESS 'user=daemon verdict=accepted' '' -u daemon "$code"
	for _ in 1 2 3 4; do fails daemon wrong; done
	press daemon
	expect PAM_AUTH_ERR 'user=daemon verdict=throttled' '' -u daemon "$code"
	now=$((now + 60))
	expect PAM_SUCCESS 'user=daemon verdict=accepted' '' -r host.example -u daemon "$code"
}
point 'nor makes it wait, and the other way round' waits_from_afar

enroll_event sync
at_fifty() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
		fails sync wrong
		now=$((now + 3600))
		fails sync wrong
		now=$((now + 3600))
	done
	[ "$(failures sync local)" = 50 ] || echo "$(failures sync local) failures"
	now=$((now + 864000))
	press sync
	expect PAM_AUTH_ERR 'user=sync verdict=locked failures=50' '' -u sync "$code"
	vipotp unlock sync --yes >"$room/unlocked" 2>&1 || cat "$room/unlocked"
	expect PAM_SUCCESS 'user=sync verdict=accepted failures=0' '' -u sync "$code"
}
point 'fifty failures lock, however long they take' at_fifty

no_guesses() {
	settings 'lock_failures = 5; free_failures = 0;'
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		for answer in '' 12345 letters %abort %null; do
			look -u sync "$answer"
			look -r host.example -u sync "$answer"
		done
		look -p hunter2 -u sync hunter2
	done
	read_log
	[ "$(failures sync local) $(failures sync remote)" = '0 0' ] || echo 'counted'
	accepted sync
	accepted sync -r host.example
	settings
}
point 'aborts, empty and malformed answers and the password never lock, nor make wait' no_guesses

finish
