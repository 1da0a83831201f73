#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Whose token is asked for (product §6.1, §6.7): PAM_USER's, or with identity = "caller" the invoking user's, as su has it.
. "$(dirname "$0")/door.sh"

enroll_event games # the account to be entered
enroll_event man   # who calls
games=$(id -u games) man=$(id -u man)
nobody=vipotp-no-such-user

# as USER UID TARGET ANSWER...: an su whose caller is USER, under the real uid UID.
as() {
	caller=$1 uid=$2 target=$3
	shift 3
	knock -R "$caller" -U "$uid" -u "$target" "$@"
}

# ---- PAM_USER's ---------------------------------------------------------------------------------------

the_targets() {
	press games
	as man "$man" games "$code"
	gave 'authenticate PAM_SUCCESS'
	logged 'user=games verdict=accepted'
	press man
	as man "$man" games "$code"
	gave 'authenticate PAM_AUTH_ERR'
	logged 'user=games verdict=wrong'
}
point 'by default it is the account to be entered, whoever calls' the_targets

# ---- the caller's -------------------------------------------------------------------------------------

settings 'identity = "caller";'

the_callers() {
	press man
	as man "$man" games "$code"
	gave 'hidden "Security code: "' 'authenticate PAM_SUCCESS'
	logged 'user=man verdict=accepted'
	press games
	as man "$man" games "$code"
	gave 'authenticate PAM_AUTH_ERR'
	logged 'user=man verdict=wrong'
	press games
	as games "$games" man "$code"
	gave 'authenticate PAM_SUCCESS'
	logged 'user=games verdict=accepted'
}
point 'identity = "caller": the code of who calls, and not the other'"'"'s' the_callers

# Nobody's token is in question: the prompt comes, its answer is not looked at, though it is right, and the log names
# the target.
denied() {
	for user in man games; do
		press $user
		echo "$counter" >"$room/tokens/$user.counter"
		knock "$@" -u games "$code"
		gave 'hidden "Security code: "' 'authenticate PAM_AUTHINFO_UNAVAIL' 'error "Authentication error."'
		logged 'user=games verdict=unavailable' "$reason"
	done
	[ "$(failures man local) $(failures games local)" = "$before" ] || echo 'somebody was charged'
}
before="$(failures man local) $(failures games local)"
reason='the application does not say who calls (PAM_RUSER is not set)'
point 'PAM_RUSER is not set: denied, behind a prompt' denied -U "$man"
point 'PAM_RUSER is empty' denied -U "$man" -R ''
reason="PAM_RUSER is not the user of the process's real uid $man\""
point 'PAM_RUSER is another user than the process'"'"'s real one' denied -U "$man" -R games
point 'not even root may be named by others' denied -U "$man" -R root
point 'PAM_RUSER is nobody'"'"'s name' denied -U "$man" -R $nobody
point 'a number is no name' denied -U "$man" -R "$man"
reason='PAM_RUSER is not the user of the process.s real uid 0"'
point 'a process of root'"'"'s with somebody else'"'"'s name' denied -R man
reason='nobody on this host calls (PAM_RHOST is set)'
point 'PAM_RUSER of a login from afar is a stranger'"'"'s word' denied -U "$man" -R man -r 192.0.2.7
point 'and so it is if it names root to a daemon of root'"'"'s' denied -R root -r host.example

# Nothing that passes over the unenrolled, or over anybody, is open to a caller who is not proven.
no_way_around() {
	settings 'identity = "caller"; unenrolled = "ignore"; enroll_by = "9999-12-31";' \
		'exempt = ( { users = [ "root", "games", "man" ]; }, { networks = [ "0.0.0.0/0" ]; } );'
	denied "$@"
	settings 'identity = "caller";'
}
point 'a caller who is not proven passes by no policy' no_way_around -U "$man" -R root -r 192.0.2.7
reason='PAM_RUSER is not the user of'
point 'nor does one under another name' no_way_around -U "$man" -R root

# The rest goes by the caller too.
unenrolled_caller() {
	settings 'identity = "caller"; unenrolled = "ignore";'
	as lp "$(id -u lp)" games
	gave 'authenticate PAM_IGNORE'
	logged 'user=lp verdict=ignored'
	settings 'identity = "caller";' 'exempt = ( { users = [ "games" ]; } );'
	press man
	as man "$man" games "$code"
	gave 'authenticate PAM_SUCCESS'
	as games "$games" man
	gave 'authenticate PAM_IGNORE'
	logged 'user=games verdict=exempt' 'exempt by rule 1, user games'
	settings 'identity = "caller";'
}
point 'unenrolled and exempt are about the caller' unenrolled_caller

unknown_target() {
	press man
	as man "$man" $nobody "$code"
	gave 'authenticate PAM_SUCCESS'
	logged 'user=man verdict=accepted'
}
point 'who the target is does not matter here: the rest of the stack looks at it' unknown_target

per_service() {
	settings '' 'services = { vipotp-su = { identity = "caller"; }; };'
	press man
	knock -s vipotp-su -U "$man" -R man -u games "$code"
	gave 'authenticate PAM_SUCCESS'
	logged 'user=man service=vipotp-su verdict=accepted'
	press games
	knock -s vipotp-other -U "$man" -R man -u games "$code"
	gave 'authenticate PAM_SUCCESS'
	logged 'user=games service=vipotp-other verdict=accepted'
}
point 'per service' per_service

# ---- the database -------------------------------------------------------------------------------------

settings
blind() {
	cat >"$room/blind" <<-END
		#!/bin/sh
		exec strace -f -o $room/trace -P $1 -e trace=openat -e inject=openat:error=$2 $driver "\$@"
	END
	chmod 755 "$room/blind"
}

unreadable() {
	blind /etc/passwd "$1"
	seeing=$driver
	driver=$room/blind
	press games
	knock -u games "$code"
	driver=$seeing
	gave 'hidden "Security code: "' 'authenticate PAM_AUTHINFO_UNAVAIL' 'error "Authentication error."'
	logged 'user=(unknown) verdict=unavailable' 'the account database cannot be asked'
	grep -q INJECTED "$room/trace" || echo 'nothing failed'
	accepted games
}
# A second database behind the files, one without the user, would hide from glibc's callers that the first one failed.
if [ -z "$log" ]; then
	skip 'the account database cannot be read' 'no mount namespace, so no /etc/nsswitch.conf of our own'
elif ! command -v strace >/dev/null; then
	skip 'the account database cannot be read' 'strace is not installed'
else
	printf 'passwd: files\ngroup: files\n' >"$room/nsswitch.conf"
	mount --bind "$room/nsswitch.conf" /etc/nsswitch.conf || bail_out 'no nsswitch.conf of our own'
	point 'the account database cannot be read: denied, and the log says so' unreadable EIO
	point 'nor can it be opened for want of descriptors' unreadable EMFILE
fi
finish
