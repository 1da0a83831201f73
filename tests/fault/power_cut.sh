#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The power is cut (product §9.1, §10 rule 3): whatever the module or the command had answered is there when the machine
# comes back, on a real ext4 whose journal nobody hurried. In kill tests the page cache survives; here it does not.
. "$(dirname "$0")/scene.sh"
. "$here/disk.sh"

cuts=0

# What daemon's last code, if it was answered, and his next one are worth after a cut.
expect_after_cut() {
	cuts=$((cuts + 1))
	cut
	gives "$3" daemon "$1" "$2" || echo "$4: the code and the next after a power cut: $tried, wanted: $3"
	restored
}

every_answered_login_survives() {
	host_on_disk login
	new_tokens
	add_token A
	must_enroll daemon A
	for i in 1 2 3 4 5 6; do
		press A
		typed=$code
		gives PAM_SUCCESS daemon "$typed" || echo "login $i: $tried"
		press A
		expect_after_cut "$typed" "$code" "PAM_AUTH_ERR PAM_SUCCESS" "login $i"
		gives PAM_SUCCESS daemon "$code" || echo "login $i, without the cut: $tried"
	done
}

every_answered_failure_survives() {
	wrong=$(sed -n 4000p "$scratch/codes_A")
	for i in 1 2 3; do
		gives PAM_AUTH_ERR daemon "$wrong" || echo "wrong code $i: $tried"
		cuts=$((cuts + 1))
		cut
		[ "$(vipotp status daemon --json | jq .failures.local.failures)" = $i ] || echo "wrong code $i is not counted after the cut"
		restored
	done
	vipotp unlock daemon --yes >/dev/null || echo "cannot be unlocked"
}

every_finished_command_survives() {
	host_on_disk commands
	new_tokens
	add_token A
	must_enroll daemon A
	press A
	expect_after_cut 123456 "$code" "PAM_AUTH_ERR PAM_SUCCESS" "the first enrolment"
	add_token B
	must_enroll daemon B --add
	press B
	expect_after_cut 123456 "$code" "PAM_AUTH_ERR PAM_SUCCESS" "a further token"
	vipotp release daemon --token "$id_B" --yes >/dev/null || echo "B cannot be released"
	press B
	expect_after_cut "$code" 123456 "PAM_AUTH_ERR PAM_AUTH_ERR" "the release of one token"
	press A
	gives PAM_SUCCESS daemon "$code" || echo "token A: $tried"
	used=$code
	vipotp release daemon --yes >/dev/null || echo "A cannot be released"
	press A
	expect_after_cut "$used" "$code" "PAM_AUTH_ERR PAM_AUTH_ERR" "the release of the last token"
	cuts=$((cuts + 1))
	cut
	printf '%s\n' "$used" "$code" | vipotp enroll games --token "$id_A" >/dev/null 2>&1 && echo "a used code serves after the cut"
	enroll games A || echo "the released token is not free after the cut: $(cat "$host/enrolled")"
	restored
}

# killed_at_directory_sync HOW...: the command dies after a record got its new name and before that name is durable.
killed_at_directory_sync() {
	trace "$@" <"$host/answers"
	n=$(awk '/^fsync/ { n++ } /^rename.*"\.daemon\.new"/ { print n + 1; exit }' "$host/trace")
	$again
	kill_at fsync "$n" "$@" || echo "$*: not killed"
}

# An older file must not come back over logins that were answered on the newer one.
a_name_that_was_not_durable_takes_no_login_with_it() {
	host_on_disk names
	new_tokens
	add_token A
	add_token B
	must_enroll daemon A
	sync -f "$place"
	pair B
	again=again_without_b
	killed_at_directory_sync "$VIPOTP" --config "$conf" enroll daemon --add --token "$id_B"
	press A
	typed=$code
	gives PAM_SUCCESS daemon "$typed" || echo "after the killed enrolment: $tried"
	press A
	expect_after_cut "$typed" "$code" "PAM_AUTH_ERR PAM_SUCCESS" "a login after a killed enrolment"

	vipotp release daemon --token "$id_B" --yes >/dev/null 2>&1
	must_enroll daemon B --add
	sync -f "$place"
	: >"$host/answers"
	again=again_with_b
	killed_at_directory_sync "$VIPOTP" --config "$conf" release daemon --yes --token "$id_B"
	press A
	typed=$code
	gives PAM_SUCCESS daemon "$typed" || echo "after the killed release: $tried"
	press A
	expect_after_cut "$typed" "$code" "PAM_AUTH_ERR PAM_SUCCESS" "a login after a killed release"
}

again_without_b() {
	vipotp release daemon --token "$id_B" --yes >/dev/null 2>&1 || echo "B cannot be released"
	sync -f "$place"
	pair B
}

again_with_b() {
	must_enroll daemon B --add
	sync -f "$place"
	: >"$host/answers"
}

a_login_on_a_killed_creation_survives() {
	host_on_disk creation
	new_tokens
	add_token A
	pair A
	again=again_unbound
	killed_at_directory_sync "$VIPOTP" --config "$conf" enroll daemon --token "$id_A"
	press A
	typed=$code
	gives PAM_SUCCESS daemon "$typed" || echo "after the killed enrolment: $tried"
	press A
	expect_after_cut "$typed" "$code" "PAM_AUTH_ERR PAM_SUCCESS" "a login after a killed enrolment"
}

again_unbound() {
	vipotp release daemon --yes >/dev/null 2>&1 || echo "A cannot be released"
	sync -f "$place"
	pair A
}

# A login that died between its write and its answer, and the ones after it.
logins_after_a_killed_one_survive() {
	host_on_disk killed
	new_tokens
	add_token A
	must_enroll daemon A
	for n in 1 2; do
		press A
		: >"$host/answers"
		# shellcheck disable=SC2046
		kill_at pwritev2 "$n" $(knock_line daemon "$code") || echo "not killed"
		press A
		typed=$code
		gives PAM_SUCCESS daemon "$typed" || echo "after the killed login: $tried"
		press A
		expect_after_cut "$typed" "$code" "PAM_AUTH_ERR PAM_SUCCESS" "a login after one killed at write $n"
	done
}

point "every answered login survives a power cut" every_answered_login_survives
point "every answered failure survives a power cut" every_answered_failure_survives
point "every finished enrolment and release survives a power cut" every_finished_command_survives
point "a login on a record whose name was not durable yet survives a power cut" a_name_that_was_not_durable_takes_no_login_with_it
point "so it does on a record that was just made" a_login_on_a_killed_creation_survives
point "logins after a killed one survive a power cut" logins_after_a_killed_one_survive
echo "# $cuts power cuts"
finish
