#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Logins in Japanese through the real sshd and sudo, on a machine that need not have a Japanese locale; the environment
# of whoever calls sudo changes nothing (product §8, §10 rule 10).
. "$(dirname "$0")/scene.sh"

service=vipotp-trial
admin=vipotp-trial-sudo
alice=vipotp-alice
password=$(random_word)
prompt='セキュリティコード:'

put_build
new_user "$alice" "$password"
enroll "$alice"
install_service sshd "$service"
install_service sudo "$admin"
install_sudo "$admin" "$alice" || bail_out 'sudo does not take our sudoers file'
start_sshd "$service" "$top_srcdir/conf/sshd_config.d/00-vipotp.conf" || bail_out "sshd: $(cat "$trial_log")"
mkdir -p "${VIPOTP_SYSCONFDIR:-/etc}/vipotp"
echo 'language = "ja"; policy = { resync = "command"; };' >"${VIPOTP_SYSCONFDIR:-/etc}/vipotp/vipotp.conf"
read_log

full_width() {
	echo "$1" | sed 's/0/０/g;s/1/１/g;s/2/２/g;s/3/３/g;s/4/４/g;s/5/５/g;s/6/６/g;s/7/７/g;s/8/８/g;s/9/９/g'
}

# by_ssh CODE; by_sudo CODE [VARIABLE=VALUE...]. In the C locale the OpenSSH client shows other characters as numbers;
# sudo's own question is in the language that its caller's environment names, and to its modules it is silent.
by_ssh() {
	status=0
	shown=$(dialog 'Password:' "$password" "$prompt" "$1" -- env LC_ALL=C.UTF-8 ssh -F "$trial/ssh_config" "$alice@$service" id) || status=$?
	read_log
}

by_sudo() {
	typed=$1
	shift
	status=0
	shown=$(dialog "$alice:" "$password" "$prompt" "$typed" -- \
		setpriv --reuid "$alice" --regid "$alice" --init-groups env -u LC_ALL "$@" sudo id) || status=$?
	read_log
}

as_root() {
	if [ "$status" != 0 ] || ! printf '%s\n' "$shown" | grep -q '^uid=0(root)'; then complain "not root: $1"; fi
}

says() {
	printf '%s\n' "$shown" | grep -qF "$1" || complain "not said: $1"
}

ssh_right() {
	press
	by_ssh "$code"
	in_as "$alice"
	says "($alice@$service) $prompt"
	logged "user=$alice" verdict=accepted
}
point 'ssh: the question in Japanese, and a right code' ssh_right

ssh_full_width() {
	press
	by_ssh "$(full_width "$code")"
	in_as "$alice"
}
point 'ssh: a code in full-width digits' ssh_full_width

ssh_wrong() {
	guess
	by_ssh "$code"
	kept_out
	logged verdict=wrong
}
point 'ssh: a wrong code' ssh_wrong

sudo_right() {
	press
	by_sudo "$code"
	as_root 'nothing'
	logged "user=$alice" verdict=accepted
}
point 'sudo: the question in Japanese, and a right code' sudo_right

sudo_hostile() {
	for choice in LANGUAGE=C LANGUAGE=de LANGUAGE=../../../../tmp LANG=C LC_ALL=C LC_ALL=en_US.UTF-8 NLSPATH=/tmp/%N \
		LOCPATH=/tmp TEXTDOMAINDIR=/tmp OUTPUT_CHARSET=EUC-JP; do
		press
		by_sudo "$code" "$choice"
		as_root "$choice"
	done
}
point 'sudo: whatever the environment of its caller says' sudo_hostile

finish
