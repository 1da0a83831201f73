#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Remembered logins (product §6.6) of the real OpenSSH client and of sudo: the second one needs no code, as long as the
# key, the address and the login session are the same.
. "$(dirname "$0")/scene.sh"

keyed=vipotp-trial-publickey
sudo_service=vipotp-trial-sudo
alice=vipotp-alice
password=$(random_word)

put_build
new_user "$alice" "$password"
enroll "$alice"
install_service sudo "$sudo_service"
install_sudo "$sudo_service" "$alice" || bail_out 'sudo'
install_service sshd-publickey "$keyed"
install -d -m 755 "${VIPOTP_SYSCONFDIR:-/etc}/vipotp"
echo 'policy = { fail_delay = 0; resync = "command"; remember = "12h"; };' >"${VIPOTP_SYSCONFDIR:-/etc}/vipotp/vipotp.conf"
sed -e 's/^AuthenticationMethods/#&/' -e 's/^#\(AuthenticationMethods publickey\)/\1/' \
	"$top_srcdir/conf/sshd_config.d/00-vipotp.conf" >"$trial/00-publickey.conf"
start_sshd "$keyed" "$trial/00-publickey.conf" || bail_out "sshd: $(cat "$trial_log")"
install -d -o "$alice" -g "$alice" -m 0700 "$trial/home/$alice/.ssh"
for name in client_key other_key; do
	ssh-keygen -q -t ed25519 -N '' -f "$trial/$name"
	cat "$trial/$name.pub" >>"$trial/home/$alice/.ssh/authorized_keys"
done
chown "$alice" "$trial/home/$alice/.ssh/authorized_keys"
read_log

with_a_code() {
	press
	ask_key "$alice@$keyed" "$code" "$@"
	asked
	in_as "$alice"
	logged "user=$alice" rhost="${rhost-127.0.0.1}" verdict=accepted
}

without_a_code() {
	ask_key "$alice@$keyed" 000000 "$@"
	not_asked
	in_as "$alice"
	logged "user=$alice" rhost=127.0.0.1 verdict=remembered token=-
}

twice() {
	with_a_code
	without_a_code
	without_a_code
}
point 'the second login with the same key gives a session without a code' twice

another_key() {
	press
	status=0
	shown=$(dialog 'Security code:' "$code" -- ssh -F "$trial/ssh_config" -o PubkeyAuthentication=yes \
		-i "$trial/other_key" "$alice@$keyed" id) || status=$?
	read_log
	asked
	in_as "$alice"
	logged verdict=accepted
	without_a_code
}
point 'another key of the same user is asked for one' another_key

another_address() {
	rhost=127.0.0.2
	with_a_code -b 127.0.0.2
	unset rhost
	without_a_code
}
point 'so is the same key from another address' another_address

forgotten() {
	vipotp forget "$alice" --yes >"$trial/forgotten" 2>&1 || cat "$trial/forgotten"
	with_a_code
}
point 'and after vipotp forget the first one, too' forgotten

# Within one session: sudo wants the password each time, and the code once.
in_session() {
	press
	status=0
	shown=$(dialog "password for $alice:" "$password" 'Security code:' "$code" "password for $alice:" "$password" -- \
		ssh -tt -F "$trial/ssh_config" -o PubkeyAuthentication=yes -i "$trial/client_key" "$alice@$keyed" \
		"cat /proc/self/sessionid; sudo id -u; sudo id -u") || status=$?
	read_log
}

sudo_twice() {
	in_session
	[ "$(printf '%s\n' "$shown" | grep -cx 0)" = 2 ] || complain 'sudo did not run twice'
	[ "$(printf '%s\n' "$shown" | grep -cF 'Security code:')" = 1 ] || complain 'not one code'
	grep -q " event=login user=$alice service=$sudo_service .*verdict=remembered" "$trial_news" || complain 'not remembered'
	in_session
	[ "$(printf '%s\n' "$shown" | grep -cF 'Security code:')" = 1 ] || complain 'the next session had no code'
	[ "$(grep -c " event=login user=$alice service=$sudo_service .*verdict=accepted" "$trial_news")" = 1 ] ||
		complain 'the next session had no code'
}
if (echo 0 >/proc/self/loginuid && [ "$(cat /proc/self/sessionid)" != 4294967295 ]) 2>/dev/null; then
	point 'sudo asks for a code once in a session, and again in the next' sudo_twice
else
	skip 'sudo asks for a code once in a session, and again in the next' 'this kernel counts no login sessions'
fi
finish
