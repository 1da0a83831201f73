#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What happens in the sandbox stays in it, and nothing of it is left, however it ends (product §13).

here=$(cd "$(dirname "$0")" && pwd)

# The part that runs inside: it makes itself at home, with a process that asks to survive, says so, and goes or stays.
if [ "${1-}" = inside ]; then
	for place in /etc /usr /var /run /dev; do
		echo here >"$place/vipotp-was-here"
	done
	echo '# changed' >>/etc/passwd
	useradd --no-create-home vipotp-was-here
	setsid sh -c 'trap "" HUP INT TERM; while :; do sleep 600; done' &
	echo "at home in $(readlink /proc/self/ns/pid)"
	[ "$2" = go ] || sleep 600
	exit 7
fi

reason=$(sh "$here/sandbox.sh" probe 2>&1) || {
	echo "1..0 # SKIP no sandbox: $reason"
	exit 0
}
. "$here/../tap.sh"
run() {
	exec sh "$here/sandbox.sh" run "$here/test_sandbox.sh" inside "$1"
}

# Its process namespace, as the part inside has told in the named file.
namespace() {
	patience=200
	until home=$(grep -o 'pid:\[[0-9]*\]' "$1"); do
		patience=$((patience - 1))
		[ "$patience" -gt 0 ] || { echo 'nobody came home:'; cat "$1"; return 1; }
		sleep 0.05
	done
}

# nothing_left: none of its processes, files, mounts and users.
nothing_left() {
	patience=100
	while find /proc -maxdepth 3 -path '/proc/[0-9]*/ns/pid' -printf '%l\n' 2>/dev/null | grep -qxF "$home"; do
		patience=$((patience - 1))
		[ "$patience" -gt 0 ] || { echo "processes are left in $home"; break; }
		sleep 0.05
	done
	find /etc/vipotp-was-here /usr/vipotp-was-here /var/vipotp-was-here /run/vipotp-was-here /dev/vipotp-was-here \
		/run/vipotp-trial 2>/dev/null
	grep vipotp-trial /proc/self/mountinfo
	getent passwd vipotp-was-here
	! grep -qx '# changed' /etc/passwd
}

by_itself() {
	(run go) >"$scratch/home" 2>&1
	[ $? = 7 ] || echo 'the status of the script was lost'
	namespace "$scratch/home" && nothing_left
}
point 'nothing is left when the script ends, and its status is told' by_itself

# The outermost process is the one that the caller knows.
killed_outside() {
	: >"$scratch/home"
	(run stay) >"$scratch/home" 2>&1 &
	outermost=$!
	namespace "$scratch/home" || return
	kill "-$1" "$outermost"
	wait "$outermost" 2>/dev/null
	nothing_left
}
point 'nor after SIGTERM' killed_outside TERM
point 'nor after SIGKILL to the outermost process' killed_outside KILL

killed_within() {
	: >"$scratch/home"
	(run stay) >"$scratch/home" 2>&1 &
	outermost=$!
	namespace "$scratch/home" || return
	kill -KILL "$(cat "/proc/$outermost/task/$outermost/children")"
	wait "$outermost" 2>/dev/null
	nothing_left
}
point 'nor after SIGKILL to the one in the middle' killed_within

interrupted() {
	printf '%s\n' 'at home' "$(printf '\003')" | expect -f "$here/dialog.exp" \
		sh "$here/sandbox.sh" run "$here/test_sandbox.sh" inside stay >"$scratch/home"
	[ $? != 124 ] || echo 'Ctrl-C did not end it'
	namespace "$scratch/home" && nothing_left
}
if command -v expect >/dev/null; then
	point 'nor after Ctrl-C' interrupted
else
	skip 'nor after Ctrl-C' 'expect is not installed'
fi

without_the_right() {
	# By standard input, since such a user may not be able to enter the source tree.
	(cd / && exec "$@" sh -s run "$here/test_sandbox.sh" inside go) <"$here/sandbox.sh" >"$scratch/refusal" 2>&1
	[ $? = 77 ] || echo 'it did not refuse'
	[ "$(wc -l <"$scratch/refusal")" = 1 ] || cat "$scratch/refusal"
	! grep -q 'at home' "$scratch/refusal"
}
point 'a user gets a reason and no sandbox' without_the_right setpriv --reuid 65534 --clear-groups
point 'so does root without CAP_SYS_ADMIN' without_the_right setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin

finish
