#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What is told and what is not (product §5.5, §5.6, §6.9, §10 rule 6): before a right password one face for everybody,
# after it the wait, the lock and whom to ask; in neither case anything that depends on how near a code was, nor anything
# that tells the enrolled from others before failures have earned them a wait.
. "$(dirname "$0")/door.sh"
stop_the_clock
now=1700000010
nobody=vipotp-no-such-user
password='correct horse battery'
key_proof='SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAA'

for user in games man mail news backup uucp irc list proxy sys; do enroll_event $user; done

fail() {
	for _ in $(seq "$2"); do
		guess "$1"
		look -u "$1" "$code"
	done
}

# Everybody in his state; where one answer changes it, it is put back before the next.
stage() {
	settings 'lock_failures = 5; free_failures = 10;'
	fail mail 5
	now=$((now + 3600))
	settings 'lock_failures = 5; free_failures = 4;'
	fail list 5
	settings
	fail man 4
	fail proxy 3
	vipotp disable news --reason lost --yes >"$room/changed" 2>&1 || bail_out "disable: $(cat "$room/changed")"
	vipotp lock backup --yes >"$room/changed" 2>&1 || bail_out "lock: $(cat "$room/changed")"
	vipotp recovery irc --yes >"$room/recovery" 2>&1 || bail_out "recovery: $(cat "$room/recovery")"
	truncate -s 4096 "$store/users/uucp"
	cp -a "$store/users" "$room/users"
	now=$((now + 1))
	staged=$now
}
stage
guess games
wrong=$code
another=$((code + 1))
while grep -qx $another "$room/right"; do another=$((another + 1)); done
far=$(hotp "$(cat "$room/tokens/games.key")" 30)

# ---- the table --------------------------------------------------------------------------------------

# Who; what he answers; what a right password has him told where the next code is asked for, and at the end.
cat >"$room/table" <<-END
	$nobody wrong plain plain
	$nobody malformed plain plain
	$nobody empty none plain
	lp wrong plain plain
	lp malformed plain plain
	lp empty none plain
	games wrong plain plain
	games far plain plain
	games malformed plain plain
	games recovery plain plain
	games empty none plain
	irc recovery plain plain
	news wrong plain plain
	news malformed plain plain
	backup wrong plain plain
	uucp wrong plain plain
	uucp malformed plain plain
	proxy wrong plain wait
	man wrong wait wait
	man malformed wait wait
	man recovery wait wait
	man empty none wait
	mail wrong plain pair
	mail malformed plain lock
	mail empty none lock
	list wrong wait both
	list malformed wait both
END

# list has one failure more than man. Behind a lock two wrong codes are a failure more: mail's pair is the sixth.
wait_line() {
	case $user in
	list) wait_words='59 seconds' ;;
	mail) wait_words='2 minutes' ;;
	man) wait_words='29 seconds' ;;
	proxy) wait_words='30 seconds' ;;
	esac
	echo "error \"There were too many wrong security codes. Wait $wait_words before the next one.\""
}

words() {
	echo 'error "Authentication error."'
	case $1 in
	wait) wait_line ;;
	lock | both | pair)
		echo "error \"There were too many wrong security codes, and this way in is locked. A recovery code opens it, or \
the administrator with \\\"vipotp unlock $user\\\".\""
		[ "$1" = lock ] || [ "$1$resync" = paircommand ] || wait_line
		;;
	esac
}

# face MISS FINAL: all that is shown then. held: the module waits before the next prompt, once.
face() {
	echo 'hidden "Security code: "'
	if [ "$1" != none ] && [ $resync = login ]; then
		[ "$1" = wait ] && wait_line || echo 'error "Not accepted. Wait for the next security code."'
		echo held
		echo 'hidden "Next security code: "'
	fi
	words "$2"
	[ -z "$proof" ] || echo 'error "the front desk"'
	echo delay
	[ "$user" = uucp ] && echo 'authenticate PAM_AUTHINFO_UNAVAIL' || echo 'authenticate PAM_AUTH_ERR'
}

# knock_and_watch ARGUMENT...: knock, with the module's own waits among what is shown. Nobody really waits.
knock_and_watch() {
	shown=$(in_time $watch "$driver" -o "config=$conf $arguments" "$@" 2>&1)
	delay=$(printf '%s\n' "$shown" | sed -n 's/^delay //p')
	if [ "${delay:-0}" -lt 1000000 ] || [ "$delay" -gt 3000000 ]; then complain "a delay of $delay"; fi
	if [ -n "$watch" ]; then
		waits=$(grep -c 'clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME' "$room/trace")
	else
		waits=$(printf '%s\n' "$shown" | grep -c '^hidden "Next')
	fi
	[ "$waits" -le 1 ] || complain "$waits waits of the module"
	shown=$(printf '%s\n' "$shown" | sed -e '/^authtok /d' -e 's/^delay .*/delay/')
	[ "$waits" = 0 ] || shown=$(printf '%s\n' "$shown" | sed 's/^hidden "Next/held\n&/')
}
watch=
if strace -qq -o /dev/null true 2>/dev/null; then
	watch="strace -qq -o $room/trace -e trace=clock_nanosleep -e inject=clock_nanosleep:retval=0"
else
	skip 'the prompt for the next code is held back' 'strace is not installed, or may not trace here'
fi

# as_told PROOF ARGUMENT...: every row. Without proof whatever is told is `plain`.
as_told() {
	proof=$1
	shift
	rows=0
	while read -r user kind miss final; do
		case $kind in
		wrong) answer=$wrong ;;
		far) answer=$far ;;
		malformed) answer=12345 ;;
		recovery) answer=0000A-AAAAA ;;
		empty) answer= ;;
		esac
		if [ -z "$proof" ]; then
			final=plain
			[ "$miss" = none ] || miss=plain
		fi
		cp -a "$room/users/." "$store/users/"
		knock_and_watch "$@" -u "$user" -- "$answer" "$another" </dev/null
		rows=$((rows + 1))
		wanted_face=$(face "$miss" "$final")
		[ "$shown" = "$wanted_face" ] || complain "$user, $kind: wanted: $wanted_face"
	done <"$room/${table-table}"
	[ "$rows" -gt 5 ] || echo 'no rows were looked at'
}

fail_delay=2
for resync in login 'command'; do
	settings '' 'contact = "the front desk";'
	point "resync = \"$resync\": before a right password all look the same" as_told ''
	point "resync = \"$resync\": after it the wait and the lock are told, and the contact" as_told yes -p "$password"
done
grep ' \(wrong\|malformed\) ' "$room/table" >"$room/short"
table=short
point 'a public key is as good as a password' as_told yes -e "$key_proof"
point 'but not if it was partly refused, or is something else' as_told '' -e 'SSH_AUTH_INFO_0=password'
table=table
fail_delay=0
settings
cp -a "$room/users/." "$store/users/"

# ---- the wait ---------------------------------------------------------------------------------------

# says WORDS ARGUMENT...: of the wait.
says() {
	wanted_wait=$1
	shift
	look -p "$password" -u sys -- "$@"
	gave "error \"There were too many wrong security codes. Wait $wanted_wait before the next one.\""
}

units() {
	while read -r seconds words; do
		settings "free_failures = 0; first_wait = $seconds; longest_wait = $seconds;"
		vipotp unlock sys --yes >"$room/changed" 2>&1 || cat "$room/changed"
		guess sys
		says "$words" "$code"
	done <<-END
		1 1 second
		2 2 seconds
		59 59 seconds
		60 1 minute
		61 2 minutes
		3540 59 minutes
		3541 1 hour
		3600 1 hour
	END
	settings 'free_failures = 0; first_wait = 3600; longest_wait = 86400;'
	now=$((now + 3600))
	guess sys
	says '2 hours' "$code"
	settings
	vipotp unlock sys --yes >"$room/changed" 2>&1 || cat "$room/changed"
}
point 'in the largest unit that it fills, rounded up' units

as_long_as_told() {
	accepted sys
	fail sys 4
	press sys
	says '30 seconds' "$code"
	now=$((now + 12))
	says '18 seconds' "$code"
	now=$((now + 17))
	says '1 second' "$code"
	says '1 second' 12345
	now=$((now + 1))
	look -p "$password" -u sys "$code"
	gave 'authenticate PAM_SUCCESS'
	printf '%s\n' "$shown" | grep -q '^info "4 wrong security codes since your last login' || complain 'no word of the failures'
}
point 'it shrinks as time goes by, and ends when it was said to' as_long_as_told

# The other way in has no wait, and is told of none.
other_way() {
	fail sys 4
	look -p "$password" -r host.example -u sys 12345
	gave 'error "Authentication error."'
	gave_no 'too many'
	vipotp unlock sys --yes >"$room/changed" 2>&1 || cat "$room/changed"
}
point 'a wait at the console is not told from afar' other_way

# Told where the next code is asked for: who waits so long, and gives the next code then, gets in.
waits_at_the_prompt() {
	resync=login
	settings
	fail sys 4
	now=$((now + 30))
	press sys
	look -p "$password" -u sys "$wrong" "$code"
	gave 'error "Not accepted. Wait for the next security code."' 'authenticate PAM_AUTH_ERR' \
		'error "There were too many wrong security codes. Wait 1 minute before the next one."'
	resync='command'
	settings
	vipotp unlock sys --yes >"$room/changed" 2>&1 || cat "$room/changed"
}
point 'a wait that the first answer earned is told at the end, for its pair would have been read' waits_at_the_prompt

# ---- the lock ---------------------------------------------------------------------------------------

opened() {
	settings 'lock_failures = 5; free_failures = 10;'
	fail sys 4
	guess sys
	look -p "$password" -u sys "$code"
	gave_no 'Wait'
	opens=$(printf '%s\n' "$shown" | sed -n 's/.*the administrator with \\"vipotp \(unlock sys\)\\"\."$/\1/p')
	[ "$opens" = 'unlock sys' ] || complain 'not told at the failure that locks'
	# shellcheck disable=SC2086
	vipotp $opens --yes >"$room/changed" 2>&1 || cat "$room/changed"
	accepted sys
	spare=$(grep -oE '[0-9A-Z]{5}-[0-9A-Z]{5}' "$room/recovery" | head -n 1)
	fail irc 5
	press irc
	look -p "$password" -u irc "$code"
	gave_no 'authenticate PAM_SUCCESS'
	look -p "$password" -u irc "$spare"
	gave 'authenticate PAM_SUCCESS'
	accepted irc
	settings
}
point 'told at the failure that locks; what is said to open it does' opened

# ---- what is no sign of a right password ------------------------------------------------------------

# A code in PAM_AUTHTOK is the answer, and proves nothing.
first_pass() {
	settings '' 'contact = "the front desk";'
	accepted sys
	used=$code
	for arguments in use_first_pass try_first_pass; do
		look -p "$used" -u sys "$used"
		gave 'error "Authentication error."'
		gave_no 'used already' 'That was the password' 'front desk'
	done
	arguments=try_first_pass
	look -p "$password" -u sys "$used"
	gave 'error "This security code was used already. Wait for the next one."' 'error "the front desk"'
	arguments=
	look -p '' -u sys "$used"
	gave_no 'used already' 'front desk'
	settings
}
point 'a code in PAM_AUTHTOK that was judged, and an empty one' first_pass

# Typed once more it ends the login at the first prompt, also of a user whose record cannot be read.
the_password() {
	resync=login
	settings 'unenrolled = "ignore";'
	cp -a "$room/users/." "$store/users/"
	for user in "$nobody" games man mail news uucp; do
		wanted_code=PAM_AUTH_ERR
		[ "$user" != uucp ] || wanted_code=PAM_AUTHINFO_UNAVAIL
		look -p "$password" -u "$user" "$password" 123456
		wanted_face=$(printf '%s\n' 'hidden "Security code: "' 'error "That was the password, not the security code."' \
			'delay 0' "authenticate $wanted_code")
		[ "$(printf '%s\n' "$shown" | grep -v '^authtok')" = "$wanted_face" ] || complain "$user: wanted: $wanted_face"
	done
	resync='command'
	settings
}
point 'the password once more: the same for everybody' the_password

in_japanese() {
	settings 'lock_failures = 5; free_failures = 4;' 'language = "ja";'
	cp -a "$room/users/." "$store/users/"
	now=$staged
	look -p "$password" -u list "$wrong"
	gave 'error "誤ったセキュリティコードが多すぎるため、このログイン経路はロックされています。リカバリーコードを使うか、サービス管理責任者が \"vipotp unlock list\" を実行すると解除されます。"' \
		'error "誤ったセキュリティコードが多すぎます。次のセキュリティコードは29秒待ってから入力してください。"'
	gave_no Wait locked
	settings
}
point 'in Japanese' in_japanese

# ---- the log ----------------------------------------------------------------------------------------

# Each answer that is judged has one line, with these words in this order.
keys='event user service rhost tty token verdict error offset failures'
one_line() {
	resync=login
	settings
	cp -a "$room/users/." "$store/users/"
	for user in "$nobody" lp games man mail news backup uucp irc; do
		for answer in "$wrong" 12345 0000A-AAAAA; do
			knock -p "$password" -r host.example -t ssh -u "$user" "$answer" "$another"
			sed 's/ reason=".*"$/ reason=/; s/.*: event=/event=/' "$news" | while read -r line; do
				for word in $line; do echo "${word%%=*}"; done | paste -sd ' '
			done >"$room/keys"
			reason=
			[ "$user" != uucp ] || reason=' reason'
			printf '%s\n' "$keys$reason" "$keys$reason" | cmp -s - "$room/keys" || complain "$user, $answer: $(cat "$room/keys")"
		done
	done
	ahead=$(($(next_position games) + 20))
	games_key=$(cat "$room/tokens/games.key")
	vipotp unlock games --yes >"$room/changed" 2>&1 || cat "$room/changed"
	knock -p "$password" -u games "$(hotp "$games_key" $ahead)" "$(hotp "$games_key" $((ahead + 1)))"
	gave 'authenticate PAM_SUCCESS'
	[ "$(grep -c ' pam_vipotp(' "$news")" = 2 ] || complain 'not two lines for two answers'
	grep -q "event=login .* token=- verdict=wrong error=49b5 offset=- failures=1" "$news" || complain 'the first answer'
	grep -q "event=resync .* token=LVOE.* verdict=accepted error=0000 offset=+20 failures=0" "$news" || complain 'the second answer'
	resync='command'
	settings
}
if [ -n "$log" ]; then
	point 'one line for each answer, with every key, whatever became of it; a pair has two' one_line
else
	skip 'one line for each answer' 'no log of our own'
fi

finish
