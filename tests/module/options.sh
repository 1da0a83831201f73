#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The module's options and what the user gets to see and hear (product §5.5, §5.6, §6.3, §6.9).
. "$(dirname "$0")/door.sh"

enroll_event games
enroll_event man
enroll_event mail
password='correct horse battery'

# with OPTIONS COMMAND...
with() {
	arguments=$1
	shift
	"$@"
	arguments=
}

# ---- the prompt -------------------------------------------------------------------------------------

asks() {
	wanted_prompt=$1
	accepted games
	gave "$wanted_prompt"
	[ "$(printf '%s\n' "$shown" | grep -c '^hidden\|^shown')" = 1 ] || complain 'not one prompt'
	expect PAM_AUTH_ERR verdict=unenrolled '' -u lp 123456
	gave "$wanted_prompt"
}
point 'the prompt, unless anything is set' asks 'hidden "Security code: "'
point 'prompt=' with 'prompt=Code:' asks 'hidden "Code:"'
point 'prompt= with blanks, in brackets' with '[prompt=Code of your token: ]' asks 'hidden "Code of your token: "'
point 'authtok_prompt=, as others call it' with '[authtok_prompt=Your code: ]' asks 'hidden "Your code: "'
point 'prompt= in another language' with 'prompt=セキュリティコード：' asks 'hidden "セキュリティコード："'
# shellcheck disable=SC2016
point 'prompt= is text and no format' with 'prompt=%s%n%1$s' asks 'hidden "%s%n%1$s"'
settings 'prompt = "Settings: ";' 'services = { vipotp-other = { prompt = "Other: "; }; };'
point 'the prompt of the settings' asks 'hidden "Settings: "'
point 'prompt= goes before the settings' with 'prompt=Code:' asks 'hidden "Code:"'
settings 'prompt = "Settings: ";' 'services = { vipotp-test = { prompt = "Service: "; }; };'
point 'the prompt of the service' asks 'hidden "Service: "'
settings
point 'echo' with echo asks 'shown "Security code: "'
point 'echo_verification_code' with echo_verification_code asks 'shown "Security code: "'

# ---- lines beside the prompt ------------------------------------------------------------------------

# Two fail: the first from tty7, the second from afar. The owner is told at the next success, once.
told_of_failures() {
	guess games
	knock -t tty7 -u games "$code"
	guess games
	knock -r host.example -t pts/0 -u games "$code"
	accepted games
	printf '%s\n' "$shown" | grep -qE '^info "2 wrong security codes since your last login, the last one '\
'[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} UTC from host\.example\."$' || complain 'no notice'
	accepted games
	gave_no info error
	guess games
	knock -t tty7 -u games "$code"
	accepted games
	printf '%s\n' "$shown" | grep -q '^info "1 wrong security code since your last login, the last one .* from tty7\."$' ||
		complain 'no notice of a single failure'
	guess games
	knock -u games "$code"
	accepted games
	printf '%s\n' "$shown" | grep -q '^info "1 wrong security code since your last login, the last one .* UTC\."$' ||
		complain 'no notice of a failure from nowhere'
}
point 'after a success the owner learns what failed, when and from where; once' told_of_failures

harmless_origin() {
	guess games
	knock -r "$(printf 'evil\033[31m\001\177')" -u games "$code"
	accepted games
	printf '%s\n' "$shown" | grep -q '^info "1 wrong security code .* from evil' || complain 'no notice'
	gave_no '\x'
}
point 'the notice carries no control characters from afar to the terminal' harmless_origin

# silent WHAT: the prompt remains, lines do not, neither of a refusal nor of a success.
silent() {
	guess games
	expect PAM_AUTH_ERR verdict=wrong '' "$@" -u games "$code"
	gave 'hidden "Security code: "'
	gave_no error info
	accepted games "$@"
	gave 'hidden "Security code: "'
	gave_no error info
	expect PAM_AUTH_ERR verdict=replayed '' "$@" -u games "$code"
	gave_no error info
	expect PAM_AUTH_ERR verdict=password '' "$@" -p "$password" -u games "$password"
	gave_no error info
}
point 'PAM_SILENT: nothing but the prompt' silent -q
point 'quiet: nothing but the prompt' with quiet silent

contact() {
	settings '' 'contact = "the front desk, 100";'
	guess games
	expect PAM_AUTH_ERR verdict=wrong '' -u games "$code"
	gave_no 'front desk'
	expect PAM_AUTH_ERR verdict=wrong '' -p "$password" -u games "$code"
	gave 'error "Authentication error."' 'error "the front desk, 100"'
	accepted games
	gave_no 'front desk'
	settings
}
point 'contact is shown in refusals after a right password' contact

# ---- debug, and what no log ever gets ---------------------------------------------------------------

talkative() {
	press games
	knock -p "$password" -u games "$code"
	gave 'authenticate PAM_SUCCESS'
	grep -q ' event=debug ' "$news" || complain 'no debug line'
	guess games
	look -p "$password" -u games "$code"
	press games
	look -p "$code" -u games "$password"
	look -p "$password" -u games "$password"
	look -p "$password" -u "$password" "$code"
	press games
	arguments='debug use_first_pass'
	look -p "$code" -u games
	look -p "$password" -u games
	read_log
	for secret in "$password" "$(cat "$room/tokens/games.key")"; do
		! grep -qF "$secret" "$log" || complain "logged: $secret"
	done
	hotp "$(cat "$room/tokens/games.key")" 0 -w 200 >"$room/right"
	! sed 's/^<[0-9]*>[A-Za-z]* [ 0-9]* [0-9:]* //; s/token=LVO.[0-9]*//g' "$log" | grep -wF -f "$room/right" ||
		complain 'a code is logged'
}
if [ -n "$log" ]; then
	point 'debug: says more, and never a code, key or password' with debug talkative
	vipotp unlock games --yes >/dev/null
else
	skip 'debug: says more, and never a code, key or password' 'no log of our own'
fi

# What comes from outside stays within its word and its line.
one_line() {
	knock -s vipotp-test -r "$(printf 'a b=c"d\ne event=login verdict=accepted')" -t "$(printf 'tty\t7\134')" \
		-u games 12345
	logged 'user=games verdict=malformed rhost=a?b?c?d?e?event?login?verdict?accepted tty=tty?7?'
	knock -r "$(head -c 3000 /dev/zero | tr '\0' x)" -u games 12345
	logged 'user=games verdict=malformed token=- failures=0'
}
point 'an origin cannot end its word in the log, nor make a line' one_line

# ---- PAM_AUTHTOK ------------------------------------------------------------------------------------

not_left_behind() {
	accepted games -w
	gave 'authtok none'
	accepted games -p "$password"
	gave "authtok \"$password\""
	guess games
	expect PAM_AUTH_ERR verdict=wrong '' -w -u games "$code"
	gave 'authtok none'
}
point 'a code that was asked for is not left in PAM_AUTHTOK; the password is' not_left_behind

# no guess: not even if it has the form of a code.
the_password() {
	for typed in "$password" 314159; do
		expect PAM_AUTH_ERR 'user=man verdict=password' 'the answer was the password' -p "$typed" -u man "$typed"
		gave 'error "That was the password, not the security code."' "authtok \"$typed\""
	done
	[ "$(failures man local)" = 0 ] || echo 'counted'
	expect PAM_AUTH_ERR verdict=empty '' -p '' -u man ''
	accepted man -p "$password"
}
point 'an answer that is the password is told, and is no guess' the_password

unasked() {
	gave_no hidden shown
}

first_pass_only() {
	press games
	expect PAM_SUCCESS 'user=games verdict=accepted' '' -p "$code" -u games
	unasked
	gave 'authtok none'
	expect PAM_AUTH_ERR 'user=games verdict=malformed failures=0' '' -p "$password" -u games 123456
	unasked
	gave "authtok \"$password\""
	expect PAM_AUTH_ERR 'user=games verdict=empty failures=0' '' -w -u games 123456
	unasked
	guess games
	expect PAM_AUTH_ERR 'user=games verdict=wrong failures=1' '' -p "$code" -u games 123456
	unasked
}
point 'use_first_pass: what is in PAM_AUTHTOK is the code; nobody is asked' with use_first_pass first_pass_only

first_pass_first() {
	press games
	expect PAM_SUCCESS 'user=games verdict=accepted' '' -p "$code" -u games
	unasked
	gave 'authtok none'
	accepted games -p "$password"
	gave 'hidden "Security code: "' "authtok \"$password\""
	accepted games -w
	gave 'hidden "Security code: "' 'authtok none'
}
point 'try_first_pass: a code in PAM_AUTHTOK is taken, else the user is asked' with try_first_pass first_pass_first

wrong_first_pass() {
	before=$(failures man local)
	guess man
	wrong=$code
	press man
	look -p "$wrong" -u man "$code"
	gave 'hidden "Security code: "' 'authenticate PAM_SUCCESS'
	read_log
	[ -z "$log" ] || [ "$(grep -o 'verdict=[a-z]*' "$news" | tr '\n' ' ')" = 'verdict=wrong verdict=accepted ' ] ||
		complain 'not one wrong and one accepted code'
	[ "$before $(failures man local)" = '0 0' ] || echo 'the failure is not forgiven by the success'
}
point 'try_first_pass: a wrong one is a failure, and the user is asked' with try_first_pass wrong_first_pass

# mail's code is right, but was used, or is not read during a wait.
dead_or_unread() {
	press mail
	expect PAM_SUCCESS verdict=accepted '' -p "$code" -u mail
	expect PAM_AUTH_ERR verdict=replayed '' -p "$code" -u mail
	gave 'authtok none'
	for _ in 1 2 3 4; do
		guess mail
		knock -p "$code" -u mail
	done
	press mail
	expect PAM_AUTH_ERR verdict=throttled '' -p "$code" -u mail
	gave 'authtok none'
}
point 'use_first_pass: no code stays in PAM_AUTHTOK, not one that was refused either' with use_first_pass dead_or_unread

finish
