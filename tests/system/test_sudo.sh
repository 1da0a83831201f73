#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The real sudo, su and login on a terminal, with the files of conf/ (product §3, §5.5, §5.6, §6.7), and what they
# share with sshd.
. "$(dirname "$0")/scene.sh"

service=vipotp-trial
admin=vipotp-trial-sudo
alice=vipotp-alice
bob=vipotp-bob
password=$(random_word)

put_build
new_user "$alice" "$password"
new_user "$bob" "$password"
enroll "$bob"
bobs_key=$key
enroll "$alice"
install_service sshd "$service"
install_service sudo "$admin"
# These two know no other name; in the sandbox it is nobody else's.
install_service su su
install_service login login
hurry "$admin" su login
install_sudo "$admin" "$alice" "$bob" || bail_out 'sudo does not take our sudoers file'
# That a refusal asks for a delay is shown in tests/module/returns.sh; here it would only take its time.
# And one answer is one attempt.
install -d -m 755 "${VIPOTP_SYSCONFDIR:-/etc}/vipotp"
echo 'policy = { fail_delay = 0; resync = "command"; };' >"${VIPOTP_SYSCONFDIR:-/etc}/vipotp/vipotp.conf"
start_sshd "$service" "$top_srcdir/conf/sshd_config.d/00-vipotp.conf" || bail_out "sshd: $(cat "$trial_log")"
read_log

in_as_root() {
	if [ "$status" != 0 ] || ! printf '%s\n' "$shown" | grep -q '^uid=0(root)'; then complain 'not root'; fi
}

right_code() {
	press
	ask_sudo "$alice" "$password" "$code"
	in_as_root
	logged "user=$alice" "service=$admin" rhost=- verdict=accepted "token=$(token_of "$alice")"
}
point 'sudo: password and code give root' right_code

same_code() {
	ask_sudo "$alice" "$password" "$code"
	asked
	kept_out
	logged "service=$admin" verdict=replayed
	charged "$alice" local 0
}
point 'sudo: the same code is refused' same_code

wrong_code() {
	guess
	ask_sudo "$alice" "$password" "$code"
	asked
	kept_out
	logged "user=$alice" "service=$admin" verdict=wrong failures=1
	charged "$alice" local 1
	charged "$alice" remote 0
}
point 'sudo: a wrong code is refused and charged to the console, not to logins from afar' wrong_code

wrong_password() {
	press
	ask_sudo "$alice" "not $password" "$code"
	not_asked
	kept_out
	not_logged
	charged "$alice" local 1
	counter=$((counter - 1))
}
point 'sudo: after a wrong password no code is asked for and nothing is charged' wrong_password

closed_window() {
	ask_sudo "$alice" "$password" @hangup
	asked
	[ "$status" = 129 ] || complain 'the terminal was not closed'
	charged "$alice" local 1
}
point 'sudo: closing the terminal at the code prompt is charged nothing' closed_window

empty_answer() {
	ask_sudo "$alice" "$password" ''
	asked
	kept_out
	charged "$alice" local 1
}
point 'sudo: an empty answer is refused and charged nothing' empty_answer

unenrolled_user() {
	new_user vipotp-carol "$password"
	install_sudo "$admin" "$alice" "$bob" vipotp-carol || complain 'sudoers'
	ask_sudo vipotp-carol "$password" 123456
	asked
	kept_out
	logged user=vipotp-carol verdict=unenrolled
}
point 'sudo: a user without a token is asked all the same, and refused' unenrolled_user

# Programs say -n: a question that nobody can answer is not asked. Commands marked NOPASSWD do not come to PAM.
without_questions() {
	status=0
	shown=$(setpriv --reuid "$alice" --regid "$alice" --init-groups sudo -n id 2>&1 </dev/null) || status=$?
	read_log
	kept_out
	printf '%s\n' "$shown" | grep -qx 'sudo: a password is required' || complain 'it does not say why'
	not_logged
	echo "$alice ALL=(root) NOPASSWD: $(command -v id)" >>/etc/sudoers
	status=0
	shown=$(setpriv --reuid "$alice" --regid "$alice" --init-groups sudo -n id 2>&1 </dev/null) || status=$?
	read_log
	in_as_root
	not_logged
	sed -i '$d' /etc/sudoers
	charged "$alice" local 1
}
point 'sudo -n: fails with a clear word, and works for what is marked NOPASSWD' without_questions

used_by_ssh() {
	press
	ask_ssh "$alice@$service" "$password" "$code"
	in_as "$alice"
	logged "service=$service" verdict=accepted
	ask_sudo "$alice" "$password" "$code"
	asked
	kept_out
	logged "service=$admin" verdict=replayed
}
point 'a code that sshd has taken is refused by sudo' used_by_ssh

used_by_sudo() {
	press
	ask_sudo "$alice" "$password" "$code"
	in_as_root
	ask_ssh "$alice@$service" "$password" "$code"
	asked
	kept_out
	logged "service=$service" verdict=replayed
}
point 'a code that sudo has taken is refused by sshd' used_by_sudo

# The whole way: a session through sshd, and sudo on its terminal, by two codes in a row.
through_ssh() {
	press
	first=$code
	press
	status=0
	shown=$(dialog 'Password:' "$password" 'Security code:' "$first" \
		"password for $alice:" "$password" 'Security code:' "$code" -- \
		ssh -tt -F "$trial/ssh_config" "$alice@$service" sudo id) || status=$?
	read_log
	in_as_root
	[ "$(grep -c ' event=login .*verdict=accepted' "$trial_news")" = 2 ] || complain 'not two accepted codes'
}
point 'ssh, and sudo in its session, by two codes in a row' through_ssh

ask_su() {
	status=0
	shown=$(dialog 'Password:' "$password" 'Security code:' "$1" -- \
		setpriv --reuid "$alice" --regid "$alice" --init-groups su "$bob" -c id) || status=$?
	read_log
}

su_asks_the_target() {
	press
	ask_su "$code"
	asked
	kept_out
	logged "user=$bob" service=su
	counter=$((counter - 1))
	ask_su "$(event_code "$bobs_key" 2)"
	in_as "$bob"
	logged "user=$bob" service=su verdict=accepted
	ask_su "$(event_code "$bobs_key" 2)"
	kept_out
	logged verdict=replayed
}
point 'su: the code of the account that one becomes, once' su_asks_the_target

# su says who calls, and its real user ID is his (product §6.7).
su_asks_the_caller() {
	conf=${VIPOTP_SYSCONFDIR:-/etc}/vipotp/vipotp.conf
	cp "$conf" "$trial/conf.before"
	echo 'services = { su = { identity = "caller"; }; };' >>"$conf"
	ask_su "$(event_code "$bobs_key" 3)"
	asked
	kept_out
	logged "user=$alice" service=su verdict=wrong
	press
	ask_su "$code"
	in_as "$bob"
	logged "user=$alice" service=su verdict=accepted
	cat "$trial/conf.before" >"$conf"
}
point 'su with identity = "caller": the code of who calls' su_asks_the_caller

su_by_root() {
	status=0
	shown=$(su "$bob" -c id 2>&1 </dev/null) || status=$?
	read_log
	in_as "$bob"
	not_asked
}
point 'su: root needs none' su_by_root

ask_login() {
	status=0
	shown=$(dialog 'Password:' "$password" 'Security code:' "$1" '$' 'id; exit' -- \
		timeout --foreground 20 login "$bob") || status=$?
	read_log
}

at_the_console() {
	ask_login "$(event_code "$bobs_key" 3)"
	in_as "$bob"
	logged "user=$bob" service=login verdict=accepted
}
point 'login: password and code give a session' at_the_console

ask_pamtester() {
	status=0
	shown=$(dialog 'Password:' "$password" 'Security code:' "$1" -- \
		pamtester "$admin" "$alice" authenticate acct_mgmt) || status=$?
	read_log
}

by_pamtester() {
	press
	ask_pamtester "$code"
	printf '%s\n' "$shown" | grep -qx 'pamtester: successfully authenticated' || complain 'not authenticated'
	printf '%s\n' "$shown" | grep -qx 'pamtester: account management done.' || complain 'no account'
	[ "$status" = 0 ] || complain "exit status $status"
	logged "user=$alice" "service=$admin" verdict=accepted
	ask_pamtester "$code"
	printf '%s\n' "$shown" | grep -qx 'pamtester: Authentication failure' || complain 'no failure'
	[ "$status" != 0 ] || complain 'exit status 0'
	logged verdict=replayed
}
if [ -z "$(absent pamtester)" ]; then
	point 'pamtester: password and code, and the code once' by_pamtester
else
	skip 'pamtester: password and code, and the code once' 'pamtester is not installed'
fi

finish
