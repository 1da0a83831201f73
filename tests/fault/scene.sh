# SPDX-License-Identifier: BSD-2-Clause
# The scene of the fault tests, which source this file: a host of root's own (settings, key, store, a PAM file) with
# event tokens, knocks at the real module's door (tests/module/knock.c), the real command, and strace, which lets a
# call fail or kills at it. In TAP.
# shellcheck shell=sh
# shellcheck disable=SC2154 # top_builddir and scratch are tap.sh's

here=$(cd "$(dirname "$0")" && pwd)

skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

[ "$(id -u)" -eq 0 ] || skip_all "a store must be root's"
for tool in strace oathtool timeout jq; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
strace -qq -o /dev/null true 2>/dev/null || skip_all "strace may not trace here"
# Where only one call is to fail, the kernel need not stop at the others.
one_call='-f --seccomp-bpf'
# shellcheck disable=SC2086
strace $one_call -qq -o /dev/null -e trace=fsync true 2>/dev/null || one_call=

# With CAP_SYS_ADMIN in a mount and process namespace of its own, with memory on /run: a sync costs nothing, and nothing
# is left when the test ends, by SIGKILL too. What is killed here is processes, never the power: memory is as good.
if [ "${1-}" = inside ]; then
	mount -t tmpfs -o mode=0755 tmpfs /run || exit 99
else
	enter='setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc'
	# shellcheck disable=SC2086
	! $enter true 2>/dev/null || exec $enter sh "$here/${0##*/}" inside
fi
. "$here/../tap.sh"
trap 'exit 130' INT
trap 'exit 143' HUP TERM
: "${VIPOTP:=$top_builddir/vipotp}" "${PAM_VIPOTP:=$top_builddir/.libs/pam_vipotp.so}"
driver=$top_builddir/tests/module/knock
exec 6>&1 # a point's own output is what it complains of
bail_out() {
	echo "Bail out! $*" >&6
	exit 1
}
[ -x "$driver" ] && [ -x "$VIPOTP" ] && [ -r "$PAM_VIPOTP" ] || bail_out "module, command or driver are not built"

# With FULL=1 everything, else what fits a minute.
: "${FULL:=}"

# ---- a host -----------------------------------------------------------------------------------------------

# fresh_host NAME [PLACE [POLICY]]: nothing is stored there. PLACE: where key and store are.
fresh_host() {
	host=$scratch/$1
	conf=$host/vipotp.conf
	policy=${3-}
	mkdir -p "$host/pam" || exit 99
	set_place "${2:-$host}"
	printf 'auth [success=ok ignore=ok default=bad] %s config=%s\n' "$PAM_VIPOTP" "$conf" | tee "$host/pam/other" \
		>"$host/pam/vipotp-test"
}

set_place() {
	place=$1
	printf 'store = { path = "%s/store"; key = "%s/key"; };\npolicy = { fail_delay = 0; resync = "command"; %s };\n' "$place" "$place" \
		"$policy" >"$conf"
}

vipotp() {
	timeout 60 "$VIPOTP" --config "$conf" "$@"
}

# try USER CODE...: one login after another; tried is "PAM_X PAM_Y ...", what was answered.
tried=
try() {
	try_user=$1
	shift
	try_calls=authenticate
	for _ in $(seq 2 $#); do try_calls=$try_calls,authenticate; done
	tried=$(timeout 60 "$driver" -d "$host/pam" -u "$try_user" -c "$try_calls" "$@" 2>&1 |
		sed -n 's/^authenticate //p' | paste -sd ' ')
}

# gives ANSWERS USER CODE...: whether that is what is answered.
gives() {
	wanted=$1
	shift
	try "$@"
	[ "$tried" = "$wanted" ]
}

# ---- tokens -------------------------------------------------------------------------------------------------

# Keys of the tokens A and B, hexadecimal, and their buttons: press A sets code to the next one.
key_A=4120736563726574206b6579206f6620412e2e2e
key_B=4220736563726574206b6579206f6620422e2e2e
ids=0

# new_tokens: their counters begin again, under other IDs.
new_tokens() {
	ids=$((ids + 1))
	id_A=$(printf 'UBHE1%07d' $ids)
	id_B=$(printf 'UBHE2%07d' $ids)
	[ -s "$scratch/codes_A" ] || oathtool --hotp -c 0 -w 4000 $key_A >"$scratch/codes_A"
	[ -s "$scratch/codes_B" ] || oathtool --hotp -c 0 -w 4000 $key_B >"$scratch/codes_B"
	exec 7<"$scratch/codes_A" 8<"$scratch/codes_B"
}

# Token A as an administrator may bring it.
uri_A() {
	printf 'otpauth://hotp/VIP%%20Access:%s?secret=%s&counter=0\n' "$id_A" \
		"$(oathtool --hotp -v $key_A | sed -n 's/^Base32 secret: //p' | tr -d =)"
}

press() {
	case $1 in
	A) read -r code <&7 ;;
	B) read -r code <&8 ;;
	esac || bail_out "token $1 has no more codes"
}

# add_token A|B: into the inventory.
add_token() {
	eval "add_id=\$id_$1 add_key=\$key_$1"
	printf '%s\n' "$add_key" | vipotp tokens add --id "$add_id" --hex >"$host/added" 2>&1 ||
		bail_out "tokens add: $(cat "$host/added")"
}

# pair A|B: the next two codes, as a command's answers in $host/answers.
pair() {
	press "$1"
	echo "$code" >"$host/answers"
	press "$1"
	echo "$code" >>"$host/answers"
}

# enroll USER A|B [OPTION...]: exit status of the command.
enroll() {
	enroll_user=$1
	eval "enroll_id=\$id_$2"
	pair "$2"
	shift 2
	vipotp enroll "$enroll_user" --token "$enroll_id" "$@" <"$host/answers" >"$host/enrolled" 2>&1
}

must_enroll() {
	enroll "$@" || bail_out "enroll $*: $(cat "$host/enrolled")"
}

# ---- recovery codes -----------------------------------------------------------------------------------------

# number_of NAME: the first of this name in the JSON on standard input. jq takes longer to begin than a login takes.
number_of() {
	grep -oE "\"$1\": [0-9]+" | sed -n '1s/.*: //p'
}

recovery_left() {
	vipotp status daemon --json | number_of recovery_codes_left
}

# take_recovery: typed is daemon's next recovery code. New ones are made when there is none.
take_recovery() {
	if [ ! -s "$host/recovery" ]; then
		vipotp recovery daemon --yes --json | jq -r '.codes[]' >"$host/recovery"
		[ "$(wc -l <"$host/recovery")" -eq 10 ] || bail_out "not ten recovery codes"
	fi
	typed=$(sed -n 1p "$host/recovery")
	sed -i 1d "$host/recovery"
	before=$(recovery_left)
	: >"$host/answers"
}

# spent_once_at_most: whatever became of the login by it, it opens once, and is unspent only if it did not (product §5.7).
spent_once_at_most() {
	spent=$((before - $(recovery_left)))
	try daemon "$typed" "$typed"
	case $(answered)/$spent/$tried in
	PAM_SUCCESS/1/PAM_AUTH_ERR\ PAM_AUTH_ERR) ;;
	PAM_SUCCESS/*)
		echo "success was answered, $spent spent; the code twice more: $tried"
		return 1
		;;
	*/1/PAM_AUTH_ERR\ PAM_AUTH_ERR) ;;
	*/0/PAM_SUCCESS\ PAM_AUTH_ERR) ;;
	*)
		echo "answered '$(answered)', $spent spent; the code twice more: $tried"
		return 1
		;;
	esac
}

# ---- calls ----------------------------------------------------------------------------------------------------

# trace COMMAND...: its system calls, in $host/trace; all goes well.
trace() {
	timeout 60 strace -qq -o "$host/trace" "$@" >"$host/traced" 2>&1
}

# calls BEGIN END: "NAME N" for each call from the first line that matches BEGIN to the next that matches END: the Nth
# call of this name. Leaves out what a trace sees but no call is.
calls() {
	awk -v begin="$1" -v end="$2" '
		match($0, /^[a-z_0-9]+\(/) {
			name = substr($0, 1, RLENGTH - 1); n[name]++
			if (!inside && !over && $0 ~ begin) { inside = 1; next }
			if (inside && $0 ~ end) { inside = 0; over = 1 }
			if (inside) print name, n[name]
		}' "$host/trace"
}

# changing_calls BEGIN END: of these the ones that change what is stored or locked, and the one after each: between two of
# them a death finds the same as at the second. With FULL=1 all.
changing_calls() {
	[ -z "$FULL" ] || {
		calls "$1" "$2"
		return
	}
	awk -v begin="$1" -v end="$2" '
		match($0, /^[a-z_0-9]+\(/) {
			name = substr($0, 1, RLENGTH - 1); n[name]++
			if (!inside && !over && $0 ~ begin) { inside = after = 1; next }
			if (inside && $0 ~ end) { inside = 0; over = 1 }
			changes = name ~ /^(p?write(v2|64)?|ftruncate|fsync|fdatasync|rename(at2?)?|unlink(at)?|mkdirat|flock)$/ || /O_CREAT/
			if (inside && (changes || after)) print name, n[name]
			after = changes
		}' "$host/trace"
}

# kill_at NAME N COMMAND...: true if it was killed there.
kill_at() {
	kill_name=$1 kill_n=$2
	shift 2
	(timeout 60 strace -qq -o "$host/killed" -e trace="$kill_name" -e inject="$kill_name:signal=KILL:when=$kill_n" "$@" \
		>"$host/out" 2>"$host/err" <"$host/answers"
		:) 2>/dev/null # the inner shell would tell of the death
	grep -q 'killed by SIGKILL' "$host/killed"
}

# fail_at NAME WHEN ERROR COMMAND...: its exit status; 124 if it hung.
fail_at() {
	fail_name=$1 fail_when=$2 fail_error=$3
	shift 3
	# shellcheck disable=SC2086
	(timeout 60 strace $one_call -qq -o "$host/failed" -e trace="$fail_name" -e inject="$fail_name:error=$fail_error$fail_when" "$@" \
		>"$host/out" 2>"$host/err" <"$host/answers"
		exit $?) 2>/dev/null
}

# knock USER CODE: what follows kill_at, fail_at or trace. Where the settings cannot be read it is asked for once more.
knock_line() {
	printf '%s -d %s -u %s %s %s' "$driver" "$host/pam" "$1" "$2" "$2"
}

# answered: what the last traced knock told, "" if it did not live to tell.
answered() {
	sed -n 's/^authenticate //p' "$host/out"
}

# ---- sweeps ---------------------------------------------------------------------------------------------------

kills=0
sweeps=0

# sweep PRINTER: for every line "NAME N" of $host/calls: $prepare, kill the command that PRINTER prints there, $judge.
# prepare and judge name functions of the test. $killed is 1 if it died; now and then one gets by without the call.
sweep() {
	sweeps=$((sweeps + 1))
	tried_kills=0 done_kills=0
	while read -r call n <&9; do
		$prepare
		tried_kills=$((tried_kills + 1))
		killed=0
		# shellcheck disable=SC2046 # what is printed is meant to be split
		if kill_at "$call" "$n" $("$1"); then
			killed=1
			done_kills=$((done_kills + 1))
		fi
		$judge || echo "  after a kill at $call, number $n"
	done 9<"$host/calls"
	kills=$((kills + done_kills))
	[ $((done_kills * 10)) -ge $((tried_kills * 9)) ] && [ "$tried_kills" -gt 0 ] ||
		echo "only $done_kills of $tried_kills kills met their call"
}
