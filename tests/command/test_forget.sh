#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# forget (product §6.6): ends what logins are remembered, of one user or of all.
if [ "${1-}" != inside ] && unshare --mount true 2>/dev/null; then
	exec unshare --mount sh "$0" inside
fi
# The records lie in /run/vipotp, whatever the settings say: in a /run of our own, if that can be.
[ "${1-}" != inside ] || mount -t tmpfs -o mode=0755 tmpfs /run || exit 99
. "$(dirname "$0")/scene.sh"
[ "${1-}" = inside ] || skip_all "this machine does not let root make a mount namespace"

settings 'remember = "12h";'
proof='SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE'

# by_key USER ANSWER...: a login from afar by the real module.
by_key() {
	TMPDIR=$scene "$top_builddir/tests/module/knock" -o "config=$conf" -r 192.0.2.7 -e "$proof" -u "$@" >"$scene/out" 2>"$scene/err"
	status=$?
	ran="(login) $*"
}

remembered() {
	by_key "$1" %abort
	shows out-line "authenticate PAM_IGNORE"
}

asked() {
	by_key "$1" %abort
	shows out-line "authenticate PAM_CONV_ERR" out-line 'hidden "Security code: "'
}

# given USER CODE: a login that is remembered from now on.
given() {
	by_key "$@"
	shows out-line "authenticate PAM_SUCCESS" && remembered "$1"
}

# copied and put_back: the records as root could keep and restore them.
copied() {
	rm -rf "$scene/copy" && cp -a /run/vipotp "$scene/copy"
}

put_back() {
	rm -rf /run/vipotp && cp -a "$scene/copy" /run/vipotp
}

refuses "nobody is enrolled here: a user" 3 "error 6008" forget daemon
run forget --all --yes
expect "nobody is enrolled here: all" exit 0 out "No login is remembered any more"
refuses "neither a user nor all" 2 "Name a user, or all with --all" forget
refuses "a user and all" 2 "Name a user, or all with --all" forget daemon --all
refuses "an unknown user" 3 "error 6003" forget no-such-user-here

bind_event daemon
add_event UBHE00000002 "$other_key"
answers "$(hotp 0 "$other_key")" "$(hotp 1 "$other_key")"
run enroll games --token UBHE00000002
refuses "a user without a token" 3 "error 6008" forget man

point "a login with a code is remembered" given daemon "$(hotp 2)"
point "and another user's" given games "$(hotp 2 "$other_key")"
asks forget daemon
expect "asks about that user" err "Forget the remembered logins of daemon? [y/N]"
point "he is still remembered" remembered daemon
copied
answers y
run forget daemon --reason "the laptop is lost"
expect "yes" exit 0 out-line "No login of daemon is remembered any more: the next one asks for a code."
point "the next login asks for a code" asked daemon
point "the other user's does not" remembered games
put_back
point "the record as it was, put back, serves nobody" asked daemon
point "but the other user's is good" remembered games
run forget daemon --yes
expect "what is not remembered can be forgotten" exit 0 out "No login of daemon"
point "his codes go on" given daemon "$(hotp 3)"
run status daemon --json
point "his token and its position are as they were" json '.tokens[0].id == "UBHE00000001" and .tokens[0].next_position == 4'

asks forget --all
expect "asks about all" err "Forget the remembered logins of all users? [y/N]"
copied
run forget --all --yes --reason "moved"
expect "all" exit 0 out-line "No login is remembered any more: the next one of every user asks for a code."
point "one is asked" asked daemon
point "the other, too" asked games
put_back
point "nor do records that are put back serve: one" asked daemon
point "nor do records that are put back serve: the other" asked games

# ---- what stands in the way --------------------------------------------------------------------------

point "remembered again" given daemon "$(hotp 4)"
truncate -s 100 "$scene/store/users/daemon"
run forget daemon --yes
expect "a damaged user's record" exit 5 err "truncated"
run forget --all --yes
expect "keeps nobody else's from being forgotten" exit 5 err "truncated" no-out "No login is remembered"
point "who is asked" asked games

bind_event_again() {
	run release games --yes
	answers "$(hotp 3 "$other_key")" "$(hotp 4 "$other_key")"
	run enroll games --token UBHE00000002
	given games "$(hotp 5 "$other_key")"
}
point "remembered, in a place" bind_event_again
chmod 0777 /run/vipotp
run forget games --yes
expect "that became unsafe: forgotten all the same" exit 0
chmod 0755 /run/vipotp
point "which shows" asked games
rm -rf /run/vipotp
run forget games --yes
expect "no place at all" exit 0
run forget games --yes --reason "$(printf '%0201d' 0)"
expect "a reason that is too long" exit 2 err "at most 200 bytes"
setpriv --reuid 65534 --clear-groups "$VIPOTP" --config "$conf" forget games --yes >"$scene/out" 2>"$scene/err" </dev/null
status=$?
expect "not for everybody" exit 5
finish
