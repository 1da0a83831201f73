#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# On a disk without a free block the enrolled still log in, exactly once per code, and guesses are counted still
# (product §9.1, §9.2): a login overwrites what is there. On ext4 in a file, mounted where only this test sees it.
. "$(dirname "$0")/door.sh"

[ "${1-}" = inside ] || skip_all 'no mount namespace for a disk of our own (CAP_SYS_ADMIN is needed)'
command -v mkfs.ext4 >/dev/null || skip_all 'mkfs.ext4 is not installed'

# The /dev that door.sh made has no loop devices. Which one is free, the kernel says.
mknod -m 600 /dev/loop-control c 10 237
number=0
while [ "$number" -lt 64 ]; do
	mknod -m 600 "/dev/loop$number" b 7 "$number"
	number=$((number + 1))
done
disk=$room/disk
truncate -s 16M "$room/image"
mkfs.ext4 -q -b 4096 "$room/image" >"$room/mkfs" 2>&1 || bail_out "mkfs.ext4: $(cat "$room/mkfs")"
mkdir -m 0700 "$disk"
mount -t ext4 -o loop "$room/image" "$disk" 2>"$room/mount" || skip_all "no loop device: $(cat "$room/mount")"
store=$disk/store
settings

enroll_event games
enroll_event man
new_key
time_key=$key
step=$(($(date +%s) / 30 * 30))
bind news "otpauth://totp/news?secret=$time_key" "$(totp "$time_key" "$step")" "$(totp "$time_key" $((step + 30)))"

# Root may use the blocks that are reserved, so it takes them, too.
fill() {
	sync
	dd if=/dev/zero of="$disk/fill" bs=4096 conv=notrunc oflag=append 2>"$room/dd"
	sync
	dd if=/dev/zero of="$disk/fill.rest" bs=4096 2>"$room/dd"
	sync
}
fill

is_full() {
	! printf x 2>/dev/null >"$disk/one-more" || [ ! -s "$disk/one-more" ] || echo 'there is room for one more byte'
	! mkdir "$disk/directory" 2>/dev/null || echo 'there is room for a directory'
	rm -f "$disk/one-more"
}
point 'the disk has no free block' is_full

once_each() {
	for i in 1 2 3 4 5 6 7 8 9 10; do
		accepted games
		expect PAM_AUTH_ERR 'user=games verdict=replayed' '' -u games "$code"
	done
	[ "$(next_position games)" = 12 ] || report games
}
point 'event token: every code is accepted, and once' once_each

time_token() {
	code=$(totp "$time_key" $((step + 60)))
	expect PAM_SUCCESS 'user=news verdict=accepted' '' -u news "$code"
	expect PAM_AUTH_ERR 'user=news verdict=replayed' '' -u news "$code"
}
point 'time token: the same' time_token

one_of_many() {
	press games
	knock -n 32 -u games "$code"
	[ "$shown" = "$(printf 'PAM_SUCCESS 1\nPAM_AUTH_ERR 31')" ] || complain 'not one of 32'
}
point 'one of many at once' one_of_many

guessed() {
	for i in 1 2 3 4; do
		guess man
		expect PAM_AUTH_ERR "user=man verdict=wrong failures=$i" '' -u man "$code"
	done
	press man
	expect PAM_AUTH_ERR 'user=man verdict=throttled failures=4' '' -u man "$code"
	vipotp unlock man --yes >"$room/unlocked" 2>&1 || cat "$room/unlocked"
	expect PAM_SUCCESS 'user=man verdict=accepted failures=0' '' -u man "$code"
}
point 'guesses are counted and throttled, and the administrator can unlock' guessed

new_key
mail_uri="otpauth://hotp/mail?secret=$key&counter=0"
mail_pair=$(hotp "$key" 0 --window=1)
enroll_mail() {
	printf '%s\n' "$mail_uri" "$mail_pair" | vipotp enroll mail --uri >"$room/enrolment" 2>&1
}

no_enrolment() {
	! enroll_mail || echo 'enrolled'
	grep -q 'No space left on device' "$room/enrolment" || cat "$room/enrolment"
	! report mail >"$room/report" 2>&1 || cat "$room/report"
	expect PAM_AUTH_ERR 'user=mail verdict=unenrolled' '' -u mail 123456
	find "$store" -name '*.new'
	accepted games
}
point 'an enrolment says why it cannot be, and leaves nothing' no_enrolment

survives() {
	press games
	expect PAM_SUCCESS 'user=games verdict=accepted' '' -u games "$code"
	umount "$disk"
	mount -t ext4 -o loop "$room/image" "$disk"
	expect PAM_AUTH_ERR 'user=games verdict=replayed' '' -u games "$code"
	accepted games
}
point 'what was accepted is remembered by the disk' survives

with_room() {
	rm "$disk/fill" "$disk/fill.rest"
	enroll_mail || cat "$room/enrolment"
	expect PAM_SUCCESS 'user=mail verdict=accepted' '' -u mail "$(hotp "$key" 2)"
}
point 'with room again the enrolment is done' with_room

cd /
umount "$disk"
finish
