#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Many at the door at once (product §5.5, §9): a code is accepted once, every guess is counted, no login is lost.
# Each crowd is asked first, to the last process, and answers then. The time tokens' clock stands still in a round.
. "$(dirname "$0")/door.sh"
stop_the_clock

crowd=64
rounds=50

# number CODE: how many of the crowd got it
number() {
	printf '%s\n' "$shown" | sed -n "s/^$1 //p" | grep . || echo 0
}

# one_of_them CODE USER: one is accepted. A lock that was not to be had within 2 s on a slow machine is a denial, too.
one_of_them() {
	look -n "$crowd" -u "$2" "$1"
	denied=$(($(number PAM_AUTH_ERR) + $(number PAM_AUTHINFO_UNAVAIL)))
	[ "$(number PAM_SUCCESS) $denied" = "1 $((crowd - 1))" ] || complain "round $round"
}

enroll_event games
games_key=$key
event_token() {
	round=0
	for code in $(hotp "$games_key" 2 --window=$((rounds - 1))); do
		one_of_them "$code" games
		round=$((round + 1))
	done
	[ "$round" = "$rounds" ] || echo "$round rounds"
	[ "$(next_position games)" = $((2 + rounds)) ] || report games
	[ "$(failures games local)" = 0 ] || report games
}
point "event token: one of $crowd processes with one code is accepted, $rounds times" event_token

now=1700000010
new_key
man_key=$key
bind man "otpauth://totp/man?secret=$man_key" "$(totp "$man_key" $((now - 30)))" "$(totp "$man_key" "$now")"
time_token() {
	round=0
	for code in $(totp "$man_key" $((now + 30)) --window=$((rounds - 1))); do
		now=$((now + 30))
		one_of_them "$code" man
		round=$((round + 1))
	done
	[ "$round" = "$rounds" ] || echo "$round rounds"
	[ "$(next_position man)" = $((now / 30 + 1)) ] || report man
	[ "$(failures man local)" = 0 ] || report man
}
point "time token: one of $crowd processes with one code is accepted, $rounds times" time_token
now=

# Three failures are free; the fourth costs a wait, in which nothing is read.
guesses() {
	guess games
	look -n "$crowd" -u games "$code"
	[ "$(number PAM_AUTH_ERR)" = "$crowd" ] || complain 'guesses at once'
	[ "$(failures games local)" = 4 ] || report games
	look -r host.example -n "$crowd" -u games "$code"
	[ "$(failures games remote)" = 4 ] || report games
}
point "of $crowd guesses at once only as many are read as one after another" guesses

people='daemon bin sys sync lp mail news uucp proxy www-data backup list irc nobody games man'
vipotp release games --yes >"$room/released" 2>&1 || bail_out "release: $(cat "$room/released")"
vipotp release man --yes >"$room/released" 2>&1 || bail_out "release: $(cat "$room/released")"
logins=200

# Of 16 people 8 come 13 times and 8 come 12 times.
number=0
for user in $people; do
	enroll_event "$user"
	number=$((number + 1))
	hotp "$key" 2 --window=$((number <= 8 ? 12 : 11)) | sed "s/^/$user /" >"$room/tokens/$user.lines"
	wc -l <"$room/tokens/$user.lines" >"$room/tokens/$user.logins"
done
cat "$room"/tokens/*.lines >"$room/queue"

all_of_them() {
	[ "$(wc -l <"$room/queue")" = "$logins" ] || echo "not $logins lines"
	shown=$(in_time "$driver" -o "config=$conf" -i <"$room/queue" 2>&1)
	[ "$shown" = "PAM_SUCCESS $logins" ] || complain 'somebody was refused'
	for user in $people; do
		[ "$(next_position "$user")" = $((2 + $(cat "$room/tokens/$user.logins"))) ] || report "$user"
		[ "$(failures "$user" local)" = 0 ] || report "$user"
	done
}
point "$logins logins of 16 users at once: all are accepted, every counter is exact" all_of_them

finish
