#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# How vipotp-helper begins and ends: by hand, by systemd's protocol, its mistakes, and its units (product §6.8).
. "$(dirname "$0")/scene.sh"

# helper ARGUMENT...: to its end. Sets status; what it said is in $room/said.
helper() {
	timeout 20 "$helper" "$@" >"$room/said" 2>&1
	status=$?
}

# says STATUS TEXT
says() {
	[ "$status" = "$1" ] || echo "exit status $status"
	grep -qF -e "$2" "$room/said" || cat "$room/said"
}

# refused STATUS TEXT ARGUMENT...
refused() {
	wanted=$1 text=$2
	shift 2
	helper "$@"
	says "$wanted" "$text"
}

version() {
	[ "$("$helper" --version)" = "$("$VIPOTP" --version | sed 's/^vipotp/vipotp-helper/')" ] || "$helper" --version
}
point '--version' version

usage() {
	helper --help
	says 0 'Usage: vipotp-helper '
	for option in --listen '--socket PATH' '--config FILE' --help --version; do
		grep -qF -e "  $option " "$room/said" || echo "no $option"
	done
	shown=$(LC_ALL=ja_JP.UTF-8 "$helper" --help)
	printf '%s\n' "$shown" | grep -q '使い方' || complain 'not in Japanese'
}
point '--help, in Japanese too' usage

mistakes() {
	refused 2 'vipotp-helper --help' --lisen
	refused 2 'vipotp-helper --help' --socket
	refused 2 'It takes no operands.' --listen now
	refused 2 '--socket needs --listen.' --socket /run/other/socket
	refused 2 'must be absolute' --listen --config vipotp.conf
	refused 5 "$room/none" --listen --config "$room/none"
	refused 2 'must be absolute' --listen --socket socket
	refused 2 'must be absolute' --listen --socket "/run/$(printf '%0108d' 0)"
	refused 2 'systemctl enable --now vipotp-helper.socket'
	as $alice cat "$helper" >"$room/copy" 2>&1
	install -m 0755 "$helper" "$room/bin/vipotp-helper"
	as $alice "$room/bin/vipotp-helper" --listen >"$room/said" 2>&1
	status=$?
	says 5 'Only root may do this.'
}
point 'mistakes on the command line, and who is not root: told' mistakes

broken_settings() {
	settings 'look_ahed = 3;'
	refused 5 "$conf:1: policy.look_ahed: " --listen --config "$conf"
	settings
}
point 'settings with a mistake: told at once to who starts it' broken_settings

mended() {
	start_helper
	settings 'look_ahed = 3;'
	ask_as $alice enrolled $alice
	printf '%s\n' "$shown" | grep -q "^status 3: $conf:1: policy.look_ahed: " || complain 'answered'
	settings
	ask_as $alice enrolled $alice
	[ "$(field enrolled)" = 0 ] || complain 'not answered'
	stop_helper
}
point 'and to each request while it runs, until it is mended' mended

# ---- the socket -------------------------------------------------------------------------------------

in_use() {
	start_helper
	refused 4 '/run/vipotp/socket is in use' --listen --config "$conf"
	kill -0 "$service" || echo 'the one before is gone'
	as $alice "$room/bin/ask" enrolled $alice >"$room/said" || cat "$room/said"
	stop_helper
	[ "$service_status" = 0 ] || echo "exit status $service_status"
}
point 'a socket that is in use' in_use

modes() {
	start_helper
	[ "$(stat -c '%a %U %F' "$socket")" = '666 root socket' ] || stat "$socket"
	[ "$(stat -c '%a %U' /run/vipotp)" = '755 root' ] || stat /run/vipotp
	stop_helper
	[ ! -e "$socket" ] || echo 'it is left'
	rmdir /run/vipotp
	kill_me_at_once=yes
	start_helper
	stop_helper
}
point 'a socket for everybody in a directory that is root'"'"'s, made if it is missing' modes

unsafe() {
	mkdir "$room/open" && chmod 0777 "$room/open"
	refused 5 "$room/open" --listen --config "$conf" --socket "$room/open/socket"
	ln -s /run/vipotp "$room/link"
	refused 5 "$room/link" --listen --config "$conf" --socket "$room/link/socket"
	chown $alice "$room/open" && chmod 0755 "$room/open"
	refused 5 "$room/open" --listen --config "$conf" --socket "$room/open/socket"
	refused 5 'cannot be made' --listen --config "$conf" --socket "$room/none/none/socket"
	touch /run/vipotp/socket
	refused 4 '/run/vipotp/socket is there and is no socket.' --listen --config "$conf"
	rm /run/vipotp/socket
	[ "$(ls -A "$room/open" /run/vipotp | wc -w)" = 2 ] || ls -A "$room/open" /run/vipotp
}
point 'a directory that is not safe, and what is there and is no socket' unsafe

stale() {
	python3 -c 'import socket, sys
one = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
one.bind(sys.argv[1])' "$socket"
	[ -S "$socket" ] || echo 'there is none'
	start_helper
	as $alice "$room/bin/ask" enrolled $alice >"$room/said" || cat "$room/said"
	stop_helper
}
point 'a socket that nobody listens at any more is replaced' stale

elsewhere() {
	"$helper" --listen --config "$conf" --socket /run/elsewhere/door >"$room/said" 2>&1 &
	other=$!
	until [ -S /run/elsewhere/door ]; do kill -0 $other || break; done
	python3 "$here/rude.py" there /run/elsewhere/door || cat "$room/said"
	kill -INT $other
	wait $other || echo "exit status $?"
	[ ! -e /run/elsewhere/door ] || echo 'it is left'
}
point '--socket; and SIGINT ends it as SIGTERM does' elsewhere

# ---- systemd's protocol -----------------------------------------------------------------------------

# The real program of systemd's that hands a socket over at the first call; of the helper's clock a minute is a second.
activated() {
	systemd-socket-activate --seqpacket -l "$socket" -E LD_PRELOAD="$faketime" -E FAKETIME='+0 x60' \
		"$helper" --config "$conf" >"$room/said" 2>&1 &
	activator=$!
	until [ -S "$socket" ]; do kill -0 $activator || break; done
	chmod 0666 "$socket"
	as $alice "$room/bin/ask" enrolled $alice >"$room/asked" || cat "$room/asked" "$room/said"
	as $alice "$room/bin/ask" enrolled $alice >"$room/asked" || cat "$room/asked" "$room/said"
	wait $activator || echo "exit status $?"
	[ -S "$socket" ] || echo 'it took away a socket that is not its own'
	rm "$socket"
}
if command -v systemd-socket-activate >/dev/null; then
	stop_the_clock
	point 'a socket handed over: served, and the process ends when nobody has called for a minute' activated
else
	skip 'a socket handed over: served, and the process ends when nobody has called for a minute' \
		'systemd-socket-activate is not installed'
fi

# handed PYTHON [VARIABLE...]: start it with what python makes as descriptor 3.
handed() {
	make=$1 variable=$2
	python3 -c "import os, socket, sys
one = $make
os.dup2(one.fileno(), 3)
os.environ['LISTEN_FDS'] = '$variable'
os.environ['LISTEN_PID'] = str(os.getpid())
os.execv(sys.argv[1], [sys.argv[1], '--config', sys.argv[2]])" "$helper" "$conf" >"$room/said" 2>&1
	status=$?
	says 5 'is not one listening socket for sequential packets'
}

wrong_descriptors() {
	handed 'open("/dev/null")' 1
	handed 'socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)' 1
	handed 'socket.create_server(("127.0.0.1", 0))' 1
	handed 'open("/dev/null")' 2
	LISTEN_FDS=1 LISTEN_PID=1 helper --config "$conf"
	says 2 'There is no socket to listen at.'
}
point 'descriptors that are no such socket, or for another process: refused' wrong_descriptors

# ---- the units --------------------------------------------------------------------------------------

verified() {
	mkdir -p "$room/units"
	sed "s|^ExecStart=.*|ExecStart=$room/bin/vipotp-helper|" "$top_builddir/conf/systemd/vipotp-helper.service" \
		>"$room/units/vipotp-helper.service"
	cp "$top_srcdir/conf/systemd/vipotp-helper.socket" "$room/units/"
	cp "$helper" "$room/bin/vipotp-helper"
	SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$room/units/vipotp-helper.service" \
		"$room/units/vipotp-helper.socket" 2>&1 | grep -F vipotp-helper
	:
}

confined() {
	systemd-analyze security --no-pager --offline=yes --threshold=20 "$room/units/vipotp-helper.service" >"$room/said" 2>&1 ||
		cat "$room/said"
}

# The units' filter against what a login and a session really call.
filtered() {
	fail_delay=0
	settings
	enroll_event $alice
	strace -f -q -o "$room/trace" "$helper" --listen --config "$conf" >"$room/said" 2>&1 &
	tracer=$!
	until python3 "$here/rude.py" there "$socket" 2>/dev/null; do kill -0 $tracer || break; done
	press $alice
	ask_as $alice login $alice locker "$password" "$code"
	[ "$(field verdict)" = 1 ] || complain 'not served'
	press $alice
	printf '%s\n' "$password" "$code" | as $alice "$room/bin/vipotp" test >"$room/tested" 2>&1 ||
		{ echo "vipotp test: $?" && cat "$room/tested"; }
	kill "$(ps -e -o pid=,ppid= | awk -v tracer=$tracer '$2 == tracer { print $1 }')"
	wait $tracer
	allowed
	sed -n 's/^[0-9]* *\([a-z_0-9]*\)(.*/\1/p' "$room/trace" | sort -u >"$room/called"
	[ "$(wc -l <"$room/called")" -gt 30 ] || cat "$room/called"
	# What came before the filter: the program's own start by execve.
	grep -vx execve "$room/called" | comm -23 - "$room/allowed"
}

# The names that the lines SystemCallFilter= leave, groups resolved.
allowed() {
	: >"$room/allowed"
	sed -n 's/^SystemCallFilter=//p' "$top_builddir/conf/systemd/vipotp-helper.service" | while read -r names; do
		for name in ${names#\~}; do
			members "$name"
		done | sort -u >"$room/named"
		case $names in
		'~'*) comm -23 "$room/allowed" "$room/named" >"$room/rest" ;;
		*) sort -u "$room/allowed" "$room/named" >"$room/rest" ;;
		esac
		mv "$room/rest" "$room/allowed"
	done
}

members() {
	case $1 in
	@*) systemd-analyze syscall-filter "$1" | sed -n 's/^    \([^# ].*\)/\1/p' | while read -r member; do members "$member"; done ;;
	*) echo "$1" ;;
	esac
}

cp "$VIPOTP" "$room/bin/vipotp"
if command -v systemd-analyze >/dev/null; then
	point 'systemd-analyze verify has nothing to say about the units' verified
	point 'systemd-analyze security: as little exposed as can be' confined
	if command -v strace >/dev/null; then
		point 'a login and a session call nothing that the unit forbids' filtered
	else
		skip 'a login and a session call nothing that the unit forbids' 'strace is not installed'
	fi
else
	skip 'systemd-analyze verify has nothing to say about the units' 'systemd-analyze is not installed'
	skip 'systemd-analyze security: as little exposed as can be' 'systemd-analyze is not installed'
	skip 'a login and a session call nothing that the unit forbids' 'systemd-analyze is not installed'
fi

finish
