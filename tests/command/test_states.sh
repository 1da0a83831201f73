#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lock, unlock, disable, enable: the states of a token (product §4.2), and what a login makes of each.
. "$(dirname "$0")/scene.sh"
settings "fail_delay = 0;"

a=UBHE00000001 b=UBHE00000002 free=UBHE00000003
bind_event daemon
add_event $b "$other_key"
answers "$(hotp 0 "$other_key")" "$(hotp 1 "$other_key")"
run enroll daemon --add --token $b
add_event $free GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR

# ---- the transitions, one line each ---------------------------------------------------------------------

# bring ID STATE: from wherever it is.
bring() {
	case $(state_of "$1") in
	locked) run unlock daemon --token "$1" --yes ;;
	disabled) run enable --token "$1" --yes ;;
	esac
	case $2 in
	locked) run lock daemon --token "$1" --yes ;;
	disabled) run disable --token "$1" --reason lost --yes ;;
	esac
	[ "$(state_of "$1")" = "$2" ] || { echo "Bail out! cannot bring $1 to $2: $(cat "$scene/err")" && exit 99; }
}

change() {
	case $1 in
	lock | unlock) run "$1" daemon --token "$2" --yes ;;
	disable) run disable --token "$2" --reason lost --yes ;;
	enable) run enable --token "$2" --yes ;;
	esac
}

while read -r verb token from to; do
	bring $token "$from"
	remember
	change "$verb" $token
	case $to in
	[0-9]*)
		expect "$verb of a token that is $from: error $to" exit 4 err "error $to" err "$token"
		point "$verb of a token that is $from: nothing is changed" same
		;;
	*)
		expect "$verb of a token that is $from" exit 0 out "is $verb"
		point "$verb leads from $from to $to" [ "$(state_of $token)" = "$to" ]
		;;
	esac
done <<TABLE
lock $a enabled locked
lock $a locked 4990
lock $a disabled 4993
unlock $a locked enabled
unlock $a enabled 4990
unlock $a disabled 4993
disable $a enabled disabled
disable $a locked disabled
disable $a disabled 4993
disable $free new disabled
disable $free disabled 4993
enable $a disabled enabled
enable $a enabled 4990
enable $a locked 4990
enable $free disabled new
enable $free new 4990
TABLE

# ---- all tokens of a user ---------------------------------------------------------------------------------

bring $a enabled
asks lock daemon
answers y
run lock daemon
expect "lock: yes, for all tokens" exit 0 out "2 tokens of daemon are locked" out "vipotp unlock daemon"
refuses "lock: all are locked already" 4 "error 4990" lock daemon
run list --locked
expect "list shows it" out "locked"
asks unlock daemon
answers y
run unlock daemon
expect "unlock: all of them" exit 0 out "daemon is unlocked"
point "they are enabled again" [ "$(state_of $a) $(state_of $b)" = "enabled enabled" ]

asks disable daemon --reason stolen
answers はい
run disable daemon --reason stolen
expect "disable: all of them" exit 0 out "2 tokens of daemon are disabled" out "vipotp tempcode daemon"
refuses "disable: all are disabled already" 4 "error 4993" disable daemon --reason lost
refuses "lock: all are disabled" 4 "error 4993" lock daemon
run status daemon
expect "status shows the reason" out "disabled" out "Reason           stolen"
run status daemon --json
point "as JSON too" json '[.tokens[] | .state + " " + .reason] == ["disabled stolen", "disabled stolen"]'
run tokens list --disabled
expect "the inventory knows it of bound tokens" out "UBHE 0000 0001  of daemon" out "disabled (stolen)" no-out "0000 0003"
asks enable daemon
run enable daemon --yes --reason "found again"
expect "enable: all of them" exit 0 out "2 tokens of daemon are enabled"
run status daemon --json
point "the reason is gone" json '[.tokens[] | .state + .reason] == ["enabled", "enabled"]'
refuses "enable: none is disabled" 4 "error 4990" enable daemon
run disable daemon --token $b --reason lost --yes
expect "one of a user's" exit 0 out "1 token of daemon is disabled"
run disable daemon --reason lost --yes
expect "the rest of them" exit 0 out "1 token of daemon is disabled"
run enable daemon --yes

# ---- in the inventory --------------------------------------------------------------------------------------

asks disable --token $free --reason broken
run disable --token "ubhe-0000 0003" --reason broken --yes
expect "a token that nobody has" exit 0 out "Token UBHE 0000 0003 is disabled; nobody can enrol it"
run enroll games --token $free
expect "cannot be enrolled" exit 4 err "error 4993" err "vipotp enable --token $free"
run enable --token $free --yes
expect "until it is enabled" exit 0 out "Token UBHE 0000 0003 is enabled"
run enroll games --token $free
expect "then it can be" exit 1 err "OTP1"

# ---- bad input -----------------------------------------------------------------------------------------------

refuses "lock: an unknown user" 3 "error 6003" lock no-such-user-here
refuses "lock: a user without a token" 3 "error 6008" lock games
refuses "lock: a token that is not his" 3 "error 6007" lock daemon --token $free
refuses "lock: no token ID" 2 "error 6004" lock daemon --token UBHE
refuses "unlock: a token that is not his" 3 "error 6007" unlock daemon --token $free
refuses "disable: without a reason" 2 "--reason is missing" disable daemon
refuses "disable: with an empty reason" 2 "--reason is missing" disable daemon --reason ""
refuses "disable: with a reason that does not fit" 2 "at most 63 bytes" disable daemon --reason "$(printf '%064d' 0)"
refuses "disable: with a reason of two lines" 2 "control characters" disable daemon --reason "$(printf 'a\nb')"
refuses "disable: neither user nor token" 2 "Name a user" disable --reason lost
refuses "disable: a token unknown here" 3 "error 6004" disable --token UBHE99999999 --reason lost
refuses "disable: a token that is not his" 3 "error 6007" disable daemon --token $free --reason lost
refuses "enable: neither user nor token" 2 "Name a user" enable
refuses "enable: an unknown user" 3 "error 6003" enable no-such-user-here

# ---- what a login makes of it ----------------------------------------------------------------------------

run recovery daemon --json
recovery() {
	jq -r ".codes[$1]" "$scene/codes"
}
cp "$scene/out" "$scene/codes"
counter=2
next() {
	code=$(hotp $counter)
	counter=$((counter + 1))
}
next
point "enabled: the code is accepted" in_with daemon "$code"
run lock daemon --token $a --yes
next
point "locked: its codes are refused" out_with daemon "$code"
point "locked: his other token's are not" in_with daemon "$(hotp 2 "$other_key")"
point "locked: recovery codes are withheld" out_with daemon "$(recovery 0)"
run tempcode daemon --yes
expect "locked: no temporary code is made" exit 4 err "error 4990"
answers "$a" "$(hotp 4)" "$(hotp 5)"
run reset daemon
expect "locked: two codes do not reset it" exit 1 err "Error code: 4990" err "The token is locked"
run lock daemon --yes
run test daemon
expect "locked: test says so" exit 1 out "error 4990"
run unlock daemon --yes
point "unlocked: the code that was refused unread is good" in_with daemon "$code"
point "unlocked: so is the recovery code" in_with daemon "$(recovery 0)"
run disable daemon --reason lost --yes
next
point "disabled: its codes are refused" out_with daemon "$code"
point "disabled: recovery codes are accepted" in_with daemon "$(recovery 1)"
answers "$a" "$(hotp 4)" "$(hotp 5)"
run reset daemon
expect "disabled: two codes do not reset it" exit 1 err "Error code: 4993" err "The token is disabled"
run test daemon
expect "disabled: test says so" exit 1 out "error 4993"
run enable daemon --yes
point "enabled again: the code is good" in_with daemon "$code"
run disable daemon --reason lost --yes
run release daemon --yes
run tokens list
expect "a release keeps a token disabled" out "disabled (lost)"
answers "$(hotp 6)" "$(hotp 7)"
run enroll games --token $a
expect "so that nobody can enrol it" exit 4 err "error 4993"
finish
