#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# How settings reach the module in a program without privilege, such as a screen locker: it reads them itself, as its
# user, and what it may not read denies like what cannot be read (product §6.8, §8).
. "$(dirname "$0")/door.sh"

enroll_event games
privileged=$driver
chmod 755 "$room"
mkdir "$room/pam.d"
: >"$room/pam.d/other"
cat >"$room/locker" <<-END
	#!/bin/sh
	exec setpriv --reuid games --regid games --clear-groups --inh-caps=-all $privileged -d $room/pam.d "\$@"
END
chmod 755 "$room/locker"

# locker OPTIONS ARGUMENT...: the module in a process of the user games.
locker() {
	echo "auth required $PAM_VIPOTP config=$conf $1" >"$room/pam.d/vipotp-test"
	echo 'auth required pam_permit.so' >>"$room/pam.d/vipotp-test"
	shift
	driver=$room/locker
	knock "$@"
	driver=$privileged
}

# denied OPTIONS REASON: the right code does not help, nor does what the settings would let pass; the user sees what he
# always sees.
denied() {
	press games
	echo "$counter" >"$room/tokens/games.counter"
	locker "$1" -u games "$code" "$code"
	gave 'hidden "Security code: "' 'authenticate PAM_AUTHINFO_UNAVAIL' 'error "Authentication error."'
	answers=2 # without settings the next code is asked for
	logged 'user=games verdict=unavailable' "$2"
	answers=1
}

# With these whoever has no token passes, and games does in any case.
lenient() {
	settings 'unenrolled = "ignore";' 'exempt = { users = [ "games" ]; };'
}

readable() {
	lenient
	locker '' -u games
	gave 'authenticate PAM_SUCCESS'
	gave_no hidden shown
	logged 'user=games verdict=exempt' 'exempt by rule 1, user games'
}
point 'settings that the user may read are in force: exempt, for one' readable

unreadable() {
	lenient
	for mode in 600 640 400; do
		chmod $mode "$conf"
		denied '' "$conf: .*Permission denied"
		denied nullok "$conf: .*Permission denied"
	done
	chmod 644 "$conf"
	readable
}
point 'settings that he may not read deny, and the log says which file' unreadable

hidden_directory() {
	lenient
	chmod 711 "$room"
	denied nullok "$room: .*Permission denied"
	chmod 755 "$room"
	readable
}
point 'so does a directory that he may not look into' hidden_directory

unsafe() {
	lenient
	chmod 666 "$conf"
	denied nullok "$conf: "
	chmod 644 "$conf"
	chown games "$conf"
	denied nullok "$conf: "
	chown root "$conf"
	mv "$conf" "$conf.away"
	denied nullok "$conf"
	mv "$conf.away" "$conf"
	settings '' 'exempt = { users = [ ]; };'
	denied nullok "$conf:3: exempt.users"
}
point 'and settings that are unsafe, absent or wrong: his own file is not believed' unsafe

# Who is not exempt is a matter for the helper, which is not there.
nobody_answers() {
	settings 'unenrolled = "ignore";'
	press games
	echo "$counter" >"$room/tokens/games.counter"
	locker '' -u games "$code"
	gave 'hidden "Security code: "' 'authenticate PAM_AUTHINFO_UNAVAIL' 'error "Authentication error."'
	logged 'user=games verdict=unavailable' 'reason='
}
point 'without a helper nobody passes, by no policy for the unenrolled either' nobody_answers
accepted_by_root() {
	settings
	accepted games
}
point 'and the code is still good where root asks' accepted_by_root
finish
