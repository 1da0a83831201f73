#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A token that has run out of its window comes back by two codes at the login (product §5.3): what is asked, what is
# accepted, what each answer is charged, and that nobody learns from it.
. "$(dirname "$0")/door.sh"
nobody=vipotp-no-such-user
password='correct horse battery'
resync=login
settings

for user in games man mail news backup uucp irc list proxy; do enroll_event $user; done

# steps LINE...: the answers of the last knock as the log has them, "EVENT VERDICT FAILURES" each.
steps() {
	[ -n "$log" ] || return 0
	for line; do echo "$line"; done >"$room/wanted_steps"
	sed -n 's/.* event=\(login\|resync\) .* verdict=\([a-z]*\) .* failures=\([0-9-]*\).*/\1 \2 \3/p' "$news" >"$room/steps"
	cmp -s "$room/wanted_steps" "$room/steps" || complain "wanted in the log: $(paste -sd , "$room/wanted_steps")"
}

# counts USER FAILURES [POSITION]: what is stored of him.
counts() {
	[ "$(failures "$1" local)" = "$2" ] || complain "$1: $(failures "$1" local) failures in the record, wanted $2"
	[ -z "${3-}" ] || [ "$(next_position "$1")" = "$3" ] || complain "$1: at $(next_position "$1"), wanted $3"
}

# prompts N: so many were shown.
prompts() {
	asked=$(printf '%s\n' "$shown" | grep -c '^hidden\|^shown')
	[ "$asked" = "$1" ] || complain "$asked prompts, wanted $1"
}

# enter CODE-OF-PAM ARGUMENT...
enter() {
	wanted=$1
	shift
	knock "$@"
	gave "authenticate $wanted"
}

unlock() {
	vipotp unlock "$1" --yes >"$room/unlocked" 2>&1 || cat "$room/unlocked"
}

# ahead USER N [POSITION]: his token's button was pressed N times in a pocket; first and second are what it shows then.
ahead() {
	echo $((${3:-$(next_position "$1")} + $2)) >"$room/tokens/$1.counter"
	press "$1"
	first=$code
	press "$1"
	second=$code
	beyond=$(cat "$room/tokens/$1.counter")
}

# two_wrong USER: other and another, which his token does not show.
two_wrong() {
	guess "$1"
	other=$code
	while code=$((code + 1)) && grep -qx "$code" "$room/right"; do :; done
	another=$code
}

# fail USER N: so many failures, one answer each.
fail() {
	for _ in $(seq "$2"); do
		guess "$1"
		look -u "$1" "$code" %abort
	done
}

# ---- an event token ---------------------------------------------------------------------------------

pair_lets_in() {
	ahead games "$1"
	enter PAM_SUCCESS -u games "$first" "$second"
	gave 'hidden "Security code: "' 'error "Not accepted. Wait for the next security code."' 'hidden "Next security code: "'
	prompts 2
	steps 'login wrong 1' 'resync accepted 0'
	counts games 0 "$beyond"
	[ -z "$log" ] || grep ' event=resync ' "$news" | grep -q "user=games .* error=0000 offset=+$1 " || complain 'not what resync says'
}
point '20 counters ahead: the two codes let its owner in' pair_lets_in 20

# The first lies before the last accepted one, the second is it.
used_up() {
	enter PAM_AUTH_ERR -p "$password" -u games "$first" "$second"
	gave 'error "This security code was used already. Wait for the next one."'
	steps 'login wrong 1' 'login replayed 1'
	enter PAM_AUTH_ERR -u games "$second" "$first"
	steps 'login replayed 1' 'login wrong 2'
	counts games 2 "$beyond"
	accepted games
}
point 'both are used up then, and the next code is a code as ever' used_up
point '900 counters ahead' pair_lets_in 900
point '1000 counters ahead, the last within the range' pair_lets_in 1000

too_far() {
	before=$(next_position games)
	ahead games "$1"
	enter PAM_AUTH_ERR -u games "$first" "$second"
	gave 'error "Authentication error."'
	steps 'login wrong 1' 'login wrong 2'
	counts games 2 "$before"
	unlock games
}
point '1001 counters ahead: refused, two failures' too_far 1001
point '5000 counters ahead: refused, which a reset would take' too_far 5000

# no_pair WHAT FIRST SECOND: of codes that are ahead.
no_pair() {
	before=$(next_position games)
	enter PAM_AUTH_ERR -u games "$1" "$2"
	steps 'login wrong 1' 'login wrong 2'
	counts games 2 "$before"
	unlock games
}
ahead games 20
point 'the two in the wrong order' no_pair "$second" "$first"
point 'the first one twice' no_pair "$first" "$first"
point 'two that are not next to each other' no_pair "$first" "$(hotp "$(cat "$room/tokens/games.key")" "$beyond")"
two_wrong games
point 'a right one behind a wrong one' no_pair "$other" "$second"
point 'a wrong one behind a right one' no_pair "$first" "$another"

second_alone() {
	two_wrong proxy
	press proxy
	enter PAM_SUCCESS -u proxy "$other" "$code"
	steps 'login wrong 1' 'login accepted 0'
	counts proxy 0
	printf '%s\n' "$shown" | grep -q '^info "1 wrong security code since your last login' || complain 'no word of the first'
	enter PAM_CONV_ERR -u proxy "$code" %abort
	steps 'login replayed 0' 'login aborted -'
}
point 'a wrong code, and then one that a login accepts by itself' second_alone

retyped() {
	used=$code
	press proxy
	enter PAM_SUCCESS -p "$password" -u proxy "$used" "$code"
	gave 'error "This security code was used already. Wait for the next one."'
	steps 'login replayed 0' 'login accepted 0'
}
point 'the code used last, and then the next one' retyped

recovery_code() {
	vipotp recovery list --yes >"$room/recovery" 2>&1 || cat "$room/recovery"
	spare=$(grep -oE '[0-9A-Z]{5}-[0-9A-Z]{5}' "$room/recovery" | head -n 1)
	two_wrong list
	enter PAM_SUCCESS -u list "$other" "$spare"
	steps 'login wrong 1' 'login accepted 0'
}
point 'a wrong code, and then a recovery code' recovery_code

# What a login begins, another one does not end.
two_logins() {
	ahead games 20
	enter PAM_CONV_ERR -u games "$first"
	enter PAM_CONV_ERR -u games "$second"
	steps 'login wrong 2' 'login aborted -'
	counts games 2
	unlock games
}
point 'the two codes in two logins: refused' two_logins

# ---- what is no code --------------------------------------------------------------------------------

# first_is ANSWER VERDICT: not counted, and no half of a pair.
first_is() {
	ahead games 20
	enter PAM_AUTH_ERR -u games -- "$1" "$second"
	prompts 2
	steps "login $2 0" 'login wrong 1'
	counts games 1
	unlock games
	echo "$(next_position games)" >"$room/tokens/games.counter"
	press games
	enter PAM_SUCCESS -u games -- "$1" "$code"
	steps "login $2 0" 'login accepted 0'
}
for answer in 12345 12345678 not-a-code %huge; do
	point "first $answer: not counted, and the second stands for itself" first_is $answer malformed
done

ends_at_once() {
	enter "$1" -u games "$2" 123456
	prompts 1
	steps "login $3 $4"
	counts games 0
}
point 'first nothing: no second prompt' ends_at_once PAM_AUTH_ERR '' empty 0
point 'an abort at the first prompt' ends_at_once PAM_CONV_ERR %abort aborted -

# second_is ANSWER CODE-OF-PAM VERDICT FAILURES: the first one is counted whatever follows.
second_is() {
	two_wrong games
	enter "$2" -u games -- "$other" "$1"
	prompts 2
	steps 'login wrong 1' "login $3 $4"
	counts games 1
	unlock games
}
point 'second nothing: one failure' second_is '' PAM_AUTH_ERR empty 1
for answer in 12345 12345678 not-a-code %huge; do
	point "second $answer: one failure" second_is $answer PAM_AUTH_ERR malformed 1
done
for answer in %abort %null %none; do
	point "second $answer: PAM_CONV_ERR, one failure" second_is $answer PAM_CONV_ERR aborted -
done

is_password() {
	enter PAM_AUTH_ERR -p "$password" -u games "$password" 123456
	prompts 1
	counts games 0
	two_wrong games
	enter PAM_AUTH_ERR -p "$password" -u games "$other" "$password"
	prompts 2
	gave 'error "That was the password, not the security code."'
	steps 'login wrong 1' 'login password -'
	counts games 1
	unlock games
}
point 'the password ends it at either prompt' is_password

# ---- waits and locks --------------------------------------------------------------------------------

earned_a_wait() {
	fail man 3
	ahead man 20
	enter PAM_SUCCESS -u man "$first" "$second"
	steps 'login wrong 4' 'resync accepted 1'
	counts man 1 "$beyond"
	unlock man
}
point 'the first code earns a wait, and the pair is read all the same' earned_a_wait

alone_in_the_wait() {
	fail man 3
	two_wrong man
	press man
	enter PAM_AUTH_ERR -u man "$other" "$code"
	steps 'login wrong 4' 'login throttled 4'
	counts man 4
	unlock man
	enter PAM_SUCCESS -u man "$code"
}
point 'but not a code that stands for itself, which stays good' alone_in_the_wait

waited_before() {
	before=$(next_position man)
	fail man 4
	ahead man 20
	enter PAM_AUTH_ERR -u man "$first" "$second"
	steps 'login throttled 4' 'login throttled 4'
	counts man 4 "$before"
	unlock man
	enter PAM_SUCCESS -u man "$first" "$second"
	counts man 0 "$beyond"
}
point 'in a wait of earlier failures no pair is read, nor used up' waited_before

lock_mail() {
	settings 'lock_failures = 5; free_failures = 10;'
	fail mail 5
	report mail | grep -q '"locked": true' || complain 'mail is not locked'
}

locked() {
	lock_mail
	echo "$(next_position mail)" >"$room/tokens/mail.counter"
	two_wrong mail
	press mail
	enter PAM_CONV_ERR -u mail "$code" %abort
	steps 'login locked 5' 'login aborted -'
	enter PAM_AUTH_ERR -u mail 12345 "$code"
	steps 'login malformed 5' 'login locked 5'
	counts mail 5
	ahead mail 20
	enter PAM_SUCCESS -u mail "$first" "$second"
	[ -z "$log" ] || grep -q ' event=resync .* verdict=accepted ' "$news" || complain 'no event=resync'
	report mail | grep -q '"locked": true' && complain 'still locked'
	accepted mail
	unlock mail
}
point 'locked: one right code does not open, two do, and unlock' locked

# Where pairs are read without a count, they could be guessed at for ever.
guessing_at_a_lock() {
	lock_mail
	two_wrong mail
	enter PAM_AUTH_ERR -u mail "$other" "$another"
	counts mail 6
	settings 'lock_failures = 5; free_failures = 0;'
	ahead mail 20
	enter PAM_AUTH_ERR -u mail "$first" "$second"
	steps 'login locked 6' 'login locked 6'
	counts mail 6
	settings
	unlock mail
	enter PAM_SUCCESS -u mail "$first" "$second"
}
point 'locked: a wrong pair is counted, and waits throttle pairs' guessing_at_a_lock

the_other_way() {
	two_wrong mail
	knock -r host.example -u mail "$other" "$another"
	counts mail 0
	[ "$(failures mail remote)" = 2 ] || complain 'not two failures from afar'
	unlock mail
}
point 'from afar both answers are charged to that way in' the_other_way

# ---- other tokens -----------------------------------------------------------------------------------

# positions USER: of all his tokens.
positions() {
	vipotp status "$1" --json | jq -r '[.tokens[].next_position] | sort | join(" ")'
}

several() {
	new_key
	second_key=$key
	printf '%s\n' "otpauth://hotp/irc?secret=$key&counter=0&digits=8" "$(hotp "$key" 0 --digits=8)" \
		"$(hotp "$key" 1 --digits=8)" | vipotp enroll irc --uri --add >"$room/enrolment" 2>&1 || cat "$room/enrolment"
	enter PAM_SUCCESS -u irc "$(hotp "$second_key" 32 --digits=8)" "$(hotp "$second_key" 33 --digits=8)"
	steps 'login wrong 1' 'resync accepted 0'
	[ "$(positions irc)" = '2 34' ] || complain "positions $(positions irc)"
	ahead irc 50 2
	enter PAM_SUCCESS -u irc "$first" "$second"
	[ "$(positions irc)" = '34 54' ] || complain "positions $(positions irc)"
}
mixed() {
	ahead irc 20 54
	enter PAM_AUTH_ERR -u irc "$first" "$(hotp "$second_key" 61 --digits=8)"
	steps 'login wrong 1' 'login wrong 2'
	[ "$(positions irc)" = '34 54' ] || complain "positions $(positions irc)"
	enter PAM_SUCCESS -u irc "$first" "$(hotp "$second_key" 34 --digits=8)"
	unlock irc
}
only_enabled() {
	token=$(vipotp status irc --json | jq -r '.tokens[] | select(.next_position == 35) | .id')
	vipotp disable irc --token "$token" --reason lost --yes >"$room/disabled" 2>&1 || cat "$room/disabled"
	enter PAM_AUTH_ERR -u irc "$(hotp "$second_key" 60 --digits=8)" "$(hotp "$second_key" 61 --digits=8)"
	[ "$(positions irc)" = '35 54' ] || complain "positions $(positions irc)"
	unlock irc
}
if command -v jq >/dev/null; then
	point 'two tokens, one of 8 digits: each comes back by its own pair, and the other stays' several
	point 'a code of each is no pair' mixed
	point 'a pair of a disabled token is refused' only_enabled
else
	skip 'several tokens' 'jq is not installed'
fi

# ---- settings and options ---------------------------------------------------------------------------

one_prompt() {
	ahead games 20
	before=$(failures games local)
	enter PAM_AUTH_ERR "$@" -u games "$first" "$second"
	prompts 1
	gave 'error "Authentication error."'
	steps "login wrong $((before + 1))"
	unlock games
}
two_prompts() {
	ahead games 20
	enter PAM_SUCCESS "$@" -u games "$first" "$second"
	prompts 2
}
resync='command'
settings
point 'resync = "command": a miss ends the login' one_prompt
settings '' 'services = { vipotp-other = { resync = "login"; }; };'
point 'and another service asks for the next code' two_prompts -s vipotp-other
point 'while this one does not' one_prompt
resync=login
settings '' 'services = { vipotp-other = { resync = "command"; }; };'
point 'resync = "command" for one service' one_prompt -s vipotp-other
point 'the others ask' two_prompts
settings

by_itself() {
	sed -i 's/resync = "login";//' "$conf"
	! grep resync "$conf"
	two_prompts
}
point 'without the setting the next code is asked for' by_itself
settings

words() {
	arguments=$1 wanted_prompt=$2
	two_prompts
	gave "$wanted_prompt"
	arguments=
}
point 'a prompt of the PAM file is that of the first code' words 'prompt=Code:' 'hidden "Code:"'
point 'the other has its own words' words 'prompt=Code:' 'hidden "Next security code: "'
point 'echo shows the next code too' words echo 'shown "Next security code: "'
silent() {
	two_prompts "$@"
	gave_no error info
	arguments=
}
arguments=quiet
point 'quiet: two prompts and no word between' silent
point 'the same with PAM_SILENT' silent -q

use_first_pass() {
	arguments=use_first_pass
	ahead games 20
	enter PAM_AUTH_ERR -p "$first" -u games "$second"
	prompts 0
	steps 'login wrong 1'
	arguments=
	unlock games
}
point 'use_first_pass asks for nothing' use_first_pass

try_first_pass() {
	arguments=try_first_pass
	two_wrong games
	ahead games 20
	enter PAM_SUCCESS -p "$other" -u games "$first" "$second"
	prompts 2
	steps 'login wrong 1' 'login wrong 2' 'resync accepted 0'
	ahead games 20
	enter PAM_CONV_ERR -p "$first" -u games "$second"
	steps 'login wrong 1' 'login wrong 2' 'login aborted -'
	arguments=
	unlock games
}
point 'try_first_pass: what it took is no half of a pair' try_first_pass

# ---- between the answers ----------------------------------------------------------------------------

killed() {
	before=$(next_position games)
	ahead games 20
	knock -u games "$first" %kill
	gave_no authenticate
	steps 'login wrong 1'
	counts games 1 "$before"
	enter PAM_CONV_ERR -u games "$second"
	counts games 2 "$before"
	unlock games
	enter PAM_SUCCESS -u games "$first" "$second"
}
point 'kill -9 between the answers: the first is counted, and nothing accepted' killed

# The first count cannot be made durable: the second answer stands for itself.
not_durable() {
	before=$(next_position games)
	ahead games 20
	mkdir -p "$room/pam"
	: >"$room/pam/other"
	echo "auth [success=ok ignore=ok default=bad] $PAM_VIPOTP config=$conf" >"$room/pam/vipotp-test"
	read_log
	shown=$(strace -qq -o "$room/trace" -e trace=pwritev2 -e inject=pwritev2:error=EIO:when=1 \
		"$driver" -d "$room/pam" -u games "$first" "$second" 2>&1)
	read_log
	gave 'authenticate PAM_AUTH_ERR'
	prompts 2
	steps 'login unavailable -' "login wrong $(failures games local)"
	counts games "$(failures games local)" "$before"
	unlock games
}
if strace -qq -o /dev/null true 2>/dev/null; then
	point 'a first answer that could not be counted is no half of a pair' not_durable
else
	skip 'a first answer that could not be counted' 'strace is not installed, or may not trace here'
fi

# ---- no oracle --------------------------------------------------------------------------------------

# games is wrong, lp is not enrolled, man waits, mail is locked, news is disabled, backup is stopped, uucp is damaged.
lock_mail
settings
fail man 4
vipotp disable news --reason lost --yes >"$room/disabled" 2>&1 || bail_out "disable: $(cat "$room/disabled")"
vipotp lock backup --yes >"$room/stopped" 2>&1 || bail_out "lock: $(cat "$room/stopped")"
truncate -s 4096 "$store/users/uucp"

# What cannot be decided has a PAM code of its own, which the user does not see.
same_face() {
	two_wrong games
	look "$@" -u "$nobody" "$other" "$another"
	face=$(printf '%s\n' "$shown" | grep -v '^delay')
	prompts 2
	gave 'authenticate PAM_AUTH_ERR'
	for user in "$nobody" lp games man mail news backup uucp; do
		for answer in "$other" 12345 not-a-code %huge; do
			for next in "$another" 12345 ''; do
				look "$@" -u "$user" "$answer" "$next"
				if [ "$user" = uucp ]; then
					gave 'authenticate PAM_AUTHINFO_UNAVAIL'
					shown=$(printf '%s\n' "$shown" | sed 's/PAM_AUTHINFO_UNAVAIL/PAM_AUTH_ERR/')
				fi
				[ "$(printf '%s\n' "$shown" | grep -v '^delay')" = "$face" ] ||
					complain "$user is told from $nobody by $answer and '$next'; wanted: $face"
			done
		done
	done
	unlock games
	unlock man
	fail man 4
}
point 'the same two prompts and texts, whatever the state and the answers' same_face
point 'the same from afar' same_face -r host.example
settings '' 'contact = "the front desk";'
point 'the same with a contact' same_face
settings
arguments=quiet
point 'the same with quiet' same_face
arguments=

same_delay() {
	fail_delay=2
	settings
	for user in "$nobody" lp games man mail news backup uucp; do
		for next in "$another" 12345 '' %abort; do
			look -u "$user" "$other" "$next"
			delay=$(printf '%s\n' "$shown" | sed -n 's/^delay //p')
			if [ "${delay:-0}" -lt 1000000 ] || [ "$delay" -gt 3000000 ]; then complain "$user: $delay"; fi
		done & # most of it is the wait before the next prompt
	done
	wait
	fail_delay=0
	settings
	unlock games
}
point 'and the same delay is asked of libpam' same_delay

# held_back SECONDS WAITS: what counting a miss takes must not be told from not counting it, so the prompt for the next
# code comes at a moment that depends on neither, and never later than a refusal would.
held_back() {
	fail_delay=$1
	settings
	for user in "$nobody" lp games man mail news; do
		strace -qq -o "$room/trace" -e trace=clock_nanosleep "$driver" -o "config=$conf" -u "$user" \
			"$other" "$another" >/dev/null
		waits=$(grep -c 'clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME' "$room/trace")
		[ "$waits" -eq "$2" ] || echo "$user: $waits waits of the module"
	done
	fail_delay=0
	settings
	unlock games
}
if strace -qq -o /dev/null true 2>/dev/null; then
	point 'the prompt for the next code is held back, whoever asks' held_back 2 1
	point 'but not where refusals are not' held_back 0 0
else
	skip 'the prompt for the next code is held back' 'strace is not installed, or may not trace here'
fi

# ---- a time token -----------------------------------------------------------------------------------

stop_the_clock
now=1700000010
new_key
time_key=$key
bind daemon "otpauth://totp/daemon?secret=$time_key" "$(totp "$time_key" $((now - 30)))" "$(totp "$time_key" "$now")"
now=$((now + 7200))

# off STEPS: its clock is off by that many; first and second are what it shows, one after the other.
off() {
	first=$(totp "$time_key" $((now + 30 * $1)))
	second=$(totp "$time_key" $((now + 30 * $1 + 30)))
}

time_pair() {
	off "$1"
	enter PAM_SUCCESS -u daemon "$first" "$second"
	steps 'login wrong 1' 'resync accepted 0'
	counts daemon 0
	enter PAM_AUTH_ERR -u daemon "$first" "$second"
	steps 'login wrong 1' 'login replayed 1'
	now=$((now + 90))
	enter PAM_SUCCESS -u daemon "$(totp "$time_key" $((now + 30 * $1)))"
	steps 'login accepted 0'
}

# Until the last code of the point before has been used up, on whichever clock.
later() {
	now=$((now + 14400))
}

time_beyond() {
	off "$1"
	enter PAM_AUTH_ERR -u daemon "$first" "$second"
	steps 'login wrong 1' 'login wrong 2'
	counts daemon 2
	unlock daemon
}
point 'a time token 45 steps fast: refused' time_beyond 45
point '45 steps slow: refused' time_beyond -45
point '15 steps fast: the two codes let its owner in, and its clock is known' time_pair 15
later
point '15 steps slow, 30 from there' time_pair -15
later
point '23 steps fast, 38 from there' time_pair 23
later
point '16 steps fast is still outside the window' time_pair 7

finish
