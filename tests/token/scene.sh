# SPDX-License-Identifier: BSD-2-Clause
# The scene of the soft token's tests, which source this file: an ordinary user with a home directory, the real
# programs, and what tests/command/scene.sh has.
# shellcheck shell=sh
# shellcheck disable=SC2154 # scene is that file's

. "$(dirname "$0")/../command/scene.sh"
: "${VIPOTP_TOKEN:=$(dirname "$VIPOTP")/vipotp-token}"
[ -x "$VIPOTP_TOKEN" ] || { echo "Bail out! no program at $VIPOTP_TOKEN" && exit 99; }

# The build directory may be closed to the user.
user=65534
home=$scene/home
program=$scene/bin/vipotp-token
tokens=$home/.local/share/vipotp
chmod 711 "$scene"
mkdir "$scene/bin" "$home"
cp "$VIPOTP_TOKEN" "$program"
chmod -R a+rX "$scene/bin"
chown $user:$user "$home"
unset XDG_DATA_HOME LANGUAGE

# as_user COMMAND...: with the user's home and no privilege.
as_user() {
	HOME=$home setpriv --reuid $user --regid $user --clear-groups --inh-caps=-all "$@"
}

# A home without tokens.
forget_tokens() {
	rm -rf "$home/.local"
}

# run ARGUMENT...: the program, as the user; $status, $scene/out and $scene/err tell what came of it. Answers are used up.
run() {
	as_user "$program" "$@" <"$scene/in" >"$scene/out" 2>"$scene/err"
	status=$?
	ran=$*
	: >"$scene/in"
}

# at SECONDS ARGUMENT...: the same at a moment, s since the epoch, at which the clock stands still.
at() {
	date=$(date -u -d "@$1" '+%Y-%m-%d %H:%M:%S')
	shift
	TZ=UTC as_user faketime -f "$date" "$program" "$@" <"$scene/in" >"$scene/out" 2>"$scene/err"
	status=$?
	ran="(at $date) $*"
	: >"$scene/in"
}

# The output of the last run is this line: the code or the ID alone.
said() {
	[ "$status" -eq 0 ] && [ "$(cat "$scene/out")" = "$1" ]
}

# must_run ARGUMENT...: where the rest of the test makes no sense without it.
must_run() {
	run "$@"
	[ "$status" -eq 0 ] || { echo "Bail out! vipotp-token $*: $(cat "$scene/err")" && exit 99; }
}

# add URI: a token; its ID is in $id.
add() {
	answers "$1"
	must_run import
	id=$(cat "$scene/out")
}

# The path of a token's file: file_of ID.
file_of() {
	echo "$tokens/$1.vipaccess"
}

# The value of a line of a token's file: value_in ID NAME.
value_in() {
	sed -n "s/^$2 //p" "$(file_of "$1")"
}
