#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What the module does not trust: options and settings that it does not understand, files that somebody else could
# have changed, damaged and displaced records (product §4.3, §6.3, §8, §9.1). It denies with PAM_AUTHINFO_UNAVAIL, the
# log says why, the user sees what he always sees, and once the cause is gone his code is still good.
. "$(dirname "$0")/door.sh"

enroll_event games
enroll_event man
users=$store/users
record=$users/games
# With it, whoever has no token passes. So a denial is none of the policy's.
lenient='unenrolled = "ignore";'

# ---- what a denial is -------------------------------------------------------------------------------

# Settings, key and store as they are now, and back to them, whatever has become of them.
keep() {
	rm -rf "$room/good"
	mkdir "$room/good"
	cp -a "$conf" "$room/good/conf"
	cp -a "$key_file" "$room/good/key"
	cp -a "$store" "$room/good/store"
}

restore() {
	rm -rf "$store" "$conf" "$key_file" "$room/aside" "$room/second"
	cp -a "$room/good/conf" "$conf"
	cp -a "$room/good/key" "$key_file"
	cp -a "$room/good/store" "$store"
	chmod 0700 "$room"
	arguments=
}
keep

# denied USERS REASON: although the code is right, and although the unenrolled pass by the policy.
denied() {
	for user in $1; do
		expect PAM_AUTHINFO_UNAVAIL "user=$user verdict=unavailable token=- offset=- failures=-" "$2" -u "$user" "$code" "$code"
		gave 'hidden "Security code: "' 'error "Authentication error."'
	done
}

# refused USERS REASON COMMAND...: denied after the command, and no more once its work is undone.
refused() {
	whom=$1 reason=$2
	shift 2
	press games
	"$@" || echo "failed: $*"
	denied "$whom" "$reason"
	restore
	answers=1
	expect PAM_SUCCESS 'user=games verdict=accepted' '' -u games "$code"
	keep
}

# ---- ways to spoil a file ---------------------------------------------------------------------------

aside() {
	mv "$1" "$room/aside"
}

as_link() {
	aside "$1" && ln -s "$room/aside" "$1"
}

as_hard_link() {
	ln "$1" "$room/second"
}

as_fifo() {
	rm -rf "$1" && mkfifo -m 600 "$1"
}

# as_device FILE MINOR: 3 is /dev/null, 5 is /dev/zero
as_device() {
	rm -rf "$1" && mknod -m 600 "$1" c 1 "$2"
}

as_directory() {
	rm -rf "$1" && mkdir -m 700 "$1"
}

as_zeros() {
	truncate -s 0 "$1" && truncate -s 12288 "$1"
}

as_file() {
	rm -rf "$1" && cp "$conf" "$1"
}

# flip FILE OFFSET [MASK]: bits of a byte
flip() {
	byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	# shellcheck disable=SC2059
	printf "\\$(printf %03o $((byte ^ ${3-1})))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# ---- options ----------------------------------------------------------------------------------------

# Where the settings are not known the defaults ask, which is for the next code too.
twice() {
	answers=2
	refused "$@"
}

options() {
	arguments=$1
}

option_refused() {
	point "option $1: denied" twice 'games lp' "$2" options "$1"
}
option_refused nulok 'unknown option .nulok.: see pam_vipotp(8)'
option_refused NULLOK 'unknown option .NULLOK.: see pam_vipotp(8)'
option_refused debug=1 'unknown option .debug=1.: see pam_vipotp(8)'
option_refused alwaysok 'unknown option .alwaysok.: see pam_vipotp(8)'
option_refused 'nullok window=20' 'unknown option .window=20.: see pam_vipotp(8)'
option_refused forward_pass 'option forward_pass is not supported: what it did is what split is for'
option_refused 'nullok prompt=' 'option prompt= lacks its value'
option_refused 'nullok authtok_prompt=' 'option authtok_prompt= lacks its value'
option_refused 'nullok config=' 'option config= lacks its value'
option_refused 'nullok config=relative' 'option config= needs an absolute path'

# Of these two the second asks nobody anything.
both_passes() {
	arguments='nullok try_first_pass use_first_pass'
	for user in games lp; do
		expect PAM_AUTHINFO_UNAVAIL "user=$user verdict=unavailable" \
			'options try_first_pass and use_first_pass exclude each other' -p 123456 -u "$user"
	done
	arguments=
}
point 'options try_first_pass and use_first_pass: denied' both_passes

# ---- settings ---------------------------------------------------------------------------------------

wrong_settings() {
	settings "$lenient $1" "$2"
}

setting_refused() {
	point "settings: $1: denied" twice 'games lp' "$4" wrong_settings "$2" "$3"
}
setting_refused 'an unknown key' 'fre_failures = 3;' '' 'vipotp.conf:1: policy.fre_failures: no such key; did you mean free_failures?'
setting_refused 'an unknown group' '' 'polcy = { };' 'vipotp.conf:3: polcy: no such key; did you mean policy?'
setting_refused 'a number for a text' 'prompt = 6;' '' 'vipotp.conf:1: policy.prompt: give a text in double quotes'
setting_refused 'a text for a number' 'lock_failures = "50";' '' 'policy.lock_failures: give a whole number'
setting_refused 'out of range' 'lock_failures = 1000;' '' 'policy.lock_failures: 1000 is out of range'
setting_refused 'a number that would wrap' 'lock_failures = 4294967301;' '' 'policy.lock_failures: the number is too long'
setting_refused 'no such choice' '' 'services = { vipotp-test = { unenrolled = "allow"; }; };' 'give .deny. or .ignore.'
setting_refused 'a mistake under another service' '' 'services = { sshd = { promt = "x"; }; };' 'services.sshd.promt'
setting_refused 'twice the same' 'prompt = "a"; prompt = "b";' '' 'vipotp.conf:1: policy.prompt: stands here a second time'
setting_refused '@include' '' '@include "/etc/vipotp/more.conf"' 'vipotp.conf:3: .*@include is not allowed'
setting_refused 'no syntax' 'prompt "x";' '' 'vipotp.conf:1'

file_refused() {
	description=$1 reason=$2
	shift 2
	point "settings: $description: denied" twice 'games lp' "$reason" "$@"
}
file_refused 'missing although named' 'vipotp.conf: does not exist' rm "$conf"
file_refused 'writable by the group' 'vipotp.conf: mode 0664, at most 0644 is allowed' chmod 0664 "$conf"
file_refused 'writable by everybody' 'vipotp.conf: mode 0646, at most 0644 is allowed' chmod 0646 "$conf"
file_refused "another user's" 'vipotp.conf: owned by uid 1, must be root' chown 1 "$conf"
file_refused 'in a directory that others may write to' 'others may write' chmod 0770 "$room"
file_refused 'a symbolic link' 'vipotp.conf: a symbolic link' as_link "$conf"
file_refused 'a hard link' 'vipotp.conf: has 2 hard links' as_hard_link "$conf"
file_refused 'a FIFO' 'vipotp.conf: not a regular file' as_fifo "$conf"
file_refused 'a device' 'vipotp.conf: not a regular file' as_device "$conf" 3
file_refused 'a directory' 'vipotp.conf: not a regular file' as_directory "$conf"
file_refused 'larger than settings are' 'vipotp.conf: 65537 bytes, at most' truncate -s 65537 "$conf"

# ---- the key ----------------------------------------------------------------------------------------

lenient_and() {
	settings "$lenient"
	"$@"
}

key_refused() {
	description=$1 reason=$2
	shift 2
	point "key: $description: denied" refused 'games lp' "$reason" lenient_and "$@"
}

garbage() {
	tr ' ' '_' <"$room/good/key" >"$key_file"
}
key_refused missing "$key_file: the sealing key is missing, but $store holds records; restore" rm "$key_file"
key_refused empty "$key_file: truncated: 0 of 79 bytes" truncate -s 0 "$key_file"
key_refused truncated "$key_file: truncated: 40 of 79 bytes" truncate -s 40 "$key_file"
key_refused 'longer than a key is' "$key_file: 80 bytes, at most 79" truncate -s 80 "$key_file"
key_refused 'no key' "$key_file: not a sealing key; restore" garbage
key_refused 'readable by the group' "$key_file: mode 0640, at most 0600" chmod 0640 "$key_file"
key_refused "another user's" "$key_file: owned by uid 1" chown 1 "$key_file"
key_refused 'a symbolic link' "$key_file: a symbolic link" as_link "$key_file"
key_refused 'a FIFO' "$key_file: not a regular file" as_fifo "$key_file"
key_refused 'a device' "$key_file: not a regular file" as_device "$key_file" 5

another_key() {
	sed 's/[0-9a-f]\{8\}$/cafe0bad/' "$room/good/key" >"$key_file"
}
point 'key: another one: denied' refused games \
	"users/games: the facts do not authenticate: damaged, another user's, or under another key" another_key

# ---- the store --------------------------------------------------------------------------------------

store_refused() {
	description=$1 reason=$2
	shift 2
	point "store: $description: denied" refused 'games lp' "$reason" lenient_and "$@"
}
store_refused 'missing while the key is there' 'store/users: does not exist although the sealing key does' rm -rf "$store"
store_refused 'without its users' 'store/users: does not exist although the sealing key does' rm -rf "$users"
store_refused 'without its tokens' 'store/tokens: does not exist although the sealing key does' rm -rf "$store/tokens"
store_refused 'a symbolic link' 'store/users: not a directory, or a symbolic link' as_link "$store"
store_refused 'users a symbolic link' 'store/users: not a directory, or a symbolic link' as_link "$users"
store_refused 'a file' 'store/users: not a directory' as_file "$store"
store_refused 'writable by others' 'others may write' chmod 0777 "$store"
store_refused 'users writable by the group' 'others may write' chmod 0770 "$users"
store_refused "another user's" 'owned by uid 1' chown 1 "$users"

# ---- the record's file ------------------------------------------------------------------------------

record_refused() {
	description=$1 reason=$2
	shift 2
	point "record: $description: denied" refused games "users/games: $reason" lenient_and "$@"
}
for size in 0 1 4095 4096 8192 12287; do
	record_refused "$size bytes long" "truncated: $size of 12288 bytes" truncate -s $size "$record"
done
record_refused '12289 bytes long' '12289 bytes, at most 12288' truncate -s 12289 "$record"
record_refused 'readable by others' 'mode 0604, at most 0600' chmod 0604 "$record"
uid=$(id -u games)
record_refused "its owner's file" "owned by uid $uid" chown games "$record"
record_refused 'a symbolic link' 'a symbolic link' as_link "$record"
record_refused 'a hard link' 'has 2 hard links' as_hard_link "$record"
record_refused 'a FIFO' 'not a regular file' as_fifo "$record"
record_refused 'a device that gives zeros' 'not a regular file' as_device "$record" 5
record_refused 'a directory' 'not a regular file' as_directory "$record"
record_refused 'zeros' 'no record of this version' as_zeros "$record"

foreign() {
	"$top_builddir/tests/module/alter" uid "$store" "$key_file" games
}
point 'record: enrolled under another uid: denied' refused games "games: enrolled as uid $((uid + 1)), but has uid $uid" foreign

# ---- the record's bytes; where they lie is block.h's and vipotp-credential(5)'s ----------------------

# The sequence of the slot at an offset, and the slot in force and the other one.
sequence() {
	od -An -tu8 --endian=big -j "$1" -N 8 "$record" | tr -d ' '
}

in_force() {
	if [ "$(sequence 4096)" -gt "$(sequence 8192)" ]; then echo 4096; else echo 8192; fi
}

older() {
	echo $((4096 + 8192 - $(in_force)))
}

# length OFFSET: what the four bytes there say
length() {
	od -An -tu4 --endian=big -j "$1" -N 4 "$record" | tr -d ' '
}

facts_end=$((64 + $(length 24)))
state_end=$((48 + $(length $(($(in_force) + 8)))))

# Facts: where, and what is there.
while read -r offset reason; do
	record_refused "a bit flipped at $offset" "$reason" flip "$record" "$offset"
done <<-END
	0 no record of this version
	7 no record of this version
	8 the facts do not authenticate
	23 the facts do not authenticate
	24 impossible length of the facts
	27 the facts do not authenticate
	28 the facts do not authenticate
	31 the facts do not authenticate
	32 the facts do not authenticate
	63 the facts do not authenticate
	64 the facts do not authenticate
	71 the facts do not authenticate
	72 the facts do not authenticate
	80 the facts do not authenticate
	592 the facts do not authenticate
	604 the facts do not authenticate
	606 the facts do not authenticate
	608 the facts do not authenticate
	612 the facts do not authenticate
	624 the facts do not authenticate
	640 the facts do not authenticate
	$((facts_end - 1)) the facts do not authenticate
END

flip_in_force() {
	flip "$record" $(($(in_force) + $1)) "${2-1}"
}

# Sequence, length, MAC, and of the state: version, bucket, next position, last byte.
for offset in 0 7 8 11 12 16 47 48 59 199 $((state_end - 1)); do
	record_refused "a bit flipped at $offset of the slot in force" \
		'the newest state is damaged; the older one must not be used' flip_in_force $offset
done

flip_both() {
	flip "$record" 4143
	flip "$record" 8239
}
record_refused 'a bit flipped in both slots' 'neither state slot authenticates' flip_both

# What carries nothing, or what is past: none of it enters a decision.
harmless() {
	for at in 'older 0' 'older 20' 'older 199' "older $state_end" 'older 3591' 'older 4095' "in_force $state_end" \
		'in_force 1071' 'in_force 3591' 'in_force 4095' "echo $facts_end" 'echo 4095'; do
		case $at in
		echo*) flip "$record" "${at#* }" ;;
		*) flip "$record" $(($(${at% *}) + ${at#* })) ;;
		esac
		accepted games
		accepted games
		expect PAM_AUTH_ERR verdict=replayed '' -u games "$code"
	done
	keep
}
point 'record: a bit flipped in the slot of the past, or where nothing is: no harm' harmless

# ---- displaced records ------------------------------------------------------------------------------

borrowed() {
	press games
	cp -a "$users/games" "$users/man"
	expect PAM_AUTHINFO_UNAVAIL 'user=man verdict=unavailable' \
		"users/man: the facts do not authenticate: damaged, another user's" -u man "$code"
	restore
	accepted man
	keep
}
point "record: one user's as another's: denied" borrowed

# graft FROM TO OFFSET: a slot of one file into another
graft() {
	dd if="$1" of="$2" bs=4096 skip=$(($3 / 4096)) seek=$(($3 / 4096)) count=1 conv=notrunc status=none
}

borrowed_slots() {
	press games
	graft "$users/man" "$record" 4096
	graft "$users/man" "$record" 8192
}
record_refused "one user's state in another's" 'neither state slot authenticates: damaged, from an older generation or another user' borrowed_slots

# The record is written anew, as by every enrolment; what was in it before must not come back.
cp -a "$record" "$room/before"
vipotp release games --yes >"$room/released" 2>&1 || bail_out "release: $(cat "$room/released")"
enroll_event games
keep

from_before() {
	for offset; do
		graft "$room/before" "$record" "$offset"
	done
}
record_refused 'both slots of an older generation' \
	'neither state slot authenticates: damaged, from an older generation' from_before 4096 8192
record_refused 'the slot of an older generation beside the one in force' \
	'the newest state is damaged; the older one must not be used' from_before 4096
record_refused 'the slot of an older generation in place of the one in force' \
	'the newest state is damaged; the older one must not be used' from_before 8192
record_refused 'the facts of an older generation' 'neither state slot authenticates' from_before 0

finish
