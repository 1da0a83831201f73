#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The world fails (product §6.2, §10 rule 2): every system call that a login makes, one after the other, gives an error
# instead of its result. The login ends in a documented PAM code; PAM_SUCCESS only if the state is durable, PAM_IGNORE
# never; no code is accepted twice; and the next code works as if nothing had been.
. "$(dirname "$0")/scene.sh"

faults=0

press_two() {
	press A
	typed=$code
	press A
	next=$code
	: >"$host/answers"
}

# What may come of a right code when a call fails. PAM_AUTH_ERR only where the account database could not be read, which
# looks like a user who does not exist.
documented() {
	case $(answered) in
	PAM_SUCCESS | PAM_AUTHINFO_UNAVAIL | PAM_BUF_ERR) ;;
	PAM_SYSTEM_ERR) # libpam itself, whose audit record could not be sent either
		[ "$from_libpam" -eq 1 ] || {
			echo "answered PAM_SYSTEM_ERR"
			return 1
		}
		;;
	PAM_AUTH_ERR)
		[ "$from_accounts" -eq 1 ] || {
			echo "the right code was called wrong"
			return 1
		}
		;;
	*)
		echo "answered '$(answered)': $(cat "$host/err")"
		return 1
		;;
	esac
}

once_and_no_more() {
	try daemon "$typed" "$next" "$typed" "$next"
	case $(answered)/$tried in
	PAM_SUCCESS/PAM_AUTH_ERR\ PAM_SUCCESS\ PAM_AUTH_ERR\ PAM_AUTH_ERR) ;;
	PAM_SUCCESS/*)
		echo "success was answered, but then: $tried"
		return 1
		;;
	*/PAM_*\ PAM_SUCCESS\ PAM_AUTH_ERR\ PAM_AUTH_ERR) ;;
	*)
		echo "answered '$(answered)'; the code, the next, and both again: $tried"
		return 1
		;;
	esac
}

# fail CALL WHEN ERROR
fail() {
	press_two
	# shellcheck disable=SC2046
	fail_at "$1" "$2" "$3" $(knock_line daemon "$typed")
	[ $? -ne 124 ] || echo "$1$2 gives $3: it hangs"
	if grep -q INJECTED "$host/failed"; then
		faults=$((faults + 1))
		answered >>"$host/answers_given"
	fi
	documented && once_and_no_more || echo "  where $1$2 gives $3"
}

host_with_daemon() {
	fresh_host "$1" "" 'unenrolled = "ignore";' # so that a failure that looks like "not enrolled" shows
	new_tokens
	add_token A
	must_enroll daemon A
	: >"$host/answers_given"
	press_two
	# shellcheck disable=SC2046
	trace $(knock_line daemon "$typed")
	# libpam's audit record is not the module's work; and these do not fail like this: memory has a test of its own.
	calls '^getppid' 'AF_NETLINK|^getppid' | grep -vE '^(futex|brk|munmap) ' >"$host/calls"
}

# From the first call up to the module's own first file: the name service reads the accounts.
count_account_calls() {
	from_accounts_until=$(awk '/^getppid/ { inside = 1; next } inside && /^openat.*"\/", / { print n; exit } inside { n++ }' "$host/trace")
	[ "${from_accounts_until:-0}" -gt 0 ] || echo "the account database was not read"
}

# With every error; without FULL with one of them in turn, but for the calls on the record itself.
errors='EIO EACCES ENOSPC EINTR ENOMEM'
each_call_fails_once() {
	host_with_daemon once
	count_account_calls
	from_libpam=0
	at=0
	while read -r call n <&9; do
		at=$((at + 1))
		from_accounts=0
		[ "$at" -gt "$from_accounts_until" ] || from_accounts=1
		turn=0
		for error in $errors; do
			turn=$((turn + 1))
			case $FULL/$call in
			?*/* | /pwritev2 | /pread64 | /fcntl) ;;
			*) [ $((at % 5 + 1)) -eq "$turn" ] || continue ;;
			esac
			fail "$call" ":when=$n" "$error"
		done
	done 9<"$host/calls"
	[ "$faults" -ge 100 ] || echo "only $faults faults were met"
}

# A disk or a table that stays bad: every call of a name within the module.
each_call_fails_for_good() {
	host_with_daemon good
	from_accounts=1 from_libpam=1
	sort -k1,1 -k2,2n "$host/calls" | awk '!first[$1] { first[$1] = $2 } { last[$1] = $2 }
		END { for (name in first) print name, first[name] ".." last[name] }' >"$host/ranges"
	while read -r call range <&9; do
		for error in EIO ENOMEM; do
			fail "$call" ":when=$range" "$error"
		done
	done 9<"$host/ranges"
}

# A file system without RWF_DSYNC: the same promise by two calls.
without_dsync_it_syncs() {
	host_with_daemon nodsync
	from_accounts=0
	for error in EOPNOTSUPP ENOSYS EINVAL; do
		press_two
		(timeout 60 strace -qq -o "$host/failed" -e inject="pwritev2:error=$error:when=1" \
			"$driver" -d "$host/pam" -u daemon "$typed" "$typed" >"$host/out" 2>&1)
		faults=$((faults + 1))
		[ "$(answered)" = PAM_SUCCESS ] || echo "$error: answered $(answered)"
		awk '/INJECTED/ { refused = 1 } refused && /^pwritev2.* 0\) += 1072$/ { written = 1 }
			written && /^fdatasync.*= 0$/ { synced = 1 } END { exit !synced }' "$host/failed" ||
			echo "$error: no fdatasync after the write"
		once_and_no_more || echo "  where pwritev2 gives $error"
	done
	for error in EIO ENOSPC EDQUOT; do
		press_two
		(timeout 60 strace -qq -o "$host/failed" -e inject=pwritev2:error=EOPNOTSUPP:when=1 \
			-e inject=fdatasync:error="$error" "$driver" -d "$host/pam" -u daemon "$typed" "$typed" >"$host/out" 2>&1)
		faults=$((faults + 1))
		[ "$(answered)" = PAM_AUTHINFO_UNAVAIL ] || echo "fdatasync gives $error: answered $(answered)"
		once_and_no_more || echo "  where fdatasync gives $error"
	done
}

# A failure that cannot be counted is not answered as one (product §6.2): right and wrong codes are told alike.
what_cannot_be_counted_is_unavailable() {
	host_with_daemon uncounted
	wrong=$(sed -n 4000p "$scratch/codes_A")
	press_two
	for error in EIO ENOSPC EROFS EDQUOT; do
		for this in "$typed" "$wrong"; do
			# shellcheck disable=SC2046
			fail_at pwritev2 :when=1+ "$error" $(knock_line daemon "$this")
			faults=$((faults + 1))
			[ "$(answered)" = PAM_AUTHINFO_UNAVAIL ] || echo "$error: answered $(answered)"
			grep -qxF 'hidden "Security code: "' "$host/out" || echo "$error: no prompt"
			cp "$host/out" "$host/out_$(if [ "$this" = "$wrong" ]; then echo wrong; else echo right; fi)"
		done
		diff "$host/out_right" "$host/out_wrong"
	done
	[ "$(vipotp status daemon --json | jq .failures.local.failures)" -eq 0 ] || echo "a failure was counted after all"
	gives "PAM_SUCCESS PAM_SUCCESS" daemon "$typed" "$next" || echo "afterwards: $tried"
}

# ---- memory -------------------------------------------------------------------------------------------------------

# starve NUMBER [for good]: a login whose allocation of that number fails. libconfig looks at none of its own: the
# process dies in it, or it ends the process, which are denials too. libpam gives PAM_SYSTEM_ERR of its own.
starve() {
	(STARVE_AT=$1 STARVE_COUNT=$host/count LD_PRELOAD=$starve timeout 60 env ${2:+STARVE_FOR_GOOD=yes} \
		"$driver" -d "$host/pam" -u daemon "$typed" "$typed" >"$host/out" 2>"$host/err"
		exit $?) 2>/dev/null
	status=$?
	faults=$((faults + 1))
	answer=$(answered)
	if [ -z "$answer" ]; then
		answer=$(sed -nE 's/^died in .*\/(libconfig).*/died in \1/p; s/^out of dynamic memory in (libconfig).*/ended by \1/p' "$host/err")
	fi
	echo "$answer" >>"$host/answers_given"
	case $answer/$status in
	PAM_SUCCESS/0 | PAM_BUF_ERR/1 | PAM_AUTHINFO_UNAVAIL/1 | PAM_AUTH_ERR/1 | PAM_CONV_ERR/1 | PAM_SYSTEM_ERR/1) ;;
	died*/3 | ended*/2) ;;
	*)
		echo "answered '$answer', exit status $status: $(cat "$host/err")"
		return 1
		;;
	esac
}

memory_runs_out_anywhere() {
	starve=$top_builddir/tests/fault/.libs/starve.so
	fresh_host memory "" 'unenrolled = "ignore";'
	new_tokens
	add_token A
	must_enroll daemon A
	: >"$host/answers_given"
	press_two
	STARVE_COUNT=$host/count LD_PRELOAD=$starve "$driver" -d "$host/pam" -u daemon "$typed" "$typed" >"$host/out" 2>&1
	count=$(cat "$host/count")
	[ "${count:-0}" -ge 50 ] || echo "the login allocates only ${count:-nothing}"
	at=0
	while [ "$at" -lt "$count" ]; do
		at=$((at + 1))
		press_two
		starve "$at" && once_and_no_more || echo "  where allocation $at of $count fails"
		[ -n "$FULL" ] || [ $((at % 4)) -eq 0 ] || continue
		press_two
		starve "$at" for good && once_and_no_more || echo "  where allocation $at of $count and all later ones fail"
	done
}

# A recovery code's tag is computed where a token's code needs nothing but its key.
memory_runs_out_of_a_recovery_login() {
	fresh_host recovery "" 'unenrolled = "ignore"; free_failures = 10;'
	new_tokens
	add_token A
	must_enroll daemon A
	: >"$host/answers_given"
	take_recovery
	STARVE_COUNT=$host/count LD_PRELOAD=$starve "$driver" -d "$host/pam" -u daemon "$typed" "$typed" >"$host/out" 2>&1
	[ "$(answered)" = PAM_SUCCESS ] || cat "$host/out"
	count=$(cat "$host/count")
	at=0
	while [ "$at" -lt "$count" ]; do
		at=$((at + 1))
		[ -n "$FULL" ] || [ $((at % 3)) -eq 0 ] || continue
		take_recovery
		starve "$at" && spent_once_at_most || echo "  where allocation $at of $count fails"
	done
}

# ---- the administrator's commands -------------------------------------------------------------------------------

# Every call that can change or sync fails once: the command says so, or the work is done; nothing is half.
enrolment_fails_whole() {
	fresh_host enroll
	new_tokens
	add_token A
	pair A
	trace "$VIPOTP" --config "$conf" enroll daemon --token "$id_A" <"$host/answers"
	calls '^flock' '^exit_group' | grep -E '^(pwritev2|ftruncate|fsync|renameat2?|openat|pread64|fcntl|newfstatat|fstat|statx) ' >"$host/calls"
	at=0
	while read -r call n <&9; do
		at=$((at + 1))
		[ -n "$FULL" ] || [ $((at % 2)) -eq 0 ] || case $call in pwritev2 | fsync | rename*) ;; *) continue ;; esac
		vipotp release daemon --yes >/dev/null 2>&1
		pair A
		fail_at "$call" ":when=$n" EIO "$VIPOTP" --config "$conf" enroll daemon --token "$id_A"
		status=$?
		faults=$((faults + 1))
		press A
		try daemon "$code"
		case $status/$tried in
		0/PAM_SUCCESS | 5/PAM_SUCCESS) ! enroll games A || echo "bound twice where $call number $n fails" ;;
		[1-9]/PAM_AUTH_ERR) enroll games A || echo "neither bound nor free where $call number $n fails" ;;
		*) echo "exit $status, then $tried, where $call number $n fails: $(cat "$host/err")" ;;
		esac
		vipotp release games --yes >/dev/null 2>&1
	done 9<"$host/calls"
	:
}

# The sync of the directory fails after the user's record got its name: he may have the token, then nobody else gets it.
a_brought_token_is_never_bound_twice() {
	fresh_host bring
	new_tokens
	add_token B
	for n in 1 2 3 4 5 6 7 8; do
		new_tokens
		pair A
		uri_A | cat - "$host/answers" >"$host/uri"
		cp "$host/uri" "$host/answers"
		fail_at fsync ":when=$n" EIO "$VIPOTP" --config "$conf" enroll daemon --uri
		faults=$((faults + 1))
		pair A
		uri_A | cat - "$host/answers" >"$host/uri"
		vipotp enroll games --uri <"$host/uri" >/dev/null 2>&1
		press A
		! gives PAM_SUCCESS daemon "$code" || ! gives PAM_SUCCESS games "$code" ||
			echo "fsync number $n fails: one token, two users"
		vipotp release daemon --yes >/dev/null 2>&1
		vipotp release games --yes >/dev/null 2>&1
	done
	:
}

point "every call of a login fails once: a documented code, no code twice, the next one works" each_call_fails_once
echo "# answers: $(sort "$host/answers_given" | uniq -c | awk '{ printf "%s%s %s", sep, $2, $1; sep = ", " }')"
point "every call of a login fails for good: the same, and nothing hangs" each_call_fails_for_good
echo "# answers: $(sort "$host/answers_given" | uniq -c | awk '{ printf "%s%s %s", sep, $2, $1; sep = ", " }')"
point "without RWF_DSYNC the write is followed by fdatasync, and its failure counts" without_dsync_it_syncs
point "what cannot be written is unavailable, whether the code was right or wrong" what_cannot_be_counted_is_unavailable
point "memory runs out at any allocation: a denial, or a durable success" memory_runs_out_anywhere
echo "# answers, of $count allocations: $(sort "$host/answers_given" | uniq -c | awk '{ printf "%s%s %s", sep, $2, $1; sep = ", " }')"
point "and at those of a login by a recovery code: it opens once, never twice" memory_runs_out_of_a_recovery_login
echo "# answers, of $count allocations: $(sort "$host/answers_given" | uniq -c | awk '{ printf "%s%s %s", sep, $2, $1; sep = ", " }')"
point "an enrolment whose calls fail leaves the token bound or free" enrolment_fails_whole
point "a token brought along is never bound twice, whichever sync fails" a_brought_token_is_never_bound_twice
echo "# $faults faults in all"
finish
