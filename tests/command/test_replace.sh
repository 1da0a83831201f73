#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# enroll in the place of the present token: policy `replace` (product §7.1).
. "$(dirname "$0")/scene.sh"

bind_event daemon
add_event UBHE00000002 "$other_key"
new="$(hotp 0 "$other_key") $(hotp 1 "$other_key")"
remember
# shellcheck disable=SC2086 # two codes
answers "$(hotp 2)" $new
run enroll daemon --token UBHE00000002
expect "replace = release: a release comes first" exit 4 err "vipotp release daemon"
point "nothing is changed" same

settings 'replace = "code";'
# shellcheck disable=SC2086
answers "$(hotp 50)" $new
run enroll daemon --token UBHE00000002
expect "replace = code: a wrong code is told and asked for again" exit 1 err "A code of it is needed" \
	err "no code that the present token of daemon shows now (error 49b5)" err "Nothing was bound"
run status daemon --json
point "a wrong code counts" json '.failures.local.failures > 0 and .tokens[0].id == "UBHE00000001"'
run unlock daemon --yes
# shellcheck disable=SC2086
answers 12345 "$(hotp 2)" $new
run enroll daemon --token UBHE00000002
expect "the present token's code, then two of the new one" exit 0 err "number of 6 to 8 digits" \
	out "Token UBHE 0000 0002 is bound to daemon"
run status daemon --json
point "the new token alone is his" json '[.tokens[].id] == ["UBHE00000002"]'
run tokens list
expect "the old one is in the inventory" out "UBHE 0000 0001  free"
answers "$(hotp 2)" "$(hotp 3)"
run enroll games --token UBHE00000001
expect "where the code that was asked for stays used" exit 1
answers "$(hotp 2 "$other_key")" "$(hotp 3)" "$(hotp 5)"
run enroll daemon --token UBHE00000001
expect "codes of the new one that do not follow each other" exit 1 err "error 49b5"
run status daemon --json
point "leave the old one bound, its code used" json '.tokens[0].id == "UBHE00000002" and .tokens[0].next_position == 3'
remember
run lock daemon --yes
answers "$(hotp 3 "$other_key")" "$(hotp 3)" "$(hotp 4)"
remember
run enroll daemon --token UBHE00000001
expect "a locked token is not replaced" exit 4 err "error 4990" err "vipotp unlock daemon"
point "and no code is used up for it" same
run unlock daemon --yes
run disable daemon --reason lost --yes
answers "$(hotp 3 "$other_key")"
remember
run enroll daemon --token UBHE00000001
expect "a disabled one shows no code that counts" exit 4 err "error 4993" err "vipotp release daemon"
point "nothing is changed" same
answers "$(hotp 3)" "$(hotp 4)"
run enroll games --token UBHE00000001
expect "a user without a token is asked for none" exit 0 no-err "present token"
answers "$(hotp 5)"
run enroll games --token UBHE00000001
expect "his own token does not replace itself" exit 4 err "is bound to games"
run recovery games --json
recovery=$(jq -r '.codes[0]' "$scene/out")
answers "$recovery"
remember
run enroll games --token UBHE00000003
expect "a recovery code is no code of the token" exit 1
point "and is not used up for it" same
run tempcode games --json --yes
temporary=$(jq -r .code "$scene/out")
answers "$temporary"
run enroll games --token UBHE00000003
expect "nor is a temporary code" exit 1 err "no code of a token"
finish
