#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The command line: help, version, what is refused before anything is touched, and who may call (product §7).
. "$(dirname "$0")/scene.sh"

verbs="enroll test reset status list release lock unlock disable enable recovery tempcode invite rename export config"

run --help
expect "--help lists the verbs and the options of all" exit 0 out "Usage: vipotp" out "  enroll [USER]" \
	out "  tokens add" out "  --config FILE" out "  --version"
for verb in $verbs; do
	run "$verb" --help
	expect "$verb --help says how it is used" exit 0 out "Usage: vipotp $verb"
	cp "$scene/out" "$scene/help"
	run help "$verb"
	point "help $verb says the same" cmp -s "$scene/out" "$scene/help"
done
run tokens --help
expect "tokens --help tells both verbs" exit 0 out "Usage: vipotp tokens add" out "Usage: vipotp tokens list"
run tokens add --help
expect "tokens add --help tells one" exit 0 out "  --key-file FILE" no-out "Usage: vipotp tokens list"
run --version
expect "--version" exit 0 out "vipotp (pam_vipotp) "

run
expect "no verb is a usage error" exit 2 err "A verb is missing"
run enrol daemon
expect "an unknown verb: the nearest one is named" exit 2 err 'Did you mean "enroll"?'
run frobnicate
expect "an unknown verb near to none" exit 2 err 'There is no verb "frobnicate"' no-err "Did you mean"
run tokens lst
expect "an unknown second word: the nearest one is named" exit 2 err 'Did you mean "tokens list"?'
run tokens
expect "a missing second word" exit 2 err "needs a second word"
run enroll daemon --tokn X
expect "an unknown option: the nearest one is named" exit 2 err "Did you mean --token?"
run enroll daemon -x
expect "short options are none" exit 2 err '"-x" is not known'
run enroll daemon --token
expect "a missing argument" exit 2 err '"--token" needs an argument'
run enroll daemon --add=yes
expect "a needless argument" exit 2 err "takes no argument"
run unlock daemon --reason one --reason two
expect "an option given twice" exit 2 err "--reason is given twice"
run release
expect "a missing operand" exit 2 err "USER is missing"
for verb in enroll test reset recovery; do
	run $verb
	expect "$verb without a user is about root, and says so" err "this is about root" no-out "bound"
done
run status daemon games
expect "an operand too many" exit 2 err '"games" is one word too many'
POSIXLY_CORRECT=1 run status daemon --json
expect "the environment does not change how options are read" exit 3
run status --config "$scene/absent.conf"
expect "--config stands behind the verb too; a settings file that was named must be there" exit 5 err "absent.conf"
run status no-such-user-here
expect "an unknown user" exit 3 err "error 6003"

# A caller who is not root. The build directory may be closed to him.
public=$(mktemp -d /run/vipotp-public.XXXXXX)
trap 'rm -rf "$scene" "$public"' EXIT
chmod 755 "$public"
cp "$VIPOTP" "$public/vipotp"
printf 'policy = { look_ahead = 4; };\n' >"$public/vipotp.conf"
nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$public/vipotp" "$@" </dev/null >"$scene/out" 2>"$scene/err"
	status=$?
	ran="(as nobody) $*"
}
as_nobody() {
	nobody --config "$public/vipotp.conf" "$@"
}
for verb in list "release daemon" "lock daemon" "unlock daemon" "disable daemon --reason x" "enable daemon" \
	"tempcode daemon" "invite daemon" "rename daemon games" export "tokens add" "tokens assign X daemon" "tokens list" \
	"tokens remove X"; do
	# shellcheck disable=SC2086 # a verb and its operand
	as_nobody $verb
	expect "$verb is root's" exit 5 err "Only root may do this"
done
# The verbs for one's own account, as far as they need no vipotp-helper; tests/command/test_own.sh goes on.
for verb in enroll test reset status recovery; do
	as_nobody $verb
	expect "$verb: the settings are not a user's to choose" exit 5 err "Only root may give --config"
	nobody $verb daemon
	expect "$verb: another's account is root's" exit 5 err "your own account alone"
	cp "$scene/err" "$scene/refusal"
	nobody $verb no-such-user-here
	point "$verb: that tells nothing of who there is" cmp -s "$scene/err" "$scene/refusal"
done
nobody reset --rewind
expect "an option that is root's" exit 5 err "Only root may give --rewind"
nobody help
expect "help tells a user what he may do, and what root" exit 0 out "Verbs for you:" out "Verbs for root:"
sed -n '/^Verbs for you:/,/^$/s/^  \([a-z]*\).*/\1/p' "$scene/out" | xargs >"$scene/refusal"
point "those are his" grep -qx "enroll test reset status recovery config help" "$scene/refusal"
nobody help test
expect "help speaks to him" exit 0 out "it is used up" no-out "changes nothing"
nobody reset --help
expect "options that are root's are not offered to him" exit 0 no-out "--rewind"
nobody release --help
expect "nor is a verb that is root's" exit 0 out "Only root may do this."
as_nobody config
expect "config is anyone's" exit 0 out "look_ahead = 4;"
as_nobody enroll --help
expect "--help is anyone's" exit 0 out "Usage: vipotp enroll"
as_nobody --version
expect "--version is anyone's" exit 0 out "vipotp (pam_vipotp)"
chmod 666 "$public/vipotp.conf"
as_nobody config
expect "config tells an unsafe settings file" exit 5 err "vipotp.conf"
finish
