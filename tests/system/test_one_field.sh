#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# conf/pam.d/one-field (product §6.3, option split): password and code in one answer, to the real sudo and pamtester, with
# the real pam_unix between.
. "$(dirname "$0")/scene.sh"

service=vipotp-trial-one
alice=vipotp-alice
password=$(random_word)7

put_build
new_user "$alice" "$password"
enroll "$alice"
install_service one-field "$service"
install_sudo "$service" "$alice" || bail_out 'sudo does not take our sudoers file'
sed -i 's/passwd_tries=1/passwd_tries=3/' /etc/sudoers
# That a refusal asks for a delay is shown in tests/module/told.sh; here it would only take its time.
install -d -m 755 "${VIPOTP_SYSCONFDIR:-/etc}/vipotp"
echo 'policy = { fail_delay = 0; };' >"${VIPOTP_SYSCONFDIR:-/etc}/vipotp/vipotp.conf"
sed -i 's/try_first_pass/& nodelay/' "/etc/pam.d/$service"
read_log

question='Password and security code:'

# give_sudo ANSWER...: to sudo, which asks up to three times, each time on the same PAM handle.
give_sudo() {
	lines=$(for line; do printf '%s\n' "$question" "$line"; done)
	status=0
	shown=$(printf '%s\n' "$lines" | expect -f "$top_srcdir/tests/system/dialog.exp" \
		setpriv --reuid "$alice" --regid "$alice" --init-groups sudo id | tr -d '\r') || status=$?
	read_log
}

is_root() {
	printf '%s\n' "$shown" | grep -q '^uid=0(root)' || complain 'not root'
}

is_nobody() {
	! printf '%s\n' "$shown" | grep -q '^uid=' || complain 'let in'
	not_asked
}

right() {
	press
	give_sudo "$password$code"
	is_root
	not_asked
	logged "user=$alice" "service=$service" verdict=accepted
}
point 'sudo: password and code in one answer give root' right

wrong_code() {
	guess
	give_sudo "$password$code" no no
	is_nobody
	logged verdict=wrong failures=1
	charged "$alice" local 1
}
point 'sudo: a wrong code is refused, and nothing more is asked for it' wrong_code

# The code behind the wrong password is right, and is not judged behind the right one.
three_tries() {
	press
	give_sudo "not$password$code" "$password" no
	is_nobody
	logged verdict=empty failures=1
	give_sudo "not$password$code" "not$password$code" "$password$code"
	is_root
	logged verdict=accepted failures=0
}
point 'sudo: three tries on one handle; a wrong password uses up no code and charges nobody' three_tries

by_pamtester() {
	press
	status=0
	shown=$(dialog "$question" "$password$code" -- pamtester "$service" "$alice" authenticate acct_mgmt) || status=$?
	read_log
	[ "$status" = 0 ] || complain 'pamtester failed'
	logged verdict=accepted
	shown=$(dialog "$question" "$password$code" -- pamtester "$service" vipotp-nobody authenticate) && complain 'let in'
	read_log
	not_logged
}
point 'pamtester: authentication and account; the unknown are asked the same' by_pamtester

# The second line is taken away: pam_unix alone would let in.
half_a_file() {
	sed -i '/^auth.*pam_unix/,/^account/{/^auth.*split/d}' "/etc/pam.d/$service"
	[ "$(grep -c '^auth.*split' "/etc/pam.d/$service")" = 1 ] || complain 'the line is still there'
	give_sudo "$password"
	is_nobody
	logged verdict=unavailable
	grep -q 'the second line with split is missing' "$trial_news" || complain 'not said why'
}
point 'sudo: with one of the two lines missing nobody gets in, and the log says why' half_a_file

finish
