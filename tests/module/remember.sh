#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Remembered logins (product §6.6): who is not asked again, who is, and when it ends. What a record may not be, byte by
# byte, is in tests/flow/test_remember.c.
. "$(dirname "$0")/door.sh"

[ -n "$log" ] || skip_all 'without a mount namespace the records would lie in the /run of this machine'

enroll_event games
enroll_event man
run=/run/vipotp
records=$run/remembered
host=192.0.2.7
proof='SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEgamesgamesgames
'

# asked [ARGUMENT...]: for a code; nobody gives one.
asked() {
	expect PAM_CONV_ERR 'verdict=aborted' '' "$@" %abort
	gave 'hidden "Security code: "'
}

# passes USER REASON [ARGUMENT...]: without a prompt, and the log says why.
passes() {
	passes_user=$1 passes_reason=$2
	shift 2
	expect PAM_IGNORE "user=$passes_user verdict=remembered token=- error=-" "$passes_reason" "$@" -u "$passes_user"
	gave_no 'Security code' error info
}

by_key='reason="a code was given at 20[0-9-]* [0-9:]* UTC from this address with this SSH key"'

# ssh_as USER, ssh_passes USER, ssh_asked USER: from afar with a key, as sshd comes; the arguments come last.
ssh_as() {
	ssh_user=$1
	shift
	accepted "$ssh_user" -r "$host" -e "$proof" "$@"
}

# at_first USER: nothing is remembered of him.
at_first() {
	rm -f "$records/$1"
}

ssh_passes() {
	ssh_user=$1
	shift
	passes "$ssh_user" "$by_key" -r "$host" -e "$proof" "$@"
}

ssh_asked() {
	ssh_user=$1
	shift
	asked -r "$host" -e "$proof" "$@" -u "$ssh_user"
}

# fails_to_remember REASON: what knock logged has a line of its own about that, beside the attempt's.
fails_to_remember() {
	grep ' event=remember ' "$news" | grep -q " user=.* verdict=unavailable .*reason=\"[^\"]*$1" ||
		complain "no line with event=remember and $1"
}

admin() {
	vipotp "$@" --yes >"$room/admin" 2>&1 || cat "$room/admin"
}

# ---- off and on -------------------------------------------------------------------------------------

off() {
	ssh_as games
	ssh_asked games
	[ ! -e "$run" ] || echo "$run was made"
}
point 'without the setting every login is asked for a code' off

settings 'remember = "12h";'
on() {
	umask 077
	ssh_asked games
	[ ! -e "$run" ] || echo "$run was made by a question"
	ssh_as games
	umask 022
	ssh_passes games -c authenticate,acct_mgmt,setcred
	gave 'acct_mgmt PAM_IGNORE' 'setcred PAM_SUCCESS'
	ssh_passes games -t ssh
	[ "$(stat -c '%a %u %g' $run $records $records/games | xargs)" = '755 0 0 700 0 0 600 0 0' ] || stat $run $records $records/games
}
point 'with it the code is asked for once' on

for_one_service() {
	at_first games
	settings '' 'services = { vipotp-test = { remember = "1h"; }; };'
	ssh_as games
	ssh_passes games
	ssh_as games -s vipotp-other
	ssh_asked games -s vipotp-other
	settings 'remember = "12h";'
}
point 'a setting for one service is for that one' for_one_service

# field PART NAME: offset and length that vipotp-credential(5) gives.
field() {
	awk -v part="$1" -v name="$2" '
		/^\.Ss / { inside = ($0 == ".Ss " part) }
		inside && /^\.It [0-9]+ Ta / { split($0, cell, " Ta "); sub(/^\.It /, "", cell[1]); if (cell[3] == name) print cell[1], cell[2] }' \
		"$top_srcdir/man/vipotp-credential.5"
}

# bytes OFFSET PART NAME: of the record, in hexadecimal, the part beginning at OFFSET.
bytes() {
	# shellcheck disable=SC2046
	set -- "$1" $(field "$2" "$3")
	[ $# -eq 3 ] || return
	od -A n -t x1 -v -j $(($1 + $2)) -N "$3" "$records/games" | tr -d ' \n'
}

offset_of() {
	field "$1" "$2" | cut -d ' ' -f 1
}

holds() {
	[ "$2" = "$3" ] || echo "$1: $2 instead of $3"
}

as_documented() {
	at_first games
	before=$(date +%s)
	ssh_as games
	facts=$(offset_of 'Facts block' facts)
	state=$(($(offset_of 'The file' 'slot A') + $(offset_of Slot state)))
	login=$((state + $(offset_of 'Remembered state' 'first login')))
	holds user "$(bytes "$facts" 'Remembered facts' user | sed 's/\(00\)*$//')" "$(printf games | od -A n -t x1 | tr -d ' \n')"
	holds 'version of the facts' "$(bytes "$facts" 'Remembered facts' version)" 01
	holds 'version of the state' "$(bytes "$state" 'Remembered state' version)" 01
	holds logins "$(bytes "$state" 'Remembered state' logins)" 01
	holds uid "$((0x$(bytes "$state" 'Remembered state' uid)))" "$(id -u games)"
	holds 'boot ID' "$(bytes "$state" 'Remembered state' 'boot ID')" "$(tr -d -- '-\n' </proc/sys/kernel/random/boot_id)"
	# shellcheck disable=SC2046
	set -- $(field 'Facts block' generation)
	holds generation "$(bytes "$state" 'Remembered state' generation)" \
		"$(od -A n -t x1 -v -j "$1" -N "$2" "$store/users/games" | tr -d ' \n')"
	given=$((0x$(bytes $login 'Remembered login' 'given at')))
	[ $given -ge $((before * 1000)) ] && [ $given -lt $((before * 1000 + 60000)) ] || echo "given at $given"
	holds 'ends at' "$((0x$(bytes $login 'Remembered login' 'ends at')))" $((given + 43200000))
	boot=$((0x$(bytes $login 'Remembered login' 'given at, since the boot')))
	uptime=$(cut -d . -f 1 /proc/uptime)
	[ $boot -le $((uptime * 1000 + 1000)) ] && [ $boot -gt $((uptime * 1000 - 60000)) ] || echo "given $boot ms after the boot"
	holds 'ends at, since the boot' "$((0x$(bytes $login 'Remembered login' 'ends at, since the boot')))" $((boot + 43200000))
	tie=$(for text in remote vipotp-test "$host" 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEgamesgamesgames
'; do
		printf '\0\0\0\0\0\0\0'
		# shellcheck disable=SC2059
		printf "\\$(printf %03o ${#text})$text"
	done | sha256sum | cut -d ' ' -f 1)
	holds tie "$(bytes $login 'Remembered login' tie)" "$tie"
}
point 'the record has the bytes of vipotp-credential(5)' as_documented

# ---- the same login ---------------------------------------------------------------------------------

not_the_same() {
	at_first games
	ssh_as games
	host=192.0.2.8
	ssh_asked games
	host=host.example
	ssh_asked games
	host=192.0.2.7
	ssh_asked games -s vipotp-other
	ssh_asked man
	right=$proof
	for other in 'publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEother' \
		'publickey sk-ssh-ed25519@openssh.com AAAAC3NzaC1lZDI1NTE5AAAAIEgamesgamesgames' \
		"${right#*=}publickey ssh-rsa AAAAB3NzaC1yc2E" "publickey ssh-rsa AAAAB3NzaC1yc2E
${right#*=}"; do
		proof="SSH_AUTH_INFO_0=$other"
		ssh_asked games
	done
	proof=$right
	ssh_passes games
}
point 'another address, service, user or key, and one key more: asked' not_the_same

# What binds nothing is not remembered, and does not pass for what does.
without_key() {
	right=$proof
	for other in '' 'password' 'hostbased ssh-ed25519 AAAA' 'publickey' 'publickey ' 'publickey ssh-ed25519' \
		'publickey ssh-ed25519 ' "${right#*=}publickey ssh-ed25519"; do
		proof="SSH_AUTH_INFO_0=$other"
		ssh_as games
		ssh_asked games
	done
	proof=$right
	accepted games -r "$host"
	asked -r "$host" -u games
	ssh_passes games
}
point 'from afar without a key that was proven: asked, each time' without_key

security_key() {
	right=$proof
	proof='SSH_AUTH_INFO_0=publickey sk-ssh-ed25519@openssh.com AAAAGnNr signature count = 7
'
	ssh_as games
	proof='SSH_AUTH_INFO_0=publickey sk-ssh-ed25519@openssh.com AAAAGnNr signature count = 8
keyboard-interactive/pam
'
	ssh_passes games
	proof=$right
	ssh_passes games
}
point "a security key's counter is no part of the key, nor is what else was proven" security_key

only_codes_of_tokens() {
	at_first games
	vipotp recovery games --yes >"$room/recovery"
	spare=$(grep -oE '[0-9A-Z]{5}-[0-9A-Z]{5}' "$room/recovery" | head -n 1)
	expect PAM_SUCCESS 'verdict=accepted token=recovery-code' '' -r "$host" -e "$proof" -u games "$spare"
	ssh_asked games
	guess games
	expect PAM_AUTH_ERR verdict=wrong '' -r "$host" -e "$proof" -u games "$code"
	ssh_asked games
	resync=login
	settings 'remember = "12h";'
	echo $(($(cat "$room/tokens/games.counter") + 20)) >"$room/tokens/games.counter"
	press games
	first=$code
	press games
	knock -r "$host" -e "$proof" -u games "$first" "$code"
	gave 'authenticate PAM_SUCCESS'
	resync='command'
	settings 'remember = "12h";'
	ssh_passes games
}
point 'a recovery code and a wrong one are not remembered, two codes in a row are' only_codes_of_tokens

of_two_at_once() {
	at_first games
	at_first man
	for i in 1 2 3 4; do
		press games
		in_time "$driver" -o "config=$conf" -r "192.0.2.$i" -e "$proof" -u games "$code" >"$room/at-once.$i" 2>&1 &
	done
	wait
	look -r 192.0.2.9 -e "$proof" -u man -n 8 "$(press man && echo "$code")"
	gave 'PAM_SUCCESS 1' 'PAM_AUTH_ERR 7'
	for i in 1 2 3 4; do
		host=192.0.2.$i
		if grep -qx 'authenticate PAM_SUCCESS' "$room/at-once.$i"; then ssh_passes games; else ssh_asked games; fi
	done
	grep -lx 'authenticate PAM_SUCCESS' "$room"/at-once.* >"$room/let-in" || echo 'nobody was let in'
	host=192.0.2.9
	ssh_passes man
	host=192.0.2.7
}
point 'of logins at once each is remembered that was let in' of_two_at_once

# ---- at the console ---------------------------------------------------------------------------------

# Another login session begins for this shell, or it has none. Only root can do that, in a kernel that counts them.
session() {
	echo 5 >/proc/self/loginuid
}

no_session() {
	echo 4294967295 >/proc/self/loginuid
}

in_one_session() {
	session
	accepted games -U 5
	passes games 'in this login session' -U 5
	asked -U 5 -s vipotp-other -u games
	asked -U 5 -u man
	asked -U 6 -u games
	asked -U 0 -u games
	asked -U 5 -r "$host" -u games
	passes games 'in this login session' -U 5 -t tty2
}

in_another() {
	session
	asked -U 5 -u games
}

# A service that an administrator starts by hand has his session, and serves others.
roots_own() {
	session
	accepted games
	asked -u games
}

without_session() {
	no_session
	for caller in 5 0; do
		accepted games -U $caller
		asked -U $caller -u games
	done
}

if (session && [ "$(cat /proc/self/sessionid)" != 4294967295 ] && no_session) 2>/dev/null; then
	point 'the same login session passes; another service, user, caller or root does not' in_one_session
	point 'another login session does not' in_another
	point "a process of root's own has no session" roots_own
	point 'without a login session: asked, each time' without_session
else
	skip 'login sessions' 'this kernel does not let root begin one'
fi

# ---- how long ---------------------------------------------------------------------------------------

stop_the_clock
start=$(date +%s)

by_the_clock() {
	now=$start
	at_first games
	ssh_as games
	now=$((start + 43199))
	ssh_passes games
	grep -q "reason=\"a code was given at $(date -u -d "@$start" '+%Y-%m-%d %H:%M:%S') UTC" "$news" || complain 'the time is not told'
	now=$((start + 43200))
	ssh_asked games
	now=$((start - 1))
	ssh_asked games
	now=$((start + 3600))
	settings 'remember = "1h";'
	ssh_asked games
	settings 'remember = "12h";'
	ssh_passes games
}
point 'for as long as the settings say, and not before, whatever the clock was set to' by_the_clock

# later SECONDS COMMAND...: that much later by the clock that nobody can set.
if unshare --time --boottime 43200 true 2>/dev/null; then
	at_boottime() {
		unshare --time --fork --boottime "$1" env TMPDIR="$TMPDIR" "$driver" -o "config=$conf" -r "$host" -e "$proof" -u games %abort
	}
	by_the_other_clock() {
		now=
		at_first games
		ssh_as games
		shown=$(at_boottime 43100 2>&1)
		gave 'authenticate PAM_IGNORE'
		shown=$(at_boottime 43201 2>&1)
		gave 'authenticate PAM_CONV_ERR' 'hidden "Security code: "'
		read_log
	}
	point 'nor longer by the time since the boot, though the clock was set back' by_the_other_clock
else
	skip 'nor longer by the time since the boot, though the clock was set back' 'this kernel has no time namespaces'
fi

another_boot() {
	now=
	at_first games
	ssh_as games
	cp -p $records/games "$room/copy"
	echo 01234567-89ab-cdef-0123-456789abcdef >"$room/boot_id"
	mount --bind "$room/boot_id" /proc/sys/kernel/random/boot_id
	ssh_asked games
	ssh_as games
	ssh_passes games
	cp -p "$room/copy" $records/games
	ssh_asked games
	echo none >"$room/boot_id"
	ssh_asked games
	fails_to_remember 'boot_id: cannot be read'
	ssh_as games
	fails_to_remember 'boot_id: cannot be read'
	umount /proc/sys/kernel/random/boot_id
	ssh_passes games
}
point 'in another boot nothing of it holds, also if the file is put back' another_boot

# ---- what ends it -----------------------------------------------------------------------------------

now=
# ended COMMAND...: by that, and for the file from before too.
ended() {
	at_first games
	ssh_as games
	cp -p $records/games "$room/copy"
	"$@"
	ssh_asked games
	cp -p "$room/copy" $records/games
	ssh_asked games
}

stop_and_go() {
	admin lock games
	admin unlock games
}

anew() {
	admin release games
	enroll_event games
}
point 'vipotp forget' ended admin forget games
point 'vipotp lock and unlock' ended stop_and_go
point 'vipotp recovery' ended admin recovery games
point 'vipotp release and enroll' ended anew

still() {
	at_first games
	ssh_as games
	ssh_as games -s vipotp-other
	guess games
	expect PAM_AUTH_ERR verdict=wrong '' -r "$host" -u games "$code"
	vipotp test games >"$room/tested" 2>&1 </dev/null
	ssh_passes games
	ssh_passes games -s vipotp-other
}
point 'other logins and failures end nothing' still

# ---- forged, moved, and a place that is not safe ----------------------------------------------------

# flip FILE OFFSET
flip() {
	byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	# shellcheck disable=SC2059
	printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

forged() {
	at_first games
	ssh_as games
	for offset in 0 8 24 40 70 4100 4120 4150 4220; do
		cp -p $records/games "$room/copy"
		flip $records/games $offset
		ssh_asked games
		fails_to_remember "$records/games: "
		cp -p "$room/copy" $records/games
	done
	ssh_passes games
	cp -p $records/games $records/man
	ssh_asked man
	fails_to_remember "$records/man: the facts do not authenticate"
	truncate -s 10 $records/games
	ssh_asked games
	fails_to_remember 'truncated'
	ssh_as games
	ssh_passes games
}
point 'a record that was changed or moved: asked and logged, and replaced by the next code' forged

# not_safe REASON COMMAND...: the login goes on with a code, each time, as long as it is so.
not_safe() {
	not_safe_reason=$1
	shift
	rm -rf "$run" "$room/aside"
	ssh_as games
	"$@" || echo "failed: $*"
	ssh_asked games
	fails_to_remember "$not_safe_reason"
	ssh_as games
	fails_to_remember "$not_safe_reason"
}

as_link() {
	mv "$1" "$room/aside" && ln -s "$room/aside" "$1"
}

as_fifo() {
	rm "$1" && mkfifo -m 600 "$1"
}
point 'the directory: of another owner' not_safe "$run.*owned by uid 1, must be root's" chown 1 $run
point 'the directory: writable by others' not_safe 'mode 0777, others may write' chmod 0777 $run
point 'the directory: a symbolic link' not_safe 'symbolic link' as_link $run
point 'the records: writable by others' not_safe 'mode 0770, others may write' chmod 0770 $records
point 'the records: a symbolic link' not_safe 'symbolic link' as_link $records
point 'a record: of another owner' not_safe 'owned by uid 1' chown 1 $records/games
point 'a record: readable by others' not_safe 'mode 0644, at most 0600' chmod 0644 $records/games
point 'a record: a symbolic link' not_safe 'symbolic link' as_link $records/games
point 'a record: a FIFO' not_safe 'not a regular file' as_fifo $records/games

full() {
	rm -rf "$run"
	mkdir -m 755 $run
	mount -t tmpfs -o mode=0755,size=8k,nr_inodes=20 tmpfs $run
	ssh_as games
	fails_to_remember "No space left on device"
	ssh_asked games
	mount -o remount,size=1m $run
	ssh_as games
	ssh_passes games
	mount -o remount,ro $run
	ssh_asked games
	fails_to_remember 'Read-only file system'
	ssh_as games
	fails_to_remember 'Read-only file system'
	umount $run
}
point 'no room for a record: the code opens, and is asked for again' full

finish
