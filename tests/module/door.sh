# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# What the tests here have in common, sourced by each: a store of their own that no other test sees, users with
# tokens, knocks at the module's door (knock.c), and what the module wrote to the log meanwhile. In TAP.
#
# With CAP_SYS_ADMIN a test has a mount and a process namespace of its own: /run is memory, /dev/log is ours, and
# nothing is left when the test ends, by SIGKILL too. Without, the log is not looked at, and the test says so.
# shellcheck disable=SC2154 # top_builddir and the like

here=$(cd "$(dirname "$0")" && pwd)

# skip_all REASON: from here on, if something was told already.
skip_all() {
	if [ "${points-0}" -gt 0 ]; then
		skip 'everything else' "$*"
		finish
	fi
	echo "1..0 # SKIP $*"
	exit 0
}

if [ "${1-}" != inside ]; then
	[ "$(id -u)" = 0 ] || skip_all 'a store must be root'"'"'s'
	for tool in oathtool base32 timeout logger; do
		command -v $tool >/dev/null || skip_all "$tool is not installed"
	done
	for user in daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc nobody; do
		getent passwd $user >/dev/null || skip_all "this machine has no user $user"
	done
	enter='setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc'
	if $enter true 2>/dev/null; then
		# Not exec: this shell is whom a caller knows, and with its death the rest ends.
		$enter sh "$here/${0##*/}" inside
		exit
	fi
elif ! mount -t tmpfs -o mode=0755 tmpfs /run; then
	echo 'Bail out! no memory on /run'
	exit 1
fi
. "$here/../tap.sh"
: "${VIPOTP:=$top_builddir/vipotp}" "${PAM_VIPOTP:=$top_builddir/.libs/pam_vipotp.so}"
export PAM_VIPOTP
driver=$top_builddir/tests/module/knock

# bail_out REASON: the scene is not set, so that no point could mean anything.
bail_out() {
	echo "Bail out! $*"
	exit 1
}

leave() {
	rm -rf "$room" "$scratch"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM

# A /dev that has a log of ours; what else is in it is the machine's.
private_log() {
	mkdir "$scratch/dev" && mount -t tmpfs -o mode=0755 tmpfs "$scratch/dev" || return
	for node in null zero full random urandom tty; do
		: >"$scratch/dev/$node"
		mount --bind "/dev/$node" "$scratch/dev/$node" || return
	done
	mkdir -m 1777 "$scratch/dev/shm" || return
	ln -s /proc/self/fd "$scratch/dev/fd"
	mount --move "$scratch/dev" /dev && "$top_builddir/tests/system/logsink" /dev/log "$log"
}

# libpam's audit record wants the address of PAM_RHOST. No test waits for a network that may not answer.
only_files_know_hosts() {
	[ -e /etc/nsswitch.conf ] || return 0
	sed 's/^hosts:.*/hosts: files/' /etc/nsswitch.conf >"$scratch/nsswitch.conf" &&
		mount --bind "$scratch/nsswitch.conf" /etc/nsswitch.conf
}

room=
room=$(mktemp -d /run/vipotp-test.XXXXXX) || bail_out 'no room in /run'
mkdir "$room/tmp" "$room/tokens"
export TMPDIR="$room/tmp"
log=$room/log
if [ "${1-}" = inside ]; then
	private_log || bail_out 'no private /dev/log'
	only_files_know_hosts || bail_out 'no private /etc/nsswitch.conf'
else
	log=
	skip 'what the log says' 'no mount namespace, so no /dev/log of our own (CAP_SYS_ADMIN is needed)'
fi

conf=$room/vipotp.conf
store=$room/store
key_file=$room/key
arguments= # of the module, beside config=
now=       # seconds since the epoch at which the clock stands; empty: the machine's

# settings [POLICY [TOP]]: what stands in the settings file, beside what every test needs.
# One answer is one attempt here; resync.sh is about the other.
fail_delay=0 resync='command'
settings() {
	cat >"$conf" <<-END
		policy = { fail_delay = $fail_delay; resync = "$resync"; ${1-} };
		store = { path = "$store"; key = "$key_file"; };
		${2-}
	END
}
settings

# ---- time -------------------------------------------------------------------------------------------

# stop_the_clock: from now on `now` counts. Without the library the whole test is skipped.
stop_the_clock() {
	for faketime in /usr/lib/*/faketime/libfaketime.so.1 /usr/lib64/faketime/libfaketime.so.1 \
		/usr/lib/faketime/libfaketime.so.1; do
		[ ! -e "$faketime" ] || return 0
	done
	skip_all 'libfaketime is not installed'
}

# Only what people call the time stands still: waiting for locks goes by the monotonic clock.
in_time() {
	if [ -z "$now" ]; then
		timeout 60 "$@"
	else
		timeout 60 env LD_PRELOAD="$faketime" FAKETIME_FMT=%s FAKETIME="$now" FAKETIME_DONT_FAKE_MONOTONIC=1 \
			DONT_FAKE_MONOTONIC=1 "$@"
	fi
}

# ---- tokens -----------------------------------------------------------------------------------------

# hotp KEY COUNTER [OPTION...], totp KEY SECONDS [OPTION...]: codes as another program computes them.
hotp() {
	token_key=$1 token_counter=$2
	shift 2
	printf '%s\n' "$token_key" | oathtool --hotp --base32 --counter="$token_counter" "$@" -
}

totp() {
	token_key=$1 token_time=$2
	shift 2
	printf '%s\n' "$token_key" | oathtool --totp --base32 --now="@$token_time" "$@" -
}

vipotp() {
	in_time "$VIPOTP" --config "$conf" "$@"
}

# bind USER URI OTP1 OTP2: by the administrator's command, as every enrolment here.
bind() {
	printf '%s\n' "$2" "$3" "$4" | vipotp enroll "$1" --uri >"$room/enrolment" 2>&1 ||
		bail_out "enrolment of $1: $(cat "$room/enrolment")"
}

# A key for each call, and the same one in the next run: two codes of a random key may be equal, once in a while.
keys=0
new_key() {
	keys=$((keys + 1))
	key=$(printf '%-20.20s' "$keys${0##*/}" | base32)
}

# enroll_event USER: an event token whose next counter is 2; press and guess know it.
enroll_event() {
	new_key
	token_key=$key
	echo "$token_key" >"$room/tokens/$1.key"
	echo 2 >"$room/tokens/$1.counter"
	bind "$1" "otpauth://hotp/$1?secret=$token_key&counter=0" "$(hotp "$token_key" 0)" "$(hotp "$token_key" 1)"
}

# press USER: the token's button. code is what it shows.
press() {
	counter=$(cat "$room/tokens/$1.counter")
	code=$(hotp "$(cat "$room/tokens/$1.key")" "$counter")
	echo $((counter + 1)) >"$room/tokens/$1.counter"
}

# guess USER: code is one that the token has not shown lately and will not show for long.
guess() {
	counter=$(cat "$room/tokens/$1.counter")
	hotp "$(cat "$room/tokens/$1.key")" $((counter > 5 ? counter - 5 : 0)) --window=20 >"$room/right"
	code=123456
	while grep -qx "$code" "$room/right"; do code=$((code + 1)); done
}

# ---- the door ---------------------------------------------------------------------------------------

# look ARGUMENT...: of knock.c. Sets shown, what it printed.
look() {
	shown=$(in_time "$driver" -o "config=$conf $arguments" "$@" 2>&1)
	unread=yes
}

# knock ARGUMENT...: the same; $news is then a file of the lines logged meanwhile.
knock() {
	[ -z "$unread" ] || read_log
	look "$@"
	read_log
}

log_mark=0
unread=
news=$room/news
: >"$news"
# What was logged since this was called before. A line of our own, sent last, tells that the others are there.
read_log() {
	unread=
	[ -n "$log" ] || return 0
	log_mark=$((log_mark + 1))
	logger -u /dev/log -t door "mark $log_mark." || bail_out 'the log is gone'
	patience=1000
	until tail -n 1 "$log" | grep -q "mark $log_mark\.\$"; do
		patience=$((patience - 1))
		[ "$patience" -gt 0 ] || bail_out 'the log is not written'
		sleep 0.01
	done
	awk -v before="mark $((log_mark - 1))\\.\$" -v mark="mark $log_mark\\.\$" '
		$0 ~ before { text = ""; next }
		$0 !~ mark { text = text $0 "\n" }
		END { printf "%s", text }' "$log" >"$news"
}
read_log

complain() {
	echo "$*"
	echo 'it printed:'
	printf '%s\n' "$shown"
	echo 'and logged:'
	cat "$news"
}

# gave LINE...: what knock printed has these lines.
gave() {
	for line; do
		printf '%s\n' "$shown" | grep -qxF -e "$line" || complain "missing: $line"
	done
}

# gave_no TEXT...: and nowhere these texts.
gave_no() {
	for text; do
		! printf '%s\n' "$shown" | grep -qF -e "$text" || complain "not wanted: $text"
	done
}

# logged WORDS [REASON]: one line tells of a login, or as many as $answers says; they have these words (FIELD=VALUE) and a
# reason that matches. What is quoted within a reason is not quoted in the log's line: a dot stands for such a mark.
answers=1
logged() {
	[ -n "$log" ] || return 0
	lines=$(grep -c ' event=login ' "$news")
	[ "$lines" = "$answers" ] || complain "$lines lines with event=login"
	for word in $1; do
		grep ' event=login ' "$news" | tr ' ' '\n' | grep -qxF -e "$word" || complain "missing in the log: $word"
	done
	[ -z "${2-}" ] || grep ' event=login ' "$news" | grep -q -e "$2" || complain "missing in the log: $2"
}

# expect CODE WORDS REASON ARGUMENT...: knock, and both the PAM code and the log are as they must be.
expect() {
	wanted=$1 wanted_words=$2 wanted_reason=$3
	shift 3
	knock "$@"
	gave "authenticate $wanted"
	logged "$wanted_words" "$wanted_reason"
}

# accepted USER [ARGUMENT...]: the token's next code lets its owner in.
accepted() {
	user=$1
	shift
	press "$user"
	expect PAM_SUCCESS "user=$user verdict=accepted" '' "$@" -u "$user" "$code"
}

# ---- the record -------------------------------------------------------------------------------------

# report USER: `vipotp status` of him, as JSON in one line.
report() {
	vipotp status "$1" --json
}

# next_position USER; failures USER local|remote
next_position() {
	report "$1" | sed -n 's/.*"next_position": \([0-9]*\).*/\1/p'
}

failures() {
	report "$1" | sed -n "s/.*\"$2\": {\"failures\": \([0-9]*\).*/\1/p"
}
