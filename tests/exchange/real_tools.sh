#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Files that other programs made and changed in real logins (product §7.6): google-authenticator and
# pam_google_authenticator, pam_oath; oathtool computes the codes from the key that we read. The next position that is
# read from a file is the one after the last that was used.
. "$(dirname "$0")/../module/door.sh"

print_seeds=$top_builddir/tests/exchange/print_seeds
stop_the_clock
now=1795320371
step=$((now / 30))

# module NAME: the path of an installed PAM module.
module() {
	for path in "$(make_variable pamdir)" /usr/lib/*/security /usr/lib64/security /lib/security; do
		[ ! -e "$path/$1.so" ] || { echo "$path/$1.so" && return; }
	done
}
google=$(module pam_google_authenticator)
oath=$(module pam_oath)

# read_back FILE: into $room/seeds, format and all. field NAME [N]: that value of the Nth token.
read_back() {
	"$print_seeds" "$1" >"$room/seeds" 2>&1 || cat "$room/seeds"
}

field() {
	awk -v name="$1" -v wanted="${2-1}" '/^token / { n++ } n == wanted && $1 == name { sub(/^[a-z]+ /, ""); print }' \
		"$room/seeds"
}

# is NAME VALUE [N]: the value was read.
is() {
	[ "$(field "$1" "${3-1}")" = "$2" ] || {
		echo "$1 of token ${3-1} is not $2:"
		cat "$room/seeds"
	}
}

looks_like() {
	[ "$(head -n 1 "$room/seeds")" = "format $1" ] || echo "taken for: $(head -n 1 "$room/seeds")"
}

# next FILE POSITION [N]: where to go on, as the file has it now.
next() {
	read_back "$1"
	is counter "$2" "${3-1}"
}

# try MODULE ARGUMENTS USER CODE: a real login there. gives CODE MODULE ARGUMENTS USER ANSWER
logins=0
try() {
	logins=$((logins + 1)) # a host of its own for each: pam_google_authenticator asks none of its friends again
	tried=$(in_time "$driver" -m "$1" -o "$2" -r "host$logins.example" -u "$3" "$4" 2>&1 | sed -n 's/^authenticate //p')
}

gives() {
	wanted=$1
	shift
	try "$@"
	[ "$tried" = "$wanted" ] || echo "the login of $3 with $4 gave $tried, not $wanted"
}

# ---- google-authenticator ------------------------------------------------------------------------------------

# make_google FILE OPTION...
make_google() {
	file=$1
	shift
	google-authenticator --no-confirm --force --quiet --qr-mode=NONE --secret="$file" "$@" </dev/null >"$room/made" 2>&1 ||
		cat "$room/made"
	read_back "$file"
	key=$(field key)
}

# google PAM_CODE ANSWER: with $file.
google() {
	gives "$1" "$google" "secret=$file user=root no_strict_owner grace_period=1" root "$2"
}

google_time_token() {
	make_google "$room/time" --time-based --disallow-reuse --rate-limit=10 --rate-time=30 --window-size=3 --emergency-codes=10
	looks_like google-authenticator
	is kind time
	is key "$(head -n 1 "$file")"
	is period 30
	is counter 0
	is digits 6
	is digest 1
	field scratch >"$room/codes"
	grep -x '[0-9]\{8\}' "$file" | diff - "$room/codes"
	[ "$(wc -l <"$room/codes")" -eq 10 ] || echo "not ten emergency codes"
	google PAM_SUCCESS "$(totp "$key" "$now")"
	next "$file" $((step + 1))
	google PAM_AUTH_ERR "$(totp "$key" "$now")"
	google PAM_SUCCESS "$(totp "$key" $((now - 30)))" # the module takes the one before after it; the highest counts
	next "$file" $((step + 1))
	now=$((now + 30))
	google PAM_SUCCESS "$(totp "$key" $((now + 30)))"
	next "$file" $((step + 3))
	now=$((now - 30))
	grep -q '^" LAST2 host[0-9]*.example' "$file" || echo "no login was noted: $(cat "$file")"
	grep -q '^" RATE_LIMIT 10 30 [0-9]' "$file" || echo "no limit was noted: $(cat "$file")"
}

google_scratch_code() {
	spent=$(sed -n 4p "$room/codes")
	google PAM_SUCCESS "$spent"
	google PAM_AUTH_ERR "$spent"
	read_back "$file"
	field scratch >"$room/left"
	grep -vx "$spent" "$room/codes" | diff - "$room/left"
	is counter $((step + 3))
}

google_reusable_token() {
	make_google "$room/reusable" --time-based --allow-reuse --no-rate-limit --minimal-window --step-size=60 --emergency-codes=0
	is kind time
	is period 60
	is scratch ''
	google PAM_SUCCESS "$(totp "$key" "$now" --time-step-size=60)"
	next "$file" 0 # the file does not know
}

# Three codes in a row from a clock that is 40 steps early: the module learns it.
google_skewed_token() {
	make_google "$room/skewed" --time-based --disallow-reuse --no-rate-limit --window-size=3
	is skew ''
	before=$now
	google PAM_AUTH_ERR "$(totp "$key" $((now + 1200)))"
	now=$((now + 30))
	google PAM_AUTH_ERR "$(totp "$key" $((now + 1200)))"
	read_back "$file"
	is skew ''
	grep -q '^" RESETTING_TIME_SKEW [0-9]*+40 ' "$file" || echo "nothing was learned: $(cat "$file")"
	now=$((now + 30))
	google PAM_SUCCESS "$(totp "$key" $((now + 1200)))"
	read_back "$file"
	is skew 1200000
	now=$((now + 30))
	google PAM_SUCCESS "$(totp "$key" $((now + 1200)))"
	next "$file" $((now / 30 + 40 + 1))
	is skew 1200000
	now=$before
}

google_event_token() {
	make_google "$room/event" --counter-based --no-rate-limit --window-size=10
	is kind event
	is key "$(head -n 1 "$file")"
	is counter 1
	google PAM_SUCCESS "$(hotp "$key" 1)"
	next "$file" 2
	google PAM_SUCCESS "$(hotp "$key" 9)" # seven presses were for nothing
	next "$file" 10
	google PAM_AUTH_ERR "$(hotp "$key" 9)" # a wrong code moves the module's counter on
	next "$file" 11
	google PAM_SUCCESS "$(hotp "$key" 11)"
	next "$file" 12
}

# ---- pam_oath ------------------------------------------------------------------------------------------------

users=$room/users.oath

# oath PAM_CODE USER ANSWER [ARGUMENT...]
oath() {
	gives "$1" "$oath" "usersfile=$users window=10 ${4-}" "$2" "$3"
}

# new_users LINE...: what follows the type and the user; the keys are the test's own. The key as we read it: key N.
new_users() {
	printf '%s\n' '# Option User Prefix Seed' "$@" >"$users"
	chmod 600 "$users"
	read_back "$users"
	looks_like usersfile
}

hex() {
	printf '%-20.20s' "$1 ${0##*/}" | od -An -v -tx1 | tr -d ' \n'
}

oath_unused() {
	new_users "HOTP alice - $(hex alice)" "HOTP/E/8 bob + $(hex bob) 5" "HOTP/T30 carol - $(hex carol)" \
		"HOTP/T60/7 dave + $(hex dave)"
	[ "$(field user 1) $(field user 2) $(field user 3) $(field user 4)" = 'alice bob carol dave' ] || cat "$room/seeds"
	[ "$(field kind 1) $(field kind 2) $(field kind 3) $(field kind 4)" = 'event event time time' ] || cat "$room/seeds"
	[ "$(field digits 1) $(field digits 2) $(field digits 3) $(field digits 4)" = '6 8 6 7' ] || cat "$room/seeds"
	[ "$(field counter 1) $(field counter 2) $(field counter 3) $(field counter 4)" = '0 5 0 0' ] || cat "$room/seeds"
	is period 60 4
	[ "$(field key 4)" = "$(printf '%-20.20s' "dave ${0##*/}" | base32)" ] || cat "$room/seeds"
}

# The position that a file without a login gives is the next one: pam_oath takes its code.
oath_event_token() {
	oath PAM_SUCCESS alice "$(hotp "$(field key 1)" 0)"
	next "$users" 1 1
	oath PAM_AUTH_ERR alice "$(hotp "$(field key 1)" 0)"
	oath PAM_SUCCESS alice "$(hotp "$(field key 1)" 1)"
	oath PAM_SUCCESS alice "$(hotp "$(field key 1)" 9)"
	next "$users" 10 1
	oath PAM_SUCCESS bob "$(hotp "$(field key 2)" 5 --digits=8)" digits=8
	next "$users" 6 2
	oath PAM_AUTH_ERR bob "$(hotp "$(field key 2)" 5 --digits=8)" digits=8
	oath PAM_SUCCESS bob "$(hotp "$(field key 2)" 6 --digits=8)" digits=8
	next "$users" 7 2
}

oath_time_token() {
	oath PAM_SUCCESS carol "$(totp "$(field key 3)" "$now")"
	next "$users" $((step + 1)) 3
	is skew 0 3
	oath PAM_AUTH_ERR carol "$(totp "$(field key 3)" "$now")"
	oath PAM_SUCCESS carol "$(totp "$(field key 3)" $((now + 90)))" # a clock 90 s early
	next "$users" $((step + 4)) 3
	is skew 90000 3
	oath PAM_SUCCESS dave "$(totp "$(field key 4)" "$now" --digits=7 --time-step-size=60)" digits=7
	next "$users" $((now / 60 + 1)) 4
	is counter 10 1
	is counter 7 2
}

# The file's times are local: every zone gives the same position.
oath_zones() {
	for zone in Etc/GMT+12 America/St_Johns UTC Europe/Berlin Asia/Kathmandu Asia/Tokyo Pacific/Kiritimati; do
		[ -e "/usr/share/zoneinfo/$zone" ] || continue
		new_users "HOTP/T30 erin - $(hex "$zone")"
		export TZ="$zone"
		oath PAM_SUCCESS erin "$(totp "$(field key)" $((now - 30)))"
		unset TZ
		next "$users" "$step"
		is skew -30000
		zones=$((zones + 1))
	done
	[ "$zones" -ge 3 ] || echo "only $zones time zones are installed"
}

# ---- many tokens ---------------------------------------------------------------------------------------------

# A million lines: every one is read, with hardly more memory than the file takes.
a_million_lines() {
	awk 'BEGIN { print "id,key,user"
		for (i = 0; i < 1000000; i++) printf "VSST%08d,LJYWKRGZO5TV2IQSD434O5RWELYBGXDJ,u%d\n", i, i }' >"$room/million.csv"
	size=$(($(wc -c <"$room/million.csv") / 1024))
	(ulimit -v $((size + 96 * 1024)) && "$print_seeds" "$room/million.csv" count) >"$room/seeds" 2>&1
	[ "$(cat "$room/seeds")" = 'format csv
tokens 1000000' ] || head -n 20 "$room/seeds"
}

if [ -n "$google" ] && command -v google-authenticator >/dev/null; then
	point 'google-authenticator: a time token, and the position after its logins' google_time_token
	point 'google-authenticator: a spent emergency code is gone' google_scratch_code
	point 'google-authenticator: a token whose codes may be used again' google_reusable_token
	point 'google-authenticator: the skew that it learned' google_skewed_token
	point 'google-authenticator: an event token, and the position after its logins' google_event_token
else
	skip 'files of google-authenticator' 'libpam-google-authenticator is not installed'
fi
if [ -n "$oath" ]; then
	zones=0
	point 'pam_oath: tokens that were never used' oath_unused
	point 'pam_oath: event tokens, and the position after their logins' oath_event_token
	point 'pam_oath: time tokens, and the position after their logins' oath_time_token
	point 'pam_oath: time tokens, wherever the host is' oath_zones
else
	skip 'files of pam_oath' 'libpam-oath is not installed'
fi
point 'a million lines of comma-separated values' a_million_lines
finish
