#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The disk fails (product §9.1, §9.2): a durable write that gives EIO, by strace, which leaves the call out, and by a real
# block that cannot be written, where the page cache has the new bytes and the disk the old ones, or none. Then deaths,
# torn writes and power cuts on top of it: nothing that was answered is lost, and when the disk is well again the next
# code works.
. "$(dirname "$0")/scene.sh"
. "$here/disk.sh"

errors=0
torn=0

begin() {
	host_on_disk "$1"
	new_tokens
	add_token A
	must_enroll daemon A
	press A
	last=$code # what was accepted last
	gives PAM_SUCCESS daemon "$last" || echo "the first login: $tried"
	press A
	typed=$code
	: >"$host/answers"
}

# The last code that was accepted stays used, and the next one works; it becomes the last.
used_and_next() {
	gives "PAM_AUTH_ERR PAM_SUCCESS" daemon "$last" "$1" || echo "$2: the used code and the next: $tried"
	last=$1
}

# ---- the call fails ----------------------------------------------------------------------------------------------

a_failed_write_and_then_a_death() {
	begin injected
	for error in EIO ENOSPC EDQUOT EROFS; do
		# shellcheck disable=SC2046
		fail_at pwritev2 :when=1 "$error" $(knock_line daemon "$typed")
		errors=$((errors + 1))
		[ "$(answered)" = PAM_AUTHINFO_UNAVAIL ] || echo "$error: answered $(answered)"
		# the next login dies within its write, after it, and after the hint
		for n in 1 2; do
			# shellcheck disable=SC2046
			kill_at pwritev2 "$n" $(knock_line daemon "$typed") || echo "not killed at write $n"
		done
		gives PAM_AUTH_ERR daemon "$last" || echo "$error: the code used before: $tried"
		press A
		used_and_next "$code" "$error, then two deaths"
		press A
		typed=$code
	done
}

# On a file system without RWF_DSYNC the process dies between its write and the sync: the page cache shows a state that
# the disk does not have.
a_write_that_was_not_synced() {
	begin not_synced
	for round in 1 2 3; do
		(timeout 60 strace -qq -o "$host/failed" -e inject=pwritev2:error=EOPNOTSUPP:when=1 \
			-e inject=fdatasync:signal=KILL "$driver" -d "$host/pam" -u daemon "$typed" >"$host/out" 2>&1
			:) 2>/dev/null
		errors=$((errors + 1))
		grep -q 'killed by SIGKILL' "$host/failed" || echo "not killed: $(answered)"
		cut
		gives "PAM_AUTH_ERR PAM_SUCCESS" daemon "$last" "$typed" || echo "round $round, after a cut: $tried"
		restored
		gives PAM_AUTH_ERR daemon "$typed" || echo "round $round, the code of the dead login, which is the newest state: $tried"
		press A
		used_and_next "$code" "round $round, after the death"
		press A
		cut
		gives "PAM_AUTH_ERR PAM_SUCCESS" daemon "$last" "$code" || echo "round $round, after the next login and a cut: $tried"
		restored
		typed=$code
	done
}

# ---- the write is torn ------------------------------------------------------------------------------------------

# mix BLOCK SECTORS: the record as a power cut leaves it: of this block these sectors are new, the rest is as before.
mix() {
	cp "$host/before" "$host/mixed"
	for sector in $2; do
		dd if="$host/after" of="$host/mixed" bs=512 skip=$(($1 * 8 + sector)) seek=$(($1 * 8 + sector)) count=1 \
			conv=notrunc status=none
	done
	cat "$host/mixed" >"$record"
}

# A login's durable write, cut: test_block.c knows every mixture; here some go through the door. The state of one token
# fits the first sector.
torn_writes() {
	begin torn
	record=$place/store/users/daemon
	for round in 1 2 3; do
		block=$(older_slot)
		cp "$record" "$host/before"
		# shellcheck disable=SC2046
		kill_at pwritev2 2 $(knock_line daemon "$typed") || echo "not killed" # the write is done, the hint is not
		cp "$record" "$host/after"
		for sectors in '' 0 7 '0 7' '1 2 3 4 5 6 7' '0 1 2 3' '0 1 2 3 4 5 6 7'; do
			case $sectors in
			0*) wanted_now=PAM_AUTH_ERR ;; # the new state, which nobody was told of
			*) wanted_now=PAM_SUCCESS ;;
			esac
			mix "$block" "$sectors"
			gives PAM_AUTH_ERR daemon "$last" || echo "block $block, sectors '$sectors': the used code: $tried"
			mix "$block" "$sectors"
			gives "$wanted_now" daemon "$typed" || echo "block $block, sectors '$sectors': the code of the cut login: $tried"
			torn=$((torn + 1))
		done
		press A
		used_and_next "$code" "after torn writes"
		press A
		typed=$code
	done
}

# ---- the block fails -----------------------------------------------------------------------------------------------

# break_block FILE N: from now on this block of the file cannot be written: the image has a hole there, and no memory is
# left to fill it.
break_block() {
	sync -f "$place" 2>/dev/null # may tell of the block that was broken before
	physical=$(block_of "$1" "$2")
	[ "${physical:-0}" -gt 0 ] || bail_out "no block $2 of $1"
	fallocate --punch-hole --offset $((physical * 4096)) --length 4096 "$image"
	dd if=/dev/zero of="$scratch/small/filler" bs=4096 status=none 2>/dev/null
}

# Whether the block is a hole yet. Where memory came free behind our back the disk took a write, and a verdict is right.
still_broken() {
	perl -e 'open(my $image, "<", $ARGV[0]) or exit 0; exit(sysseek($image, $ARGV[1], 4) != $ARGV[1])' \
		"$image" $((physical * 4096))
}

mend_disk() {
	rm -f "$scratch/small/filler"
}

# Which of the two slots a login would write: the one with the lower sequence.
older_slot() {
	a=$(od -An -tu8 --endian=big -j 4096 -N 8 "$place/store/users/daemon")
	b=$(od -An -tu8 --endian=big -j 8192 -N 8 "$place/store/users/daemon")
	if [ $((a)) -lt $((b)) ]; then echo 1; else echo 2; fi
}

a_block_that_cannot_be_written() {
	begin real
	for round in 1 2 3; do
		break_block daemon "$(older_slot)"
		for this in "$typed" "$typed" "$(sed -n 4000p "$scratch/codes_A")"; do
			gives PAM_AUTHINFO_UNAVAIL daemon "$this" || { [ "$tried" = PAM_AUTH_ERR ] && ! still_broken; } ||
				echo "round $round, $this: $tried"
			errors=$((errors + 1))
		done
		cut
		used_before_cut=$last
		used_and_next "$typed" "round $round, after a cut"
		last=$used_before_cut
		restored
		mend_disk
		used_and_next "$typed" "round $round, on the mended disk"
		press A
		cut
		gives "PAM_AUTH_ERR PAM_SUCCESS" daemon "$last" "$code" || echo "round $round, mended and cut: $tried"
		restored
		typed=$code
	done
}

a_login_that_dies_while_the_block_cannot_be_written() {
	begin dying
	for n in 1 2; do
		break_block daemon "$(older_slot)"
		# shellcheck disable=SC2046
		kill_at pwritev2 "$n" $(knock_line daemon "$typed") || echo "not killed"
		errors=$((errors + 1))
		cut
		gives PAM_AUTH_ERR daemon "$last" || echo "after the death and a cut, the used code: $tried"
		restored
		mend_disk
		press A
		used_and_next "$code" "on the mended disk"
		press A
		cut
		gives "PAM_AUTH_ERR PAM_SUCCESS" daemon "$last" "$code" || echo "mended and cut: $tried"
		restored
		typed=$code
	done
}

a_full_disk_lets_people_in() {
	begin full
	dd if=/dev/zero of="$scratch/disk/filler" bs=4096 status=none 2>/dev/null
	dd if=/dev/zero of="$scratch/disk/filler.rest" bs=1 count=4096 status=none 2>/dev/null
	for _ in 1 2 3 4 5 6; do
		used_and_next "$typed" "on a full disk"
		press A
		cut
		gives "PAM_AUTH_ERR PAM_SUCCESS" daemon "$last" "$code" || echo "on a full disk after a cut: $tried"
		restored
		typed=$code
	done
	pair B
	echo "$key_B" | vipotp tokens add --id "$id_B" --hex >/dev/null 2>&1 && echo "a new record fits a full disk?"
	rm -f "$scratch/disk/filler" "$scratch/disk/filler.rest"
	add_token B
	must_enroll daemon B --add
}

point "a write that fails, and deaths after it" a_failed_write_and_then_a_death
point "a write that reached the page cache and was not synced" a_write_that_was_not_synced
point "a write cut at any sector" torn_writes
point "a real block that cannot be written: unavailable, and well again afterwards" a_block_that_cannot_be_written
point "a login that dies while its block cannot be written" a_login_that_dies_while_the_block_cannot_be_written
point "a full disk: logins go on, enrolments say why not" a_full_disk_lets_people_in
echo "# $errors failed writes, $torn torn writes"
finish
