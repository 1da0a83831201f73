#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Enrolment inside a login (product §6.4): the seeds' token ID, OTP1, OTP2; what is refused, and how little is said about
# it; whatever ends the dialogue, the token is bound or it is not. The QR code and the program that draws it are
# enroll_qr.sh's, chauthtok and the account phase chauthtok.sh's.
. "$(dirname "$0")/door.sh"
. "$(dirname "$0")/enroll_scene.sh"
stop_the_clock
now=1700000010
settings "$enrolling"

# ---- with a token of the inventory ----------------------------------------------------------------------

enrols() {
	stock UBHE00000001
	pair UBHE00000001
	knock -c authenticate,acct_mgmt -p "$password" -u games ubhe-0000-0001 "$otp1" "$otp2"
	gave 'authenticate PAM_SUCCESS' 'acct_mgmt PAM_SUCCESS' \
		'info "You have no token yet, and one is needed here. Enrol it now: enter the token ID that is printed on it."' \
		'shown "Token ID: "' \
		'info "Enter two codes that the token shows one right after the other."' \
		'hidden "One-time password 1 (OTP1): "' \
		'info "Now wait until the display goes dark, make the next code and enter it."' \
		'info "A hardware token gives no new code for 30 seconds, however often its button is pressed."' \
		'hidden "One-time password 2 (OTP2): "' \
		'info "The token UBHE 0000 0001 is enrolled. Its codes are demanded from the next login on."'
	gave_no error
	noted 'token=UBHE00000001 verdict=accepted error=0000 offset=+0'
	[ "$(owner UBHE00000001)" = games ] || complain 'not bound'
	expect PAM_AUTH_ERR 'user=games verdict=replayed token=UBHE00000001' '' -p "$password" -u games "$otp2"
	accepted games -p "$password"
}
point 'token ID, OTP1, OTP2: the token is bound, and the login goes on' enrols

logout() {
	settings "$enrolling after_enroll = \"logout\";"
	stock UBHE00000002 man
	pair UBHE00000002
	knock -c authenticate,acct_mgmt -p "$password" -u man UBHE00000002 "$otp1" "$otp2"
	gave 'authenticate PAM_MAXTRIES' 'acct_mgmt PAM_IGNORE' \
		'info "The token UBHE 0000 0002 is enrolled. Log in again now, with a code of it."'
	noted 'token=UBHE00000002 verdict=accepted error=0000'
	[ "$(owner UBHE00000002)" = man ] || complain 'not bound'
	settings "$enrolling"
	accepted man -p "$password"
}
point 'after_enroll = "logout": bound, and the login ends; reserved for the user is as good as free' logout

time_token() {
	new_key
	vipotp tokens add --id VSST00000001 >"$room/added" 2>&1 <<-END || cat "$room/added"
		$key
	END
	knock -p "$password" -u mail VSST00000001 "$(totp "$key" "$now")" "$(totp "$key" $((now + 30)))"
	gave 'authenticate PAM_SUCCESS' \
		'info "Now wait until the display goes dark or changes, at most about 30 seconds, and enter the next code."'
	noted 'token=VSST00000001 verdict=accepted error=0000'
}
point 'a time token: its owner is told how long to wait' time_token

for_one_service() {
	settings '' 'services = { vipotp-test = { unenrolled = "enroll"; }; };'
	knock -p "$password" -u lp %abort
	gave 'shown "Token ID: "'
	knock -s vipotp-other -p "$password" -u lp 123456
	gave 'authenticate PAM_AUTH_ERR' 'hidden "Security code: "'
	gave_no 'Token ID'
	settings "$enrolling"
}
point 'for one service: another one denies' for_one_service

# ---- who is not enrolled in a login ---------------------------------------------------------------------

unproven() {
	expect PAM_AUTH_ERR 'user=lp verdict=unenrolled error=6008' '' "$@" -u lp 654321
	gave 'hidden "Security code: "' 'error "Authentication error."'
	gave_no 'Token ID' token
}
point 'where nothing says that the password was right a code is asked for, and refused' unproven
arguments=try_first_pass answers=2
point 'a code in the place of the password says nothing of the password' unproven -p 123456
arguments='' answers=1

by_key() {
	knock -e 'SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAA' -u lp %abort
	gave 'shown "Token ID: "'
	unproven -e 'SSH_AUTH_INFO_0=password'
}
point 'a public key that sshd has seen proven is as good as a password' by_key

# The first listing takes all of the answer for the password; the second finds it in PAM_AUTHTOK, and enrols.
one_field() {
	mkdir "$room/pam"
	: >"$room/pam/other"
	printf 'auth required %s\n' "$PAM_VIPOTP config=$conf split" pam_permit.so \
		"$PAM_VIPOTP config=$conf split" >"$room/pam/vipotp-test"
	stock UBHE00000013
	pair UBHE00000013
	knock -d "$room/pam" -u irc "$password" UBHE00000013 "$otp1" "$otp2"
	gave 'authenticate PAM_SUCCESS' 'hidden "Password and security code: "' 'shown "Token ID: "'
	[ "$(owner UBHE00000013)" = irc ] || complain 'not bound'
}
point 'split: the whole answer is the password, and the second line enrols' one_field

another_s_password() {
	settings "$enrolling identity = \"caller\";"
	unproven -p "$password" -R lp -U "$(id -u lp)"
	settings "$enrolling"
}
point 'identity = "caller": the password was another user'"'"'s, so nobody is enrolled' another_s_password

unknown() {
	expect PAM_AUTH_ERR 'user=(unknown) verdict=unenrolled' '' -p "$password" -u vipotp-no-such-user 123456
	gave_no 'Token ID'
	press games
	expect PAM_SUCCESS 'user=games verdict=accepted' '' -p "$password" -u games "$code"
	gave_no 'Token ID'
}
point 'neither are the unknown and the enrolled' unknown

too_early() {
	settings "$enrolling enroll_by = \"2023-11-20\";"
	knock -c authenticate,acct_mgmt -p "$password" -u lp
	gave 'authenticate PAM_IGNORE' 'acct_mgmt PAM_IGNORE' \
		'info "From 2023-11-20 00:00:00 UTC on a security code is asked for here. At your first login then you enrol a token; with \"vipotp enroll\" you can do it before."'
	gave_no 'Token ID'
	settings 'enroll_by = "2023-11-20";'
	knock -p "$password" -u lp
	gave 'authenticate PAM_IGNORE' \
		'info "From 2023-11-20 00:00:00 UTC on a security code is asked for here. Enrol a token before, with \"vipotp enroll\"."'
	settings "$enrolling enroll_by = \"2023-11-14\";"
	knock -p "$password" -u lp %abort
	gave 'shown "Token ID: "'
	settings "$enrolling"
}
point 'before enroll_by the unenrolled pass with a notice, after it they enrol' too_early

# ---- refusals -------------------------------------------------------------------------------------------

stock UBHE00000003
stock UBHE00000004 bin
stock UBHE00000005
vipotp disable --token UBHE00000005 --reason lost --yes >"$room/disabled" 2>&1 || bail_out "$(cat "$room/disabled")"

# Unknown, bound, reserved for another, disabled; the log alone tells which.
one_face() {
	face=
	for token in UBHE99999999:unknown:6004 UBHE00000001:bound:- UBHE00000004:reserved:- UBHE00000005:disabled:4993; do
		id=${token%%:*} error=${token##*:} verdict=${token%:*}
		verdict=${verdict#*:}
		knock -p "$password" -u lp "$id" %abort
		gave 'authenticate PAM_CONV_ERR' 'error "This token cannot be enrolled (error 6004). Check its token ID."'
		[ "${face:=$shown}" = "$shown" ] || complain "$verdict looks different from: $face"
		noted_among "token=$id verdict=$verdict error=$error"
	done
	knock -p "$password" -u lp UBHE99999999 UBHE00000001 UBHE00000004 UBHE00000005
	gave 'authenticate PAM_AUTH_ERR' 'error "The dialogue was ended. Nothing was bound."'
	[ "$(printf '%s\n' "$shown" | grep -c '^shown "Token ID: "')" = 3 ] || complain 'not three tries'
	unbound lp
}
point 'an ID that is unknown, bound, reserved or disabled: one text; three tries' one_face

no_id() {
	knock -p "$password" -u lp VSST1234567 '' 'DPあいう' UBHE00000003
	gave 'authenticate PAM_AUTH_ERR' 'error "The dialogue was ended. Nothing was bound."'
	[ "$(printf '%s\n' "$shown" | grep -c '^error "This is no credential ID (error 6004)\. It has 12 ')" = 3 ] ||
		complain 'not told three times'
	noted 'verdict=malformed token=-'
	pair UBHE00000003
	knock -p "$password" -u lp "$(printf '\377')" 'ＵＢＨＥ ００００ ０００３' %abort
	gave 'hidden "One-time password 1 (OTP1): "'
	unbound lp
}
point 'what is no ID is told; full-width letters are understood' no_id

malformed_codes() {
	pair UBHE00000003
	knock -p "$password" -u lp UBHE00000003 12345 "$otp1" letters %abort
	gave 'authenticate PAM_CONV_ERR' 'error "The security code is a 6-digit number."' \
		'info "Enter all 6 digits, also when the token shows a 0 first."'
	[ "$(printf '%s\n' "$shown" | grep -c '^error "The security code is')" = 2 ] || complain 'not told twice'
	for said in "12345 %huge 12345678" "$otp1 12345 1234567 nothing"; do
		# shellcheck disable=SC2086
		knock -p "$password" -u lp UBHE00000003 $said "$otp1" "$otp2"
		gave 'authenticate PAM_AUTH_ERR' 'error "The dialogue was ended. Nothing was bound."'
		noted 'verdict=malformed error=-'
	done
	knock -p "$password" -u lp UBHE00000003 '' '' ''
	gave 'authenticate PAM_AUTH_ERR'
	unbound lp
}
point 'codes that are none are told, and asked for three times' malformed_codes

equal_codes() {
	pair UBHE00000003
	knock -p "$password" -u lp UBHE00000003 "$otp1" "$otp1" "$otp1" %abort
	gave 'authenticate PAM_CONV_ERR' \
		'error "This is the first code again. The two are never the same: wait until the display shows another one."'
	knock -p "$password" -u lp UBHE00000003 "$otp1" "$otp1" "$otp1" "$otp1" "$otp2"
	gave 'authenticate PAM_AUTH_ERR'
	unbound lp
}
point 'the first code again: a fresh one is asked for' equal_codes

stock UBHE00000006
wrong_pairs() {
	pair UBHE00000006
	[ "$otp1" != 111111 ] && [ "$otp2" != 222222 ] || echo 'these are the right codes'
	knock -p "$password" -u sync UBHE00000006 111111 222222 "$otp2" "$otp1" 222222 111111 "$otp1" "$otp2"
	gave 'authenticate PAM_AUTH_ERR' 'error "The dialogue was ended. Nothing was bound."'
	text='^error "These are not two consecutive codes of this token (error 49b5)\. Nothing was bound\."$'
	[ "$(printf '%s\n' "$shown" | grep -c "$text")" = 3 ] || complain 'not three tries'
	[ -z "$log" ] || [ "$(grep -c ' event=enroll .*token=UBHE00000006 verdict=wrong error=49b5' "$news")" = 3 ] || complain 'log'
	knock -p "$password" -u sync UBHE00000006 111111 222222 %abort
	gave 'authenticate PAM_CONV_ERR'
	# The fourth failure earned a wait, in which the right codes are not read.
	knock -p "$password" -u sync UBHE00000006 "$otp1" "$otp2"
	gave 'authenticate PAM_AUTH_ERR' \
		'error "There were too many failures with this token. Its codes are not read for some time."'
	noted 'token=UBHE00000006 verdict=throttled error=-'
	unbound sync
	now=$((now + 30))
	knock -p "$password" -u sync UBHE00000006 "$otp1" "$otp2"
	gave 'authenticate PAM_SUCCESS'
}
point 'wrong pairs: three tries, counted for good, and then a wait' wrong_pairs

# ---- the end of the dialogue ----------------------------------------------------------------------------

stock UBHE00000007
stored() {
	(cd "$room" && find store key -type f -exec cksum {} + | sort)
}

interrupted() {
	stored >"$room/before"
	pair UBHE00000007
	for end in %abort %null %none %kill; do
		for said in "$end" "UBHE00000007 $end" "UBHE00000007 $otp1 $end"; do
			# shellcheck disable=SC2086
			knock -p "$password" -u lp $said
			if [ "$end" = %kill ]; then
				gave_no authenticate
			else
				gave 'authenticate PAM_CONV_ERR'
				noted 'verdict=aborted error=-'
				gave_no error
			fi
			stored | cmp - "$room/before" || complain "$said changed the store"
		done
	done
	rm -rf "$room"/tmp/knock.* # of those that were killed
	knock -p "$password" -u lp UBHE00000007 "$otp1" "$otp2"
	gave 'authenticate PAM_SUCCESS'
}
point 'aborted or killed at any prompt: nothing is bound, and the next login starts afresh' interrupted

# Both have given their first code when both are let go on; the same token, or one for each.
race() {
	user=$1 one=$2 other=$3
	mkfifo "$room/go.1" "$room/go.2"
	for racer in "1 $one" "2 $other"; do
		pair "${racer#* }"
		in_time "$driver" -o "config=$conf" -p "$password" -u "$user" "${racer#* }" "$otp1" \
			"%sh read -r go <$room/go.${racer% *}; echo $otp2" >"$room/race.${racer% *}" 2>&1 &
	done
	exec 7>"$room/go.1" 8>"$room/go.2"
	echo go >&7
	echo go >&8
	exec 7>&- 8>&-
	wait
	shown=$(cat "$room"/race.?)
	rm "$room"/race.? "$room"/go.?
	read_log
	[ "$(printf '%s\n' "$shown" | grep -c '^authenticate PAM_SUCCESS')" = 1 ] || complain 'not one success'
	[ "$(printf '%s\n' "$shown" | grep -c '^authenticate PAM_AUTH_ERR')" = 1 ] || complain 'not one refusal'
	[ "$(printf '%s\n' "$shown" | grep '^error ')" = 'error "The dialogue was ended. Nothing was bound."' ] ||
		complain 'more is told than the refusal'
	[ "$(report "$user" | tr ',' '\n' | grep -c '"id"')" = 1 ] || report "$user"
}
stock UBHE00000008
stock UBHE00000009
stock UBHE00000010
point 'two with one password and a token each: one of them is bound' race news UBHE00000008 UBHE00000009
point 'two with one token: the same' race uucp UBHE00000010 UBHE00000010

meanwhile() {
	stock UBHE00000011
	pair UBHE00000011
	knock -p "$password" -u proxy UBHE00000011 "$otp1" "%sh mv $key_file $key_file.away; echo $otp2"
	mv "$key_file.away" "$key_file"
	gave 'authenticate PAM_AUTHINFO_UNAVAIL' 'error "The dialogue was ended. Nothing was bound."'
	noted 'token=UBHE00000011 verdict=unavailable error=-'
	unbound proxy
	knock -p "$password" -u proxy UBHE00000011 "$otp1" "%sh '$VIPOTP' --config '$conf' tokens remove UBHE00000011 --yes >/dev/null; echo $otp2"
	gave 'authenticate PAM_AUTH_ERR' 'error "The dialogue was ended. Nothing was bound."'
	noted 'token=UBHE00000011 verdict=unknown error=6004'
	unbound proxy
}
point 'what becomes impossible in the dialogue binds nothing' meanwhile

# ---- what is shown --------------------------------------------------------------------------------------

stock UBHE00000012
quietly() {
	for how in -q -w; do
		pair UBHE00000012
		[ "$how" = -q ] || arguments=quiet
		knock $how -p "$password" -u backup UBHE99999999 UBHE00000012 12 "$otp1" 111111 %abort
		gave_no info error
		gave 'shown "Token ID: "' 'hidden "One-time password 2 (OTP2): "'
	done
	arguments=echo
	knock -p "$password" -u backup UBHE00000012 %abort
	gave 'shown "One-time password 1 (OTP1): "'
	arguments=
}
point 'PAM_SILENT and quiet: nothing but the questions; echo: the codes are shown' quietly

japanese() {
	settings "$enrolling" 'language = "ja"; contact = "内線100";'
	pair UBHE00000012
	knock -p "$password" -u backup UBHE99999999 UBHE00000012 "$otp1" "$otp2"
	gave 'shown "トークン ID: "' 'hidden "ワンタイムパスワード1（OTP1）: "' 'hidden "ワンタイムパスワード2（OTP2）: "' \
		'error "このトークンは利用開始登録できません（エラー 6004）。トークン ID を確認してください。"' \
		'info "トークン UBHE 0000 0012 の利用開始登録が完了しました。次回のログインからこのトークンのコードが必要です。"'
	knock -p "$password" -u list 1 2 3
	gave 'error "内線100"'
	settings "$enrolling"
}
point 'in Japanese, with the words of the banks and their tokens' japanese

no_secret_in_the_log() {
	[ -s "$log" ] || echo 'no log'
	! grep -F -e "$password" -e "$otp1" -e "$otp2" "$log"
}
[ -z "$log" ] || point 'no code and no password is in the log' no_secret_in_the_log

finish
