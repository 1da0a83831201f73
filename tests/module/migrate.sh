#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Users move to pam_vipotp (product §7.6): tokens that were used in real logins elsewhere are imported, and the code used
# last there is refused here, the next one accepted. What other systems' tools wrote, and our own, comes in and out.
. "$(dirname "$0")/door.sh"
stop_the_clock
python=/usr/bin/python3 # the distribution's, which has its packages
[ -x $python ] || python=python3

now=1795320371
umask 077

# import FILE [OPTION...]: all goes well; what it says is in $room/import.
import() {
	import_file=$1
	shift
	vipotp tokens import "$@" "$import_file" >"$room/import" 2>&1 || complain "import of $import_file: $(cat "$room/import")"
}

# file NAME LINE...: root's.
file() {
	name=$room/$1
	shift
	printf '%s\n' "$@" >"$name"
}

# enroll USER TOKEN OTP1 OTP2
enroll() {
	printf '%s\n' "$3" "$4" | vipotp enroll "$1" --token "$2" >"$room/enrolment" 2>&1 || complain "$(cat "$room/enrolment")"
}

# module NAME: the path of an installed PAM module.
module() {
	for path in "$(make_variable pamdir)" /usr/lib/*/security /usr/lib64/security /lib/security; do
		[ ! -e "$path/$1.so" ] || { echo "$path/$1.so" && return; }
	done
}
google=$(module pam_google_authenticator)
oath=$(module pam_oath)

# elsewhere MODULE ARGUMENTS USER CODE: a real login by the other module, which accepts it.
visits=0
elsewhere() {
	visits=$((visits + 1)) # each from a host of its own: pam_google_authenticator asks none of its friends again
	in_time "$driver" -m "$1" -o "$2" -r "host$visits.example" -u "$3" "$4" >"$room/elsewhere" 2>&1 ||
		complain "not accepted elsewhere: $(cat "$room/elsewhere")"
}

# ---- from google-authenticator ------------------------------------------------------------------------------------

# make_google NAME OPTION...: a user's file, key and all.
make_google() {
	name=$room/$1
	shift
	google-authenticator --no-confirm --force --quiet --qr-mode=NONE --secret="$name" "$@" </dev/null >"$room/made" 2>&1 ||
		cat "$room/made"
	key=$(head -n 1 "$name")
}

at_google() {
	elsewhere "$google" "secret=$name user=root no_strict_owner" root "$1"
}

google_time_token() {
	make_google google-time --time-based --disallow-reuse --no-rate-limit --window-size=3 --emergency-codes=3
	spent=$(sed -n '/^[0-9]\{8\}$/p' "$name" | sed -n 2p)
	at_google "$(totp "$key" "$now")"
	at_google "$spent"
	left=$(sed -n '/^[0-9]\{8\}$/p' "$name" | head -n 1)
	import "$name" --user games --bind --yes
	expect PAM_AUTH_ERR 'user=games verdict=replayed' '' -u games "$(totp "$key" "$now")"
	expect PAM_AUTH_ERR 'user=games' '' -u games "$spent"
	now=$((now + 30))
	expect PAM_SUCCESS 'user=games verdict=accepted' '' -u games "$(totp "$key" "$now")"
	expect PAM_SUCCESS 'user=games' '' -u games "$left"
	expect PAM_AUTH_ERR 'user=games' '' -u games "$left"
	now=$((now + 30))
	expect PAM_SUCCESS 'user=games verdict=accepted' '' -u games "$(totp "$key" "$now")"
}

google_event_token() {
	make_google google-event --counter-based --no-rate-limit --window-size=10 --emergency-codes=0
	at_google "$(hotp "$key" 1)"
	at_google "$(hotp "$key" 4)"
	import "$name" --user man --bind --yes
	expect PAM_AUTH_ERR 'user=man' '' -u man "$(hotp "$key" 4)"
	expect PAM_AUTH_ERR 'user=man' '' -u man "$(hotp "$key" 3)"
	expect PAM_SUCCESS 'user=man verdict=accepted' '' -u man "$(hotp "$key" 5)"
}

# A clock that pam_google_authenticator learned to be 20 minutes early.
google_skewed_token() {
	make_google google-skewed --time-based --disallow-reuse --no-rate-limit --window-size=3
	for _ in 1 2; do
		in_time "$driver" -m "$google" -o "secret=$name user=root no_strict_owner" -u root \
			"$(totp "$key" $((now + 1200)))" >"$room/elsewhere" 2>&1
		now=$((now + 30))
	done
	at_google "$(totp "$key" $((now + 1200)))"
	now=$((now + 30)) # the codes that taught it are not kept there: a further one is
	at_google "$(totp "$key" $((now + 1200)))"
	import "$name" --user lp --bind --yes
	expect PAM_AUTH_ERR 'user=lp verdict=replayed' '' -u lp "$(totp "$key" $((now + 1200)))"
	now=$((now + 60))
	expect PAM_AUTH_ERR 'user=lp' '' -u lp "$(totp "$key" "$now")"
	expect PAM_SUCCESS 'user=lp verdict=accepted' '' -u lp "$(totp "$key" $((now + 1200)))"
}

# ---- from pam_oath ------------------------------------------------------------------------------------------------

hex() {
	printf '%-20.20s' "$1 ${0##*/}" | od -An -v -tx1 | tr -d ' \n'
}

b32() {
	printf '%-20.20s' "$1 ${0##*/}" | base32
}

at_oath() {
	elsewhere "$oath" "usersfile=$room/users.oath window=10 ${3-}" "$1" "$2"
}

from_oath() {
	file users.oath '# users of pam_oath' "HOTP mail - $(hex mail)" "HOTP/T30 news - $(hex news)" \
		"HOTP/E/8 uucp - $(hex uucp) 5" "HOTP/T60 proxy - $(hex proxy)"
	at_oath mail "$(hotp "$(b32 mail)" 0)"
	at_oath mail "$(hotp "$(b32 mail)" 2)"
	at_oath uucp "$(hotp "$(b32 uucp)" 5 --digits=8)" digits=8
	export TZ=Asia/Tokyo
	at_oath news "$(totp "$(b32 news)" "$now")"
	unset TZ
	read_log
	import "$room/users.oath" --bind --yes
	read_log
	grep -q ': 4 imported, 0 known already, 4 bound\.$' "$room/import" || cat "$room/import"
}

# What was bound without two codes is told of each user.
oath_log() {
	[ -n "$log" ] || return 0
	for user in mail news uucp proxy; do
		grep -q " event=enroll service=vipotp user=$user token=LVO[ET][0-9]* kind=[a-z]* verdict=migrated file=$room/users.oath" \
			"$news" || complain "nothing tells of $user"
		! grep -qi -e "$(hex $user)" -e "$(b32 $user)" "$news" || complain "the key of $user is in the log"
	done
	grep -q " event=tokens-import .*format=usersfile verdict=imported imported=4 known=0 bound=4 " "$news" || complain 'not told'
}

oath_event_tokens() {
	from_oath
	oath_log
	expect PAM_AUTH_ERR 'user=mail verdict=replayed' '' -u mail "$(hotp "$(b32 mail)" 2)"
	expect PAM_SUCCESS 'user=mail verdict=accepted' '' -u mail "$(hotp "$(b32 mail)" 3)"
	expect PAM_AUTH_ERR 'user=uucp verdict=replayed' '' -u uucp "$(hotp "$(b32 uucp)" 5 --digits=8)"
	expect PAM_SUCCESS 'user=uucp verdict=accepted' '' -u uucp "$(hotp "$(b32 uucp)" 6 --digits=8)"
}

oath_time_tokens() {
	expect PAM_AUTH_ERR 'user=news verdict=replayed' '' -u news "$(totp "$(b32 news)" "$now")"
	now=$((now + 30))
	expect PAM_SUCCESS 'user=news verdict=accepted' '' -u news "$(totp "$(b32 news)" "$now")"
	expect PAM_SUCCESS 'user=proxy verdict=accepted' '' -u proxy "$(totp "$(b32 proxy)" "$now" --time-step-size=60s)"
	import "$room/users.oath" --bind --yes
	grep -q ': 0 imported, 4 known already, 0 bound\.$' "$room/import" || cat "$room/import"
	expect PAM_AUTH_ERR 'user=news verdict=replayed' '' -u news "$(totp "$(b32 news)" "$now")"
}

if [ -n "$google" ] && command -v google-authenticator >/dev/null; then
	point 'google-authenticator: time token and emergency codes, used before and not' google_time_token
	point 'google-authenticator: event token' google_event_token
	point 'google-authenticator: a skew that was learned there' google_skewed_token
else
	skip 'from google-authenticator' 'libpam-google-authenticator is not installed'
fi
if [ -n "$oath" ]; then
	point 'pam_oath: event tokens of 6 and 8 digits' oath_event_tokens
	point 'pam_oath: time tokens; the same file once more lets nobody in again' oath_time_tokens
else
	skip 'from pam_oath' 'libpam-oath is not installed'
fi

# ---- from a maker of tokens: PSKC ----------------------------------------------------------------------------------

cat >"$room/make_pskc.py" <<'PYTHON'
import sys
from pskc import PSKC
how, path, secret = sys.argv[1:4]
pskc = PSKC()
for serial, user, algorithm, counter in (("UBHE00000031", sys.argv[4], "hotp", 17), ("VSST00000031", None, "totp", None)):
    key = pskc.add_key(serial=serial, manufacturer="Example", secret=(serial + "-a-key-20").encode(), algorithm="urn:ietf:params:xml:ns:keyprov:pskc:" + algorithm,
                       response_length=6, response_encoding="DECIMAL", counter=counter, time_interval=30 if algorithm == "totp" else None)
    if user:
        key.key_userid = user
if how == "passphrase":
    pskc.encryption.setup_pbkdf2(secret, iterations=1000)
elif how == "key":
    pskc.encryption.setup_preshared_key(key=bytes.fromhex(secret))
pskc.write(path)
PYTHON

# pskc HOW SECRET USER OPTION...: written by python-pskc; event token with counter 17, bound.
pskc() {
	how=$1 secret=$2 user=$3
	shift 3
	$python "$room/make_pskc.py" "$how" "$room/$how.pskc" "$secret" "$user" || echo 'python3-pskc failed'
	file secret "$secret"
	vipotp tokens import "$room/$how.pskc" >"$room/import" 2>&1 </dev/null && [ "$how" != plain ] && echo 'read without its secret'
	import "$room/$how.pskc" --bind --yes "$@"
	key=$(printf 'UBHE00000031-a-key-20' | base32)
	expect PAM_AUTH_ERR "user=$user" '' -u "$user" "$(hotp "$key" 16)"
	expect PAM_SUCCESS "user=$user verdict=accepted" '' -u "$user" "$(hotp "$key" 17)"
	vipotp release "$user" --yes >/dev/null
	vipotp tokens remove UBHE00000031 --yes >/dev/null 2>&1 || echo 'not removed'
	vipotp tokens remove VSST00000031 --yes >/dev/null 2>&1 || echo 'not removed'
}

pskc_wrong() {
	file secret 'not the passphrase'
	vipotp tokens import --passphrase-file "$room/secret" "$room/passphrase.pskc" >"$room/import" 2>&1
	[ $? -eq 2 ] && grep -q 'the passphrase is wrong' "$room/import" || cat "$room/import"
	vipotp tokens list --json >"$room/list"
	! grep -q 00000031 "$room/list" || echo 'something was stored'
	echo 'a passphrase' | vipotp tokens import --dry-run "$room/passphrase.pskc" >"$room/import" 2>&1 || cat "$room/import"
	grep -q 'Passphrase, or key in hexadecimal digits (not shown)' "$room/import" || cat "$room/import"
}

if $python -c 'import pskc' 2>/dev/null; then
	point 'PSKC in the clear' pskc plain none bin
	point 'PSKC under a passphrase' pskc passphrase 'a passphrase' bin --passphrase-file "$room/secret"
	point 'PSKC under a pre-shared key' pskc key 12345678901234567890123456789012 bin --key-file "$room/secret"
	point 'a wrong passphrase; a right one that is asked for' pskc_wrong
else
	skip 'PSKC' 'python3-pskc is not installed'
fi

# ---- the tokens of VIP's documents ----------------------------------------------------------------------------------

# As `token` knows them: the time token's codes by the clock, the event token's by its counter.
vip_time=LJYWKRGZO5TV2IQSD434O5RWELYBGXDJ
vip_event=TIJ42MRBVW6ZOUX4IVC3NETFWQKLB7TN

vip_tokens() {
	file vip.csv id,key,user "VSMT00004711,$vip_time,sys" "UBHE00004711,$vip_event,sync"
	import "$room/vip.csv"
	enroll sys VSMT00004711 "$(totp $vip_time $((now - 30)))" "$(totp $vip_time "$now")"
	enroll sync UBHE00004711 "$(hotp $vip_event 0)" "$(hotp $vip_event 1)"
	now=$((now + 60))
	totp $vip_time "$now" | vipotp test sys >"$room/test" 2>&1 || cat "$room/test"
	expect PAM_SUCCESS 'user=sys verdict=accepted' '' -u sys "$(totp $vip_time "$now")"
	hotp $vip_event 2 | vipotp test sync >"$room/test" 2>&1 || cat "$room/test"
	expect PAM_SUCCESS 'user=sync verdict=accepted' '' -u sync "$(hotp $vip_event 2)"
}

# Twenty presses and ten minutes for nothing.
vip_reset() {
	printf '%s\n' VSMT00004711 "$(totp $vip_time $((now + 600)))" "$(totp $vip_time $((now + 630)))" |
		vipotp reset sys >"$room/reset" 2>&1 || cat "$room/reset"
	grep -q 'works as usual from the next time on' "$room/reset" || cat "$room/reset"
	now=$((now + 60))
	expect PAM_SUCCESS 'user=sys verdict=accepted' '' -u sys "$(totp $vip_time $((now + 630)))"
	printf '%s\n' UBHE00004711 "$(hotp $vip_event 22)" "$(hotp $vip_event 23)" | vipotp reset sync >"$room/reset" 2>&1 ||
		cat "$room/reset"
	expect PAM_SUCCESS 'user=sync verdict=accepted' '' -u sync "$(hotp $vip_event 24)"
}

point 'the keys of VIP: import, enrolment, test, login' vip_tokens
point 'reset, login' vip_reset

# ---- to another host ------------------------------------------------------------------------------------------------

# round_trip NAME OPTION...: what is exported here is imported there, and nobody can use a code once more.
round_trip() {
	name=$1
	shift
	vipotp export "$@" >"$room/$name" 2>"$room/exported" || cat "$room/exported"
	here_conf=$conf here_store=$store here_key=$key_file
	conf=$room/$name.conf store=$room/$name.store key_file=$room/$name.key
	settings
	import "$room/$name" --bind --yes ${1:+--passphrase-file "$room/secret"}
	expect PAM_AUTH_ERR 'user=sync verdict=replayed' '' -u sync "$(hotp $vip_event 24)"
	expect PAM_SUCCESS 'user=sync verdict=accepted' '' -u sync "$(hotp $vip_event 25)"
	expect PAM_AUTH_ERR 'user=sys' '' -u sys "$(totp $vip_time $((now + 630)))"
	vipotp export 2>/dev/null | sort | grep -v ,sync, >"$room/there"
	sort "$room/csv" | grep -v ,sync, | diff - "$room/there"
	conf=$here_conf store=$here_store key_file=$here_key
}

if "$VIPOTP" help | grep -q '^  export'; then
	vipotp export >"$room/csv" 2>/dev/null
	file secret 'to another host'
	point 'what is exported as CSV is imported, positions and all' round_trip csv
	point 'and sealed, as PSKC' round_trip pskc --sealed --passphrase-file "$room/secret"
else
	skip 'export and import' 'there is no export'
fi
finish
