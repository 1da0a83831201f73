#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tokens assign and remove, and the filters of the lists.
. "$(dirname "$0")/scene.sh"

free=UBHE00000002 third=UBHE00000003
refuses "assign: nothing is stored here" 3 "error 6004" tokens assign $free games
bind_event daemon
add_event $free "$other_key"
add_event $third GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR

# ---- assign --------------------------------------------------------------------------------------------

asks tokens assign $free games
answers y
run tokens assign "ubhe 0000-0002" games
expect "a token is reserved" exit 0 out "Token UBHE 0000 0002 is reserved for games"
run tokens list
expect "the list tells for whom" out "UBHE 0000 0002  for games"
run tokens list --json
point "as JSON too" json "map({(.id): [.owner, .reserved]}) | add == {UBHE00000001: [\"daemon\", null], $free: [null, \"games\"], $third: [null, null]}"
answers "$(hotp 0 "$other_key")" "$(hotp 1 "$other_key")"
run enroll man --token $free
expect "nobody else can enrol it" exit 4 err "reserved for games" err "tokens assign $free --nobody"
run tokens assign $free man
expect "another user in his place is asked about" exit 1 err "for man, no longer for games?"
run tokens assign $free --nobody --yes
expect "for nobody" exit 0 out "reserved for nobody"
run tokens assign $free games --yes --reason "ticket 4711"
answers "$(hotp 0 "$other_key")" "$(hotp 1 "$other_key")"
run enroll games --token $free
expect "its user can" exit 0 out "is bound to games"
refuses "assign: a bound token" 4 "is bound to games" tokens assign $free man
refuses "assign: neither user nor --nobody" 2 "either a user or --nobody" tokens assign $third
refuses "assign: both" 2 "either a user or --nobody" tokens assign $third man --nobody
refuses "assign: an unknown user" 3 "error 6003" tokens assign $third no-such-user-here
refuses "assign: an unknown token" 3 "error 6004" tokens assign UBHE99999999 man
refuses "assign: no token ID" 2 "error 6004" tokens assign UBHE man

# ---- the lists -----------------------------------------------------------------------------------------

run tokens assign $third man --yes
add_event UBHE00000004 GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJS
add_event UBHE00000005 GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJT
run disable --token UBHE00000005 --reason broken --yes
# lists IDS OPTION...: of tokens list, by their last digit
lists() {
	wanted=$1
	shift
	run tokens list --json "$@"
	json "[.[].id[-1:]] | sort | join(\"\") == \"$wanted\"" && run tokens list "$@" && shows exit 0 &&
		[ "$(wc -l <"$scene/out")" -eq ${#wanted} ]
}
point "all" lists 12345
point "--free: neither bound, reserved nor disabled" lists 4 --free
point "--bound" lists 12 --bound
point "--reserved" lists 3 --reserved
point "--disabled" lists 5 --disabled
point "--disabled of the reserved: none" lists "" --disabled --reserved
run disable games --reason lost --yes
point "--bound --disabled" lists 2 --bound --disabled
run tokens list --free --bound
expect "--free and --bound exclude each other" exit 2 err "Give one of"
run tokens list --free --disabled
expect "so do --free and --disabled" exit 2 err "leave out --free"

answers "$key"
run tokens add --id VSST00000001
answers "$(totp -1)" "$(totp 0)"
run enroll man --token VSST00000001
run lock man --yes
# users NAMES OPTION...: of list
users() {
	wanted=$1
	shift
	run list --json "$@"
	json "[.[].user] | sort | join(\" \") == \"$wanted\""
}
point "list: all" users "daemon games man"
point "list --locked" users man --locked
point "list --disabled" users games --disabled
point "list --kind time" users man --kind time
point "list --kind event" users "daemon games" --kind event
point "list --kind event --disabled" users games --kind event --disabled
run list --kind both
expect "list --kind: another word" exit 2 err "--kind must be time or event"
run list --locked --disabled
expect "list: --locked and --disabled exclude each other" exit 2 err "Give one of"
run list --unenrolled --kind time
expect "list --unenrolled has no other filter" exit 2 err "--unenrolled goes with"

# ---- remove --------------------------------------------------------------------------------------------

asks tokens remove UBHE00000004
answers y
run tokens remove UBHE00000004
expect "yes" exit 0 out "Token UBHE 0000 0004 is removed"
refuses "it is gone" 3 "error 6004" tokens remove UBHE00000004
add_event UBHE00000004 "$key"
expect "so that its ID can be taken again" exit 0
refuses "remove: a bound token" 4 "vipotp release daemon --token UBHE00000001" tokens remove UBHE00000001
refuses "remove: no token ID" 2 "error 6004" tokens remove UBHE
rm "$scene/store/users/games"
run tokens list
expect "a token whose key went with its owner's record is told" exit 5 err "UBHE00000002"
run tokens remove $free --yes
expect "and can be removed" exit 0 out "is removed"

# ---- people, as /etc/login.defs has them ---------------------------------------------------------------

if unshare -m true 2>/dev/null; then
	# people DEFS: list --unenrolled on a host with other accounts.
	people() {
		printf '%s\n' "$1" >"$scene/login.defs"
		cat >"$scene/passwd" <<-END
			root:x:0:0::/root:/bin/sh
			daemon:x:1:1::/:/bin/sh
			early:x:500:500::/:/bin/bash
			edge:x:1000:1000::/:
			late:x:2000:2000::/:/bin/zsh
			none:x:2001:2001::/:/usr/sbin/nologin
			false:x:2002:2002::/:/bin/false
		END
		unshare -m --propagation private sh -c 'mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/login.defs" \
			/etc/login.defs && exec "$2" --config "$3" list --unenrolled' - "$scene" "$VIPOTP" "$conf" \
			>"$scene/out" 2>"$scene/err"
		status=$?
		ran="list --unenrolled"
		tr '\n' ' ' <"$scene/out"
	}
	[ -e /etc/login.defs ] || skip_all "this machine has no /etc/login.defs"
	point "people begin at UID_MIN" [ "$(people 'UID_MIN 500')" = "root early edge late " ]
	point "the last one counts" [ "$(people "$(printf 'UID_MIN\t1000\n#UID_MIN 1\nUID_MIN 0x3e9\nSYS_UID_MIN 1\nUID_MINIMUM 1')")" = "root late " ]
	point "at 1000 where it is not said" [ "$(people '# none')" = "root edge late " ]
	point "or is no number" [ "$(people 'UID_MIN 12x')" = "root edge late " ]
else
	skip "people begin at UID_MIN" "this machine does not let root make a mount namespace"
fi
finish
