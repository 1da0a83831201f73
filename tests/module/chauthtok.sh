#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The password phase of services whose passwords are tokens, and the account phase that sends users there: the tables of
# pam_vipotp(8), line by line (product §6.2, §6.4).
. "$(dirname "$0")/door.sh"
. "$(dirname "$0")/enroll_scene.sh"

replacing='replace = "code";'

# ---- pam_chauthtok: who has no token ----------------------------------------------------------------------

first_token() {
	stock UBHE00000001
	pair UBHE00000001
	knock -c chauthtok -u games UBHE00000001 "$otp1" "$otp2"
	gave 'chauthtok PAM_SUCCESS' 'shown "Token ID: "'
	gave_no error
	noted 'token=UBHE00000001 verdict=accepted error=0000'
	[ "$(owner UBHE00000001)" = games ] || complain 'not bound'
	accepted games
}
point 'without a token: one is enrolled, PAM_SUCCESS' first_token

refused() {
	stock UBHE00000002
	pair UBHE00000002
	for said in 'a b c' "UBHE00000002 $otp2 $otp1 $otp2 $otp1 $otp2 $otp1" "UBHE00000002 $otp1 %abort" '%abort'; do
		# shellcheck disable=SC2086
		knock -c chauthtok -u man $said
		gave 'chauthtok PAM_AUTHTOK_ERR'
		unbound man
	done
}
point 'the dialogue fails or is ended: PAM_AUTHTOK_ERR, nothing is bound' refused

unknown() {
	knock -c chauthtok -u vipotp-no-such-user
	gave 'chauthtok PAM_USER_UNKNOWN'
	gave_no Token info error
}
point 'an unknown user: PAM_USER_UNKNOWN' unknown

# prelim: of its own, before anybody is asked.
unavailable() {
	before=$conf
	mv "$key_file" "$key_file.away"
	knock -c chauthtok -u man UBHE00000002 "$otp1" "$otp2"
	mv "$key_file.away" "$key_file"
	gave 'chauthtok PAM_TRY_AGAIN'
	gave_no Token
	noted 'verdict=unavailable'
	conf=$room/none.conf
	knock -c chauthtok -u man UBHE00000002 "$otp1" "$otp2"
	gave 'chauthtok PAM_TRY_AGAIN'
	conf=$before
	arguments=nulok
	knock -c chauthtok -u man UBHE00000002 "$otp1" "$otp2"
	gave 'chauthtok PAM_TRY_AGAIN'
	noted 'verdict=unavailable'
	arguments=
	pair UBHE00000002
	knock -c chauthtok -u man UBHE00000002 "$otp1" "%sh mv $key_file $key_file.away; echo $otp2"
	mv "$key_file.away" "$key_file"
	gave 'chauthtok PAM_AUTHTOK_ERR'
	unbound man
}
point 'options, settings or store that cannot be used: PAM_TRY_AGAIN, later PAM_AUTHTOK_ERR' unavailable

# ---- pam_chauthtok: who has one ---------------------------------------------------------------------------

needs_release() {
	knock -c chauthtok -u games UBHE00000002 123456 123456
	gave 'chauthtok PAM_AUTHTOK_ERR' \
		'error "You have a token already. The administrator releases it before you can enrol another one."'
	gave_no Token Code
	noted 'verdict=exists'
	accepted games
}
point 'replace = "release": told, and PAM_AUTHTOK_ERR' needs_release

settings "$replacing"
replaced() {
	press games
	old=$code
	pair UBHE00000002
	knock -c chauthtok -u games "$old" UBHE00000002 "$otp1" "$otp2"
	gave 'chauthtok PAM_SUCCESS' 'info "You have a token. A code of it is needed to replace it."' \
		'hidden "Code of the present token: "' 'info "Enrol the new token: enter the token ID that is printed on it."'
	logged 'user=games token=UBHE00000001 verdict=accepted error=0000'
	noted 'token=UBHE00000002 verdict=accepted error=0000'
	press games
	expect PAM_AUTH_ERR 'user=games' '' -u games "$code"
	[ -z "$(owner UBHE00000001)" ] || complain 'the old one is still bound'
	[ "$(owner UBHE00000002)" = games ] || complain 'the new one is not bound'
	accepted games
}
point 'replace = "code": a code of the token, then the new one; the old one is free again' replaced

serves_on() {
	stock UBHE00000003
	pair UBHE00000003
	for said in %abort "UBHE00000003 %abort" "UBHE00000003 $otp1 %abort" "UBHE00000003 $otp1 %kill"; do
		press games
		# shellcheck disable=SC2086
		knock -c chauthtok -u games "$code" $said
		gave_no 'chauthtok PAM_SUCCESS'
		accepted games
	done
	rm -rf "$room"/tmp/knock.*
	[ -z "$(owner UBHE00000003)" ] || complain 'the new one is bound'
}
point 'an interrupted replacement: the old token serves on' serves_on

wrong_code() {
	guess games
	knock -c chauthtok -u games "$code" letters "$code" UBHE00000003
	gave 'chauthtok PAM_AUTHTOK_ERR' 'error "This is no code that your present token shows now (error 49b5)."' \
		'error "The dialogue was ended. Nothing was bound."'
	gave_no 'Token ID'
	answers=3 logged 'user=games'
	[ "$(failures games local)" = 2 ] || report games
	accepted games
}
point 'no code of the present token: three tries, counted, and PAM_AUTHTOK_ERR' wrong_code

no_spare_code() {
	vipotp recovery games --yes --json >"$room/renewed" 2>&1
	spare=$(grep -oE '[0-9A-Z]{5}-[0-9A-Z]{5}' "$room/renewed" | head -n 1)
	lent=$(vipotp tempcode games --reusable --yes --json | sed -n 's/.*"code": "\([0-9]*\)".*/\1/p')
	knock -c chauthtok -u games "$spare" "$lent" %abort
	gave 'chauthtok PAM_AUTHTOK_ERR'
	gave_no 'Token ID'
	report games | grep -q '"recovery_codes_left": 10' || report games
	accepted games
}
point 'a recovery code is not used up for it, a temporary code says nothing of the token' no_spare_code

locked() {
	vipotp lock games --yes >"$room/locked" 2>&1 || cat "$room/locked"
	knock -c chauthtok -u games 123456
	gave 'chauthtok PAM_AUTHTOK_ERR'
	gave_no 'present token'
	noted 'verdict=stopped error=4990'
	vipotp unlock games --yes >"$room/unlocked" 2>&1 || cat "$room/unlocked"
	accepted games
}
point 'a locked token is not replaced' locked

another_module_s() {
	knock -c chauthtok_expired -u games 123456
	gave 'chauthtok_expired PAM_IGNORE'
	gave_no present Token
	stock UBHE00000004
	pair UBHE00000004
	knock -c chauthtok_expired -u man UBHE00000004 "$otp1" "$otp2"
	gave 'chauthtok_expired PAM_SUCCESS'
}
point 'another module'"'"'s password has expired: PAM_IGNORE for who has a token, else it is enrolled' another_module_s

# ---- who calls ---------------------------------------------------------------------------------------------

# A copy of the program with root's rights, in the hands of somebody.
callers() {
	settings
	mkdir -p -m 0755 "$room/passwd"
	chmod 0755 "$room" "$room/tmp"
	install -m 4755 "$driver" "$room/passwd/knock"
	echo "password required $PAM_VIPOTP config=$conf" >"$room/passwd/vipotp-test"
	: >"$room/passwd/other"
	stock UBHE00000005
	pair UBHE00000005
	as_proxy="setpriv --reuid proxy --regid proxy --clear-groups"
	shown=$($as_proxy "$room/passwd/knock" -d "$room/passwd" -c chauthtok -u backup UBHE00000005 "$otp1" "$otp2" 2>&1)
	gave 'chauthtok PAM_PERM_DENIED'
	shown=$($as_proxy "$driver" -d "$room/passwd" -c chauthtok -u proxy UBHE00000005 "$otp1" "$otp2" 2>&1)
	gave 'chauthtok PAM_PERM_DENIED'
	gave_no 'Token ID'
	# For root, and where the application has just authenticated somebody as the user, this is all.
	shown=$($as_proxy "$room/passwd/knock" -d "$room/passwd" -c chauthtok_expired -u backup UBHE00000005 %abort 2>&1)
	gave 'shown "Token ID: "'
	read_log
}
point 'a program with root'"'"'s rights serves its caller alone; one without: PAM_PERM_DENIED' callers

# The user himself gives his password first. PAM's own directory is another one here, as everybody's /run is.
himself() {
	mount -t tmpfs -o mode=0755 tmpfs /etc/pam.d || return
	for stack in '' pam_deny.so pam_permit.so; do
		[ -z "$stack" ] || printf '%s\n' "auth required $stack" 'account required pam_permit.so' >/etc/pam.d/vipotp
		read_log
		shown=$($as_proxy "$room/passwd/knock" -d "$room/passwd" -c chauthtok -u proxy UBHE00000005 "$otp1" "$otp2" 2>&1)
		read_log
		[ "$stack" != pam_permit.so ] || break
		gave 'chauthtok PAM_AUTHTOK_ERR' 'error "Authentication error."'
		gave_no 'Token ID'
		noted 'user=proxy verdict=denied error=-'
	done
	gave 'chauthtok PAM_SUCCESS'
	[ "$(owner UBHE00000005)" = proxy ] || complain 'not bound'
	umount /etc/pam.d
}
if [ -n "$log" ]; then
	point 'the user himself is asked for his password by the service vipotp, and refused without it' himself
fi
chmod 0700 "$room"

# ---- pam_acct_mgmt -----------------------------------------------------------------------------------------

off_by_default() {
	settings
	knock -c acct_mgmt -u lp
	gave 'acct_mgmt PAM_IGNORE'
	[ -z "$log" ] || ! grep -q event= "$news" || complain 'logged'
}
point 'account: without require_at_account PAM_IGNORE' off_by_default

settings 'require_at_account = true;'
due() {
	stock UBHE00000006
	pair UBHE00000006
	knock -c acct_mgmt,chauthtok_expired,acct_mgmt -u lp UBHE00000006 "$otp1" "$otp2"
	[ "$(printf '%s\n' "$shown" | grep PAM_ | tr '\n' ' ')" = \
		'acct_mgmt PAM_NEW_AUTHTOK_REQD chauthtok_expired PAM_SUCCESS acct_mgmt PAM_IGNORE ' ] || complain 'not in order'
	noted_among 'user=lp token=- verdict=required error=6008'
	noted_among 'verdict=accepted'
	[ "$(owner UBHE00000006)" = lp ] || complain 'not bound'
}
point 'require_at_account, without a token: PAM_NEW_AUTHTOK_REQD, and pam_chauthtok enrols' due

not_due() {
	press lp
	knock -c authenticate,acct_mgmt -u lp "$code"
	gave 'acct_mgmt PAM_SUCCESS'
	for user in lp vipotp-no-such-user; do
		knock -c acct_mgmt -u $user
		gave 'acct_mgmt PAM_IGNORE'
	done
	settings 'require_at_account = true; enroll_by = "2999-01-01";'
	knock -c acct_mgmt -u mail
	gave 'acct_mgmt PAM_IGNORE'
	settings 'require_at_account = true; enroll_by = "2000-01-01";'
	knock -c acct_mgmt -u mail
	gave 'acct_mgmt PAM_NEW_AUTHTOK_REQD'
	settings 'require_at_account = true;' 'exempt = ( { users = [ "mail" ]; } );'
	knock -c acct_mgmt -u mail
	gave 'acct_mgmt PAM_IGNORE'
	settings 'require_at_account = true;'
	arguments=nullok
	knock -c authenticate,acct_mgmt -u mail
	gave 'authenticate PAM_IGNORE' 'acct_mgmt PAM_NEW_AUTHTOK_REQD'
	arguments=
}
point 'the enrolled, unknown and exempt, and before enroll_by: PAM_IGNORE, or PAM_SUCCESS after a code' not_due

untold() {
	mv "$key_file" "$key_file.away"
	knock -c acct_mgmt -u mail
	mv "$key_file.away" "$key_file"
	gave 'acct_mgmt PAM_AUTHINFO_UNAVAIL'
	noted 'verdict=unavailable'
	arguments=nulok
	knock -c acct_mgmt -u mail
	gave 'acct_mgmt PAM_AUTHINFO_UNAVAIL'
	arguments=
	echo 'policy = { nonsense = 1; };' >>"$conf"
	knock -c acct_mgmt -u mail
	gave 'acct_mgmt PAM_AUTHINFO_UNAVAIL'
	settings
}
point 'what cannot be told: PAM_AUTHINFO_UNAVAIL' untold

finish
