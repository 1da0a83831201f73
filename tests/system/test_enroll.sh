#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Enrolment inside a login with the real OpenSSH client and server, and with login(1), by the files of conf/ (product
# §3, §6.4): a token of the inventory, a new one by QR code, what follows, and a client that leaves in the middle.
. "$(dirname "$0")/scene.sh"
scene=$trial
. "$here/../command/qr.sh"

service=vipotp-trial
keyed=vipotp-trial-publickey
password=$(random_word)
echo "$password" >"$trial/secrets"

put_build
install -D -m 0755 "$top_builddir/vipotp-qr" "$(make_variable libexecdir | tail -n 1)/vipotp-qr"
people='fob app out left key console'
for name in $people; do new_user "vipotp-$name" "$password"; done
install_service sshd "$service"
install_service login login

# policy [MORE]
policy() {
	echo "policy = { fail_delay = 0; resync = \"command\"; unenrolled = \"enroll\"; ${1-} };" \
		>"${VIPOTP_SYSCONFDIR:-/etc}/vipotp/vipotp.conf"
}
install -d -m 755 "${VIPOTP_SYSCONFDIR:-/etc}/vipotp"
policy
dropins="$top_srcdir/conf/sshd_config.d/00-vipotp.conf $top_srcdir/conf/sshd_config.d/01-vipotp-enroll.conf"
start_sshd "$service" "$dropins" || bail_out "sshd: $(cat "$trial_log")"
sed -e 's/^AuthenticationMethods/#&/' -e 's/^#\(AuthenticationMethods publickey\)/\1/' \
	"$top_srcdir/conf/sshd_config.d/00-vipotp.conf" >"$trial/00-publickey.conf"
install_service sshd-publickey "$keyed"
start_sshd "$keyed" "$trial/00-publickey.conf" || bail_out "sshd: $(cat "$trial_log")"
ssh-keygen -q -t ed25519 -N '' -f "$trial/client_key"
install -d -o vipotp-key -g vipotp-key -m 0700 "$trial/home/vipotp-key/.ssh"
install -o vipotp-key -g vipotp-key -m 0600 "$trial/client_key.pub" "$trial/home/vipotp-key/.ssh/authorized_keys"
read_log

# stock ID [USER]: an event token in the inventory. Sets token, key and counter, the next to be shown.
stock() {
	token=$1 key=$(new_key) counter=0
	echo "$key" >>"$trial/secrets"
	echo "$key" | vipotp tokens add --id "$token" >"$trial/added" 2>&1 || bail_out "$(cat "$trial/added")"
	[ $# -lt 2 ] || vipotp tokens assign "$token" "$2" --yes >"$trial/added" 2>&1 || bail_out "$(cat "$trial/added")"
}

two_codes() {
	press
	otp1=$code
	press
	otp2=$code
}

# enrols USER OTP1 OTP2 [ID]: a login by ssh in which somebody without a token answers so. The client shows what sshd
# says after the last answer at its usual LogLevel; and would go on to a password that the server does not want.
enrols() {
	status=0
	shown=$(export LC_ALL=C.UTF-8 && dialog 'Password:' "$password" 'Token ID:' "${4-}" '(OTP1):' "$2" '(OTP2):' "$3" -- \
		ssh -F "$trial/ssh_config" -o LogLevel=INFO -o PreferredAuthentications=keyboard-interactive "$1@$service" id) ||
		status=$?
	read_log
}

# enrolled USER TOKEN
enrolled() {
	[ "$(token_of "$1")" = "$2" ] || complain "$1 has not got $2"
	[ "$(grep -c " event=enroll user=$1 service=.* token=$2 verdict=accepted error=0000" "$trial_news")" = 1 ] ||
		complain 'no line with event=enroll'
}

has_none() {
	! vipotp status "$1" >/dev/null 2>&1 || complain "$1 has a token"
}

time_to_enrol() {
	"$trial/bin/$service" -T -f "$trial/$service/sshd_config" | grep -x 'logingracetime 300' >/dev/null || echo 'not 300 s'
}
point 'sshd gives the time that an enrolment takes' time_to_enrol

wrong_password() {
	stock UBHE00000001
	two_codes
	status=0
	shown=$(dialog 'Password:' "not $password" 'Token ID:' "$token" -- ssh -F "$trial/ssh_config" "vipotp-fob@$service" id) ||
		status=$?
	read_log
	kept_out
	! printf '%s\n' "$shown" | grep -qF Token || complain 'asked for a token'
	has_none vipotp-fob
}
point 'after a wrong password nobody is asked for a token' wrong_password

inventory() {
	enrols vipotp-fob "$otp1" "$otp2" "$token"
	in_as vipotp-fob
	enrolled vipotp-fob "$token"
	printf '%s\n' "$shown" | grep -qF 'however often its button is pressed.' || complain 'no hint'
	ask_ssh "vipotp-fob@$service" "$password" "$otp2"
	kept_out
	logged verdict=replayed
	press
	ask_ssh "vipotp-fob@$service" "$password" "$code"
	in_as vipotp-fob
	logged user=vipotp-fob verdict=accepted "token=$token"
}
point 'a token of the inventory: enrolled, a session, and the next login by its next code' inventory

logged_out() {
	policy 'after_enroll = "logout";'
	stock VSMB00000002 vipotp-out
	two_codes
	enrols vipotp-out "$otp1" "$otp2" "$token"
	policy
	kept_out
	enrolled vipotp-out "$token"
	printf '%s\n' "$shown" | grep -qF 'The token VSMB 0000 0002 is enrolled. Log in again now, with a code of it.' ||
		complain 'not told'
	press
	ask_ssh "vipotp-out@$service" "$password" "$code"
	in_as vipotp-out
}
point 'after_enroll = "logout": enrolled and told, no session; the next login asks for a code' logged_out

# The app scans the picture, and nothing else. Its first code is the one before the present one.
scan="sed 's/\\x1b\\[[0-9;]*m//g; s/\\r//g' >$trial/prompt; sh $trial/scan"
cat >"$trial/scan" <<END
scene=$trial
skip_all() { exit 1; }
. $here/../command/qr.sh
picture 0 $trial/prompt >$trial/picture.pbm
decoded >$trial/scanned
date +%s >$trial/moment
sed 's/.*secret=\\([A-Z2-7]*\\).*/\\1/' $trial/scanned >$trial/app
cat $trial/app >>$trial/secrets
oathtool --totp -b --now=@\$((\$(cat $trial/moment) - 30)) - <$trial/app
END
scanned() {
	vipotp invite vipotp-app --yes >"$trial/invited" 2>&1 || cat "$trial/invited"
	enrols vipotp-app "@run LC_ALL=C $scan" "@run oathtool --totp -b --now=@\$(cat $trial/moment) - <$trial/app"
	in_as vipotp-app
	[ "$(uri_of "$trial/prompt")" = "$(cat "$trial/scanned")" ] || complain 'the picture and the URI differ'
	grep -qx 'Token ID: LVOT [0-9]\{4\} [0-9]\{4\}' "$trial/prompt" || complain 'no token ID'
	enrolled vipotp-app "$(sed -n 's/^Token ID: \(LVOT\)/\1/p' "$trial/prompt" | tr -d ' ')"
	ask_ssh "vipotp-app@$service" "$password" "$(time_code "$(cat "$trial/app")" $(($(cat "$trial/moment") + 30)))"
	in_as vipotp-app
	logged user=vipotp-app verdict=accepted
}
point 'invited: the QR code on the terminal is read by an app, whose codes enrol it and log in' scanned

# sshd ends its part of the dialogue some time after the client is gone.
left() {
	stock UBHE00000003
	two_codes
	for end in "$token:@hangup:x" "$token:$otp1:@hangup"; do
		enrols vipotp-left "$(echo "$end" | cut -d: -f2)" "$(echo "$end" | cut -d: -f3)" "$token"
		[ "$status" = 129 ] || complain 'the terminal was not closed'
		patience=100
		while pgrep -f 'vipotp-trial: vipotp-left' >/dev/null; do
			patience=$((patience - 1))
			[ "$patience" -gt 0 ] || { complain 'sshd does not end'; break; }
			sleep 0.05
		done
		has_none vipotp-left
	done
	enrols vipotp-left "$otp1" "$otp2" "$token"
	in_as vipotp-left
	enrolled vipotp-left "$token"
}
point 'a client that leaves in the middle: nothing is bound, and the next login begins anew' left

by_key() {
	stock UBHE00000004
	two_codes
	status=0
	shown=$(dialog 'Token ID:' "$token" '(OTP1):' "$otp1" '(OTP2):' "$otp2" -- \
		ssh -F "$trial/ssh_config" -o PubkeyAuthentication=yes -i "$trial/client_key" "vipotp-key@$keyed" id) || status=$?
	read_log
	in_as vipotp-key
	enrolled vipotp-key "$token"
	press
	ask_key "vipotp-key@$keyed" "$code"
	in_as vipotp-key
}
point 'where the key takes the place of the password: the same' by_key

console() {
	stock UBHE00000005
	two_codes
	status=0
	shown=$(dialog 'Password:' "$password" 'Token ID:' "$token" '(OTP1):' "$otp1" '(OTP2):' "$otp2" '$' 'id; exit' -- \
		login vipotp-console) || status=$?
	read_log
	in_as vipotp-console
	enrolled vipotp-console "$token"
	press
	status=0
	shown=$(dialog 'Password:' "$password" 'Security code:' "$code" '$' 'id; exit' -- login vipotp-console) || status=$?
	in_as vipotp-console
}
if command -v login >/dev/null; then
	point 'login, on a terminal: the same' console
else
	skip 'login, on a terminal: the same' 'login is not installed'
fi

nothing_secret_is_logged() {
	[ "$(wc -l <"$trial/secrets")" = 7 ] || cat "$trial/secrets"
	! grep -F -f "$trial/secrets" "$trial_log"
}
point 'no password and no key is in the log' nothing_secret_is_logged

finish
