# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# What the tests of enrolment inside a login have in common, sourced after door.sh.
# shellcheck disable=SC2154 # room and the like are door.sh's

enrolling='unenrolled = "enroll";'
password=Correct-Horse # what the first factor left

# stock ID [USER]: an event token in the inventory, reserved for USER. Afterwards press knows it by its ID.
stock() {
	new_key
	echo "$key" >"$room/tokens/$1.key"
	vipotp tokens add --id "$1" >"$room/added" 2>&1 <<-END || bail_out "$1: $(cat "$room/added")"
		$key
	END
	[ $# -lt 2 ] || vipotp tokens assign "$1" "$2" --yes >"$room/assigned" 2>&1 || bail_out "$1: $(cat "$room/assigned")"
}

# pair ID: otp1 and otp2 are its first two codes.
pair() {
	otp1=$(hotp "$(cat "$room/tokens/$1.key")" 0)
	otp2=$(hotp "$(cat "$room/tokens/$1.key")" 1)
}

# owner ID: who has it; and then press knows it by its owner, too.
owner() {
	owned=$(vipotp tokens list --json | grep -F "\"id\": \"$1\"" | sed -n 's/.*"owner": "\([^"]*\)".*/\1/p')
	[ -z "$owned" ] || { cp "$room/tokens/$1.key" "$room/tokens/$owned.key" && echo 2 >"$room/tokens/$owned.counter"; }
	echo "$owned"
}

# unbound USER
unbound() {
	! vipotp status "$1" >/dev/null 2>&1 || complain "$1 is enrolled"
}

# noted WORDS: one line tells of the enrolment, and it has these words.
noted() {
	[ -n "$log" ] || return 0
	lines=$(grep -c ' event=enroll ' "$news")
	[ "$lines" = 1 ] || complain "$lines lines with event=enroll"
	noted_among "$1"
}

# noted_among WORDS: one of the lines has all of them.
noted_among() {
	[ -n "$log" ] || return 0
	grep ' event=enroll ' "$news" >"$room/noted"
	for word in $1; do
		grep -F -e " $word" "$room/noted" >"$room/noted.left"
		mv "$room/noted.left" "$room/noted"
	done
	[ -s "$room/noted" ] || complain "not in the log: $1"
}
