#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The life of a key fob (product §3, §5.2): it comes in a file that another program made, is bound by two codes as its
# display shows them, and runs 20 ppm fast for two years of weekly logins. Its owner takes 7 s to type a code.
. "$(dirname "$0")/door.sh"
stop_the_clock
# The distribution's package serves the distribution's Python, which may not be the first in PATH.
python=
for candidate in python3 /usr/bin/python3; do
	! "$candidate" -c 'import pskc' 2>/dev/null || python=$candidate
done
[ -n "$python" ] || skip_all 'python3-pskc is not installed'

start=1700000000
week=604800
new_key
id=DP0123456789

# shows SECONDS: the fob's display at that time of ours. Its clock was 3 s ahead when it was made, and is fast since.
jump=0
shows() {
	totp "$key" $(($1 + 3 + jump + ($1 - start) / 50000))
}

# read_code: code is what its owner has read 7 s ago.
read_code() {
	code=$(shows $((now - 7)))
}

comes_in() {
	now=$start
	"$python" - "$room/fobs.xml" "$id" "$key" <<-'END' || echo 'python3-pskc failed'
		import base64, sys, pskc
		file = pskc.PSKC()
		file.add_key(id=sys.argv[2], serial=sys.argv[2], manufacturer='Example', secret=base64.b32decode(sys.argv[3]),
			algorithm='urn:ietf:params:xml:ns:keyprov:pskc:totp', response_encoding='DECIMAL', response_length=6,
			time_interval=30)
		file.write(sys.argv[1])
	END
	chmod 600 "$room/fobs.xml"
	vipotp tokens import "$room/fobs.xml" >"$room/imported" 2>&1 || cat "$room/imported"
	vipotp tokens list --json | grep -q "\"id\": \"$id\"" || echo 'it is not in the inventory'
}
point 'a PSKC file of python3-pskc brings it into the inventory' comes_in

is_bound() {
	printf '%s\n' "$(shows $((now - 37)))" "$(shows $((now - 7)))" | vipotp enroll games --token dp01-2345-6789 \
		>"$room/enrolment" 2>&1 || cat "$room/enrolment"
	expect PAM_AUTH_ERR 'user=games verdict=replayed' '' -u games "$(shows $((now - 7)))"
}
point 'two codes of its display bind it to its owner' is_bound

one_in_30_seconds() {
	now=$((start + 30))
	read_code
	expect PAM_SUCCESS "user=games verdict=accepted token=$id" '' -u games "$code"
	now=$((now + 10))
	expect PAM_AUTH_ERR 'user=games verdict=replayed' '' -u games "$code"
	now=$((now + 20))
	read_code
	expect PAM_SUCCESS 'user=games verdict=accepted' '' -u games "$code"
}
point 'it shows no new code for 30 s; the old one is refused, and the new one accepted' one_in_30_seconds

two_years() {
	weeks=0
	while [ "$weeks" -lt 104 ]; do
		weeks=$((weeks + 1))
		now=$((start + weeks * week + weeks * 1013))
		read_code
		look -u games "$code"
		case $shown in
		*'authenticate PAM_SUCCESS'*) ;;
		*)
			complain "in week $weeks"
			return
			;;
		esac
	done
	report games | grep -qE '"offset_ms": 12[0-9]{5},' || report games
}
point 'for two years every code is accepted, while its clock runs away by 20 minutes' two_years

in_a_drawer() {
	now=$((now + 52 * week))
	read_code
	expect PAM_SUCCESS 'user=games verdict=accepted' '' -u games "$code"
}
point 'nor is it forgotten after a year in a drawer' in_a_drawer

set_wrong() {
	now=$((now + week))
	jump=900
	read_code
	expect PAM_AUTH_ERR 'user=games verdict=wrong' '' -u games "$code"
	printf '%s\n' "$id" "$(shows $((now - 7)))" "$(shows $((now + 23)))" | vipotp reset games >"$room/reset" 2>&1 ||
		cat "$room/reset"
	now=$((now + 60))
	read_code
	expect PAM_SUCCESS 'user=games verdict=accepted' '' -u games "$code"
}
point 'after its clock has jumped by 15 minutes a reset by two codes brings it back' set_wrong

finish
