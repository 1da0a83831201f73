#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The token reset page as a dialogue, case by case (product §7.3, §7.4).
. "$(dirname "$0")/scene.sh"

success="The token has been reset. It works as usual from the next time on."

# The page's way: credential ID, security code 1, security code 2.
bind_event daemon
answers UBHE00000001 "$(hotp 900)" "$(hotp 901)"
run reset daemon
expect "a token that ran 898 counters ahead is reset by two codes" exit 0 out-line "$success"
expect "the page's questions" err "Credential ID: " err "Security code 1: " err "Security code 2: "
expect "its notes: the display, the 30 seconds" err "until the display goes dark" err "For 30 seconds after security code 1"
run status daemon --json
point "both codes are used" json '.tokens[0].next_position == 902'
answers "$(hotp 901)"
run test daemon
expect "the second code works no more" exit 1 out "used already"
answers "$(hotp 902)"
run test daemon
expect "the next one works as usual" exit 0

# A wrong credential ID: an error, and the same question again.
answers DP12 "$(hotp 903)" UBHE99999999 "ubhe 0000 0001" "$(hotp 903)" "$(hotp 904)"
run reset daemon
expect "a wrong credential ID: an error, then the right one" exit 0 err "error 6004" out-line "$success"
point "each wrong ID is told" [ "$(grep -c 'error 6004' "$scene/err")" -eq 3 ]
answers "$other_key"
run tokens add --id UBHE00000002
answers UBHE00000002
run reset daemon
expect "a token that is not the user's" exit 3 err "error 6007" err "The token was not reset"

# A code that is no code: the message, the same form, the ID kept.
answers UBHE00000001 12345 "$(hotp 905)" 1234567 abcdef "$(hotp 906)"
run reset daemon
expect "a malformed code: the message, and the ID is kept" exit 0 err-line "The security code is a 6-digit number." \
	out-line "$success"
point "told three times, the ID asked for once" [ "$(grep -c 'is a 6-digit number' "$scene/err")" -eq 3 ] &&
	[ "$(grep -c 'Credential ID: $' "$scene/err")" -eq 1 ]

# Wrong codes: the failure page, and again from the ID.
answers UBHE00000001 "$(hotp 907)" "$(hotp 909)"
run reset daemon
expect "wrong codes: the failure page" exit 1 err-line "The token reset failed." \
	err-line "Credential ID: UBHE 0000 0001" err-line "Error code: 49b5" \
	err "Error message: The security code is a 6-digit number."
expect "no success" no-out "$success"
answers UBHE00000001 "$(hotp 907)" "$(hotp 909)" "$(hotp 907)" UBHE00000001 "$(hotp 907)" "$(hotp 908)"
run reset daemon
expect "the retry starts from the credential ID" exit 0 err-line "Error code: 49b5" err "error 6004" out-line "$success"
answers UBHE00000001 "$(hotp 909)" "$(hotp 909)" "$(hotp 910)"
run reset daemon
expect "equal codes: a fresh second one is asked for" exit 0 err "never the same" out-line "$success"
answers UBHE00000001 "$(hotp 903)" "$(hotp 904)"
run reset daemon
expect "used codes reset nothing" exit 1 err-line "Error code: 49b5"

# Leading zeros count: a counter whose code begins with 0.
counter=911
while [ "$(hotp "$counter" | cut -c1)" != 0 ]; do counter=$((counter + 1)); done
short=$(hotp "$counter" | sed 's/^0*//')
answers UBHE00000001 "$short" "$(hotp "$counter")" "$(hotp $((counter + 1)))"
run reset daemon
expect "a code without its leading zero is malformed" exit 0 err-line "The security code is a 6-digit number."

run reset daemon
expect "no answers" exit 1 err "The token was not reset"
run reset games
expect "a user without a token" exit 3 err "error 6008"
run reset no-such-user-here
expect "an unknown user" exit 3 err "error 6003"

# A time token out of step, and a clock fault.
forget_all
bind_time daemon
answers VSST00000001 "$(totp 100)" "$(totp 101)"
run reset daemon
expect "a time token fifty minutes ahead is reset" exit 0 out-line "$success"
answers VSST00000001 "$(totp 2)" "$(totp 3)"
run reset daemon
expect "it does not go back" exit 1 err-line "Error code: 49b5"
answers VSST00000001 "$(totp 2)" "$(totp 3)"
run reset daemon --rewind
expect "but with --rewind" exit 0 out-line "$success"
answers "$(totp 4)"
run test daemon
expect "after which it works" exit 0

# The lock is lifted by a reset, which is throttled itself.
if ! time_can_be_set; then
	skip "a reset lifts the lock" "this command does not run under faketime"
	finish
fi
forget_all
settings "free_failures = 0; first_wait = 3600; lock_failures = 5;"
bind_event daemon
for hours in 0 2 4 6 8; do
	answers UBHE00000001 000000 000001
	later "$hours" reset daemon
	expect "wrong pair, $hours h later" exit 1 err-line "Error code: 49b5"
done
later 8 status daemon --json
point "five wrong pairs lock the local bucket" json '.failures.local | .locked and .wait_ms > 0'
answers UBHE00000001 "$(hotp 2)" "$(hotp 3)"
later 8 reset daemon
expect "while the wait lasts codes are refused unread" exit 6 err "vipotp unlock daemon" no-err "Error code"
answers UBHE00000001 "$(hotp 2)" "$(hotp 3)"
later 10 reset daemon
expect "then two right codes reset the token" exit 0 out-line "$success"
later 10 status daemon --json
point "and lift the lock" json '.failures.local | .locked == false and .failures == 0 and .wait_ms == 0'
finish
