#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The world fails under the command: full, closed and broken outputs, closed inputs, secrets in the open.
. "$(dirname "$0")/scene.sh"

bind_event daemon

# into TARGET ARGUMENT...: standard output leads to a file of the system.
into() {
	target=$1
	shift
	"$VIPOTP" --config "$conf" "$@" </dev/null >"$target" 2>"$scene/err"
	status=$?
	ran="$* >$target"
	: >"$scene/out"
}
for verb in "status" "status daemon" "status --json" list "list --json" "list --unenrolled" "tokens list" config --help --version \
	"help enroll"; do
	# shellcheck disable=SC2086 # a verb and its words
	into /dev/full $verb
	expect "$verb into a full device" exit 5 err "Cannot write to standard output"
done
into /dev/full enroll games --new time
expect "a key that could not be shown is not asked about" exit 5 err "Cannot write to standard output" no-err "OTP1"
"$VIPOTP" --config "$conf" status >&- 2>"$scene/err"
status=$?
expect "a closed output" exit 5 err "Cannot write to standard output"
mkfifo "$scene/fifo"
exec 7<>"$scene/fifo" 8>"$scene/fifo" 7>&-
"$VIPOTP" --config "$conf" list >&8 2>"$scene/err"
status=$?
exec 8>&-
expect "a reader that left: an exit code, not a signal" exit 5 err "Cannot write to standard output"

# Closed descriptors must not become those of records: what is printed would land in them.
find "$scene/store" "$scene/key" -type f -exec cksum {} + | sort >"$scene/before"
"$VIPOTP" --config "$conf" status <&- >&- 2>&-
point "all three closed: an exit code" [ $? -eq 5 ]
"$VIPOTP" --config "$conf" test daemon <&- >&- 2>&-
point "a dialogue without an input is ended" [ $? -eq 1 ]
find "$scene/store" "$scene/key" -type f -exec cksum {} + | sort >"$scene/after"
point "no record was written to" cmp -s "$scene/before" "$scene/after"
"$VIPOTP" --config "$conf" test daemon <&- >"$scene/out" 2>"$scene/err"
status=$?
expect "a closed input is an ended one" exit 1 err "Nothing was tested"

# Answers beyond the dialogue's belong to the next command.
printf '%s\n' "$(hotp 2)" "$(hotp 3)" | {
	"$VIPOTP" --config "$conf" test daemon >/dev/null 2>&1
	cat
} >"$scene/out"
point "a dialogue takes no more lines than it asks for" [ "$(cat "$scene/out")" = "$(hotp 3)" ]
printf '%s\r\n' "$(hotp 2)" >"$scene/in"
run test daemon
expect "lines that end in CR LF" exit 0
printf '%s' "$(hotp 2)" >"$scene/in"
run test daemon
expect "a last line without an end" exit 0
answers "$(printf '%0300d' 0)" "$(hotp 2)"
run test daemon
expect "a line that is too long is malformed, and the next is the next" exit 0 err "6-digit number"
printf '%s\0\n%s\n' "$(hotp 3)" "$(hotp 2)" >"$scene/in"
run test daemon
expect "so is one with a zero byte" exit 0 err "6-digit number" out-line "Offset in codes: +0"

# The process that holds a key leaves no core.
mkfifo "$scene/hold"
"$VIPOTP" --config "$conf" enroll games --new time <"$scene/hold" >"$scene/out" 2>"$scene/err" &
pid=$!
exec 8>"$scene/hold"
until grep -q OTP1 "$scene/err"; do
	kill -0 "$pid" || break
	sleep 0.1
done
limit=$(awk '/^Max core file size/ { print $5 "/" $6 }' "/proc/$pid/limits")
arguments=$(tr '\0' ' ' <"/proc/$pid/cmdline")
secret=$(sed -n 's/.*secret=\([A-Z2-7]*\).*/\1/p' "$scene/out")
kill -TERM "$pid"
wait "$pid"
status=$?
exec 8>&-
point "no core may be written" [ "$limit" = 0/0 ]
point "the key is not among the arguments" [ "${#secret}/${arguments#*"$secret"}" = "32/$arguments" ]
expect "a TERM signal ends the dialogue and binds nothing" exit 1 err "Nothing was bound"
run status games
expect "nobody was enrolled" exit 3
finish
