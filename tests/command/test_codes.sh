#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# recovery and tempcode: codes that need no token (product §5.7).
. "$(dirname "$0")/scene.sh"
settings "fail_delay = 0;"

# ---- recovery ------------------------------------------------------------------------------------------

refuses "recovery: an unknown user" 3 "error 6003" recovery no-such-user-here
refuses "recovery: a user without a token" 3 "error 6008" recovery daemon
bind_event daemon
expect "a first enrolment says how to get them" out "vipotp recovery daemon"
run status daemon
expect "status: there are none" out "Recovery codes     none" no-out "Temporary code"
run recovery daemon
expect "where there are none nothing is asked" exit 0 out "Recovery codes of daemon" no-err "[y/N]"
grep -oE '[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}' "$scene/out" >"$scene/old"
point "ten codes of 50 bits" [ "$(sort -u "$scene/old" | wc -l)" -eq 10 ]
point "in two columns" [ "$(grep -cE '^  [^ ]{11}    [^ ]{11}$' "$scene/out")" -eq 5 ]
run status daemon
expect "status counts them" out "Recovery codes     10 left"
point "one lets its owner in" in_with daemon "$(sed -n 1p "$scene/old")"
run status daemon --json
point "and is gone then" json '.recovery_codes_left == 9'
answers "$other_key"
run tokens add --id UBHE00000002
answers "$(hotp 0 "$other_key")" "$(hotp 1 "$other_key")"
run enroll daemon --add --token UBHE00000002
expect "an added token does not remind of them" exit 0 no-out "recovery"

asks recovery daemon
expect "with how many are left" err "daemon has 9 recovery codes left"
answers y
run recovery daemon --reason "the sheet is lost"
expect "yes" exit 0 out "Recovery codes of daemon"
point "the old ones are dead" out_with daemon "$(sed -n 2p "$scene/old")"
run recovery daemon --yes --json
point "as JSON" json '.user == "daemon" and (.codes | length == 10 and all(test("^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$")))'
point "which is good, too" in_with daemon "$(jq -r '.codes[9]' "$scene/out")"
"$VIPOTP" --config "$conf" recovery daemon --yes >/dev/full 2>"$scene/err"
status=$?
expect "codes that could not be shown are told of" exit 5 err "Make new ones"
point "no file holds a code in the clear" [ -z "$(grep -rlaFf "$scene/old" "$scene/store")" ]

# ---- tempcode ------------------------------------------------------------------------------------------

# code_shown: of the last run; used where the shown text is looked at.
code_shown() {
	sed -n 's/^  \([0-9]\{4\}\) \([0-9]\{4\}\)$/\1\2/p' "$scene/out"
}

# lives SECONDS: the code of the last run ends so many seconds from now, give or take a minute.
lives() {
	"$VIPOTP" --config "$conf" status daemon --json >"$scene/status"
	jq -e "(.temporary_code_until | fromdate) - now - $1 | fabs < 60" "$scene/status" >/dev/null
}

asks tempcode daemon
expect "with the login and the end" err "Make a code for one login of daemon until "
answers y
run tempcode daemon --reason "forgot the fob"
expect "one day, for one login" exit 0 out "Temporary code of daemon, for one login until "
point "a day" lives 86400
run status daemon
expect "status shows its end" out "Temporary code     until "
run tempcode daemon
expect "another one replaces it" exit 1 err "Replace the temporary code of daemon"
run tempcode daemon --yes --for 12h
code=$(code_shown)
point "12h" lives 43200
point "it lets its owner in" in_with daemon "$code"
point "once" out_with daemon "$code"
run tempcode daemon --yes --for 2d --reusable --json
code=$(jq -r .code "$scene/out")
point "as JSON" json '.user == "daemon" and (.code | test("^[0-9]{8}$")) and .reusable'
point "with its end" json '(.until | fromdate) - now - 172800 | fabs < 60'
point "reusable: in" in_with daemon "$code"
point "reusable: in again" in_with daemon "$code"
run disable daemon --reason lost --yes
point "while the tokens are disabled, too" in_with daemon "$code"
run enable daemon --yes
point "a real code" in_with daemon "$(hotp 2)"
point "ends it" out_with daemon "$code"
run tempcode daemon --yes --for 30m
point "30m" lives 1800
asks tempcode daemon --cancel
code_shown >/dev/null
run tempcode daemon --yes
code=$(code_shown)
run tempcode daemon --cancel --yes
expect "--cancel ends it" exit 0 out "The temporary code of daemon is not accepted any more"
point "so that it lets nobody in" out_with daemon "$code"
refuses "--cancel: there is none" 3 "daemon has no temporary code" tempcode daemon --cancel
run tempcode daemon --yes --for 30d
expect "30 days are the most" exit 0 out "Temporary code of daemon"
point "30d" lives 2592000
for time in 31d 721h 43201m 0m 0d 99999999999999999999d 999999999999999d; do
	refuses "$time is out of range" 2 "from 1 minute to 30 days (error 4953)" tempcode daemon --for $time
done
for time in "" 5 d 5x 5dd -5d "5 d" 1.5d +1d 0x1d; do
	refuses "\"$time\" is no time" 2 "must be such as 30m, 12h or 2d" tempcode daemon --for "$time"
done
refuses "--cancel goes with no other" 2 "--cancel goes with" tempcode daemon --cancel --for 1d
refuses "tempcode: an unknown user" 3 "error 6003" tempcode no-such-user-here
refuses "tempcode: a user without a token" 3 "error 6008" tempcode games
"$VIPOTP" --config "$conf" tempcode daemon --yes >/dev/full 2>"$scene/err"
status=$?
expect "a code that could not be shown is told of" exit 5 err "Make another one"
finish
