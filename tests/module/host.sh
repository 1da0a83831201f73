#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The process that loads the module is left as it was (product §10, rules 2 and 8): descriptors, signals, umask,
# locale, environment, working directory, memory, syslog's name; with limits that let nothing be written or opened.
. "$(dirname "$0")/door.sh"

enroll_event games
games_key=$key
enroll_event man
man_key=$key

# service NAME CONFIG [OPTION...]
mkdir "$room/pam"
: >"$room/pam/other"
service() {
	name=$1 file=$2
	shift 2
	echo "auth [success=ok ignore=ok default=bad] $PAM_VIPOTP config=$file $*" >"$room/pam/$name"
}
settings
cp "$conf" "$room/broken.conf"
echo 'policy = { prompt = ' >>"$room/broken.conf"
service plain "$conf"
service talkative "$conf" debug
service lenient "$conf" nullok
service broken "$room/broken.conf" debug
service unwritten "$room/none.conf"
service mistaken "$conf" nulok

# host WHAT SERVICE USER ANSWER...: see host.c
host() {
	what=$1
	shift
	timeout 300 "$top_builddir/tests/module/host" "$what" "$room/pam" "$@" 2>&1 || echo "exit status $?"
}

# codes KEY FIRST N
codes() {
	hotp "$1" "$2" --window=$(($3 - 1))
}

# ---- as it was --------------------------------------------------------------------------------------

# unchanged SERVICE USER ANSWER...; and afterwards what the host logs is under the host's name.
unchanged() {
	host unchanged "$@"
	read_log
	[ -z "$log" ] || grep -q '^<21>.* vipotp-host\[[0-9]*\]: still myself$' "$news" || complain 'its name in the log'
}

# shellcheck disable=SC2046
point 'after accepted codes' unchanged plain games $(codes "$games_key" 2 20)
# shellcheck disable=SC2046
point 'after accepted codes, with debug' unchanged talkative games $(codes "$games_key" 22 20)
[ "$(next_position games)" = 42 ] || bail_out "accepted codes were not: $(report games)"
point 'after replays, aborts, empty, malformed and huge answers' unchanged talkative games \
	"$(hotp "$games_key" 41)" %abort %null %none '' 12345 letters %huge "$(hotp "$games_key" 41)"
echo 200 >"$room/tokens/man.counter"
guess man
point 'after wrong codes and during a wait' unchanged talkative man "$code" "$code" "$code" "$code" "$code" "$code"
vipotp unlock man --yes >"$room/unlocked" 2>&1 || bail_out "unlock: $(cat "$room/unlocked")"
point 'after refusing the unknown' unchanged talkative vipotp-no-such-user 123456 123456 %abort
point 'after refusing the unenrolled' unchanged talkative lp 123456 123456 %abort
point 'after letting the unenrolled pass' unchanged lenient lp '' '' ''
point 'after settings that are wrong' unchanged broken games 123456 123456 %abort
point 'after settings that are missing' unchanged unwritten games 123456 123456 %abort
point 'after an option that does not exist' unchanged mistaken games 123456 123456 %abort
cp -a "$store/users/man" "$room/man"
truncate -s 5000 "$store/users/man"
point 'after a record that is damaged' unchanged talkative man 123456 123456 %abort
rm "$store/users/man"
mkfifo -m 600 "$store/users/man"
point 'after a record that is a FIFO' unchanged talkative man 123456 123456 %abort
rm "$store/users/man"
cp -a "$room/man" "$store/users/man"
mv "$key_file" "$key_file.away"
point 'after a key that is missing' unchanged talkative man 123456 123456 %abort
mv "$key_file.away" "$key_file"

# By a code, and by what it left behind.
remembered() {
	settings 'remember = "1h";'
	cp "$conf" "$room/remember.conf"
	settings
	service remembering "$room/remember.conf" debug
	HOST_RHOST=192.0.2.7 HOST_VARIABLE='SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAA' \
		unchanged remembering man "$(hotp "$man_key" 2)" %abort %abort %abort
	grep -c ' event=login user=man .*verdict=remembered' "$news" | grep -vx 3
	rm -rf /run/vipotp
}
if [ -n "$log" ]; then
	point 'after a login that is remembered' remembered
else
	skip 'after a login that is remembered' 'its record would lie in the /run of this machine'
fi

# ---- a long life ------------------------------------------------------------------------------------

grows() {
	# shellcheck disable=SC2046
	grown=$(host memory plain games $(codes "$games_key" 42 1000))
	[ "$(next_position games)" = 1042 ] || report games
	# The heap breathes. The smallest piece of it, lost 900 times, would be 28800.
	[ "${grown%% bytes*}" -lt 14400 ] && [ "${grown#* bytes }" = '+0 pages' ] || echo "$grown"
}
point 'a thousand transactions take no more memory than a hundred' grows

# ---- little to live on ------------------------------------------------------------------------------

no_streams() {
	[ "$(host closed talkative games "$(hotp "$games_key" 1042)")" = PAM_SUCCESS ] || report games
	[ "$(host closed talkative games 12345)" = PAM_AUTH_ERR ] || report games
	[ "$(host closed broken games 12345)" = PAM_AUTHINFO_UNAVAIL ] || report games
	[ "$(host closed plain games "$(hotp "$games_key" 1043)")" = PAM_SUCCESS ] || report games
}
point 'without descriptors 0, 1 and 2' no_streams

no_growth() {
	result=$(host fsize plain games "$(hotp "$games_key" 1044)" | tr '\n' ' ')
	[ "$result" = 'PAM_AUTHINFO_UNAVAIL PAM_AUTHINFO_UNAVAIL PAM_SUCCESS ' ] || echo "$result"
}
point 'RLIMIT_FSIZE 0: no death by SIGXFSZ, no success; and then the code is still good' no_growth

# scarce SERVICE USER ANSWER LAST: unavailable until there are enough descriptors, never passed because there are not.
# Without any libpam itself, which wants to tell the audit system, gives PAM_SYSTEM_ERR.
scarce() {
	result=$(host nofile "$1" "$2" "$3")
	[ "$(printf '%s\n' "$result" | tail -n 1)" = "$4" ] || echo "at last: $result"
	[ "$(printf '%s\n' "$result" | grep -cx PAM_AUTHINFO_UNAVAIL)" -ge 2 ] || echo "no lack was felt: $result"
	printf '%s\n' "$result" | sed '$d' | grep -vxE 'PAM_AUTHINFO_UNAVAIL|PAM_SYSTEM_ERR'
	:
}
point 'too few descriptors: denied' scarce plain games "$(hotp "$games_key" 1045)" PAM_SUCCESS
point 'too few descriptors, and the unenrolled may pass: the enrolled is denied' \
	scarce lenient man "$(hotp "$man_key" 3)" PAM_SUCCESS
point 'too few descriptors: the unenrolled is not let pass before it is known that he is' scarce lenient lp 12345 PAM_IGNORE

finish
