#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Death at any moment, and calls that fail: a code that somebody saw is never given again, and a new token is there whole
# or not at all (product §7.5).
. "$(dirname "$0")/scene.sh"
for tool in strace python3; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
as_user strace -qq -o /dev/null true 2>/dev/null || skip_all "strace may not trace here"

# Eight digits and a fixed key: among the first codes no two are the same, so that a repeat is one.
add "otpauth://hotp/x?secret=$key&counter=0&digits=8"
oathtool --hotp -d 8 -b -c 0 -w 2000 "$key" | cat -n >"$scene/codes"
point "the codes to come are all different" [ -z "$(awk '{ print $2 }' "$scene/codes" | sort | uniq -d)" ]

# traced STRACE-ARGUMENT...: $verb under strace, as the user; what it printed in $scene/out.
verb="next $id"
traced() {
	# shellcheck disable=SC2086
	(as_user strace -qq -o "$home/trace" "$@" "$program" $verb </dev/null >"$scene/out" 2>"$scene/err"
		exit $?) 2>/dev/null
	status=$?
	ran="$verb under strace $*"
}

# Which code it is in the token's row: the counter and 1. 0: none was printed.
place_of_code() {
	if [ -s "$scene/out" ]; then
		awk -v code="$(cat "$scene/out")" '$2 == code { print $1 }' "$scene/codes"
	else
		echo 0
	fi
}

# The next one, whatever happened before, comes after the last that was seen, and at most one was lost in between.
last=0
check_next() {
	seen=$(place_of_code)
	[ -n "$seen" ] || {
		echo "# after $1: printed what is no code: $(cat "$scene/out")"
		return 1
	}
	[ "$seen" -eq 0 ] || [ "$seen" -eq $((last + 1)) ] || {
		echo "# after $1: code number $seen came after number $last"
		return 1
	}
	[ "$seen" -eq 0 ] || last=$seen
	run next "$id"
	seen=$(place_of_code)
	[ "$status" -eq 0 ] && [ "$seen" -gt "$last" ] && [ "$seen" -le $((last + 2)) ] || {
		echo "# after $1: the next one is number ${seen:-?}, after number $last"
		return 1
	}
	last=$seen
}

run next "$id"
last=$(place_of_code)
traced
[ "$status" -eq 0 ] || { echo "Bail out! under strace: $(cat "$scene/err")" && exit 99; }
last=$(place_of_code)
# "NAME N" of every call: the Nth of this name. What the loader does before the program begins, which it does by prctl,
# matters to no token: only with FULL=1.
: "${FULL:=}"
list_calls() {
	awk -v full="$FULL" 'match($0, /^[a-z_0-9]+\(/) {
		name = substr($0, 1, RLENGTH - 1)
		n[name]++
		begun = begun || name == "prctl" || full
		if (begun) print name, n[name]
	}' "$home/trace" >"$scene/calls"
}
list_calls
point "the calls of a run are known" [ "$(wc -l <"$scene/calls")" -gt 20 ]
point "the counter is written and made durable before the code is printed" awk '
	/^pwrite64\(/ { written = NR }
	/^fdatasync\(/ { durable = NR }
	/^write\(1,/ { printed = NR }
	END { exit !(written && durable > written && printed > durable) }' "$home/trace"

# killed_anywhere CHECK: at every call of $verb; CHECK tells what is wrong then.
killed_anywhere() {
	kills=0
	while read -r name n <&9; do
		traced -e trace="$name" -e inject="$name:signal=KILL:when=$n"
		! grep -q 'killed by SIGKILL' "$home/trace" || kills=$((kills + 1))
		"$1" "a death at $name, number $n" || return 1
	done 9<"$scene/calls"
	[ $((kills * 10)) -ge $(($(wc -l <"$scene/calls") * 9)) ] || {
		echo "# only $kills died"
		return 1
	}
}
point "killed at every call: no code that was printed comes again, and at most one is lost" killed_anywhere check_next
echo "# $kills deaths"

# fails_at NAME ERROR EXIT: every call of that name fails; no code is printed.
fails_at() {
	traced -e trace="$1" -e inject="$1:error=$2"
	[ "$status" -eq "$3" ] && [ ! -s "$scene/out" ] && [ -s "$scene/err" ] && check_next "$1: $2"
}
point "a counter that cannot be made durable: no code" fails_at fdatasync EIO 5
point "one that cannot be written: no code" fails_at pwrite64 ENOSPC 5
point "a file that cannot be locked: no code" fails_at fcntl ENOLCK 5
traced -e trace=pwrite64 -e inject=pwrite64:error=EINTR:when=1
point "an interrupted write is repeated" [ "$status" -eq 0 ]
point "and gives its code" check_next "EINTR"
# Somebody else has the lock for ever; nobody waits for the pauses.
traced -e trace=fcntl,clock_nanosleep -e inject=fcntl:error=EAGAIN -e inject=clock_nanosleep:retval=0
expect "a lock that is not to be had: no code" exit 5 err "another process is at work on it"
point "and none is lost" check_next "the lock"

# ---- a file that is replaced while "next" waits for its lock ------------------------------------------------------

cp -p "$(file_of "$id")" "$scene/other"
sed -i 's/^counter .*/counter 0000000001500/' "$scene/other"
# pauses PID: whether the process has gone to sleep again and again, as it does between two tries for the lock.
pauses() {
	[ "$(awk '/^voluntary_ctxt_switches/ { print $2 }' "/proc/$1/status" 2>/dev/null || echo 0)" -ge 20 ] 2>/dev/null
}
replaced_meanwhile() {
	python3 -c 'import fcntl, sys
file = open(sys.argv[1], "r+")
fcntl.lockf(file, fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.readline()' "$(file_of "$id")" <"$scene/release" >"$scene/locked" &
	holder=$!
	exec 8<>"$scene/release"
	until grep -q locked "$scene/locked" 2>/dev/null; do
		kill -0 $holder 2>/dev/null || return 1
		sleep 0.01
	done
	(
		exec 8>&- # else it would hold the lock's release back itself
		# shellcheck disable=SC2016
		as_user sh -c 'echo $$ >"$0"; exec "$@"' "$home/pid" "$program" next "$id" </dev/null >"$scene/out" 2>"$scene/err"
	) &
	waiting=$!
	until pauses "$(cat "$home/pid" 2>/dev/null)" || ! kill -0 $waiting 2>/dev/null; do sleep 0.01; done
	cp -p "$scene/other" "$home/.replacement"
	mv "$home/.replacement" "$(file_of "$id")"
	exec 8>&-
	wait $waiting
}
mkfifo "$scene/release"
point "a file replaced while it waits: the lock on the old one counts for nothing" replaced_meanwhile
wait
point "the code is of the one that the name leads to" [ "$(place_of_code)" = 1501 ]
point "whose counter it moves" [ "$(value_in "$id" counter)" = 0000000001501 ]

# ---- a new token ---------------------------------------------------------------------------------------------------

# Whatever there is is whole, the one whose ID was printed among it, and there is room for another.
check_new() {
	cp "$scene/out" "$scene/printed"
	run list
	[ "$status" -eq 0 ] && grep -qF "$(cat "$scene/printed")" "$scene/out" || {
		echo "# after $1: list ends in $status; printed was $(cat "$scene/printed")"
		return 1
	}
}
verb=new
traced
list_calls
point "new, killed at every call: there is a whole token or none" killed_anywhere check_new
echo "# $kills deaths"
must_run new
point "a later one cleans up behind them" [ ! -e "$tokens/.new" ]
point "and they were whole tokens, or no names at all" [ -z "$(find "$tokens" -type f ! -name 'LVO*.vipaccess')" ]
finish
