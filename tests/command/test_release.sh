#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The administrator releases and unlocks (product §3, §7).
. "$(dirname "$0")/scene.sh"

bind_event daemon
run release daemon
expect "without an answer nothing is released" exit 1 err "[y/N]" err "Nothing was changed"
answers n
run release daemon
expect "no is no" exit 1 err "Nothing was changed"
run list
expect "the user is still enrolled" out daemon
answers y
run release daemon --reason "the fob is lost"
expect "yes" exit 0 out "1 token of daemon is released"
run status daemon
expect "the user has no token now" exit 3 err "error 6008"
run tokens list
expect "the token is free" out "UBHE 0000 0001  free"
run release daemon --yes
expect "there is nothing more to release" exit 3 err "error 6008"
answers "$(hotp 0)" "$(hotp 1)"
run enroll games --token UBHE00000001
expect "a used pair enrols nobody after the release" exit 1
answers "$(hotp 2)" "$(hotp 3)"
run enroll games --token UBHE00000001
expect "but the codes after it do" exit 0

answers "$other_key"
run tokens add --id UBHE00000002
answers "$(hotp 0 "$other_key")" "$(hotp 1 "$other_key")"
run enroll games --add --token UBHE00000002
run release games --token UBHE00000003 --yes
expect "a token that is not the user's" exit 3 err "error 6007"
run release games --token UBHE --yes
expect "a token ID that is none" exit 2 err "error 6004"
run release games --token "UBHE 0000 0001" --yes
expect "one token of two" exit 0 out "1 token of games"
run status games --json
point "the other stays" json '[.tokens[].id] == ["UBHE00000002"]'
answers "$(hotp 4)" "$(hotp 5)"
run enroll games --add --token UBHE00000001
run release games --yes
expect "all tokens" exit 0 out "2 tokens of games are released"
run release no-such-user-here --yes
expect "an unknown user" exit 3 err "error 6003"
run release games --yes --reason "$(printf 'a\nb')"
expect "a reason of two lines" exit 2 err "control characters"
run release games --yes --reason "$(printf '%0201d' 0)"
expect "a reason that is too long" exit 2 err "at most 200 bytes"

forget_all
settings "free_failures = 0; lock_failures = 5; first_wait = 3600;"
bind_event daemon
run unlock daemon --yes
expect "a user who is not locked" exit 0 out "daemon was not locked"
run unlock games --yes
expect "a user without a token" exit 3 err "error 6008"
run unlock no-such-user-here --yes
expect "an unknown user" exit 3 err "error 6003"
if ! time_can_be_set; then
	skip "unlock lifts a lock" "this command does not run under faketime"
	finish
fi
for hours in 0 2 4 6 8; do
	answers UBHE00000001 000000 000001
	later "$hours" reset daemon
done
later 8 list
expect "a lock shows in the list" out "locked"
later 8 status daemon
expect "and in the status" out ", locked" out "codes are not read for "
answers UBHE00000001 "$(hotp 2)" "$(hotp 3)"
later 8 reset daemon
expect "right codes are refused unread" exit 6
later 8 unlock daemon --yes --reason "proved who he is"
expect "the administrator lifts it" exit 0 out "daemon is unlocked"
answers UBHE00000001 "$(hotp 2)" "$(hotp 3)"
later 8 reset daemon
expect "and codes are read again" exit 0
finish
