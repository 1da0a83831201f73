#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The verbs for one's own account, without root: the real vipotp and the real vipotp-helper in a private copy of the
# machine, with accounts and passwords of its own (product §6.4, §6.8, §7).
here=$(cd "$(dirname "$0")" && pwd)
if [ "${1-}" != inside ]; then
	reason=$(sh "$here/../system/sandbox.sh" probe 2>&1) || {
		echo "1..0 # SKIP no sandbox: $reason"
		exit 0
	}
	exec sh "$here/../system/sandbox.sh" run "$here/${0##*/}" inside
fi
. "$here/scene.sh"
. "$here/../system/trial.sh"
: "${top_builddir:=$PWD}"

alice=vipotp-alice bob=vipotp-bob
password=$(random_word)
new_user $alice "$password"
new_user $bob "$password"
install_service vipotp vipotp
install -m 755 "$VIPOTP" /usr/bin/vipotp
install -m 755 "$top_builddir/vipotp-helper" "$top_builddir/tests/command/claim" "$scene" || exit 99
chmod 711 "$scene"
start_log "$top_builddir/tests/system/logsink"
mkdir -p /etc/vipotp
conf=/etc/vipotp/vipotp.conf
# policy [POLICY]: the settings that the helper reads, too; for users a wait is enough, tests would only wait.
policy() {
	settings "fail_delay = 0; ${1-}"
	echo 'contact = "the desk, room 42";' >>$conf
}
policy

start_helper() {
	"$scene/vipotp-helper" --listen &
	helper=$!
	patience=1000
	until [ -S /run/vipotp/socket ]; do
		patience=$((patience - 1))
		[ $patience -gt 0 ] || { echo "Bail out! no helper" && exit 99; }
		sleep 0.02
	done
}

# as USER ARGUMENT...: his vipotp; answers as with run. What was logged meanwhile is in $trial_news.
language=C
as() {
	user=$1
	shift
	setpriv --reuid "$user" --regid "$user" --init-groups env -i PATH=/usr/bin:/bin LANG=$language vipotp "$@" \
		<"$scene/in" >"$scene/out" 2>"$scene/err"
	status=$?
	ran="(as $user) $*"
	: >"$scene/in"
	read_log
}

# own LINE... -- ARGUMENT...: alice, her password and these answers.
own() {
	echo "$password" >"$scene/in"
	while [ "$1" != -- ]; do
		echo "$1" >>"$scene/in"
		shift
	done
	shift
	as $alice "$@"
}

# logged WORD...: one line has them all.
logged() {
	lines=$(cat "$trial_news")
	for word; do
		lines=$(printf '%s\n' "$lines" | grep -e "\\b$word\\b")
	done
	[ -n "$lines" ] || { echo "# not logged: $*" && sed 's/^/# /' "$trial_news" && return 1; }
}

# no_session: every process of the helper's has ended.
no_session() {
	patience=3000
	while [ -n "$(ps -o pid= --ppid $helper)" ]; do
		patience=$((patience - 1))
		[ $patience -gt 0 ] || return 1
		sleep 0.01
	done
}

# failures USER: that are counted locally.
failures() {
	"$VIPOTP" status "$1" --json | jq .failures.local.failures
}

has_failures() {
	[ "$(failures $alice)" = "$1" ] || { echo "# $(failures $alice) failures" && return 1; }
}

# ---- before there is a service ---------------------------------------------------------------------------------

as $alice status
expect "without the service a user is told what to do" exit 5 err "systemctl enable --now vipotp-helper.socket" err "sudo vipotp"
start_helper
as $alice status
expect "nobody enrolled yet" exit 3 err 'You have no token here (error 6008). Bind one with "vipotp enroll".'

add_event UBHE00000001 "$key"
add_event UBHE00000002 "$other_key"
add_event UBHE00000003 "$key"
add_event UBHE00000004 "$key"
run tokens assign UBHE00000002 $bob --yes
answers "$(hotp 0)" "$(hotp 1)"
run enroll $bob --token UBHE00000003
run disable --token UBHE00000004 --reason broken --yes

# ---- who, and which options --------------------------------------------------------------------------------------

remember
for verb in enroll test reset status recovery; do
	own -- $verb $bob
	expect "$verb: another's account is not his to name" exit 5 err "your own account alone" no-err Password
done
own -- reset --rewind
expect "an option that is root's" exit 5 err "Only root may give --rewind"
own -- status --config $conf
expect "the settings are not his to choose" exit 5 err "Only root may give --config"
answers wrong "$(hotp 0)"
as $alice enroll --token UBHE00000001
expect "a wrong password" exit 1 err "The password is wrong." no-err OTP1
as $alice enroll
expect "no password" exit 1 err "The input ended"
point "none of that changed anything" same

# The same from a client that sends what it likes: the helper's side must refuse it all the same.
# claim USER PASSWORD WORD...
claim() {
	user=$1
	shift
	setpriv --reuid "$user" --regid "$user" --init-groups "$scene/claim" "$@" >"$scene/out" 2>"$scene/err"
	status=$?
	ran="(claimed by $user) $*"
}
claim $alice "" status $bob
expect "helper: another's name" exit 5 err "your own account alone" no-out UBHE
claim $alice "" list
expect "helper: a verb of root's, without the password" exit 100 err "password was wrong"
claim $alice "$password" list
expect "helper: with it" exit 2 err 'There is no verb "list"'
claim $alice "$password" config
expect "helper: settings are not shown by root's hand" exit 2 err 'There is no verb "config"'
claim $alice "$password" reset --rewind
expect "helper: an option of root's" exit 5 err "Only root may give --rewind"
claim $alice "$password" status --config $conf
expect "helper: settings of one's own" exit 2 err '"--config" is not known'
claim $alice "" status --terminal=t
expect "helper: a word out of its place" exit 2 err '"--terminal=t" is not known'
for words in "--terminal=tsc enroll --token UBHE00000001" "-- enroll" "--help" "" "--terminal=" "stat" "--terminal=t --terminal=t status"; do
	# shellcheck disable=SC2086 # words of a command line
	claim $alice "" $words
	expect "helper: \"$words\" is nothing without the password" exit 100 err "password was wrong"
done
point "none of that changed anything either" same

# ---- enrolment -----------------------------------------------------------------------------------------------------

# of_no_use ID VERDICT: in one text with all others; the log says which it is.
of_no_use() {
	own -- enroll --token "$1"
	shows exit 3 err "This token cannot be bound to you (error 6004)." err-line "vipotp: Ask your administrator: the desk, room 42" &&
		logged event=enroll user=$alice token="$1" "$2" uid="$(id -u $alice)" caller=$alice &&
		{ [ ! -e "$scene/refusal" ] || cmp "$scene/refusal" "$scene/err"; } && cp "$scene/err" "$scene/refusal"
}
point "a token that nobody knows" of_no_use UBHE99999999 error=6004
point "one that is bound is told in the same words" of_no_use UBHE00000003 verdict=bound
point "one that is reserved for another" of_no_use UBHE00000002 verdict=reserved
point "one that is disabled" of_no_use UBHE00000004 verdict=disabled
own UBHE99999999 UBHE00000002 UBHE00000003 UBHE00000001 "$(hotp 0)" "$(hotp 1)" -- enroll
expect "three tries for the ID" exit 3 err "The dialogue was ended. Nothing was bound." no-err OTP1
wrong="$(hotp 7) $(hotp 9)"
# shellcheck disable=SC2086 # two codes each
own UBHE00000001 $wrong $wrong $wrong "$(hotp 0)" "$(hotp 1)" -- enroll
expect "three tries for the codes" exit 1 err "error 49b5" err "The dialogue was ended. Nothing was bound." no-out bound
point "which is logged" logged event=enroll verdict=refused caller=$alice
for maker in "--new event" --uri; do
	# shellcheck disable=SC2086 # a word or two
	own -- enroll $maker
	expect "enroll $maker: without an invitation" exit 5 err "you need an invitation" err "the desk, room 42"
done
own -- enroll --add --token UBHE00000001
expect "nothing to add to" exit 3 err "You have no token yet (error 6008)"

# A client that is killed, or interrupted, between the two codes.
# broken_off SIGNAL
broken_off() {
	rm -f "$scene/typed"
	mkfifo "$scene/typed"
	remember
	setpriv --reuid $alice --regid $alice --init-groups vipotp enroll --token UBHE00000001 <"$scene/typed" \
		>"$scene/out" 2>"$scene/err" &
	client=$!
	exec 4>"$scene/typed"
	printf '%s\n' "$password" "$(hotp 0)" >&4
	patience=3000
	until grep -q OTP2 "$scene/err"; do
		patience=$((patience - 1))
		[ $patience -gt 0 ] || return 1
		sleep 0.01
	done
	kill -s "$1" $client
	wait $client 2>/dev/null
	status=$?
	exec 4>&-
	no_session && same
}
point "killed in the middle: nothing is bound, nobody is left" broken_off KILL
point "interrupted: the same" broken_off TERM
expect "and it is said" exit 1 err "The dialogue was ended. Nothing was bound."

own UBHE00000001 "$(hotp 0)" "$(hotp 1)" -- enroll
expect "a token of the inventory is bound" exit 0 out-line "Token UBHE 0000 0001 is bound to you. Its codes are demanded from the next login on." \
	out '"vipotp recovery"'
point "the log tells who did it" logged event=enroll user=$alice token=UBHE00000001 verdict=accepted uid="$(id -u $alice)" caller=$alice
own UBHE00000001 -- enroll
expect "he has one already" exit 4 err "You have a token already." err "the desk, room 42" no-err "vipotp release"

# ---- test ------------------------------------------------------------------------------------------------------------

own letters "$(hotp 2)" -- test
expect "a code that works" exit 0 out-line "The code of token UBHE 0000 0001 works. It is used up now: a login needs the next one." \
	err "The security code is a 6-digit number." no-out tier
point "which is logged" logged event=test user=$alice verdict=works caller=$alice
own "$(hotp 2)" -- test
expect "it is used up" exit 1 out "used already (error 49b5)"
login $alice "$(hotp 2)"
expect "for logins, too" out-line "authenticate PAM_AUTH_ERR"
own "$(hotp 300)" -- test
expect "a code within reach of a reset is told as any that does not work" exit 1 out "The code does not work (error 49b5)." \
	out-line "It was counted as a failure." no-out 4923
point "and counts" has_failures 1
own "$(hotp 20000)" -- test
cp "$scene/out" "$scene/beyond"
own "$(hotp 301)" -- test
point "so is one that is out of it" cmp -s "$scene/out" "$scene/beyond"
own "$(hotp 20000)" -- test
expect "the wait is told" exit 1 out "your codes are not read for 30 s now"
answers wrong "$(hotp 3)"
as $alice test
expect "with a wrong password nothing is counted" exit 1 err "The password is wrong."
point "indeed" has_failures 4
own "$(hotp 3)" -- test
expect "throttled" exit 6 err "your codes are not read for" no-err "vipotp unlock"
own UBHE00000001 "$(hotp 3)" "$(hotp 4)" -- reset
expect "so is a reset" exit 6 err "your codes are not read for"
run unlock $alice --yes
own -- test
expect "no code, no test" exit 1 err "Nothing was tested"

# ---- reset -----------------------------------------------------------------------------------------------------------

own UBHE99999999 UBHE00000003 UBHE00000001 "$(hotp 50)" "$(hotp 51)" -- reset
expect "a reset by two codes" exit 0 out "The token has been reset." no-err "not known here" no-err "not bound"
point "another's token is as one that nobody knows" \
	sh -c '[ "$(grep -c "credential ID of no token of yours (error 6007)" "$1")" = 2 ]' - "$scene/err"
own UBHE00000001 "$(hotp 90)" "$(hotp 99)" -- reset
expect "a reset that fails" exit 1 err "The token reset failed." err "Error code: 49b5"

# ---- status ----------------------------------------------------------------------------------------------------------

as $alice status
expect "his own status needs no password" exit 0 out "$alice (uid $(id -u $alice))" out "UBHE 0000 0001" no-out UBHE00000003
as $alice status $alice --json
point "by his name, too, and as JSON" json ".user == \"$alice\" and .failures.local.failures == 1"
setpriv --reuid $alice --regid $alice --init-groups vipotp status >/dev/full 2>"$scene/err"
status=$?
expect "lost output is told" exit 5 err "Cannot write to standard output"
language=ja_JP.UTF-8
own "$(hotp 52)" -- test
expect "in Japanese" exit 0 err "パスワード" out "UBHE 0000 0001" no-out works
language=C

# ---- recovery codes ----------------------------------------------------------------------------------------------------

own "$(hotp 300)" -- recovery
expect "recovery codes want a code" exit 1 err "This is no code that your token shows now (error 49b5)." no-out "-"
own "$(hotp 53)" -- recovery --json
point "with one they are made" json '.codes | length == 10'
code=$(jq -r '.codes[0]' "$scene/out")
own "$code" "$(hotp 54)" y -- recovery
expect "a recovery code will not do; where some are left it asks" exit 0 err "You have 10 recovery codes left." out "Recovery codes of"
login $alice "$code"
expect "the old ones are dead" out-line "authenticate PAM_AUTH_ERR"
own "$(hotp 55)" n -- recovery
expect "no is no" exit 1 err "Nothing was changed."
as $alice recovery --reason x
expect "a reason is root's to give" exit 5 err "Only root may give --reason"

run lock $alice --reason stolen --yes
own -- test
expect "a locked token: no code is asked for" exit 1 out "a token of yours is locked (error 4990)" err "the desk, room 42" \
	no-err "Security code"
own "$(hotp 56)" -- recovery
expect "nor does one help" exit 4 err "A token of yours is locked (error 4990)." err "the desk, room 42" no-err "vipotp unlock"
run unlock $alice --yes

# ---- another token -------------------------------------------------------------------------------------------------------

add_event UBHE00000005 "$other_key"
uri="otpauth://hotp/mine?secret=$other_key&counter=0"
own "$(hotp 0 "$other_key")" "$(hotp 1 "$other_key")" -- enroll --add --token UBHE00000005
expect "a further token wants a code of the first" exit 1 err "A code of a token that you have is needed to add another."
run unlock $alice --yes
policy 'enroll_open = true;'
own "$(hotp 56)" "$uri" "$(hotp 0 "$other_key")" "$(hotp 1 "$other_key")" -- enroll --add --uri
expect "with it, and where anybody may make a token: from a URI" exit 0 out "is bound to you"
policy 'replace = "code"; enroll_open = true;'
own "$(hotp 57)" "$(hotp 0 "$other_key")" "$(hotp 1 "$other_key")" -- enroll --token UBHE00000005
expect "replaced by a code of the old one" exit 0 err "You have a token. A code of it is needed to replace it." out "UBHE 0000 0005 is bound"
policy
run invite $bob --yes
run release $bob --yes
run invite $bob --yes

# The key of a new token is known only from what is printed: bob answers as a script does that reads it.
# making [ARGUMENT...]: root's vipotp is run with them before he does.
making() {
	rm -f "$scene/typed"
	mkfifo "$scene/typed"
	setpriv --reuid $bob --regid $bob --init-groups vipotp enroll --new event --qr always <"$scene/typed" \
		>"$scene/out" 2>"$scene/err" &
	client=$!
	exec 4>"$scene/typed"
	echo "$password" >&4
	patience=3000
	until grep -q otpauth "$scene/out"; do
		patience=$((patience - 1))
		[ $patience -gt 0 ] || return 1
		sleep 0.01
	done
	made=$(sed -n 's/.*secret=\([A-Z2-7]*\).*/\1/p' "$scene/out")
	[ $# -eq 0 ] || vipotp "$@" >/dev/null 2>&1 || return 1
	printf '%s\n' "$(hotp 0 "$made")" "$(hotp 1 "$made")" >&4
	exec 4>&-
	wait $client
	status=$?
}
# It counted when the dialogue began only, which may last ten minutes.
taken_back() {
	making invite $bob --cancel --yes
	shows exit 5 out "█" err "you need an invitation" err "Nothing was bound." no-out "is bound to you"
	run status $bob
	shows exit 3
}
point "an invitation that is taken back in the middle of the dialogue is none" taken_back
run invite $bob --yes
invited() {
	making
	shows exit 0 out "█" out "is bound to you"
}
point "an invited user makes his own, with its QR code" invited

# ---- lines, terminals --------------------------------------------------------------------------------------------------

printf '%s\n' "$password" "$(hotp 2 "$other_key")" "this line is another's" >"$scene/in"
{
	setpriv --reuid $alice --regid $alice --init-groups vipotp test
	cat
} <"$scene/in" >"$scene/out" 2>"$scene/err"
status=$?
expect "what follows the answers is left to others" out "works" out-line "this line is another's"

on_terminal() {
	shown=$(dialog "$@") && status=0 || status=$?
	printf '%s\n' "$shown" >"$scene/out"
	: >"$scene/err"
}
if command -v expect >/dev/null; then
	on_terminal 'Your password:' "$password" 'Security code:' "$(hotp 3 "$other_key")" -- \
		setpriv --reuid $alice --regid $alice --init-groups vipotp test
	expect "on a terminal" exit 0 out "works" no-out "$password"
	point "no line too many: question, answer, result" \
		sh -c '[ "$(grep -A 1 "^Security code:" "$1" | tail -n 1 | cut -c 1-8)" = "The code" ]' - "$scene/out"
	policy 'enroll_open = true;'
	run release $bob --yes
	remember
	on_terminal 'Your password:' "$password" 'OTP1' "$(printf '\003')" -- \
		setpriv --reuid $bob --regid $bob --init-groups vipotp enroll --new time
	expect "Ctrl-C ends the dialogue" exit 1 out "█" out "The dialogue was ended. Nothing was bound."
	point "and nothing is bound" same
	key3=$(new_key)
	on_terminal 'Your password:' "$password" 'otpauth URI (not shown):' "otpauth://hotp/x?secret=$key3&counter=0" \
		'OTP1' "$(hotp 0 "$key3")" 'OTP2' "$(hotp 1 "$key3")" -- \
		setpriv --reuid $bob --regid $bob --init-groups vipotp enroll --uri
	expect "a key that is typed is not shown" exit 0 out "is bound to you" no-out "$key3"
else
	skip "on a terminal" "expect is not installed"
fi

kill $helper
wait $helper
finish
