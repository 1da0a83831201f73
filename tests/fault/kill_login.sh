#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Death at any moment (product §9.1, §10 rule 3): kill -9 before every system call of a login, as a first trace finds
# them, and what is there afterwards: the state before or the new one, nothing that was answered lost, and the owner's
# next code works.
. "$(dirname "$0")/scene.sh"

# ---- a login ------------------------------------------------------------------------------------------------

# The code that was typed, and the next: whatever happened, the next one works; what was answered is not there again.
press_two() {
	press A
	typed=$code
	press A
	next=$code
	: >"$host/answers"
}

login_is_old_or_new() {
	try daemon "$typed" "$next" "$typed"
	case $(answered)/$tried in
	PAM_SUCCESS/PAM_AUTH_ERR\ PAM_SUCCESS\ PAM_AUTH_ERR) ;;
	/PAM_AUTH_ERR\ PAM_SUCCESS\ PAM_AUTH_ERR) ;;
	/PAM_SUCCESS\ PAM_SUCCESS\ PAM_AUTH_ERR) ;;
	*)
		echo "answered '$(answered)'; the code, the next, and the code again: $tried"
		return 1
		;;
	esac
}

knock_typed() {
	knock_line daemon "$typed"
}

login_killed_anywhere() {
	fresh_host login
	new_tokens
	add_token A
	must_enroll daemon A
	press_two
	# shellcheck disable=SC2046
	trace $(knock_typed)
	calls '^getppid' '^exit_group' >"$host/calls"
	prepare=press_two judge=login_is_old_or_new
	sweep knock_typed
}

# A login killed right after its write leaves a slot that is not known to be on the disk; the next one must write it
# again before it touches the other.
leave_unsettled() {
	press A
	unsettled=$code
	: >"$host/answers"
	# shellcheck disable=SC2046
	kill_at pwritev2 2 $(knock_line daemon "$unsettled") || echo "the first login was not killed"
	press_two
}

second_login_is_old_or_new() {
	login_is_old_or_new || return 1
	try daemon "$unsettled"
	case $tried in
	PAM_AUTH_ERR) ;; # it is older than the next, which was accepted
	*)
		echo "the code of the first, killed login: $tried"
		return 1
		;;
	esac
}

login_after_a_killed_one_killed_too() {
	fresh_host second
	new_tokens
	add_token A
	must_enroll daemon A
	leave_unsettled
	# shellcheck disable=SC2046
	trace $(knock_typed)
	grep -c 'RWF_DSYNC' "$host/trace" | grep -qx 2 || echo "the unsettled slot was not written again"
	calls '^openat.*"daemon"' '^exit_group' >"$host/calls"
	prepare=leave_unsettled judge=second_login_is_old_or_new
	sweep knock_typed
}

# A wrong code: if it was answered, it was counted.
unlock() {
	vipotp unlock daemon --yes >/dev/null 2>&1 || echo "unlock failed"
	: >"$host/answers"
}

knock_wrong() {
	knock_line daemon "$wrong"
}

failure_is_counted() {
	failures=$(vipotp status daemon --json | number_of failures)
	case $(answered)/$failures in
	PAM_AUTH_ERR/1 | /0 | /1) ;;
	*)
		echo "answered '$(answered)', failures counted: $failures"
		return 1
		;;
	esac
}

refusal_killed_anywhere() {
	fresh_host refusal
	new_tokens
	add_token A
	must_enroll daemon A
	wrong=$(sed -n 4000p "$scratch/codes_A")
	# shellcheck disable=SC2046
	trace $(knock_wrong)
	calls '^openat.*"daemon"' '^exit_group' >"$host/calls"
	prepare=unlock judge=failure_is_counted
	sweep knock_wrong
	unlock
	press A
	gives PAM_SUCCESS daemon "$code" || echo "the right code afterwards: $tried"
}

# Wrong recovery codes are counted and must make nobody wait here.
recovery_login_killed_anywhere() {
	fresh_host recovery "" "free_failures = 10"
	new_tokens
	add_token A
	must_enroll daemon A
	take_recovery
	# shellcheck disable=SC2046
	trace $(knock_typed)
	calls '^openat.*"daemon"' '^exit_group' >"$host/calls"
	prepare=take_recovery judge=spent_once_at_most
	sweep knock_typed
	press A
	gives PAM_SUCCESS daemon "$code" || echo "the token's code afterwards: $tried"
}

point "a login, killed at every call: the old or the new state, and the next code works" login_killed_anywhere
echo "# $done_kills kills"
point "a login after a killed one, killed at every call of its own" login_after_a_killed_one_killed_too
echo "# $done_kills kills"
point "a refused login, killed at every call: what was answered was counted" refusal_killed_anywhere
echo "# $done_kills kills"
point "a login by a recovery code, killed at every call: it opens once, never twice" recovery_login_killed_anywhere
echo "# $done_kills kills"
echo "# $kills kills in all, in $sweeps sweeps"
finish
