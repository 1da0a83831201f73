#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A private copy of this machine, for quickstart and the system tests (product §13).
#
#   sandbox.sh probe              exit 0, or print why there can be none and exit 77
#   sandbox.sh run SCRIPT [ARG…]  run SCRIPT with sh inside; its exit status, or 77 as above
#
# Inside, /etc, /usr and /var are copied on write, /run and /dev are fresh, and no process of the machine is seen.
# What the script installs, creates or starts there lives in memory and ends with it: all of it hangs on a mount and
# a process namespace of its own, and the kernel takes those down when the first process inside is gone. Each
# process of the chain dies with its parent, so SIGKILL to any of them, the outermost too, leaves nothing.
#
# VIPOTP_SYSCONFDIR and VIPOTP_LOCALSTATEDIR say where the build under test keeps settings and store (/etc, /var).

set -eu

base=/run/vipotp-trial
sysconfdir=${VIPOTP_SYSCONFDIR:-/etc}
localstatedir=${VIPOTP_LOCALSTATEDIR:-/var}

refuse() {
	echo "$*"
	exit 77
} >&2

# What can be told without trying.
check_machine() {
	[ "$(id -u)" = 0 ] || refuse "it takes root to build the sandbox"
	for tool in setpriv unshare mount; do
		command -v $tool >/dev/null || refuse "$tool is missing (package util-linux)"
	done
	if grep -q '^NoNewPrivs:[[:space:]]*1' /proc/self/status; then
		refuse "no_new_privs is set here, so sudo cannot become root"
	fi
	for directory in "$sysconfdir" "$localstatedir"; do
		case $directory in
		/etc | /etc/* | /usr/* | /var | /var/*) ;;
		*) refuse "this build keeps its files in $directory; the sandbox covers /etc, /usr and /var only" ;;
		esac
	done
}

enter() {
	setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc true 2>/dev/null ||
		refuse "the kernel grants no mount and process namespaces here (CAP_SYS_ADMIN is needed)"
	# Not exec: this shell stays as the one that a caller knows, and whose death ends the rest.
	setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc sh "$self" inside "$@"
}

copy_on_write() {
	for directory in etc usr var; do
		mkdir -p "$base/layer/$directory" "$base/overlay/$directory"
		mount -t overlay -o "lowerdir=/$directory,upperdir=$base/layer/$directory,workdir=$base/overlay/$directory" \
			overlay "/$directory" || refuse "the kernel refuses an overlay on /$directory"
	done
	# An installation that is in use here must not be seen by the trial.
	for directory in "$sysconfdir/vipotp" "$localstatedir/lib/vipotp"; do
		[ ! -e "$directory" ] || mount -t tmpfs -o mode=0700 tmpfs "$directory"
	done
}

# Terminals and /dev/log of our own; the plain devices are the machine's.
private_dev() {
	mkdir "$base/dev"
	mount -t tmpfs -o mode=0755,nosuid tmpfs "$base/dev" || refuse "cannot mount a private /dev"
	for node in null zero full random urandom tty; do
		: >"$base/dev/$node"
		mount --bind "/dev/$node" "$base/dev/$node"
	done
	mkdir "$base/dev/pts"
	mkdir -m 1777 "$base/dev/shm"
	mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid="$(getent group tty | cut -d: -f3)" devpts \
		"$base/dev/pts" || refuse "cannot mount private terminals"
	ln -s pts/ptmx "$base/dev/ptmx"
	ln -s /proc/self/fd "$base/dev/fd"
	for stream in 0:stdin 1:stdout 2:stderr; do
		ln -s "fd/${stream%:*}" "$base/dev/${stream#*:}"
	done
	mount --move "$base/dev" /dev
}

inside() {
	[ $$ = 1 ] || refuse "sandbox.sh inside is for sandbox.sh itself"
	# The first process of a namespace gets no signal that it does not ask for.
	trap 'exit 130' INT
	trap 'exit 143' HUP TERM
	umask 022
	mount -t tmpfs -o mode=0755 tmpfs /run || refuse "cannot mount a private /run"
	mkdir "$base" "$base/tmp" "$base/root"
	chmod 1777 "$base/tmp"
	mkdir /run/lock /run/sshd
	copy_on_write
	private_dev
	# The working directory by its name again, so that a source tree under /usr or /var is the copy.
	cd "$PWD" 2>/dev/null || :
	unset SSH_AUTH_SOCK SSH_ASKPASS DISPLAY
	export HOME="$base/root" TMPDIR="$base/tmp" LC_ALL=C VIPOTP_TRIAL="$base"
	export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	# A shell that waits for a program in the foreground may miss Ctrl-C; one in `wait` does not. What runs in the
	# background ignores that key and has no input, unless told otherwise.
	exec 3<&0
	env --default-signal=INT,QUIT sh "$@" <&3 3<&- &
	wait $!
}

self=$(cd "$(dirname "$0")" && pwd)/${0##*/}
case ${1-} in
probe)
	check_machine
	enter /dev/null
	;;
run)
	shift
	check_machine
	enter "$@"
	;;
inside)
	shift
	inside "$@"
	;;
*)
	echo "usage: sandbox.sh probe | run SCRIPT [ARG...]" >&2
	exit 2
	;;
esac
