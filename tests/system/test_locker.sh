#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A screen locker that runs as its user, with one field for password and code: the real i3lock on a screen of Xvfb, keys
# by xdotool, the module with `split`, vipotp-helper, and the files of conf/ (product §6.3, §6.8).
. "$(dirname "$0")/scene.sh"

alice=vipotp-alice
password=$(random_word)

put_build
lacking=$(absent i3lock Xvfb xdotool setpriv)
[ -z "$lacking" ] || skip_all "not installed:$lacking"
new_user "$alice" "$password"
enroll "$alice"
install_service one-field i3lock
install_service vipotp vipotp
install -d -m 755 "${VIPOTP_SYSCONFDIR:-/etc}/vipotp"
echo 'policy = { fail_delay = 0; };' >"${VIPOTP_SYSCONFDIR:-/etc}/vipotp/vipotp.conf"
mkdir -p /usr/libexec
"$top_builddir/libtool" --silent --mode=install install -m 0755 "$top_builddir/vipotp-helper" /usr/libexec/
read_log

# What a screen leaves in /tmp stays in here.
mkdir -m 1777 "$trial/layer/tmp"
mkdir "$trial/overlay/tmp"
mount -t overlay -o "lowerdir=/tmp,upperdir=$trial/layer/tmp,workdir=$trial/overlay/tmp" overlay /tmp ||
	skip_all 'the kernel refuses an overlay on /tmp'
mkdir -p -m 1777 /tmp/.X11-unix

exec_as=
as_alice() {
	$exec_as setpriv --reuid "$alice" --regid "$alice" --init-groups env -i PATH="$PATH" HOME="$trial/home/$alice" \
		DISPLAY="${display-}" LC_ALL=C "$@"
}

# wait_for COMMAND...: until it succeeds, for half a minute.
wait_for() {
	patience=600
	until "$@" >/dev/null 2>&1; do
		patience=$((patience - 1))
		[ "$patience" -gt 0 ] || return 1
		sleep 0.05
	done
}

start_helper() {
	/usr/libexec/vipotp-helper --listen >"$trial/helper" 2>&1 &
	helper=$!
	wait_for [ -S /run/vipotp/socket ] || bail_out "no helper: $(cat "$trial/helper")"
}

start_screen() {
	mkfifo "$trial/display"
	as_alice Xvfb -displayfd 5 -screen 0 640x480x24 -nolisten tcp 5>"$trial/display" >"$trial/screen" 2>&1 &
	read -r number <"$trial/display" || bail_out "no screen: $(cat "$trial/screen")"
	display=:$number
}

# Until its window is there. It gives up where it cannot get hold of the keyboard, which the one before may still have.
start_locker() {
	tries=10
	until as_alice xdotool search --class i3lock >/dev/null 2>&1; do
		if [ -z "$locker" ] || ended; then
			tries=$((tries - 1))
			[ "$tries" -gt 0 ] || complain 'no locker'
			[ "$tries" -gt 0 ] || exit 1
			exec_as=exec # so that its number is the locker's
			as_alice i3lock --nofork --ignore-empty-password >"$trial/locker" 2>&1 &
			locker=$!
			exec_as=
		fi
		sleep 0.05
	done
}

# While it shows that an answer was wrong it takes no other one; a new one does.
lock_anew() {
	kill "$locker"
	wait "$locker" 2>/dev/null
	locker=
	start_locker
}

ended() {
	case $(ps -o stat= -p "$locker") in
	'' | Z*) ;;
	*) return 1 ;;
	esac
}

heard() {
	grep -q ' event=login \|pam_unix(i3lock:auth): ' "$trial_log"
}

# answer TEXT: typed, and judged. Keys are lost while the locker has not got hold of the keyboard, or shows that it was
# wrong; then they are typed again.
answer() {
	: >"$trial_log"
	trial_mark=0
	logger -u /dev/log -t trial "mark 0 of $$"
	tries=10
	until heard || ended; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || break
		as_alice xdotool key Escape type --delay 15 "$1"
		as_alice xdotool key Return
		patience=100
		until heard || ended || [ "$patience" = 0 ]; do
			patience=$((patience - 1))
			sleep 0.05
		done
	done
	read_log
	shown=$(cat "$trial/locker")
}

locked() {
	! ended || complain 'it is open'
}

status=0
locker=
start_helper
start_screen
start_locker

wrong_code() {
	guess
	answer "$password$code"
	locked
	logged "user=$alice" service=i3lock verdict=wrong failures=1
	charged "$alice" local 1
	charged "$alice" remote 0
}
point 'the password and a wrong code: locked, and counted at the console' wrong_code

wrong_password() {
	lock_anew
	press
	answer "not$password$code"
	locked
	not_logged
	charged "$alice" local 1
	counter=$((counter - 1))
}
point 'a wrong password with the right code: locked, nothing is judged' wrong_password

no_code() {
	lock_anew
	answer "$password"
	locked
	charged "$alice" local 1
}
point 'the password alone: locked' no_code

no_helper() {
	lock_anew
	kill "$helper"
	wait "$helper"
	press
	answer "$password$code"
	locked
	counter=$((counter - 1))
	start_helper
}
point 'without the helper: locked' no_helper

right() {
	press
	answer "$password$code"
	wait "$locker" || complain "exit status $?"
	logged "user=$alice" service=i3lock verdict=accepted "token=$(token_of "$alice")"
}
point 'the password and the right code: open' right

replayed() {
	locker=
	start_locker
	answer "$password$code"
	locked
	logged verdict=replayed
	press
	answer "$password$code"
	wait "$locker" || complain "exit status $?"
}
point 'locked again: the code that was used is refused, the next one opens' replayed

without_root() {
	[ "$(find /usr/libexec/vipotp-helper /usr/bin/vipotp "$directory/pam_vipotp.so" -perm /6000)" = '' ] || echo 'set-ID'
	kill "$helper"
	wait "$helper" || echo "exit status $?"
	! ps -e -o args= | grep '^/usr/libexec/vipotp-helper' || echo 'processes of the helper are left'
}
point 'nothing was set-user-ID, and nothing is left of the helper' without_root

finish
