#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The real OpenSSH client and server with the files of conf/ (product §3, §5.5, §5.6, §6.1, §6.9): who gets in, who
# does not, what an attempt is charged, and what the log says of it.
. "$(dirname "$0")/scene.sh"

service=vipotp-trial
keyed=vipotp-trial-publickey
alice=vipotp-alice
bob=vipotp-bob
password=$(random_word)
echo "$password" >"$trial/secrets"

put_build
new_user "$alice" "$password"
new_user "$bob" "$password"
enroll "$alice"
install_service sshd "$service"
hurry "$service"
# That a refusal asks for a delay is shown in tests/module/returns.sh; here it would only take its time.
# And one answer is one attempt, but for the token that ran ahead.
install -d -m 755 "${VIPOTP_SYSCONFDIR:-/etc}/vipotp"
echo 'policy = { fail_delay = 0; resync = "command"; };' >"${VIPOTP_SYSCONFDIR:-/etc}/vipotp/vipotp.conf"
start_sshd "$service" "$top_srcdir/conf/sshd_config.d/00-vipotp.conf" || bail_out "sshd: $(cat "$trial_log")"

# The other way to use the drop-in, as its comment says.
sed -e 's/^AuthenticationMethods/#&/' -e 's/^#\(AuthenticationMethods publickey\)/\1/' \
	"$top_srcdir/conf/sshd_config.d/00-vipotp.conf" >"$trial/00-publickey.conf"
install_service sshd-publickey "$keyed"
start_sshd "$keyed" "$trial/00-publickey.conf" || bail_out "sshd: $(cat "$trial_log")"
ssh-keygen -q -t ed25519 -N '' -f "$trial/client_key"
for user in "$alice" "$bob"; do
	install -d -o "$user" -g "$user" -m 0700 "$trial/home/$user/.ssh"
	install -o "$user" -g "$user" -m 0600 "$trial/client_key.pub" "$trial/home/$user/.ssh/authorized_keys"
done
read_log

password_and_code() {
	press
	ask_ssh "$alice@$service" "$password" "$code"
	in_as "$alice"
	logged "user=$alice" "service=$service" rhost=127.0.0.1 verdict=accepted "token=$(token_of "$alice")"
	charged "$alice" remote 0
}
point 'password and code give a session' password_and_code

the_same_code() {
	ask_ssh "$alice@$service" "$password" "$code"
	asked
	kept_out
	logged "user=$alice" verdict=replayed
	charged "$alice" remote 0
}
point 'the code just used is refused, and charged to nobody' the_same_code

the_same_code_elsewhere() {
	ask_key "$alice@$keyed" "$code"
	asked
	kept_out
	logged "service=$keyed" verdict=replayed
}
point 'a code used in one service is refused in another' the_same_code_elsewhere

publickey_and_code() {
	press
	ask_key "$alice@$keyed" "$code"
	in_as "$alice"
	! printf '%s\n' "$shown" | grep -qF 'Password:' || complain 'a password was asked for'
	logged "user=$alice" "service=$keyed" rhost=127.0.0.1 verdict=accepted
}
point 'public key and code give a session' publickey_and_code

publickey_alone() {
	ask_key "$alice@$keyed" "$code" -o PreferredAuthentications=publickey
	kept_out
	not_asked
	not_logged
}
point 'a public key alone does not' publickey_alone

publickey_where_passwords_rule() {
	ask_key "$alice@$service" "$code" -o PreferredAuthentications=publickey
	kept_out
	not_asked
}
point 'nor does it where the drop-in wants password and code' publickey_where_passwords_rule

code_without_key() {
	press
	ask_ssh "$alice@$keyed" "$password" "$code"
	kept_out
	not_asked
	not_logged
	counter=$((counter - 1))
}
point 'without the public key no code is asked for' code_without_key

plain_password_method() {
	ask_ssh "$alice@$service" "$password" "$code" -o PreferredAuthentications=password
	kept_out
	not_asked
}
point 'the plain password method is off' plain_password_method

wrong_code() {
	guess
	ask_ssh "$alice@$service" "$password" "$code"
	asked
	kept_out
	logged "user=$alice" "service=$service" rhost=127.0.0.1 verdict=wrong failures=1
	charged "$alice" remote 1
	charged "$alice" local 0
}
point 'a wrong code is refused and charged to logins from afar' wrong_code

wrong_code_with_key() {
	guess
	ask_key "$alice@$keyed" "$code"
	asked
	kept_out
	logged "service=$keyed" verdict=wrong failures=2
	charged "$alice" remote 2
}
point 'a wrong code after the right key as well' wrong_code_with_key

wrong_password() {
	press
	ask_ssh "$alice@$service" "not $password" "$code"
	not_asked
	kept_out
	not_logged
	charged "$alice" remote 2
	counter=$((counter - 1))
}
point 'after a wrong password no code is asked for and nothing is charged' wrong_password

# The client is gone before sshd knows: what was charged is told only after this.
sshd_saw_the_end() {
	patience=100
	until grep -q "Connection closed by authenticating user $alice" "$trial_news"; do
		patience=$((patience - 1))
		[ "$patience" -gt 0 ] || { complain 'sshd does not say that the client left'; return; }
		sleep 0.1
		read_log
	done
}

closed_window() {
	ask_ssh "$alice@$service" "$password" @hangup
	asked
	[ "$status" = 129 ] || complain 'the terminal was not closed'
	sshd_saw_the_end
	charged "$alice" remote 2
}
point 'a client that leaves at the code prompt is charged nothing' closed_window

empty_answer() {
	ask_ssh "$alice@$service" "$password" ''
	asked
	kept_out
	logged verdict=empty
	charged "$alice" remote 2
}
point 'an empty answer is refused and charged nothing' empty_answer

malformed_answer() {
	ask_ssh "$alice@$service" "$password" '12ab'
	asked
	kept_out
	logged verdict=malformed
	charged "$alice" remote 2
}
point 'a malformed answer is refused and charged nothing' malformed_answer

unenrolled_user() {
	press
	ask_ssh "$bob@$service" "$password" "$code"
	asked
	kept_out
	logged "user=$bob" verdict=unenrolled
	counter=$((counter - 1))
}
point 'a user without a token is asked all the same, and refused' unenrolled_user

unenrolled_user_with_key() {
	ask_key "$bob@$keyed" 123456
	asked
	kept_out
	logged "user=$bob" "service=$keyed" verdict=unenrolled
}
point 'also where the key takes the place of the password' unenrolled_user_with_key

code_again_after_failures() {
	press
	ask_ssh "$alice@$service" "$password" "$code"
	in_as "$alice"
	logged verdict=accepted
	charged "$alice" remote 0
}
point 'after all this the next code works and clears the count' code_again_after_failures

throttled() {
	for failure in 1 2 3 4; do
		guess
		ask_ssh "$alice@$service" "$password" "$code"
		kept_out
		logged verdict=wrong "failures=$failure"
	done
	press
	ask_ssh "$alice@$service" "$password" "$code"
	kept_out
	logged verdict=throttled
	charged "$alice" remote 4
	vipotp unlock "$alice" --yes >"$trial/unlocked" || complain 'not unlocked'
	ask_ssh "$alice@$service" "$password" "$code"
	in_as "$alice"
}
point 'after four wrong codes the right one waits, until the administrator unlocks' throttled

one_of_eight() {
	press
	for client in 1 2 3 4 5 6 7 8; do
		{
			dialog 'Password:' "$password" 'Security code:' "$code" -- \
				ssh -F "$trial/ssh_config" "$alice@$service" id >"$trial/client.$client" || :
		} &
		clients="${clients-} $!"
	done
	# shellcheck disable=SC2086 # process ids are words
	wait $clients
	read_log
	status=0 shown=$(cat "$trial"/client.*)
	[ "$(printf '%s\n' "$shown" | grep -cxF "$(id "$alice")")" = 1 ] || complain 'not exactly one session'
	[ "$(grep -c ' event=login .*verdict=accepted' "$trial_news")" = 1 ] || complain 'not exactly one accepted'
	[ "$(grep -c ' event=login .*verdict=replayed' "$trial_news")" = 7 ] || complain 'not seven replays'
}
point 'of eight clients with one code exactly one gets in' one_of_eight

# The button was pressed in a pocket, far beyond the look-ahead.
out_of_step() {
	counter=$((counter + 100))
	press
	ask_ssh "$alice@$service" "$password" "$code"
	kept_out
	logged verdict=wrong
	token=$(token_of "$alice")
	press
	first=$code
	press
	printf '%s\n' "$token" "$first" "$code" | vipotp reset "$alice" >"$trial/reset" 2>&1 || cat "$trial/reset"
	press
	ask_ssh "$alice@$service" "$password" "$code"
	in_as "$alice"
	logged verdict=accepted "token=$token"
}
point 'a token out of step works again after a reset by two codes' out_of_step

# with_next CODE NEXT: where a miss is followed by the prompt for the next code, as it is without settings.
with_next() {
	echo 'policy = { fail_delay = 0; };' >"${VIPOTP_SYSCONFDIR:-/etc}/vipotp/vipotp.conf"
	status=0
	shown=$(dialog 'Password:' "$password" 'Security code:' "$1" 'Next security code:' "$2" -- \
		ssh -F "$trial/ssh_config" "$alice@$service" id) || status=$?
	read_log
	echo 'policy = { fail_delay = 0; resync = "command"; };' >"${VIPOTP_SYSCONFDIR:-/etc}/vipotp/vipotp.conf"
	asked
	printf '%s\n' "$shown" | grep -qF 'Next security code:' || complain 'the next code was not asked for'
	[ "$(grep ' event=login ' "$trial_news" | grep -c ' verdict=wrong ')" -ge 1 ] || complain 'the first was not counted'
}

# Pressed in a pocket again, and nobody runs a command.
ran_ahead() {
	counter=$((counter + 20))
	press
	first=$code
	press
	with_next "$first" "$code"
	in_as "$alice"
	grep ' event=resync ' "$trial_news" | grep -q "user=$alice service=$service rhost=127\.0\.0\.1 .*verdict=accepted" ||
		complain 'no line with event=resync'
	charged "$alice" remote 0
	ask_ssh "$alice@$service" "$password" "$code"
	kept_out
	logged verdict=replayed
	press
	ask_ssh "$alice@$service" "$password" "$code"
	in_as "$alice"
}
point 'a token that ran 20 ahead: two codes in a row give a session, and bring it back' ran_ahead

two_wrong() {
	guess
	with_next "$code" "$((code + 1))"
	kept_out
	! grep -q ' event=resync ' "$trial_news" || complain 'a line with event=resync'
	charged "$alice" remote 2
}
point 'two wrong codes are refused, and charged as two' two_wrong

another_token() {
	old=$(token_of "$alice")
	press
	ask_ssh "$alice@$service" "$password" "$code"
	in_as "$alice"
	vipotp release "$alice" --yes >"$trial/released" 2>&1 || cat "$trial/released"
	press
	ask_ssh "$alice@$service" "$password" "$code"
	asked
	kept_out
	logged verdict=unenrolled
	enroll "$alice"
	[ "$(token_of "$alice")" != "$old" ] || echo 'it is the same token'
	ask_ssh "$alice@$service" "$password" "$code"
	kept_out
	press
	ask_ssh "$alice@$service" "$password" "$code"
	in_as "$alice"
}
point 'a released token opens nothing, and another can be bound' another_token

expired_password() {
	chage -d 0 "$alice"
	new=$(random_word)
	echo "$new" >>"$trial/secrets"
	press
	status=0
	shown=$(dialog 'Password:' "$password" 'Security code:' "$code" 'Current password:' "$password" \
		'New password:' "$new" 'Retype new password:' "$new" -- \
		ssh -F "$trial/ssh_config" "$alice@$service" id) || status=$?
	read_log
	in_as "$alice"
	logged verdict=accepted
	press
	ask_ssh "$alice@$service" "$new" "$code"
	in_as "$alice"
	ask_ssh "$alice@$service" "$password" "$code"
	kept_out
	not_asked
	password=$new
}
point 'a password that has expired is changed after the code, and the new one counts' expired_password

# sshd shows what was said after the last answer to a session with a shell.
ask_for_shell() {
	status=0
	shown=$(dialog 'Password:' "$password" 'Security code:' "$1" '$' 'id; exit' -- \
		ssh -tt -F "$trial/ssh_config" "$alice@$service") || status=$?
	read_log
}

# shows LINE: on the terminal, as it is.
shows() {
	printf '%s\n' "$shown" | grep -qxF "$1" || complain "not shown: $1"
}

recovery_code() {
	vipotp recovery "$alice" --json >"$trial/recovery" 2>&1 || cat "$trial/recovery"
	code=$(grep -oE '[0-9A-Z]{5}-[0-9A-Z]{5}' "$trial/recovery" | head -n 1)
	echo "$code" >>"$trial/secrets"
	ask_for_shell "$code"
	in_as "$alice"
	shows 'That recovery code is used up; you have 9 left.'
	logged "user=$alice" "service=$service" verdict=accepted error=0000 token=recovery-code
	ask_ssh "$alice@$service" "$password" "$code"
	asked
	kept_out
	logged verdict=wrong error=49b5 token=-
}
point 'a recovery code gives a session, once, and tells how many are left' recovery_code

temporary_code() {
	vipotp disable "$alice" --reason 'left at home' --yes >"$trial/disabled" 2>&1 || cat "$trial/disabled"
	press
	ask_ssh "$alice@$service" "$password" "$code"
	kept_out
	logged verdict=disabled error=4993 token=-
	vipotp tempcode "$alice" --for 2d --yes --json >"$trial/lent" 2>&1 || cat "$trial/lent"
	code=$(sed -n 's/.*"code": "\([0-9]*\)".*/\1/p' "$trial/lent")
	echo "$code" >>"$trial/secrets"
	ask_for_shell "$code"
	in_as "$alice"
	shows 'That was your temporary code. It is used up now.'
	logged "user=$alice" "service=$service" verdict=accepted error=0000 token=temporary-code
	vipotp enable "$alice" --yes >"$trial/enabled" 2>&1 || cat "$trial/enabled"
	press
	ask_ssh "$alice@$service" "$password" "$code"
	in_as "$alice"
}
point 'a temporary code gives a session while the token is disabled, and says what it was' temporary_code

# Facility 10, in the priority before each line.
to_authpriv() {
	grep -q ' event=login ' "$trial_log" || echo 'no line'
	! grep ' event=' "$trial_log" | grep -v '^<8[0-7]>'
}
point 'every line goes to authpriv' to_authpriv

nothing_secret_is_logged() {
	[ "$(wc -l <"$trial/secrets")" = 6 ] || echo 'these are not all the secrets'
	! grep -F -f "$trial/secrets" "$trial_log"
}
point 'no password, no key and no recovery or temporary code is in the log' nothing_secret_is_logged

finish
