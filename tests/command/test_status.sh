#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# status and list: what is stored, for people and for scripts.
. "$(dirname "$0")/scene.sh"

run status
expect "a host where nobody is enrolled" exit 0 err "Nobody is enrolled"
run status --json
point "the same as JSON" json '. == []'
run list --json
point "and as a list" json '. == []'
run status daemon
expect "a user without a token" exit 3 err "error 6008"
point "looking creates nothing" [ ! -e "$scene/store" ]

bind_time daemon
run status daemon
expect "a time token" exit 0 out "daemon (uid 1)" out "Token VSST 0000 0001: time, 6 digits, SHA1, every 30 s, enabled" \
	out "Clock" out "give or take" out "Acceptable now" out "Failures, local    0" out "Last success       never"
run status daemon --json
point "its clock is within a step of this host's" json \
	'.tokens[0].clock | (.offset_ms | fabs) <= 30000 and .width_ms > 0 and .width_ms <= 30000'
point "its position is past this step" json ".tokens[0].next_position == $((now / 30 + 1))"
point "when it was enrolled" json ".tokens[0].enrolled | fromdate | . >= $now and . < $now + 120"
point "nothing failed yet" json '.failed_since_success == 0 and .last_failure == null and .last_success == null'

answers VSST00000001 000000 000001
run reset daemon
run status daemon
expect "a failure is counted" out "Failures, local    1"
run status daemon --json
point "in the local bucket alone" json '.failures.local.failures == 1 and .failures.remote.failures == 0'

# Text of others: quotes and backslashes, and what would steer a terminal.
cat >"$scene/in" <<-URI
	otpauth://hotp/a%22b%5Cc%E3%81%82?secret=$key&counter=0&issuer=Q%22%5C
	$(hotp 0)
	$(hotp 1)
URI
run enroll games --uri
expect "a label with quotes, backslash and kana" exit 0
run status games --json
point "survives JSON" json '.tokens[0] | .label == "a\"b\\cあ" and .issuer == "Q\"\\"'
run status games
expect "and the terminal" out 'a"b\cあ'

run status
expect "without USER: all, one after another" exit 0 out "daemon (uid 1)" out "games (uid "
run status --json
point "as an array" json '[.[].user] | sort == ["daemon", "games"]'
run list
expect "the list: user, tokens, kind, state, last success" exit 0 out "daemon               1        time       enabled  never"
point "a line per user" [ "$(grep -c . "$scene/out")" -eq 2 ]
run list --json
point "the list as JSON" json 'sort_by(.user) | .[0] == {"user": "daemon", "tokens": 1, "kind": "time", "state": "enabled", "last_success": null}'
answers "$other_key"
run tokens add --id UBHE00000002
answers "$(hotp 0 "$other_key")" "$(hotp 1 "$other_key")"
run enroll daemon --add --token UBHE00000002
run list
expect "tokens of both kinds" out "daemon               2        mixed      enabled  never"

run list --unenrolled
expect "root should be enrolled" exit 0 out-line root no-out games
run list --unenrolled --json
point "the same as JSON" json 'map(select(.user == "root")) | .[0].uid == 0'
first=$(getent passwd | awk -F: '$3 >= 1000 && $7 !~ /(nologin|false)$/ { print $1; exit }')
if [ -n "$first" ]; then
	run list --unenrolled
	expect "so should a person" out-line "$first"
fi
point "system accounts are not asked for" shows no-out daemon no-out nobody

# One damaged record does not hide the others.
dd if=/dev/urandom of="$scene/store/users/games" bs=1 count=64 conv=notrunc 2>/dev/null
run status
expect "a damaged record is told, the other shown" exit 5 out "daemon (uid 1)" err "games"
run list
expect "in the list too" exit 5 out "daemon" err "games"
run list --json
point "whose JSON stays whole" json '[.[].user] == ["daemon"]'
rm -f "$scene/key"
run status daemon
expect "a lost key is told, with what to restore" exit 5 err "$scene/key" err "restore"
answers "$key"
run tokens add
expect "and is not masked by a new one" exit 5 err "$scene/key"
point "no key was made" [ ! -e "$scene/key" ]
finish
