#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# vipotp-helper and callers who do not keep to its rules: what they send, that they send nothing, that they die, that they
# are many; a PAM module that hangs, and a record that somebody keeps locked. Each request ends within its deadline,
# nothing is left of it, and others are served meanwhile (product §6.8).
. "$(dirname "$0")/scene.sh"

enroll_event $alice
enroll_event $bob
enroll_event root
start_helper
fds() {
	find "/proc/$service/fd" -type l | wc -l
}
fds_before=$(fds)

# rude_as USER WORD...
rude_as() {
	user=$1
	shift
	as "$user" python3 "$here/rude.py" "$@"
}

# served USER [ANYTHING]: he logs in by the helper.
served() {
	press "$1"
	if [ "$1" = root ]; then
		shown=$(in_time "$room/bin/ask" login root locker "$password" "$code" 2>&1)
	else
		ask_as "$1" login "$1" locker "$password" "$code"
	fi
	[ "$(field verdict)" = 1 ] || complain "$1 is not served"
}
usermod -p "$(getent shadow $alice | cut -d: -f2)" root || bail_out 'no password for root'

# ---- what takes its time, to be looked at in the end ------------------------------------------------

# A module that hangs; it is begun before the others, since the service's file is read then.
pam_service 'auth required pam_exec.so /bin/sleep 600' 'account required pam_unix.so'
ask_as $bob enrolled $bob
as $bob "$room/bin/ask" login $bob locker "$password" 123456 >"$room/hanging" 2>&1 &
hanging=$!
until ps -e -o args= | grep -qx '/bin/sleep 600'; do sleep 0.01; done
normal_service
rude_as $alice quiet "$socket" >"$room/quiet" &
quiet=$!

# ---- what is sent -----------------------------------------------------------------------------------

point 'malformed, cut and oversized packets, and descriptors: refused, one answer each' rude_as $alice packets "$socket"
point 'and the next request is served' served $alice

dying() {
	press $alice
	before=$(next_position $alice)
	rude_as $alice dying "$socket" connected
	for n in 1 2 3; do
		rude_as $alice dying "$socket" asked $alice "not $password" "$code"
	done
	[ "$(next_position $alice)" = "$before" ] || echo 'a wrong password moved the record'
	# Killed as he waits for the answer: the code is used up, or it is not; never is anything left.
	rude_as $alice dying "$socket" asked $alice "$password" "$code"
	kill -0 $service || echo 'the service is gone'
	served $alice
} 2>/dev/null
point 'a caller killed before, and behind his request: the next one is served' dying

# ---- a crowd ----------------------------------------------------------------------------------------

mkfifo "$room/end"
crowd() {
	rude_as nobody crowd "$socket" 1000 <"$room/end" >"$room/crowd" &
	crowd=$!
	exec 9>"$room/end"
	patience=3000
	until grep -qs silent "$room/crowd"; do
		patience=$((patience - 1))
		[ "$patience" -gt 0 ] || break
		sleep 0.01
	done
	[ "$(cat "$room/crowd")" = 'busy 996
silent 4' ] || cat "$room/crowd"
	served $alice
	served root
	knock_as $alice "$password" "$(press $alice && echo "$code")"
	gave 'authenticate PAM_SUCCESS'
	[ "$(requests | wc -l)" -le 12 ] || requests
	shown=$(as nobody "$room/bin/ask" enrolled nobody 2>&1)
	printf '%s\n' "$shown" | grep -q '^status 13: ' || complain 'nobody is not told that there is too much'
}
point 'a thousand connections of one user: four wait, the others are told at once; another user and root are served' crowd

# A user's subordinate uids (subuid(5)) took all places of users, and nobody else was served.
strangers() {
	python3 "$here/rude.py" strangers "$socket" 20
	served $alice
}
point 'uids without an account are not waited for, and take nobody'"'"'s place' strangers

# ---- a record that is locked ------------------------------------------------------------------------

# Both wait for the lock no longer than it takes to say so; so a process of root's is kept by no request.
locked() {
	python3 -c 'import fcntl, struct, sys
file = open(sys.argv[1], "r+b")
fcntl.fcntl(file, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)) # F_OFD_SETLK
print("locked", flush=True)
sys.stdin.read()' "$store/users/$alice" <"$room/hold" >"$room/held" &
	holder=$!
	exec 8>"$room/hold"
	until grep -qs locked "$room/held"; do
		kill -0 $holder || bail_out 'no lock'
		sleep 0.01
	done
	press $alice
	ask_as $alice login $alice locker "$password" "$code"
	printf '%s\n' "$shown" | grep -q '^status 13: ' || complain 'not told that the record is locked'
	expect PAM_AUTHINFO_UNAVAIL "user=$alice verdict=unavailable" 'locked by another process' -u $alice "$code"
	held_back=$code
	served $bob
	exec 8>&-
	wait $holder
	code=$held_back
	ask_as $alice login $alice locker "$password" "$code"
	[ "$(field verdict)" = 1 ] || complain 'the code is not good any more'
}
mkfifo "$room/hold"
point 'a record that is locked: told in time, here and to root'"'"'s processes; others are served' locked

# A request of his stands still with his record's lock, at worst, as long as the kernel lets it live: root waits 2 s.
not_kept_out() {
	for n in 1 2 3 4 5 6 7 8; do
		guess $alice
		as $alice "$room/bin/ask" login $alice locker "$password" "$code" >"$room/flood.$n" 2>&1 &
	done
	press $alice
	expect PAM_SUCCESS "user=$alice verdict=accepted" '' -r 192.0.2.1 -u $alice "$code"
	for n in 1 2 3 4 5 6 7 8; do
		patience=1000
		until [ -s "$room/flood.$n" ] || [ "$patience" = 0 ]; do
			patience=$((patience - 1))
			sleep 0.01
		done
	done
	vipotp unlock $alice --yes >"$room/unlocked" 2>&1
}
point 'a login in a process of root'"'"'s succeeds while its user floods the helper' not_kept_out

# ---- the end of what took its time ------------------------------------------------------------------

quiet_ended() {
	wait $quiet
	[ "$(cat "$room/quiet")" = None ] || cat "$room/quiet"
}
point 'who connects and says nothing is hung up on' quiet_ended

hanging_ended() {
	wait $hanging
	grep -q '^status 12: PAM service vipotp: no answer in time' "$room/hanging" || cat "$room/hanging"
	none_left
	! ps -e -o args= | grep -qx '/bin/sleep 600' || echo 'what the module started is left'
}
point 'a PAM module that hangs: told in time, and what it started is ended' hanging_ended

crowd_ended() {
	exec 9>&-
	wait $crowd
	tail -n 1 "$room/crowd" | grep -qx 'ended 4' || cat "$room/crowd"
}
point 'the silent ones of the crowd are hung up on' crowd_ended
point 'no process is left' none_left

nothing_left() {
	[ "$(fds)" = "$fds_before" ] || find "/proc/$service/fd" -type l -printf '%f %l\n'
	ls -A "$room/tmp"
}
point 'nor a descriptor, nor a file' nothing_left

# ---- what it has ------------------------------------------------------------------------------------

# Looked for in all that the process can write.
remembers() {
	served $alice
	none_left
	python3 "$here/rude.py" memory "$service" "$password" "$code" "$alice"
	! tr '\0' '\n' <"/proc/$service/environ" | grep -F -e "$password" -e "$code"
}
point 'the memory of the process that listens holds no password, code or name after a request' remembers

confined() {
	grep -E '^(NoNewPrivs:	1|CapInh:	0{16}|CapAmb:	0{16})$' "/proc/$service/status" | wc -l | grep -qx 3 ||
		cat "/proc/$service/status"
	# CAP_DAC_READ_SEARCH is bit 2, CAP_AUDIT_WRITE bit 29.
	for set in CapPrm CapEff CapBnd; do
		value=0x$(sed -n "s/^$set:	//p" "/proc/$service/status")
		[ $((value & ~0x20000004)) = 0 ] || echo "$set is $value"
	done
	grep -qE '^Max core file size +0 +0 ' "/proc/$service/limits" || cat "/proc/$service/limits"
	[ "$(readlink "/proc/$service/cwd")" = / ] || readlink "/proc/$service/cwd"
}
point 'its privileges: two capabilities, no new ones, no core' confined

# ---- its end ----------------------------------------------------------------------------------------

ends() {
	pam_service 'auth required pam_exec.so /bin/sleep 600' 'account required pam_unix.so'
	as $alice "$room/bin/ask" login $alice locker "$password" 123456 >"$room/hanging" 2>&1 &
	hanging=$!
	until ps -e -o args= | grep -qx '/bin/sleep 600'; do sleep 0.01; done
	stop_helper
	[ "$service_status" = 0 ] || echo "exit status $service_status"
	wait $hanging
	grep -q '^status 12: ' "$room/hanging" || cat "$room/hanging"
	[ ! -e "$socket" ] || echo 'its socket is left'
	! ps -e -o args= | grep -E '^/bin/sleep 600|^[^ ]*vipotp-helper' || echo 'processes are left'
	cat "$room/helper.out"
}
point 'SIGTERM: it ends with its requests, at once, and takes its socket along' ends

no_service() {
	normal_service
	press $alice
	ask_as $alice login $alice locker "$password" "$code"
	printf '%s\n' "$shown" | grep -q '^status 12: /run/vipotp/socket: no service answers: ' || complain 'not refused'
	knock_as $alice "$password" "$code"
	gave 'error "Authentication error."' 'authenticate PAM_AUTHINFO_UNAVAIL'
	logged verdict=unavailable 'no service answers'
	start_helper
	ask_as $alice login $alice locker "$password" "$code"
	[ "$(field verdict)" = 1 ] || complain 'the code is not good any more'
}
point 'no service: refused at once, told in the log, and the code is still good' no_service

killed() {
	pam_service 'auth required pam_exec.so /bin/sleep 600' 'account required pam_unix.so'
	as $alice "$room/bin/ask" login $alice locker "$password" 123456 >"$room/hanging" 2>&1 &
	hanging=$!
	until ps -e -o args= | grep -qx '/bin/sleep 600'; do sleep 0.01; done
	kill -KILL "$service"
	wait "$service" 2>/dev/null
	wait $hanging
	grep -q '^status 12: ' "$room/hanging" || cat "$room/hanging"
	service=none
	none_left
	normal_service
	start_helper
	served $alice
	stop_helper
}
point 'SIGKILL: its requests die with it, and the next one takes the place of its socket' killed

# ---- a service that is not root's -------------------------------------------------------------------

false_service() {
	chown $bob /run/vipotp
	rude_as $bob false "$socket" "$room/tmp/heard" >"$room/false" &
	until grep -qs ready "$room/false"; do sleep 0.01; done
	press $alice
	ask_as $alice login $alice locker "$password" "$code"
	printf '%s\n' "$shown" | grep -q '^status 14: /run/vipotp/socket: it is not root who answers$' || complain 'believed'
	wait $!
	[ -e "$room/tmp/heard" ] && [ ! -s "$room/tmp/heard" ] || cat "$room/tmp/heard"
}
point 'a service that is not root'"'"'s hears no password' false_service

finish
