# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# The start of every test in this directory, which sources it: enter the sandbox, put the build under test into it,
# and let users log in through the real sshd and sudo. In TAP.

here=$(cd "$(dirname "$0")" && pwd)
if [ "${1-}" != inside ]; then
	reason=$(sh "$here/sandbox.sh" probe 2>&1) || {
		echo "1..0 # SKIP no sandbox: $reason"
		exit 0
	}
	exec sh "$here/sandbox.sh" run "$here/${0##*/}" inside
fi
. "$here/../tap.sh"
. "$here/trial.sh"

# skip_all REASON
skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

# bail_out REASON: the scene is not set, so that no point could mean anything.
bail_out() {
	echo "Bail out! $*"
	exit 1
}

# put_build: module and command of the build under test to where PAM and root look for them.
put_build() {
	lacking=$(absent sshd ssh ssh-keygen sudo visudo expect oathtool logger)
	[ -z "$lacking" ] || skip_all "not installed:$lacking"
	module=$top_builddir/.libs/pam_vipotp.so
	[ -f "$module" ] || bail_out "$module has not been built"
	if grep -q __asan_init "$module"; then
		skip_all 'a module built with AddressSanitizer ends a host without it'
	fi
	directory=$(pam_directory) || skip_all 'pam_unix.so is nowhere'
	install -m 0644 "$module" "$directory/"
	"$top_builddir/libtool" --silent --mode=install install -m 0755 "$top_builddir/vipotp" /usr/bin/vipotp
	# As `make install` leaves them.
	mkdir -p "${VIPOTP_SYSCONFDIR:-/etc}" "${VIPOTP_LOCALSTATEDIR:-/var}/lib"
	start_log "$top_builddir/tests/system/logsink" || bail_out 'no log'
}

# hurry SERVICE...: without pam_unix's own delay, where the point is not that a refusal takes its time.
hurry() {
	for hurried; do
		sed -i -e 's/pam_unix\.so.*/& nodelay/' -e '/pam_faildelay\.so/d' "/etc/pam.d/$hurried"
	done
}

# enroll USER: an event token. Sets key and counter, the next to be shown.
enroll() {
	key=$(new_key)
	echo "$key" >>"$trial/secrets"
	counter=2
	printf '%s\n' "otpauth://hotp/trial:$1?secret=$key&issuer=trial&counter=0" \
		"$(event_code "$key" 0)" "$(event_code "$key" 1)" |
		vipotp enroll "$1" --uri >"$trial/enrolment.$1" 2>&1 || bail_out "enrolment of $1: $(cat "$trial/enrolment.$1")"
}

# The token's button is pressed: code is what it shows.
press() {
	code=$(event_code "$key" "$counter")
	counter=$((counter + 1))
}

# A code that the token does not show for a long time, nor the number after it.
guess() {
	right=' '
	ahead=0
	while [ "$ahead" -lt 12 ]; do
		right="$right$(event_code "$key" $((counter + ahead))) "
		ahead=$((ahead + 1))
	done
	code=123456
	until [ "${right#* $code }${right#* $((code + 1)) }" = "$right$right" ]; do code=$((code + 1)); done
}

# ask_ssh USER@SERVICE PASSWORD CODE [OPTION...]: a login that asks `id` who it is. Sets shown, status and the news.
ask_ssh() {
	whom=$1 typed_password=$2 typed_code=$3
	shift 3
	status=0
	shown=$(dialog 'Password:' "$typed_password" 'Security code:' "$typed_code" -- \
		ssh -F "$trial/ssh_config" "$@" "$whom" id) || status=$?
	read_log
}

# ask_key USER@SERVICE CODE [OPTION...]: the same, with the user's key in place of the password.
ask_key() {
	whom=$1 typed_code=$2
	shift 2
	status=0
	shown=$(dialog 'Security code:' "$typed_code" -- ssh -F "$trial/ssh_config" -o PubkeyAuthentication=yes \
		-i "$trial/client_key" "$@" "$whom" id) || status=$?
	read_log
}

# ask_sudo USER PASSWORD CODE: sudo on a terminal, without ssh.
ask_sudo() {
	status=0
	shown=$(dialog "password for $1:" "$2" 'Security code:' "$3" -- \
		setpriv --reuid "$1" --regid "$1" --init-groups sudo id) || status=$?
	read_log
}

# ---- what is wanted; each prints what is not so -----------------------------------------------------

complain() {
	echo "$*"
	echo "exit status $status; on the terminal:"
	printf '%s\n' "$shown"
	echo 'in the log:'
	cat "$trial_news"
}

# in_as USER
in_as() {
	if [ "$status" != 0 ] || ! printf '%s\n' "$shown" | grep -qxF "$(id "$1")"; then complain "no session as $1"; fi
}

# kept_out: neither a session nor an answer from one.
kept_out() {
	if [ "$status" = 0 ] || printf '%s\n' "$shown" | grep -q 'uid='; then complain 'not kept out'; fi
}

asked() {
	printf '%s\n' "$shown" | grep -qF 'Security code:' || complain 'no code was asked for'
}

not_asked() {
	! printf '%s\n' "$shown" | grep -qF 'Security code:' || complain 'a code was asked for'
}

# logged FIELD...: exactly one line tells of a login, and it has these fields.
logged() {
	lines=$(grep -c ' event=login ' "$trial_news")
	[ "$lines" = 1 ] || complain "$lines lines with event=login"
	for field; do
		grep ' event=login ' "$trial_news" | tr ' ' '\n' | grep -qxF "$field" || complain "$field is not in the line"
	done
}

# charged USER REACH FAILURES: what vipotp counts against logins by that way, "remote" or "local".
charged() {
	vipotp status "$1" --json | tr -d ' \n' | grep -qF "\"$2\":{\"failures\":$3," || {
		complain "not $3 failures, $2:"
		vipotp status "$1" --json
	}
}

# The ID of the user's first token.
token_of() {
	vipotp status "$1" --json | tr -d ' \n' | sed -n 's/.*"tokens":\[{"id":"\([A-Z0-9]*\)".*/\1/p'
}

not_logged() {
	! grep -q ' event=login ' "$trial_news" || complain 'a line with event=login'
}
