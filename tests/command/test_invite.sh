#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# invite (product §6.4), rename, and list --unenrolled, which shows who is invited.
. "$(dirname "$0")/scene.sh"

refuses "an invitation that nobody has is not taken back" 3 "daemon is not invited" invite daemon --cancel
point "and nothing is created for it" [ ! -e "$scene/store" ]

asks invite root
expect "with the end" err "Let root make a token of his own until "
answers y
run invite root
expect "seven days" exit 0 out "root is invited until "
run list --unenrolled --json
point "list shows it" json '.[] | select(.user == "root") | (.invited_until | fromdate) - now - 604800 | fabs < 60'
run list --unenrolled
point "in its line" grep -qE '^root +invited until ' "$scene/out"
run invite root --for 2h --yes --reason "new phone"
run list --unenrolled --json
point "another one takes its place" json '.[] | select(.user == "root") | (.invited_until | fromdate) - now - 7200 | fabs < 60'
asks invite root --cancel
run invite root --cancel --yes
expect "it is taken back" exit 0 out "The invitation of root is taken back"
run list --unenrolled --json
point "list shows that, too" json '.[] | select(.user == "root") | .invited_until == null'
refuses "there is none any more" 3 "root is not invited" invite root --cancel
refuses "an unknown user" 3 "error 6003" invite no-such-user-here
for time in 0d 366d 99999999999999999999m; do
	refuses "$time is out of range" 2 "from 1 minute to 365 days" invite daemon --for $time
done
refuses "a week is 7d" 2 "must be such as 30m, 12h or 2d" invite daemon --for 1w
refuses "--cancel goes with no other" 2 "--cancel goes with" invite daemon --cancel --for 1d
run invite daemon --yes
bind_event daemon
refuses "an enrolled user" 4 "enrolled already" invite daemon
refuses "the enrolment used the invitation up" 3 "daemon is not invited" invite daemon --cancel

# ---- rename: two accounts with one uid -----------------------------------------------------------------

refuses "the new account must exist" 3 "error 6003" rename daemon no-such-user-here
refuses "an old name without a token" 3 "error 6008" rename games man
refuses "an account with another uid is another account" 5 "it is not the same account" rename daemon games
refuses "the same name" 2 "the old name and the new one" rename daemon daemon
refuses "one name" 2 "OLD NEW is missing" rename daemon
add_event UBHE00000002 "$other_key"
answers "$(hotp 0 "$other_key")" "$(hotp 1 "$other_key")"
run enroll games --token UBHE00000002
refuses "a new name with tokens of its own" 4 "vipotp release games" rename daemon games

unshare -m true 2>/dev/null || {
	skip "rename of an account" "this machine does not let root make a mount namespace"
	finish
}
sed 's/^daemon:/daemon-renamed:/' /etc/passwd >"$scene/passwd"
run recovery daemon --yes
# renamed ARGUMENT...: the command on the host whose account daemon is daemon-renamed now.
renamed() {
	unshare -m --propagation private sh -c 'mount --bind "$1" /etc/passwd && shift && exec "$@"' - "$scene/passwd" \
		"$VIPOTP" --config "$conf" "$@" <"$scene/in" >"$scene/out" 2>"$scene/err"
	status=$?
	ran="(renamed) $*"
	: >"$scene/in"
}
remember
renamed rename daemon daemon-renamed
expect "rename asks" exit 1 err "Give everything of daemon to daemon-renamed? [y/N]"
point "and without an answer changes nothing" same
answers y
renamed rename daemon daemon-renamed
expect "yes" exit 0 out "Everything of daemon is daemon-renamed's now"
renamed status daemon-renamed --json
point "tokens and recovery codes went with him" json '.tokens[0].id == "UBHE00000001" and .recovery_codes_left == 10 and .tokens[0].next_position == 2'
renamed status daemon
expect "the old name has nothing" exit 3
renamed tokens list
expect "the inventory knows the new owner" out "UBHE 0000 0001  of daemon-renamed"
finish
