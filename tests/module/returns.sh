#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What the module returns, line by line of product §6.2, and which line of the log says why. What settings, keys and
# records may not be is trust.sh's.
. "$(dirname "$0")/door.sh"

# Users that every machine has. lp has no token.
enroll_event games
enroll_event man
enroll_event mail
enroll_event news
enroll_event uucp
enroll_event proxy
enroll_event backup
enroll_event list
nobody=vipotp-no-such-user

# ---- accepted, wrong, replayed ----------------------------------------------------------------------

point 'a right code: PAM_SUCCESS' accepted games -r host.example -t tty7

same_again() {
	expect PAM_AUTH_ERR 'user=games verdict=replayed error=49b5 failures=0' '' -u games "$code"
	gave 'error "Authentication error."'
	expect PAM_AUTH_ERR 'user=games verdict=replayed error=49b5 failures=0' '' -p hunter2 -u games "$code"
	gave 'error "This security code was used already. Wait for the next one."'
}
point 'the same code again: PAM_AUTH_ERR, told after a right password' same_again

wrong() {
	guess games
	expect PAM_AUTH_ERR "verdict=wrong error=49b5 failures=$1 token=- offset=-" '' -u games "$code"
	gave 'error "Authentication error."'
}
point 'a wrong code: PAM_AUTH_ERR, counted' wrong 1
point 'another one: PAM_AUTH_ERR, counted' wrong 2

where_and_what() {
	accepted games -s vipotp-other -r host.example -t pts/3
	logged 'service=vipotp-other rhost=host.example tty=pts/3 error=0000 offset=+0 failures=0'
	[ -z "$log" ] || grep -q 'token=LVOE[0-9]\{8\} ' "$news" || complain 'no token ID'
}
point 'the log names service, origin, terminal and token' where_and_what

fourth_in_the_window() {
	for _ in 1 2 3; do press games; done
	accepted games
	logged 'offset=+3'
}
point 'a code that lies ahead in the window: PAM_SUCCESS' fourth_in_the_window

# ---- what no token shows ----------------------------------------------------------------------------

malformed() {
	position=$(next_position games)
	for answer in 1234 12345 1234567 12345678 123456789 abcdef 12345a 12345.6 ---- '123456;' "$(printf '\377')" %huge; do
		expect PAM_AUTH_ERR 'verdict=malformed error=- failures=0' '' -u games -- "$answer"
		gave 'error "Authentication error."'
	done
	[ "$(failures games local)" = 0 ] || echo 'counted'
	[ "$(next_position games)" = "$position" ] || echo 'the token moved'
}
point 'what is no code of the token, up to 1 MiB: PAM_AUTH_ERR, not counted' malformed

empty() {
	for answer in '' '  '; do
		expect PAM_AUTH_ERR 'verdict=empty error=- failures=0' '' -u games "$answer"
		gave 'error "Authentication error."'
	done
}
point 'an empty answer: PAM_AUTH_ERR, not counted' empty

typed_by_people() {
	press games
	expect PAM_SUCCESS verdict=accepted '' -u games " $(echo "$code" | sed 's/.../&-/') "
	press games
	expect PAM_SUCCESS verdict=accepted '' -u games "$(echo "$code" | sed 's/0/０/g; s/1/１/g; s/2/２/g; s/3/３/g
		s/4/４/g; s/5/５/g; s/6/６/g; s/7/７/g; s/8/８/g; s/9/９/g')"
}
point 'blanks, hyphens and full-width digits are understood' typed_by_people

# ---- throttled, locked, disabled --------------------------------------------------------------------

throttled() {
	for i in 1 2 3 4; do
		guess man
		expect PAM_AUTH_ERR "verdict=wrong failures=$i" '' -u man "$code"
	done
	press man
	expect PAM_AUTH_ERR 'user=man verdict=throttled error=- failures=4' '' -u man "$code"
	vipotp unlock man --yes >"$room/unlocked" 2>&1 || cat "$room/unlocked"
	expect PAM_SUCCESS 'user=man verdict=accepted' '' -u man "$code"
}
point 'during a wait: PAM_AUTH_ERR, the code is not read and stays good' throttled

locked() {
	settings 'lock_failures = 5; free_failures = 10;'
	for i in 1 2 3 4 5; do
		guess mail
		expect PAM_AUTH_ERR "verdict=wrong failures=$i" '' -u mail "$code"
	done
	press mail
	expect PAM_AUTH_ERR 'user=mail verdict=locked error=- failures=5' '' -u mail "$code"
	settings
	expect PAM_AUTH_ERR 'user=mail verdict=locked failures=5' '' -u mail "$code"
	vipotp unlock mail --yes >"$room/unlocked" 2>&1 || cat "$room/unlocked"
	expect PAM_SUCCESS 'user=mail verdict=accepted' '' -u mail "$code"
}
point 'locked: PAM_AUTH_ERR until the administrator unlocks, the code stays good' locked

disabled() {
	vipotp disable news --reason lost --yes >"$room/disabled" 2>&1 || cat "$room/disabled"
	press news
	expect PAM_AUTH_ERR 'user=news verdict=disabled error=4993 failures=0' '' -u news "$code"
}
point 'every token disabled: PAM_AUTH_ERR' disabled

stopped() {
	vipotp lock backup --yes >"$room/locked" 2>&1 || cat "$room/locked"
	press backup
	expect PAM_AUTH_ERR 'user=backup verdict=stopped error=4990 failures=0' '' -u backup "$code"
}
point 'a token locked by the administrator, and no other: PAM_AUTH_ERR' stopped

# ---- unknown and unenrolled -------------------------------------------------------------------------

unknown() {
	expect PAM_AUTH_ERR 'user=(unknown) verdict=unenrolled error=6003' '' -u "$nobody" 123456
	[ -z "$log" ] || ! grep -q "$nobody" "$news" || complain 'a name that nobody has may be a password'
}
point 'an unknown user: PAM_AUTH_ERR, and the log keeps the name to itself' unknown

point 'an unenrolled user: PAM_AUTH_ERR' expect PAM_AUTH_ERR 'user=lp verdict=unenrolled error=6008' '' -u lp 123456

passes_unasked() {
	expect PAM_IGNORE 'user=lp verdict=ignored error=-' 'not enrolled, and the policy lets the unenrolled pass' "$@" -u lp
	gave_no 'Security code' error info
}

# Nobody else gains by it.
others_do_not() {
	guess games
	expect PAM_AUTH_ERR 'user=games verdict=wrong' '' "$@" -u games "$code"
	expect PAM_AUTH_ERR 'user=(unknown)' '' "$@" -u "$nobody" 123456
	accepted games "$@"
}
settings 'unenrolled = "ignore";'
point 'unenrolled = "ignore": PAM_IGNORE, without a prompt' passes_unasked
point 'unenrolled = "ignore": the enrolled and the unknown are asked and judged' others_do_not
settings
arguments=nullok
point 'nullok: PAM_IGNORE, without a prompt' passes_unasked
point 'nullok: also under PAM_DISALLOW_NULL_AUTHTOK, which sshd passes' passes_unasked -a
point 'nullok: the enrolled and the unknown are asked and judged' others_do_not -a
arguments=

for_one_service() {
	settings '' 'services = { vipotp-test = { unenrolled = "ignore"; }; };'
	passes_unasked
	expect PAM_AUTH_ERR 'user=lp service=vipotp-other verdict=unenrolled' '' -s vipotp-other -u lp 123456
	settings
}
point 'unenrolled = "ignore" for one service: another one denies' for_one_service

stack_of_ignores() {
	mkdir "$room/pam"
	echo "auth required $PAM_VIPOTP config=$conf nullok" >"$room/pam/vipotp-test"
	: >"$room/pam/other"
	expect PAM_PERM_DENIED 'user=lp verdict=ignored' '' -d "$room/pam" -u lp
}
point 'a stack in which nobody but us speaks is not passed by PAM_IGNORE' stack_of_ignores

nobody_is_enrolled() {
	before=$store
	store=$room/nowhere key_file=$room/no-key
	settings
	expect PAM_AUTH_ERR 'user=lp verdict=unenrolled' '' -u lp 123456
	settings 'unenrolled = "ignore";'
	passes_unasked
	store=$before key_file=$room/key
	settings
	if [ -e "$room/nowhere" ] || [ -e "$room/no-key" ]; then echo 'a login created something'; fi
}
point 'neither key nor store: everybody is unenrolled, and nothing is created' nobody_is_enrolled

# ---- the conversation -------------------------------------------------------------------------------

aborted() {
	for answer in %abort %null %none; do
		expect PAM_CONV_ERR 'user=games verdict=aborted error=-' 'the conversation failed or was aborted' -u games "$answer"
		expect PAM_CONV_ERR 'user=lp verdict=aborted' '' -u lp "$answer"
		expect PAM_CONV_ERR 'user=(unknown) verdict=aborted' '' -u "$nobody" "$answer"
	done
	[ "$(failures games local)" = 0 ] || echo 'counted'
}
point 'an abort, or no answer: PAM_CONV_ERR, not counted' aborted

# ---- what is not durable is not answered ------------------------------------------------------------

# no_file_may_grow ARGUMENT...: writes fail; what we have to say goes through a pipe.
no_file_may_grow() {
	wanted_reason=$1
	shift
	echo "auth [success=ok ignore=ok default=bad] $PAM_VIPOTP config=$conf" >"$room/pam/vipotp-test"
	shown=$(prlimit --fsize=0 "$driver" -d "$room/pam" "$@" 2>&1)
	read_log
	gave 'authenticate PAM_AUTHINFO_UNAVAIL' 'hidden "Security code: "' 'error "Authentication error."'
	logged 'user=uucp verdict=unavailable error=- token=- offset=-' "$wanted_reason"
}

not_durable() {
	press uucp
	right=$code
	no_file_may_grow 'users/uucp: write: File too large' -u uucp "$right"
	right_shown=$shown
	guess uucp
	no_file_may_grow 'users/uucp: write: File too large' -u uucp "$code"
	[ "$shown" = "$right_shown" ] || complain 'a wrong code looks different from a right one'
	expect PAM_SUCCESS 'user=uucp verdict=accepted failures=0' '' -u uucp "$right"
}
if command -v prlimit >/dev/null; then
	point 'the state cannot be made durable: PAM_AUTHINFO_UNAVAIL, for right and wrong codes alike' not_durable
else
	skip 'the state cannot be made durable: PAM_AUTHINFO_UNAVAIL' 'prlimit is not installed'
fi

locked_record() {
	mkfifo "$room/hold" "$room/said"
	"$top_builddir/tests/module/alter" lock "$store/users/proxy" <"$room/hold" >"$room/said" &
	exec 8>"$room/hold" 9<"$room/said"
	read -r said <&9
	[ "$said" = locked ] || echo 'not locked'
	press proxy
	expect PAM_AUTHINFO_UNAVAIL 'user=proxy verdict=unavailable' 'locked by another process' -u proxy "$code" 8>&- 9<&-
	exec 8>&- 9<&-
	wait
	expect PAM_SUCCESS 'user=proxy verdict=accepted' '' -u proxy "$code"
}
point 'a record that somebody keeps locked: PAM_AUTHINFO_UNAVAIL' locked_record

# ---- account and credentials ------------------------------------------------------------------------

account() {
	press games
	knock -c authenticate,acct_mgmt,setcred -u games "$code"
	gave 'authenticate PAM_SUCCESS' 'acct_mgmt PAM_SUCCESS' 'setcred PAM_SUCCESS'
	knock -c authenticate,acct_mgmt -u games "$code"
	gave 'authenticate PAM_AUTH_ERR' 'acct_mgmt PAM_IGNORE'
	knock -c authenticate,acct_mgmt -u games %abort
	gave 'authenticate PAM_CONV_ERR' 'acct_mgmt PAM_IGNORE'
	knock -c acct_mgmt -u games
	gave 'acct_mgmt PAM_IGNORE'
	arguments=nullok
	knock -c authenticate,acct_mgmt -u lp
	gave 'authenticate PAM_IGNORE' 'acct_mgmt PAM_IGNORE'
	arguments=
}
point 'acct_mgmt: PAM_SUCCESS after an accepted code, else PAM_IGNORE' account

taken_back() {
	press games
	knock -c authenticate,acct_mgmt,authenticate,acct_mgmt -u games "$code" "$code"
	[ "$(printf '%s\n' "$shown" | grep -E '^a' | tr '\n' ' ')" = "authenticate PAM_SUCCESS acct_mgmt PAM_SUCCESS \
authenticate PAM_AUTH_ERR acct_mgmt PAM_IGNORE " ] || complain 'a refusal does not undo the acceptance'
}
point 'acct_mgmt: an acceptance ends with a later refusal in the same transaction' taken_back

credentials() {
	knock -c setcred -u games
	gave 'setcred PAM_SUCCESS'
}
point 'setcred: PAM_SUCCESS' credentials

# ---- no oracle --------------------------------------------------------------------------------------

# From here on games is wrong, lp is not enrolled, man waits, mail is locked, news is disabled, backup is stopped, and
# list has recovery codes and a temporary code, which make more answers well-formed.
for i in 1 2 3 4; do
	guess man
	look -u man "$code"
done
settings 'lock_failures = 5; free_failures = 10;'
for i in 1 2 3 4 5; do
	guess mail
	look -u mail "$code"
done
settings
vipotp recovery list --yes >"$room/recovery" 2>&1 || bail_out "recovery: $(cat "$room/recovery")"
vipotp tempcode list --yes >"$room/lent" 2>&1 || bail_out "tempcode: $(cat "$room/lent")"

in_their_states() {
	report man | grep -q '"wait_ms": [1-9]' || echo 'man does not wait'
	report mail | grep -q '"locked": true' || echo 'mail is not locked'
	report news | grep -q '"state": "disabled"' || echo 'news is not disabled'
	report backup | grep -q '"state": "locked"' || echo 'backup is not stopped'
	report list | grep -q '"recovery_codes_left": 10' || echo 'list has no recovery codes'
}
point 'there are users in every state that refuses' in_their_states

# same_face ARGUMENT...: whatever the state and the answer, the same is asked, said and returned.
same_face() {
	guess games
	look "$@" -u "$nobody" "$code"
	face=$shown
	for user in "$nobody" lp games man mail news backup list; do
		number=0
		for answer in "$code" 12345 not-a-code 0000A-AAAAA '' "$(printf '\377')" %huge; do
			number=$((number + 1))
			look "$@" -u "$user" "$answer"
			[ "$shown" = "$face" ] || complain "$user is told from $nobody by answer $number; wanted: $face"
		done
	done
	vipotp unlock list --yes >"$room/unlocked" 2>&1 || cat "$room/unlocked"
	vipotp unlock games --yes >"$room/unlocked" 2>&1 || cat "$room/unlocked"
}
point 'the same for unknown, unenrolled, wrong, throttled, locked, disabled, stopped; malformed and empty' same_face
point 'the same from afar' same_face -r host.example
settings '' 'contact = "the front desk";'
point 'the same with a contact' same_face
settings
arguments=quiet
point 'the same with quiet' same_face
arguments=

# What cannot be decided has a PAM code of its own, which the application gets; the user sees no difference.
unavailable_face() {
	guess games
	look -u games "$code"
	face=$(printf '%s\n' "$shown" | grep -v '^authenticate')
	truncate -s 4096 "$store/users/uucp"
	expect PAM_AUTHINFO_UNAVAIL 'user=uucp verdict=unavailable' 'users/uucp: truncated' -u uucp "$code"
	[ "$(printf '%s\n' "$shown" | grep -v '^authenticate')" = "$face" ] || complain "wanted: $face"
}
point 'what cannot be decided looks to the user like a refusal' unavailable_face

# libpam spreads the delay by half of it to either side.
same_delay() {
	fail_delay=2
	settings
	for user in "$nobody" lp games man mail news backup uucp; do
		for answer in "$code" 12345 '' %abort; do
			look -u "$user" "$answer"
			delay=$(printf '%s\n' "$shown" | sed -n 's/^delay //p')
			if [ "${delay:-0}" -lt 1000000 ] || [ "$delay" -gt 3000000 ]; then complain "$user: $delay"; fi
		done
	done
	fail_delay=0
	settings
}
point 'the same delay is asked of libpam in all of them' same_delay

finish
