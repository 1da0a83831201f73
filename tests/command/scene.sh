# SPDX-License-Identifier: BSD-2-Clause
# The scene of the command's tests, which source this file: a private directory of root's with settings, store and
# key, the real command, codes from oathtool, and TAP.
# shellcheck shell=sh

set -u
export LC_ALL=C
unset NO_COLOR
: "${VIPOTP:=./vipotp}"
case $VIPOTP in
*/*) VIPOTP=$(cd "$(dirname "$VIPOTP")" && pwd)/$(basename "$VIPOTP") ;;
esac

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}
[ -x "$VIPOTP" ] || { echo "Bail out! no command at $VIPOTP" && exit 99; }
[ "$(id -u)" -eq 0 ] || skip_all "the command's verbs are root's"
for tool in oathtool jq faketime; do
	command -v "$tool" >/dev/null || skip_all "$tool is not installed"
done

# The path rules want every directory on the way to be root's alone, which /tmp is not.
scene=$(mktemp -d /run/vipotp-test.XXXXXX) || exit 99
trap 'rm -rf "$scene"' EXIT
trap 'exit 99' HUP INT TERM
conf=$scene/vipotp.conf
: >"$scene/in"

# settings [POLICY]: write the settings file. One answer is one login: tests/module/resync.sh asks for the next code.
settings() {
	printf 'store = { path = "%s/store"; key = "%s/key"; };\npolicy = { resync = "command"; %s };\n' \
		"$scene" "$scene" "${1-}" >"$conf"
}
settings

# A fresh host: nothing stored.
forget_all() {
	rm -rf "$scene/store" "$scene/key"
}

# answers LINE...: what the next run reads on standard input.
answers() {
	printf '%s\n' "$@" >"$scene/in"
}

# run ARGUMENT...: the command; $status, $scene/out and $scene/err tell what came of it. Answers are used up.
run() {
	"$VIPOTP" --config "$conf" "$@" <"$scene/in" >"$scene/out" 2>"$scene/err"
	status=$?
	ran=$*
	: >"$scene/in"
}

# Whether the command runs under faketime, which one built with AddressSanitizer does not.
time_can_be_set() {
	timeout 30 faketime -f "+1h" "$VIPOTP" --version >/dev/null 2>&1
}

# later HOURS ARGUMENT...: the same, so many hours from now.
later() {
	hours=$1
	shift
	faketime -f "+${hours}h" "$VIPOTP" --config "$conf" "$@" <"$scene/in" >"$scene/out" 2>"$scene/err"
	status=$?
	ran="($hours h later) $*"
	: >"$scene/in"
}

points=0
failed=0

# point DESCRIPTION COMMAND...: holds if the command succeeds.
point() {
	points=$((points + 1))
	description=$1
	shift
	if "$@"; then
		echo "ok $points - $description"
	else
		failed=$((failed + 1))
		echo "not ok $points - $description"
		printf '# %s\n' "$*" "vipotp ${ran-}: exit ${status-}"
		sed 's/^/# out: /' "$scene/out"
		sed 's/^/# err: /' "$scene/err"
	fi
}

# One thing that a run shows: exit N, out TEXT, err TEXT, no-out TEXT, no-err TEXT, out-line LINE, err-line LINE.
shows() {
	while [ $# -ge 2 ]; do
		case $1 in
		exit) [ "$status" -eq "$2" ] ;;
		out) grep -qF -- "$2" "$scene/out" ;;
		err) grep -qF -- "$2" "$scene/err" ;;
		no-out) ! grep -qF -- "$2" "$scene/out" ;;
		no-err) ! grep -qF -- "$2" "$scene/err" ;;
		out-line) grep -qxF -- "$2" "$scene/out" ;;
		err-line) grep -qxF -- "$2" "$scene/err" ;;
		*) false ;;
		esac || {
			printf '# fails: %s\n' "$1 $2"
			return 1
		}
		shift 2
	done
}

# expect DESCRIPTION THING...: of the last run.
expect() {
	said=$1
	shift
	point "$said" shows "$@"
}

# json FILTER: of the last run's output; true if it is valid JSON and the filter holds.
json() {
	jq -e "$1" "$scene/out" >/dev/null
}

skip() {
	points=$((points + 1))
	echo "ok $points - $1 # SKIP $2"
}

# At the end of every test. Nothing looked at is a failure.
finish() {
	echo "1..$points"
	[ "$failed" -eq 0 ] && [ "$points" -gt 0 ]
	exit
}

# Keys of tests, in base32.
key=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
other_key=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ

# totp STEPS [KEY] [OPTION...]: the code of a time token so many steps of 30 s from now.
totp() {
	steps=$1
	base32=${2-$key}
	shift
	[ $# -eq 0 ] || shift
	oathtool --totp "$@" -b -N "@$((now + steps * 30))" "$base32"
}

# hotp COUNTER [KEY] [OPTION...]
hotp() {
	counter=$1
	base32=${2-$key}
	shift
	[ $# -eq 0 ] || shift
	oathtool --hotp "$@" -b -c "$counter" "$base32"
}

# All codes of one test stand on one moment: a step that ends meanwhile moves none of them.
now=$(date +%s)

# bind_event USER: a user with the event token UBHE00000001, its counters 0 and 1 used.
bind_event() {
	answers "$key"
	run tokens add --id UBHE00000001
	answers "$(hotp 0)" "$(hotp 1)"
	run enroll "$1" --token UBHE00000001
	[ "$status" -eq 0 ] || { echo "Bail out! cannot enrol: $(cat "$scene/err")" && exit 99; }
}

# bind_time USER: a user with the time token VSST00000001, the codes of the last and this step used.
bind_time() {
	now=$(date +%s)
	answers "$key"
	run tokens add --id VSST00000001
	answers "$(totp -1)" "$(totp 0)"
	run enroll "$1" --token VSST00000001
	[ "$status" -eq 0 ] || { echo "Bail out! cannot enrol: $(cat "$scene/err")" && exit 99; }
}

# ---- what the administrator's verbs are held to ------------------------------------------------------------------

# Every stored byte.
stored() {
	(cd "$scene" && find store key -type f -exec cksum {} + 2>/dev/null | sort)
}

# remember: from here on `same` holds while nothing is changed.
remember() {
	stored >"$scene/before"
}

same() {
	stored | diff "$scene/before" -
}

# asks ARGUMENT...: the verb asks; neither "no" nor the end of the input is a yes.
asks() {
	remember
	run "$@"
	point "$1 asks; without an answer it changes nothing" shows exit 1 err "[y/N]" err "Nothing was changed"
	answers n
	run "$@"
	point "$1: no is no" shows exit 1 err "Nothing was changed"
	point "$1: the store is as it was" same
}

# refuses DESCRIPTION EXIT TEXT ARGUMENT...: with --yes; and nothing is changed.
refuses() {
	said=$1 wanted=$2 text=$3
	shift 3
	remember
	run "$@" --yes
	point "$said" shows exit "$wanted" err "$text"
	point "$said: nothing is changed" same
}

# login USER ANSWER: what the real module says, loaded by the real libpam.
login() {
	TMPDIR=$scene "$top_builddir/tests/module/knock" -o "config=$conf" -u "$1" "$2" >"$scene/out" 2>"$scene/err"
	status=$?
	ran="(login) $*"
}

# in_with and out_with USER ANSWER
in_with() {
	login "$@"
	shows out-line "authenticate PAM_SUCCESS"
}

out_with() {
	login "$@"
	shows out-line "authenticate PAM_AUTH_ERR"
}

# add_event ID KEY: an event token for the inventory.
add_event() {
	answers "$2"
	run tokens add --id "$1"
	[ "$status" -eq 0 ] || { echo "Bail out! cannot add: $(cat "$scene/err")" && exit 99; }
}

# state_of ID: as the inventory tells it.
state_of() {
	"$VIPOTP" --config "$conf" tokens list --json | sed -n "s/.*\"id\": \"$1\".*\"state\": \"\([a-z]*\)\".*/\1/p"
}
