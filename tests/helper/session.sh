#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A user's own vipotp, run for him by vipotp-helper (product §6.8, §7): what the service owes a session. What its verbs say
# is tests/command/test_own.sh's.
. "$(dirname "$0")/scene.sh"

cp "$VIPOTP" "$room/bin/vipotp"
enroll_event $alice
enroll_event root
start_helper

# session LINE... -- ARGUMENT...: alice's vipotp with these answers. Sets shown and status.
session() {
	: >"$room/lines"
	while [ "$1" != -- ]; do
		printf '%s\n' "$1" >>"$room/lines"
		shift
	done
	shift
	[ -z "$unread" ] || read_log
	shown=$(as $alice "$room/bin/vipotp" "$@" 2>&1 <"$room/lines")
	status=$?
	read_log
}

ended() {
	[ "$status" = "$1" ] || complain "exit status $status"
	none_left
}

works() {
	press $alice
	session "$password" "$code" -- test
	ended 0
	session "$password" "$code" -- test
	ended 1
	guess $alice
	session "$password" "$code" -- test $alice
	ended 1
	session -- status
	ended 0
	gave_no "$bob" 'root'
}
point 'a verb runs, and its exit code comes back; status wants no password' works

wrong_password() {
	before=$(report $alice)
	press $alice
	session "not $password" "$code" -- test
	ended 1
	grep -q 'event=helper .*verdict=password ' "$news" || complain 'not logged'
	gave_no 'Security code: '
	session '' "$code" -- test
	ended 1
	[ "$(report $alice)" = "$before" ] || complain 'the record has changed'
	session "$password" "$code" -- test
	ended 0
}
point 'a wrong password: no dialogue begins, nothing is judged' wrong_password

others() {
	before=$(report root)
	for verb in test reset status recovery enroll; do
		press root
		session "$password" "$code" "$code" "$code" -- $verb root
		[ "$status" != 0 ] || complain "$verb root"
		gave_no LVOE
	done
	for words in list 'release root --yes' 'unlock root --yes' 'lock root --yes' 'tempcode root' 'tokens list' 'invite root' \
		'export' 'rename root x'; do
		# shellcheck disable=SC2086
		session "$password" -- $words
		[ "$status" != 0 ] || complain "$words"
	done
	[ "$(report root)" = "$before" ] || complain 'the record has changed'
	none_left
}
point 'nobody else'"'"'s account, and no verb that is root'"'"'s' others

# What the client would not send: by the wire itself.
raw() {
	as "$1" python3 - "$socket" "$password" "$2" <<-'END'
		import array, os, socket, sys
		VERSION = b"vipotp-1"
		def packet(*texts):
		    return b"".join(text + b"\0" for text in texts)
		path, password, what = sys.argv[1:]
		one = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		one.connect(path)
		words = {
		    "root's": [b"vipotp", b"release", b"root", b"--yes"],
		    "config": [b"vipotp", b"--config", b"/tmp/mine", b"status"],
		    "config later": [b"vipotp", b"status", b"--config=/tmp/mine"],
		    "without password": [b"vipotp", b"test"],
		    "root": [b"vipotp", b"status"],
		    "other": [b"vipotp", b"status", b"root"],
		    "nothing": [b"vipotp"],
		}[what]
		if what == "without password":
		    password = ""
		one.send(packet(VERSION, b"3", password.encode(), b"0", b"%d" % len(words), *words))
		data, fds, _, _ = socket.recv_fds(one, 8192, 3)
		texts = data.split(b"\0")
		if texts[1] != b"0":
		    print("refused", texts[1].decode())
		    sys.exit()
		os.close(fds[0])
		for fd in fds[1:]:
		    while (got := os.read(fd, 65536)):
		        if b"LVOE" in got:
		            print(got)
		print("exit", one.recv(8192).split(b"\0")[4].decode())
	END
}

on_the_wire() {
	[ "$(raw $alice "root's")" = 'exit 2' ] || raw $alice "root's"
	[ "$(raw $alice config)" = 'exit 2' ] || raw $alice config
	[ "$(raw $alice 'config later')" = 'exit 2' ] || raw $alice 'config later'
	[ "$(raw $alice nothing)" = 'exit 2' ] || raw $alice nothing
	[ "$(raw $alice 'without password')" = 'refused 9' ] || raw $alice 'without password'
	[ "$(raw root root)" = 'refused 3' ] || raw root root
	case $(raw $alice other) in 'exit '[1-9]) ;; *) raw $alice other ;; esac
	none_left
}
point 'the same, by the wire, where no vipotp of ours reads the command line' on_the_wire

# A dialogue that waits for an answer: begun is the caller's process.
begin() {
	mkfifo "$room/typed"
	: >"$room/dialogue"
	as $alice "$room/bin/vipotp" test <"$room/typed" >"$room/dialogue" 2>&1 &
	begun=$!
	exec 7>"$room/typed"
	echo "$password" >&7
	until grep -qs 'Security code: ' "$room/dialogue"; do kill -0 $begun || break; done
	verb=$(ps -e -o pid=,ppid=,args= | awk -v service="$service" '$2 == service { request = $1 } $2 == request && request { print $1 }')
	[ -n "$verb" ] || echo 'no process of the verb'
}

give_up() {
	exec 7>&-
	wait $begun 2>/dev/null
	rm "$room/typed"
}

killed_caller() {
	before=$(report $alice)
	begin
	pid=$(ps -e -o pid=,args= | awk -v name="$room/bin/vipotp" '$2 == name { print $1 }')
	kill -KILL $pid
	give_up
	none_left
	[ "$(report $alice)" = "$before" ] || echo 'the record has changed'
} 2>/dev/null
point 'a caller killed in the dialogue: nothing is left, nothing changed' killed_caller

killed_service() {
	begin
	kill -KILL "$service"
	wait "$service" 2>/dev/null
	give_up
	grep -q 'vipotp-helper ended the dialogue\.' "$room/dialogue" || cat "$room/dialogue"
	service=none
	none_left
	start_helper
}
point 'the service killed in the dialogue: the caller is told, nothing is left' killed_service

# No password in the process that runs the verb, nor of the one that looks after it.
remembers() {
	begin
	for pid in $(requests | awk '{ print $1 }') $verb; do
		python3 "$here/rude.py" memory "$pid" "$password"
	done
	guess $alice
	echo "$code" >&7
	give_up
	none_left
}
point 'the password is in no process of the session' remembers

# Of the service's clock an hour is a minute: the two minutes that an answer is waited for are two seconds.
silent_caller() {
	stop_helper
	LD_PRELOAD=$faketime FAKETIME='+0 x60' start_helper
	begin
	none_left
	give_up
	grep -qx 'vipotp: No answer came in time\.' "$room/dialogue" || cat "$room/dialogue"
	stop_helper
	start_helper
}
silent='a caller who gives no answer: the dialogue ends by itself'
if (stop_the_clock) >"$room/clock" && stop_the_clock; then
	point "$silent" silent_caller
else
	skip "$silent" 'libfaketime is not installed'
fi

wrapped() {
	session "$password" -- test "$(printf '%0200d' 0)"
	[ "$status" != 0 ] || complain 'a name of 200 digits'
	session "$password" -- test "$(printf '%02000d' 0)"
	[ "$status" != 0 ] || complain 'a name that does not fit'
	none_left
}
point 'words that do not fit: refused' wrapped

stop_helper
session "$password" -- test
no_service() {
	[ "$status" = 5 ] || complain "exit status $status"
	gave_no 'Security code: '
	printf '%s\n' "$shown" | grep -q 'vipotp-helper.socket' || complain 'not told what to start'
}
point 'no service: told, with what to start' no_service

finish
