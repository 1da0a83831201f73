#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Clients with one field (product §6.3, option split): password and code in one answer, the password checked by the real
# pam_unix between the two listings, against a shadow file that nobody sees but this test.
. "$(dirname "$0")/door.sh"
[ -n "$log" ] || skip_all 'no mount namespace, so no shadow file of our own (CAP_SYS_ADMIN is needed)'
command -v openssl >/dev/null || skip_all 'openssl is not installed'
witness=$top_builddir/tests/module/.libs/witness.so
nobody=vipotp-no-such-user
resync=login
settings

# ---- the scene --------------------------------------------------------------------------------------

sed '/^games:/d' /etc/shadow >"$room/others"
install -m 600 "$room/others" "$room/shadow"
mount --bind "$room/shadow" /etc/shadow || bail_out 'no shadow file of our own'

# is_password WORD: of everybody here.
is_password() {
	word=$1
	{
		grep -vE '^(man|mail|news|lp):' "$room/others"
		for name in games man mail news lp; do
			echo "$name:$(openssl passwd -1 -- "$word"):20000:0:99999:7:::"
		done
	} >"$room/shadow"
}

# stack FIRST SECOND [BETWEEN]: the PAM file, with these options of the two listings. `none`: no such line.
stack() {
	mkdir -p "$room/pam"
	: >"$room/pam/other"
	{
		[ "$1" = none ] || echo "auth required $PAM_VIPOTP config=$conf $1"
		echo "auth required $witness see"
		echo 'auth requisite pam_unix.so try_first_pass nodelay'
		[ -z "${3-}" ] || echo "$3"
		[ "$2" = none ] || echo "auth required $PAM_VIPOTP config=$conf $2"
		echo "account required $PAM_VIPOTP config=$conf"
		echo 'account required pam_permit.so'
	} >"$room/pam/vipotp-test"
}

# answer USER TEXT...: one login at that door. shown and the news are set.
answer() {
	user=$1
	shift
	knock -d "$room/pam" -w -u "$user" -- "$@"
}

# prompts N: so many were shown.
prompts() {
	asked=$(printf '%s\n' "$shown" | grep -c '^hidden\|^shown')
	[ "$asked" = "$1" ] || complain "$asked prompts, wanted $1"
}

not_logged() {
	! grep -q ' event=' "$news" || complain 'a line of ours'
}

# enroll_digits USER DIGITS [OPTION...]: an event token; its codes are hotp "$key" N.
enroll_digits() {
	new_key
	printf '%s\n' "otpauth://hotp/$1?secret=$key&counter=0&digits=$2" "$(hotp "$key" 0 --digits="$2")" \
		"$(hotp "$key" 1 --digits="$2")" >"$room/answers"
	digits_user=$1
	shift 2
	vipotp enroll "$digits_user" --uri "$@" <"$room/answers" >"$room/enrolment" 2>&1 || bail_out "enrolment: $(cat "$room/enrolment")"
}

enroll_event games
enroll_digits man 7
man_key=$key
enroll_digits mail 8
mail_key=$key
is_password 'correct horse'
stack split split

# lets_in USER PASSWORD CODE: by one prompt, one line in the log, and with the password alone for the modules between.
lets_in() {
	answer "$1" "$2$3"
	gave 'authenticate PAM_SUCCESS' 'hidden "Password and security code: "' "authtok \"$2\""
	prompts 1
	gave_no error info
	logged "user=$1 verdict=accepted"
}

# keeps_out USER ANSWER WORDS: behind a right password.
keeps_out() {
	answer "$1" "$2"
	gave 'authenticate PAM_AUTH_ERR' 'hidden "Password and security code: "' 'error "Authentication error."'
	prompts 1
	logged "user=$1 $3"
}

# ---- password and code ------------------------------------------------------------------------------

right_right() {
	press games
	lets_in games 'correct horse' "$code"
	knock -d "$room/pam" -c authenticate,acct_mgmt,setcred -u games "correct horse$(press games; echo "$code")"
	gave 'authenticate PAM_SUCCESS' 'acct_mgmt PAM_SUCCESS' 'setcred PAM_SUCCESS'
}
point 'right password, right code' right_right

right_wrong() {
	guess games
	keeps_out games "correct horse$code" 'verdict=wrong failures=1'
}
point 'right password, wrong code: refused and counted, and nothing more is asked, whatever resync says' right_wrong

# The next code of the token stays good.
wrong_right() {
	position=$(next_position games)
	press games
	answer games "correct hose$code"
	gave 'authenticate PAM_AUTH_ERR'
	gave_no error info
	prompts 1
	not_logged
	guess games
	answer games "$code"
	gave 'authenticate PAM_AUTH_ERR'
	not_logged
	[ "$(failures games local) $(next_position games)" = "1 $position" ] || report games
	counter=$(($(cat "$room/tokens/games.counter") - 1))
	echo "$counter" >"$room/tokens/games.counter"
	press games
	answer games "correct horse$code"
	gave 'authenticate PAM_SUCCESS'
	logged 'user=games verdict=accepted failures=0'
}
point 'wrong password: no code is used up, and nobody charged' wrong_right

no_code() {
	keeps_out games 'correct horse' 'verdict=empty failures=0'
	keeps_out games 'correct horse12345' 'verdict=empty' 2>&1 | grep -q 'missing: error' || echo 'five digits are no code'
	answer games ''
	gave 'authenticate PAM_AUTH_ERR' 'authtok ""'
	not_logged
	[ "$(failures games local)" = 0 ] || echo 'counted'
}
point 'no code, or no answer: refused, not counted' no_code

aborted() {
	for typed in %abort %null %none; do
		answer games "$typed"
		gave_no 'Security code: '
		! printf '%s\n' "$shown" | grep -q 'authenticate PAM_SUCCESS' || complain 'let in'
		logged 'user=games verdict=aborted'
	done
	[ "$(failures games local)" = 0 ] || echo 'counted'
}
point 'an abort at the one prompt: one line, and no second prompt of ours' aborted

# ---- where the code begins --------------------------------------------------------------------------

digits_at_the_end() {
	for tail in '' 1 12 123 1234 12345 123456 1234567 12345678 123456789; do
		is_password "secret$tail"
		press games
		lets_in games "secret$tail" "$code"
	done
}
point 'a password that ends in up to nine digits, or none, before a code of six' digits_at_the_end

other_lengths() {
	position=2
	for tail in '' 1 98 123456789; do
		is_password "secret$tail"
		lets_in man "secret$tail" "$(hotp "$man_key" $position --digits=7)"
		lets_in mail "secret$tail" "$(hotp "$mail_key" $position --digits=8)"
		position=$((position + 1))
	done
	answer man "secret$tail$(hotp "$man_key" $position --digits=7 | cut -c 2-)"
	! printf '%s\n' "$shown" | grep -q 'authenticate PAM_SUCCESS' || complain 'six digits of seven'
}
point 'the same before codes of seven and of eight' other_lengths

# One of six and one of eight: the longest that the digits at the end can be.
mixed_lengths() {
	enroll_digits news 6
	short=$key
	enroll_digits news 8 --add
	long=$key
	is_password secret
	lets_in news secret "$(hotp "$short" 2)"
	lets_in news secret "$(hotp "$long" 2 --digits=8)"
	is_password secret1
	lets_in news secret1 "$(hotp "$short" 3)"
	is_password secret12
	lets_in news secret12 "$(hotp "$long" 3 --digits=8)"
	answer news "secret12$(hotp "$short" 4)"
	gave 'authenticate PAM_AUTH_ERR' 'authtok "secret"'
	not_logged
}
point 'tokens of different lengths: the longest that the digits at the end can be' mixed_lengths

# A token that is away is not waited for.
only_enabled() {
	long_id=$(vipotp status news --json | grep -o '"id": "[A-Z0-9]*", [^}]*"digits": 8' | grep -o 'LVO[A-Z0-9]*')
	vipotp disable news --token "$long_id" --reason lost --yes >"$room/disabled" 2>&1 || cat "$room/disabled"
	lets_in news secret12 "$(hotp "$short" 4)"
	vipotp tempcode news --yes --json >"$room/lent" 2>&1 || cat "$room/lent"
	is_password secret1
	answer news "secret1$(sed -n 's/.*"code": "\([0-9]*\)".*/\1/p' "$room/lent")"
	gave 'authenticate PAM_SUCCESS' 'authtok "secret1"'
	logged 'verdict=accepted token=temporary-code'
}
point 'a disabled token has no length; a temporary code has eight' only_enabled

# wide TEXT: its digits and hyphens in full width
wide() {
	echo "$1" | sed 's/0/０/g;s/1/１/g;s/2/２/g;s/3/３/g;s/4/４/g;s/5/５/g;s/6/６/g;s/7/７/g;s/8/８/g;s/9/９/g;s/-/－/g'
}

full_width() {
	is_password 'パスワード７'
	press games
	lets_in games 'パスワード７' "$(wide "$code")"
	press games
	lets_in games 'パスワード７' "$(wide "${code%???}")${code#???}"
	is_password "$(printf 'latin\351')"
	press games
	answer games "$(printf 'latin\351')$code"
	gave 'authenticate PAM_SUCCESS'
}
point 'full-width digits, and a password of any characters' full_width

recovery() {
	vipotp recovery games --yes >"$room/recovery" 2>&1 || cat "$room/recovery"
	grep -oE '[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}' "$room/recovery" >"$room/spare"
	for password in 'correct horse' secret123456 hello- hello-world; do
		is_password "$password"
		code=$(sed -n 1p "$room/spare")
		sed -i 1d "$room/spare"
		answer games "$password$code"
		gave 'authenticate PAM_SUCCESS' "authtok \"$password\""
		logged 'verdict=accepted token=recovery-code'
	done
	code=$(sed -n 1p "$room/spare" | tr A-Z a-z)
	answer games "$password$(wide "$code")"
	gave 'authenticate PAM_SUCCESS'
	press games
	lets_in games hello-world "$code"
	answer games "$password$(sed -n '2s/-//p' "$room/spare")"
	gave 'authenticate PAM_AUTH_ERR'
	not_logged
}
point 'a recovery code with its hyphen, behind passwords that look like one' recovery
is_password 'correct horse'

nobody_here() {
	guess games
	answer games "wrong$code"
	face=$(printf '%s\n' "$shown" | grep -v '^authenticate')
	for user in "$nobody" lp; do
		answer "$user" "wrong$code"
		[ "$(printf '%s\n' "$shown" | grep -v '^authenticate')" = "$face" ] || complain "$user is told from games; wanted: $face"
		not_logged
	done
	keeps_out lp "correct horse$code" 'verdict=unenrolled'
}
point 'the unknown and the unenrolled are asked the same, and their answers divided alike' nobody_here

huge() {
	answer games %huge
	gave 'authenticate PAM_AUTH_ERR'
	not_logged
}
point 'an answer of 1 MiB' huge

# ---- more than one attempt on a handle --------------------------------------------------------------

# attempts CALLS ANSWER...; lines "CALL CODE" in order are then in $results.
attempts() {
	calls=$1
	shift
	knock -d "$room/pam" -c "$calls" -u games -- "$@"
	results=$(printf '%s\n' "$shown" | grep -E '^a[a-z_]* PAM' | paste -sd ' ')
}

# The code that came with the wrong password is right.
again() {
	press games
	left=$code
	attempts authenticate,authenticate "wrong$left" 'correct horse'
	[ "$results" = 'authenticate PAM_AUTH_ERR authenticate PAM_AUTH_ERR' ] || complain "$results"
	logged 'verdict=empty'
	attempts authenticate,authenticate,acct_mgmt "wrong$left" "correct horse$left"
	[ "$results" = 'authenticate PAM_AUTH_ERR authenticate PAM_SUCCESS acct_mgmt PAM_SUCCESS' ] || complain "$results"
	prompts 2
	logged 'verdict=accepted'
	attempts authenticate,authenticate "correct horse$left" "correct horse$(press games; echo "$code")"
	[ "$results" = 'authenticate PAM_AUTH_ERR authenticate PAM_SUCCESS' ] || complain "$results"
	answers=2
	logged 'verdict=replayed'
	answers=1
}
point 'a further try on the same handle: the code left over from a wrong password is not judged' again

after_success() {
	press games
	attempts authenticate,authenticate,acct_mgmt "correct horse$code" "wrong$code"
	[ "$results" = 'authenticate PAM_SUCCESS authenticate PAM_AUTH_ERR acct_mgmt PAM_AUTH_ERR' ] || complain "$results"
}
point 'an acceptance does not outlive the next try' after_success

# ---- listings that disagree -------------------------------------------------------------------------

flip="auth required pam_exec.so quiet /bin/sh $room/flip"
echo "mv $store/users/games $room/away" >"$room/flip_away"
echo "mv $room/away $store/users/games" >"$room/flip_back"

# Passed at the first listing, no more at the second: never passed by being taken for a first.
asked_after_all() {
	settings 'unenrolled = "ignore";'
	stack split split "$flip"
	cp "$room/flip_back" "$room/flip"
	for typed in wrong right; do
		sh "$room/flip_away"
		guess games
		[ $typed = wrong ] || press games
		answer games 'correct horse' "$code" 123456
		[ "$(printf '%s\n' "$shown" | grep -c 'Password and security code')" = 0 ] || complain 'asked at the first listing'
		gave 'hidden "Security code: "'
		case $typed in
		wrong) gave 'authenticate PAM_AUTH_ERR' ;;
		right) gave 'authenticate PAM_SUCCESS' ;;
		esac
	done
	logged 'user=games verdict=accepted'
	settings
	stack split split
}
point 'who passes at the first listing alone is asked at the second' asked_after_all

passed_after_all() {
	settings 'unenrolled = "ignore";'
	stack split split "$flip"
	cp "$room/flip_away" "$room/flip"
	position=$(next_position games)
	press games
	knock -d "$room/pam" -c authenticate,acct_mgmt -u games "correct horse$code"
	gave 'hidden "Password and security code: "' 'authenticate PAM_SUCCESS' 'acct_mgmt PAM_SUCCESS'
	prompts 1
	logged 'user=games verdict=ignored'
	sh "$room/flip_back"
	[ "$(next_position games)" = "$position" ] || echo 'the code was judged'
	settings
	stack split split
	lets_in games 'correct horse' "$code"
}
point 'who passes at the second listing alone passes, and his code is not used up' passed_after_all

# The same by a rule of `exempt`, of the settings that hold at that moment.
exempt_in_between() {
	cp "$conf" "$room/plain.conf"
	settings '' 'exempt = ( { users = [ "games" ]; } );'
	cp "$conf" "$room/exempt.conf"
	stack split split "$flip"
	echo "cp $room/plain.conf $conf" >"$room/flip"
	guess games
	answer games 'correct horse' "$code" ''
	gave 'hidden "Password: "' 'hidden "Security code: "' 'authenticate PAM_AUTH_ERR'
	gave_no 'Password and'
	position=$(next_position games)
	press games
	echo "cp $room/exempt.conf $conf" >"$room/flip"
	knock -d "$room/pam" -c authenticate,acct_mgmt -u games "correct horse$code"
	gave 'authenticate PAM_SUCCESS' 'acct_mgmt PAM_SUCCESS'
	logged 'user=games verdict=exempt'
	[ "$(next_position games)" = "$position" ] || echo 'the code was judged'
	cp "$room/plain.conf" "$conf"
	stack split split
	answer games "correct horse$code"
	gave 'authenticate PAM_SUCCESS'
}
point 'who is exempt at one of the listings alone' exempt_in_between

passes_twice() {
	settings 'unenrolled = "ignore";'
	answer lp 'correct horse'
	gave 'hidden "Password: "' 'authenticate PAM_SUCCESS'
	prompts 1
	logged 'user=lp verdict=ignored'
	settings
}
point 'who passes at both is not asked by us, and has one line' passes_twice

# ---- lines that are missing or wrong ----------------------------------------------------------------

no_second() {
	stack split none
	press games
	knock -d "$room/pam" -c authenticate,acct_mgmt -u games "correct horse$code"
	gave 'authenticate PAM_SUCCESS' 'acct_mgmt PAM_AUTH_ERR'
	logged 'user=games verdict=unavailable' 'the second line with split is missing'
	stack split split
	lets_in games 'correct horse' "$code"
}
point 'without the second line: pam_acct_mgmt refuses, and the log says why' no_second

no_first() {
	stack none split
	press games
	answer games 'correct horse' "$code"
	gave 'hidden "Password: "' 'hidden "Security code: "' 'authenticate PAM_SUCCESS'
	logged 'user=games verdict=accepted'
	answer games 'correct horse' "$code" ''
	gave 'authenticate PAM_AUTH_ERR'
	stack split split
}
point 'without the first line the second asks' no_first

# unavailable REASON: no word before the password is right; one line; nothing asked again, and nothing used up.
unavailable() {
	press games
	for password in 'correct hose' 'correct horse'; do
		answer games "$password$code"
		prompts 1
		gave 'hidden "Password and security code: "'
		! printf '%s\n' "$shown" | grep -q 'authenticate PAM_SUCCESS' || complain 'let in'
		logged 'verdict=unavailable' "$1"
		[ "$password" = 'correct horse' ] || gave_no error info
	done
	gave 'authenticate PAM_AUTHINFO_UNAVAIL' 'error "Authentication error."'
}

misspelt() {
	stack 'split promt=Code:' split
	unavailable 'unknown option .promt=Code:.'
	stack split split
	lets_in games 'correct horse' "$code"
	stack 'split try_first_pass' split
	unavailable 'option split has its code already'
	stack split split
	lets_in games 'correct horse' "$code"
}
point 'an option that does not exist, on the first line alone: denied' misspelt

damaged() {
	cp "$store/users/games" "$room/whole"
	truncate -s 4096 "$store/users/games"
	unavailable 'users/games: truncated'
	cp "$room/whole" "$store/users/games"
	lets_in games 'correct horse' "$code"
}
point 'a damaged record: denied, and not told apart before the password is right' damaged

# Nobody gets in by an allocation that fails, in whichever of the listings, with a password alone. Without FULL some.
starved() {
	starve=$top_builddir/tests/fault/.libs/starve.so
	STARVE_COUNT=$room/count LD_PRELOAD=$starve "$driver" -d "$room/pam" -u games 'correct horse' >"$room/out" 2>&1
	count=$(cat "$room/count")
	[ "${count:-0}" -ge 50 ] || echo "the login allocates only ${count:-nothing}"
	at=0
	while [ "$at" -lt "$count" ]; do
		at=$((at + 1))
		[ -n "${FULL-}" ] || [ $((at % 7)) -eq 0 ] || continue
		(STARVE_AT=$at STARVE_COUNT=$room/count LD_PRELOAD=$starve timeout 60 "$driver" -d "$room/pam" -u games \
			'correct horse' 'correct horse' 'correct horse' >"$room/out" 2>&1) 2>/dev/null
		! grep -q 'authenticate PAM_SUCCESS' "$room/out" || echo "let in where allocation $at of $count fails"
	done
	read_log
	press games
	lets_in games 'correct horse' "$code"
}
if grep -q __asan_init "$PAM_VIPOTP"; then
	skip 'memory runs out' 'the shortage does not go with AddressSanitizer'
else
	point 'memory runs out: nobody gets in by the password alone' starved
fi

# ---- words ------------------------------------------------------------------------------------------

words() {
	stack "split $1" split
	press games
	answer games "correct horse$code"
	gave "$2" 'authenticate PAM_SUCCESS'
	stack split split
}
point 'prompt= is that of the one question' words '[prompt=Word and code: ]' 'hidden "Word and code: "'
point 'echo does not show a password' words echo 'hidden "Password and security code: "'
settings 'prompt = "Both: ";'
point 'the prompt of the settings' words '' 'hidden "Both: "'
settings '' 'language = "ja";'
point 'in Japanese' words '' 'hidden "パスワードとセキュリティコード: "'
settings '' 'contact = "the front desk";'
told() {
	for _ in 1 2 3 4; do
		guess games
		answer games "correct horse$code"
	done
	gave 'error "Authentication error."' 'error "the front desk"' \
		'error "There were too many wrong security codes. Wait 30 seconds before the next one."'
	answer games "wrong$code"
	gave_no error info
	vipotp unlock games --yes >"$room/unlocked" 2>&1 || cat "$room/unlocked"
}
point 'a wait and the contact are told after a right password only' told
settings

# ---- nothing is left behind -------------------------------------------------------------------------

# In blocks of memory that the module or libcrypto gave back: see residue.c.
left_behind() {
	RESIDUE="$(printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n')" \
		LD_PRELOAD="$top_builddir/tests/module/.libs/residue.so" "$driver" -d "$room/pam" -c authenticate,authenticate \
		-u games "$2" "$3" 2>&1 >/dev/null | sort | uniq -c
}

wiped() {
	press games
	left_behind "$code" "wrong$code" "correct horse$code" | grep 'pam_vipotp\|libcrypto'
	left_behind 'orrect hors' "correct horse$code" "correct horse$code" | grep 'pam_vipotp\|libcrypto'
	# That it would be seen: the witness wipes nothing.
	left_behind 'orrect hors' "correct horse$code" "correct horse$code" | grep -q witness || echo 'the look-out sees nothing'
}
if grep -q __asan_init "$PAM_VIPOTP"; then
	skip 'no code and no password in memory that was given back' 'the look-out does not go with AddressSanitizer'
else
	point 'no code and no password in memory that was given back' wiped
fi

finish
