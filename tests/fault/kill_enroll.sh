#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Death of the administrator's command at any moment (architecture: one enrolment, as data): kill -9 before every system
# call that an enrolment, a further token, a release or the first administration of a host makes from the point where
# it begins to work on the store. Afterwards the token is bound to its user or free, never both or half; used codes stay
# used; and everybody can go on.
. "$(dirname "$0")/scene.sh"

said() {
	cat "$host/out" "$host/err"
}

enroll_line() {
	printf '%s --config %s enroll daemon %s' "$VIPOTP" "$conf" "$how"
}

release_line() {
	printf '%s --config %s release daemon --yes %s' "$VIPOTP" "$conf" "$how"
}

# Nobody but USER can have token A: another enrolment of it is refused.
bound_to_one() {
	! enroll games A || {
		echo "bound to $1, and bound to another user as well"
		return 1
	}
}

# USER logs in with token A, once for each code.
serves() {
	press A
	gives "PAM_SUCCESS PAM_AUTH_ERR" "$1" "$code" "$code" || {
		echo "token A and $1: $tried"
		return 1
	}
}

# Token A is in the inventory: it can be bound to another user and serves him. It is released again.
is_free() {
	enroll games A || {
		echo "token A is neither daemon's nor free: $(cat "$host/enrolled")"
		return 1
	}
	serves games || return 1
	vipotp release games --yes >/dev/null 2>&1 || echo "cannot be released"
}

# ---- enrolment ------------------------------------------------------------------------------------------------

free_daemon() {
	vipotp release daemon --yes >/dev/null 2>&1
	gives PAM_AUTH_ERR daemon 123456 || echo "not released: $tried"
	pair A
}

# Bound or not bound; bound if the command said so.
bound_or_free() {
	press A
	try daemon "$code"
	case $tried in
	PAM_SUCCESS)
		bound_to_one daemon && serves daemon
		;;
	PAM_AUTH_ERR)
		[ "$killed" -eq 1 ] || {
			echo "not killed and not bound: $(said)"
			return 1
		}
		is_free
		;;
	*)
		echo "daemon's next code: $tried"
		return 1
		;;
	esac
}

enrolment_killed_anywhere() {
	fresh_host enroll
	new_tokens
	add_token A
	pair A
	how="--token $id_A"
	# shellcheck disable=SC2046
	trace $(enroll_line) <"$host/answers"
	changing_calls '^flock' '^exit_group' >"$host/calls"
	prepare=free_daemon judge=bound_or_free
	sweep enroll_line
}

# A token that the administrator brings: killed early it is not known here and can be brought again, later it is free in
# the inventory or bound.
bring_a_new_one() {
	vipotp release daemon --yes >/dev/null 2>&1
	new_tokens
	pair A
	{
		uri_A
		cat "$host/answers"
	} >"$host/uri"
	mv "$host/uri" "$host/answers"
}

bound_or_free_or_unknown() {
	if ! vipotp tokens list --json | grep -qF "\"id\": \"$id_A\""; then
		gives PAM_AUTH_ERR daemon 123456 && add_token A
	fi
	bound_or_free
}

brought_token_killed_anywhere() {
	fresh_host bring
	how=--uri
	new_tokens
	add_token B # after the first administration, which is another sweep's
	bring_a_new_one
	# shellcheck disable=SC2046
	trace $(enroll_line) <"$host/answers"
	changing_calls '^flock' '^exit_group' >"$host/calls"
	prepare=bring_a_new_one judge=bound_or_free_or_unknown
	sweep enroll_line
}

# ---- a further token -------------------------------------------------------------------------------------------

# Daemon has token B, whose last code was just used; A is free.
use_b() {
	vipotp release daemon --token "$id_A" --yes >/dev/null 2>&1
	press B
	used=$code
	gives PAM_SUCCESS daemon "$used" || echo "token B before the kill: $tried"
	pair A
}

b_serves_on() {
	press B
	gives "PAM_AUTH_ERR PAM_SUCCESS" daemon "$used" "$code" || {
		echo "token B: its used code and its next: $tried"
		return 1
	}
}

bound_or_free_and_b_serves_on() {
	b_serves_on && bound_or_free
}

further_token_killed_anywhere() {
	fresh_host add
	new_tokens
	add_token A
	add_token B
	must_enroll daemon B
	how="--add --token $id_A"
	use_b
	# shellcheck disable=SC2046
	trace $(enroll_line) <"$host/answers"
	changing_calls '^flock' '^exit_group' >"$host/calls"
	prepare=use_b judge=bound_or_free_and_b_serves_on
	sweep enroll_line
}

# ---- release ------------------------------------------------------------------------------------------------------

# Daemon has token A, whose last code was just used.
use_a() {
	vipotp status daemon >/dev/null 2>&1 || must_enroll daemon A
	press A
	used=$code
	gives PAM_SUCCESS daemon "$used" || echo "token A before the kill: $tried"
	: >"$host/answers"
}

# Still bound, or free with its position: the code used before is not accepted by either way.
released_or_not() {
	press A
	try daemon "$used" "$code"
	case $tried in
	PAM_AUTH_ERR\ PAM_SUCCESS) bound_to_one daemon ;;
	PAM_AUTH_ERR\ PAM_AUTH_ERR)
		printf '%s\n' "$used" "$code" >"$host/used"
		! vipotp enroll games --token "$id_A" <"$host/used" >/dev/null 2>&1 || {
			echo "a used code served to enrol"
			return 1
		}
		is_free
		;;
	*)
		echo "the used code and the next: $tried"
		return 1
		;;
	esac
}

release_killed_anywhere() {
	fresh_host release
	new_tokens
	add_token A
	how=''
	use_a
	# shellcheck disable=SC2046
	trace $(release_line)
	changing_calls '^flock' '^exit_group' >"$host/calls"
	prepare=use_a judge=released_or_not
	sweep release_line
}

use_a_and_b() {
	[ "$(vipotp status daemon --json | grep -o '"next_position"' | wc -l)" -eq 2 ] || must_enroll daemon A --add
	use_a
	press B
	used_b=$code
	gives PAM_SUCCESS daemon "$used_b" || echo "token B before the kill: $tried"
}

released_or_not_and_b_serves_on() {
	press A
	next=$code
	press B
	try daemon "$used_b" "$code" "$used" "$next"
	case $tried in
	PAM_AUTH_ERR\ PAM_SUCCESS\ PAM_AUTH_ERR\ PAM_SUCCESS) bound_to_one daemon ;;
	PAM_AUTH_ERR\ PAM_SUCCESS\ PAM_AUTH_ERR\ PAM_AUTH_ERR)
		vipotp unlock daemon --yes >/dev/null 2>&1 # codes of a token that is not his any more are guesses
		is_free
		;;
	*)
		echo "used B, next B, used A, next A: $tried"
		return 1
		;;
	esac
}

one_of_two_killed_anywhere() {
	fresh_host release_one
	new_tokens
	add_token A
	add_token B
	must_enroll daemon B
	how="--token $id_A"
	use_a_and_b
	# shellcheck disable=SC2046
	trace $(release_line)
	changing_calls '^flock' '^exit_group' >"$host/calls"
	prepare=use_a_and_b judge=released_or_not_and_b_serves_on
	sweep release_line
}

# ---- the first administration of a host -------------------------------------------------------------------------

add_line() {
	printf '%s --config %s tokens add --id %s --hex' "$VIPOTP" "$conf" "$id_A"
}

bare() {
	rm -rf "$host/key" "$host/store"
	new_tokens
	echo "$key_A" >"$host/answers"
}

# Nobody is enrolled: who may pass without a token passes; and the work can be done again.
nobody_is_locked_out() {
	gives PAM_IGNORE daemon 123456 || {
		echo "who has no token: $tried"
		return 1
	}
	vipotp tokens add --id "$id_A" --hex <"$host/answers" >"$host/again" 2>&1
	case $? in
	0 | 4) ;; # added, or it was there already
	*)
		echo "once more: $(cat "$host/again")"
		return 1
		;;
	esac
	enroll daemon A && serves daemon
}

first_administration_killed_anywhere() {
	fresh_host first "$scratch/first" 'unenrolled = "ignore";'
	bare
	# shellcheck disable=SC2046
	trace $(add_line) <"$host/answers"
	changing_calls '^mkdirat' '^exit_group' >"$host/calls"
	prepare=bare judge=nobody_is_locked_out
	sweep add_line
}

point "an enrolment, killed at every call: bound or free" enrolment_killed_anywhere
echo "# $done_kills kills"
point "a token brought along, killed at every call: bound, free or unknown" brought_token_killed_anywhere
echo "# $done_kills kills"
point "a further token, killed at every call: bound or free, and the first one serves on" further_token_killed_anywhere
echo "# $done_kills kills"
point "a release, killed at every call: bound or free, and used codes stay used" release_killed_anywhere
echo "# $done_kills kills"
point "a release of one of two tokens, killed at every call" one_of_two_killed_anywhere
echo "# $done_kills kills"
point "the first administration of a host, killed at every call: nobody is locked out" first_administration_killed_anywhere
echo "# $done_kills kills"
echo "# $kills kills in all, in $sweeps sweeps"
finish
