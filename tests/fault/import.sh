#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# An import that dies or fails midway (product §7.6: all or nothing per file). Killed before any system call that
# changes something, the same import once more brings everything, each token once. Where a call fails, what was stored
# before is taken back.
. "$(dirname "$0")/scene.sh"

# daemon's token A, a token that is nobody's, and games' token B, whose ID the file does not tell.
key_C=4320736563726574206b6579206f6620432e2e2e
make_file() {
	(umask 077 && cat >"$host/three.csv") <<-END
		id,kind,key_hex,user,counter
		$id_A,event,$key_A,daemon,0
		UBHE30000001,event,$key_C,,5
		,event,$key_B,games,0
	END
}

import_line() {
	printf '%s --config %s tokens import --bind --yes %s' "$VIPOTP" "$conf" "$host/three.csv"
}

said() {
	cat "$host/out" "$host/err"
}

# The calls of the import that change something. Death before one of them finds what death after the one before finds,
# so that the calls between them are left out. Once the outcome is printed it is done.
import_calls() {
	# shellcheck disable=SC2046
	trace $(import_line)
	changing_calls '^flock' '^write\\(1,' | grep -vE '^(close|rt_sigprocmask|newfstatat|getuid) ' >"$host/calls"
}

# ---- death ----------------------------------------------------------------------------------------------------

bare() {
	rm -rf "$host/key" "$host/store"
	new_tokens
	make_file
	: >"$host/answers"
}

# serves USER A|B: the token's first code is accepted, once, and nobody else can have the token.
serves() {
	press "$2"
	gives "PAM_SUCCESS PAM_AUTH_ERR" "$1" "$code" "$code" || echo "$1's token: $tried"
}

owners() {
	vipotp tokens list --json | sed -nE 's/.*"owner": (null|"([^"]*)").*/\1/p' | sed 's/null/nobody/; s/"//g' | sort | paste -sd ' '
}

# Whatever the death left: half of it is no obstacle, and no token is at two places.
completed() {
	left=$(owners 2>&1)
	case $left in
	'' | daemon | nobody | 'daemon nobody' | 'nobody nobody' | 'daemon games nobody' | 'daemon nobody nobody') ;;
	*) echo "left behind: $left" ;;
	esac
	# shellcheck disable=SC2046,SC2091
	$(import_line) >"$host/out" 2>"$host/err" || {
		echo "once more: $(said)"
		return 1
	}
	[ "$(owners)" = 'daemon games nobody' ] || echo "afterwards: $(vipotp tokens list)"
	serves daemon A
	serves games B
	! enroll daemon A --add || echo 'token A is bound and free'
}

killed_anywhere() {
	fresh_host killed "$scratch/killed"
	bare
	import_calls
	prepare=bare judge=completed
	sweep import_line
}

# ---- failure --------------------------------------------------------------------------------------------------

# What everybody sees of the store. A token that was bound and released was written anew: its bytes differ.
seen() {
	vipotp tokens list --json | sed 's/,$//' | sort
	vipotp list
}

as_before() {
	rm -rf "$place/store" "$place/key"
	cp -a "$host/fresh/store" "$host/fresh/key" "$place"
}

taken_back() {
	if [ "$status" -eq 0 ]; then # the call that failed was none that mattered
		[ "$(owners)" = 'daemon games nobody' ] || echo "it succeeded, and left $(owners)"
		return
	fi
	failures=$((failures + 1))
	[ "$(seen)" = "$(cat "$host/before")" ] || {
		echo "before:"
		cat "$host/before"
		echo "after:"
		seen
	}
}

# fail_once CALL N
fail_once() {
	as_before
	# shellcheck disable=SC2046
	fail_at "$1" ":when=$2" EIO $(import_line)
	status=$?
	grep -q INJECTED "$host/failed" || echo "$1, number $2, was not called"
}

# Token A waits for daemon in the inventory already.
fails_anywhere() {
	fresh_host failing "$scratch/failing"
	bare
	(umask 077 && printf '%s\n' id,key_hex,user "$id_A,$key_A,daemon" >"$host/a.csv")
	vipotp tokens import "$host/a.csv" >"$host/out" 2>&1 || cat "$host/out"
	mkdir "$host/fresh"
	cp -a "$place/store" "$place/key" "$host/fresh"
	seen >"$host/before"
	import_calls
	failures=0 told=0
	while read -r call n <&9; do
		fail_once "$call" "$n"
		[ "$status" -eq 0 ] || last="$call $n"
		! grep -q 'was taken back' "$host/err" || told=$((told + 1))
		taken_back >"$host/judged"
		sed "s/^/$call, number $n: /" "$host/judged"
	done 9<"$host/calls"
	[ "$failures" -ge 20 ] || echo "only $failures imports failed"
	[ "$told" -ge 20 ] || echo "only $told told that something was taken back"
	# shellcheck disable=SC2086
	fail_once $last
	! enroll games A && grep -q 'reserved for daemon' "$host/enrolled" || echo 'token A waits for daemon no more'
}

point "killed at every call, the same import once more completes it, each token once" killed_anywhere
echo "# $done_kills kills"
point "a call that fails: what was stored before is taken back" fails_anywhere
echo "# $failures imports failed"
finish
