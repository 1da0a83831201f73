#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Who is exempt from codes: by user, group and numeric network, per service (product §6.5); and who never is.
. "$(dirname "$0")/door.sh"

enroll_event games
enroll_event man
nobody=vipotp-no-such-user

# rules RULE...: the setting exempt.
rules() {
	list=
	for rule; do list="$list${list:+, }{ $rule }"; done
	settings '' "exempt = ( $list );"
}

# exempt REASON ARGUMENT...: passes unasked, and the log says by what. asked ARGUMENT...: is asked, and refused.
exempt() {
	wanted=$1
	shift
	expect PAM_IGNORE 'verdict=exempt token=- error=- offset=- failures=-' "reason=.exempt by $wanted.\$" "$@"
	gave_no hidden shown error info
}

asked() {
	expect PAM_AUTH_ERR '' '' "$@" 12345
	gave 'hidden "Security code: "' 'error "Authentication error."'
	[ -z "$log" ] || ! grep -q verdict=exempt "$news" || complain 'logged as exempt'
}

# stack LINE...: what is required, in a PAM file of its own.
stack() {
	mkdir -p "$room/pam.d"
	: >"$room/pam.d/other"
	printf 'auth required %s\n' "$@" >"$room/pam.d/vipotp-test"
}

# ---- users ------------------------------------------------------------------------------------------

asked_by_default() {
	asked -u games
	rules 'users = [ "root" ];'
	asked -u games
}
point 'without a rule, or with one for somebody else, everybody is asked' asked_by_default

by_user() {
	rules 'users = [ "bin", "games", "lp" ];'
	exempt 'rule 1, user games' -u games
	exempt 'rule 1, user lp' -u lp
	exempt 'rule 1, user games' -r 203.0.113.9 -s vipotp-other -u games
	asked -u man
	asked -u daemon
	asked -u game
	asked -u GAMES
	logged 'user=(unknown) verdict=unenrolled'
}
point 'users: those, with a token or without, whole names alone' by_user

enrolled_is_left_alone() {
	before=$(report games)
	exempt 'rule 1, user games' -u games
	[ "$(report games)" = "$before" ] || echo 'the record changed'
	press games
	settings
	expect PAM_SUCCESS 'user=games verdict=accepted' '' -u games "$code"
}
point 'an exempt login changes nothing of the record' enrolled_is_left_alone

# ---- networks ---------------------------------------------------------------------------------------

# Every way in which an application may have written where a login comes from. The first column says what is expected.
by_network() {
	rules 'networks = [ "192.0.2.0/24", "2001:db8:1::/48", "127.0.0.0/8" ];'
	read_log
	while read -r wanted_network rhost; do
		look -r "$rhost" -u games 12345
		case $wanted_network in
		-) gave 'hidden "Security code: "' 'authenticate PAM_AUTH_ERR' ;;
		*) gave 'authenticate PAM_IGNORE' && gave_no hidden ;;
		esac >"$scratch/complaints"
		[ ! -s "$scratch/complaints" ] || { echo "$rhost:" && cat "$scratch/complaints"; }
		echo "$wanted_network" >>"$room/networks"
	done <<-'END'
		192.0.2.0/24      192.0.2.0
		192.0.2.0/24      192.0.2.255
		192.0.2.0/24      ::ffff:192.0.2.7
		192.0.2.0/24      ::FFFF:c000:207
		127.0.0.0/8       127.0.0.1
		2001:db8:1::/48   2001:db8:1::7
		2001:db8:1::/48   2001:DB8:1:ffff:ffff:ffff:ffff:ffff
		2001:db8:1::/48   2001:db8:1:0:0:0:192.0.2.7
		-                 192.0.3.0
		-                 192.0.1.255
		-                 2001:db8:2::7
		-                 2001:db8::1:7
		-                 ::192.0.2.7
		-                 ::1
		-                 192.0.2.07
		-                 192.0.2.010
		-                 0300.0.2.7
		-                 0xc0.0.2.7
		-                 0xc0000207
		-                 3221225991
		-                 192.0.2
		-                 127.1
		-                 192.0.2.7.
		-                 192.0.2.7/24
		-                 192.0.2.7:22
		-                 192.0.2.7,192.0.2.7
		-                 [2001:db8:1::7]
		-                 2001:db8:1::7%eth0
		-                 2001:db8:1::7%
		-                 fe80::1%eth0
		-                 localhost
		-                 localhost.localdomain
		-                 192.0.2.7.host.example
		-                 host.example
		-                 UNKNOWN
		-                 -
	END
	read_log
	sed -n 's/.*reason="exempt by rule 1, network \(.*\)"$/\1/p' "$news" >"$room/reasons"
	[ -z "$log" ] || grep -vx -e - "$room/networks" | diff - "$room/reasons"
	asked -u games
	asked -r '' -u games
	asked -r ' 192.0.2.7' -u games
	asked -r '192.0.2.7 ' -u games
	asked -r "192.0.2.7
" -u games
}
point 'networks: a numeric address in PAM_RHOST and nothing else, no name, no other spelling' by_network

# The module could not if it wanted to. (libpam's report to the audit daemon does; it is not about us.)
no_lookup() {
	nm -D --undefined-only "$PAM_VIPOTP" >"$room/calls"
	grep -q getpwnam_r "$room/calls" || echo 'nothing was listed'
	! grep -iE 'addrinfo|nameinfo|gethostby|getnetby|res_n?(init|query|search)|netgr' "$room/calls"
}
point 'the module calls nothing that looks up a name' no_lookup

everywhere() {
	rules 'networks = [ "0.0.0.0/0" ];'
	exempt 'rule 1, network 0.0.0.0/0' -r 203.0.113.9 -u games
	exempt 'rule 1, network 0.0.0.0/0' -r ::ffff:203.0.113.9 -u games
	asked -r 2001:db8::9 -u games
	asked -u games
	rules 'networks = [ "::/0" ];'
	exempt 'rule 1, network ::/0' -r 2001:db8::9 -u games
	asked -r 203.0.113.9 -u games
	asked -r ::ffff:203.0.113.9 -u games
	asked -r '' -u games
}
point 'everywhere means every address of its kind, and no login without one' everywhere

# ---- services ---------------------------------------------------------------------------------------

by_service() {
	rules 'users = [ "games" ]; services = [ "vipotp-one", "vipotp-two" ];'
	exempt 'rule 1, user games, service vipotp-two' -s vipotp-two -u games
	asked -s vipotp-three -u games
	asked -s vipotp-tw -u games
	asked -s vipotp-two -u man
}
point 'services: in these alone' by_service

# ---- all of a rule, one of the rules ----------------------------------------------------------------

every_line() {
	rules 'users = [ "games", "man" ]; networks = [ "192.0.2.0/24", "2001:db8::/32" ]; groups = [ "games", "man" ];
		services = [ "vipotp-one", "vipotp-test" ];'
	exempt 'rule 1, user games, network 192.0.2.0/24, service vipotp-test, group games' -r 192.0.2.7 -u games
	exempt 'rule 1, user man, network 2001:db8::/32, service vipotp-one, group man' -s vipotp-one -r 2001:db8::7 -u man
	asked -r 192.0.2.7 -u lp
	asked -r 192.0.3.7 -u games
	asked -u games
	asked -r 192.0.2.7 -s vipotp-other -u games
	rules 'users = [ "games" ]; networks = [ "192.0.2.0/24" ]; groups = [ "man" ];'
	asked -r 192.0.2.7 -u games
}
point 'within a rule every line must be met, each by one of its names' every_line

any_rule() {
	rules 'users = [ "lp" ]; networks = [ "192.0.2.0/24" ];' 'groups = [ "vipotp-no-such-group", "games" ];' \
		'networks = [ "192.0.2.0/25" ]; services = [ "vipotp-one" ];'
	exempt 'rule 1, user lp, network 192.0.2.0/24' -r 192.0.2.200 -u lp
	exempt 'rule 2, group games' -u games
	exempt 'rule 3, network 192.0.2.0/25, service vipotp-one' -r 192.0.2.1 -s vipotp-one -u man
	asked -r 192.0.2.200 -s vipotp-one -u man
	asked -u lp
	asked -r 192.0.3.1 -s vipotp-one -u man
}
point 'one rule that holds is enough, and conditions of two do not add up' any_rule

# ---- who never is -----------------------------------------------------------------------------------

unknown_never() {
	rules "users = [ \"$nobody\" ];" 'networks = [ "0.0.0.0/0" ];' "groups = [ \"root\", \"games\" ];"
	asked -r 192.0.2.7 -u $nobody
	logged 'user=(unknown) verdict=unenrolled'
	asked -r 192.0.2.7 -u "$nobody "
	asked -r 192.0.2.7 -u ''
	exempt 'rule 2, network 0.0.0.0/0' -r 192.0.2.7 -u lp
}
point 'a user who does not exist is not exempt, and is asked like everybody' unknown_never

# A mistake in a rule is no rule and no absence of one.
mistaken() {
	for rule in 'networks = [ "192.0.2.7/24" ];' 'services = [ "vipotp-test" ];' ''; do
		rules 'users = [ "games" ];' "$rule"
		press games
		echo "$counter" >"$room/tokens/games.counter"
		answers=2 # without settings the next code is asked for
		expect PAM_AUTHINFO_UNAVAIL verdict=unavailable "$conf:[34]: exempt" -u games "$code" "$code"
		gave 'hidden "Security code: "' 'error "Authentication error."'
		answers=1
	done
}
point 'a rule with a mistake denies everybody, and the log names the line' mistaken

# Root's way in at the console stays one on the day on which the key is lost or the store is damaged.
without_a_store() {
	rules 'users = [ "games" ];'
	mv "$key_file" "$key_file.away"
	exempt 'rule 1, user games' -u games
	answered_unavailable
	mv "$key_file.away" "$key_file"
	chmod 777 "$store"
	exempt 'rule 1, user games' -u games
	answered_unavailable
	chmod 700 "$store"
}

answered_unavailable() {
	press man
	echo "$counter" >"$room/tokens/man.counter"
	expect PAM_AUTHINFO_UNAVAIL 'user=man verdict=unavailable' '' -u man "$code"
}
point 'an exemption needs neither key nor store; who is not exempt is denied without them' without_a_store

# A rule that lost one of its lines would hold for more logins than it says. Each of these lacks one that is met.
memory_runs_out() {
	starve=$top_builddir/tests/fault/.libs/starve.so
	rules 'users = [ "games" ]; networks = [ "192.0.2.0/24" ];' 'groups = [ "games" ]; services = [ "vipotp-other" ];' \
		'services = [ "vipotp-test" ]; groups = [ "man", "bin" ];'
	stack "$PAM_VIPOTP config=$conf" pam_permit.so
	count=1
	at=0
	stride=${FULL:+1}
	stride=${stride:-9}
	while [ "$at" -lt "$count" ]; do
		LD_PRELOAD=$starve STARVE_AT=$at STARVE_COUNT=$room/count "$driver" -d "$room/pam.d" -r 192.0.3.7 -u games '' \
			>"$room/told" 2>&1
		! grep -q PAM_SUCCESS "$room/told" || echo "where allocation $at fails nobody is asked"
		[ "$at" -gt 0 ] || count=$(cat "$room/count")
		at=$((at + stride))
	done
	[ "$count" -gt 100 ] || echo "only $count allocations"
	read_log
	[ -z "$log" ] || ! grep verdict=exempt "$news"
}
point 'memory that runs out exempts nobody' memory_runs_out

# ---- groups -----------------------------------------------------------------------------------------

by_primary_group() {
	rules 'groups = [ "games" ];'
	exempt 'rule 1, group games' -u games
	asked -u man
	rules 'groups = [ "vipotp-no-such-group" ];'
	asked -u games
}
point 'groups: by the primary group; a group that does not exist has no members' by_primary_group

# blind ERROR: from now on what is read of /etc/group fails.
seeing=$driver
blind() {
	cat >"$room/blind" <<-END
		#!/bin/sh
		exec strace -f -o $room/trace -P /etc/group -e trace=openat -e inject=openat:error=$1 $seeing "\$@"
	END
	chmod 755 "$room/blind"
	driver=$room/blind
	: >"$room/trace"
}

# A group of our own, and one whose entry is larger than any buffer that comes first.
own_groups() {
	{
		cat /etc/group
		echo 'vipotp-robots:x:64901:sys,games'
		echo 'vipotp-a b:x:64902:games'
		printf 'vipotp-crowd:x:64903:'
		seq -s , -f 'vipotp-member-%g' 1 4000 | tr -d '\n'
		echo ,games
	} >"$room/group"
	printf 'passwd: files\ngroup: files\n' >"$room/nsswitch.conf"
	cp "$room/nsswitch.conf" "$room/nsswitch.files"
	mount --bind "$room/group" /etc/group && mount --bind "$room/nsswitch.conf" /etc/nsswitch.conf
}

by_membership() {
	for group in vipotp-robots 'vipotp-a b' vipotp-crowd; do
		rules "groups = [ \"$group\" ];"
		exempt "rule 1, group $group" -u games
		asked -u man
	done
	rules 'groups = [ "64901" ];'
	asked -u games
}

# The code is right, and does not count: the login ends as if the settings could not be read.
untold() {
	rules 'groups = [ "vipotp-robots" ];'
	blind "$1"
	for user in games man; do
		press $user
		echo "$counter" >"$room/tokens/$user.counter"
		expect PAM_AUTHINFO_UNAVAIL "user=$user verdict=unavailable" 'exempt: the group database cannot be asked' \
			-u $user "$code"
		gave 'hidden "Security code: "' 'error "Authentication error."'
		grep -q INJECTED "$room/trace" || echo 'nothing failed'
	done
	driver=$seeing
}

# Where the rest of the rule does not hold, or another rule does, nobody asks about groups.
not_needed() {
	blind EIO
	rules 'groups = [ "vipotp-robots" ]; networks = [ "192.0.2.0/24" ];' 'users = [ "man" ];'
	accepted games -r 192.0.3.7
	exempt 'rule 2, user man' -r 192.0.3.7 -u man
	! grep -q INJECTED "$room/trace" || echo 'groups were asked for'
	exempt 'rule 2, user man' -r 192.0.2.7 -u man
	grep -q INJECTED "$room/trace" || echo 'no group was asked for'
	asked -u $nobody
	driver=$seeing
}

# glibc hides the failure of one database behind the answer of the next: no exemption comes of it, but a code's demand.
hidden_failure() {
	printf 'passwd: files\ngroup: files db\n' >/etc/nsswitch.conf
	blind EIO
	rules 'groups = [ "vipotp-robots" ];'
	press games
	look -u games "$code"
	read_log
	gave 'hidden "Security code: "'
	gave_no 'authenticate PAM_IGNORE'
	cp "$room/nsswitch.files" /etc/nsswitch.conf
	driver=$seeing
}
if [ -z "$log" ]; then
	skip 'groups by membership' 'no mount namespace, so no /etc/group of our own'
	skip 'the group database fails' 'no mount namespace, so no /etc/nsswitch.conf of our own'
else
	own_groups || bail_out 'no /etc/group of our own'
	point 'groups: by membership, of large ones too; a number is no name' by_membership
	if command -v strace >/dev/null; then
		point 'the group database cannot be read: denied, and the log says why' untold EIO
		point 'nor can it be opened for want of descriptors' untold EMFILE
		point 'it is not asked where it does not count' not_needed
		point 'a failure that glibc hides exempts nobody' hidden_failure
	else
		skip 'the group database fails' 'strace is not installed'
	fi
fi

# ---- the stack --------------------------------------------------------------------------------------

# An exemption decides nothing: alone it is a refusal, with others it is theirs.
in_a_stack() {
	rules 'users = [ "games" ];'
	module="$PAM_VIPOTP config=$conf"
	stack "$module"
	expect PAM_PERM_DENIED verdict=exempt '' -d "$room/pam.d" -u games
	stack "$module" pam_permit.so
	expect PAM_SUCCESS verdict=exempt '' -d "$room/pam.d" -u games
	expect PAM_AUTH_ERR 'user=man verdict=malformed' '' -d "$room/pam.d" -u man 12345
	stack pam_deny.so "$module"
	expect PAM_AUTH_ERR verdict=exempt '' -d "$room/pam.d" -u games
	stack pam_permit.so "$module"
	expect PAM_SUCCESS verdict=exempt '' -d "$room/pam.d" -u games
}
point 'PAM_IGNORE: refused alone, let in behind pam_permit, refused behind pam_deny' in_a_stack

account_too() {
	expect PAM_IGNORE verdict=exempt '' -c authenticate,acct_mgmt -u games
	gave 'acct_mgmt PAM_IGNORE'
}
point 'the account phase says PAM_IGNORE too' account_too

silent() {
	exempt 'rule 1, user games' -q -u games
	exempt 'rule 1, user games' -a -u games
	arguments=quiet
	exempt 'rule 1, user games' -u games
	arguments=
}
point 'the log is written with PAM_SILENT and quiet as well' silent
finish
