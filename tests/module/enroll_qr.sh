#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A new token made in a login (product §6.4): for the invited, or for all; the QR code, read back by a real decoder; and
# the program that draws it, which may fail in any way without harm.
. "$(dirname "$0")/door.sh"
. "$(dirname "$0")/enroll_scene.sh"
scene=$room
. "$here/../command/qr.sh"
stop_the_clock
now=1700000010
settings "$enrolling"
drawer=$(make_variable libexecdir | tail -n 1)/vipotp-qr

# The build under test takes its program from where it will be installed: a copy of that place, in this namespace.
[ -n "$log" ] || skip_all 'without a mount namespace the program that draws cannot be put into its place'
place=${drawer%/*}
until [ -d "$place" ]; do place=$(dirname "$place"); done
mkdir "$room/upper" "$room/work"
mount -t overlay -o "lowerdir=$place,upperdir=$room/upper,workdir=$room/work" overlay "$place" ||
	skip_all 'the kernel refuses an overlay here'
mkdir -p "${drawer%/*}"

draws() {
	install -m 0755 "$top_builddir/vipotp-qr" "$drawer"
}
draws

# drawn_by LINE...: a shell script takes its place.
drawn_by() {
	rm -f "$drawer"
	printf '%s\n' '#!/bin/sh' "$@" >"$drawer"
	chmod 0755 "$drawer"
}

invite() {
	vipotp invite "$@" --yes >"$room/invited" 2>&1 || bail_out "invite: $(cat "$room/invited")"
}

# The app: reads the key off the prompt, and makes codes of it. Their second is the one that it will show next.
setup_app="tee $room/prompt | sed -n 's/^Key: //p' | tr -d ' ' >$room/app; cat $room/app >>$room/secrets"
app1="%sh $setup_app; oathtool --totp -b --now=@$now - <$room/app"
app2="%sh oathtool --totp -b --now=@$((now + 30)) - <$room/app"

# What the prompt must show, with a picture or without.
well_shown() {
	[ "$(uri_of "$room/prompt" | sed 's/.*secret=\([A-Z2-7]*\).*/\1/')" = "$(cat "$room/app")" ] || cat "$room/prompt"
	[ "$(wc -c <"$room/app")" = 33 ] || cat "$room/app"
	grep -qx 'Token ID: LVOT [0-9]\{4\} [0-9]\{4\}' "$room/prompt" || cat "$room/prompt"
	[ "$(tail -n 1 "$room/prompt")" = 'One-time password 1 (OTP1): ' ] || tail -n 1 "$room/prompt"
	[ -z "$(head -n 1 "$room/prompt")" ] || head -n 1 "$room/prompt"
}

with_picture() {
	well_shown
	picture 0 "$room/prompt" >"$room/picture.pbm"
	[ "$(decoded)" = "$(uri_of "$room/prompt")" ] || cat "$room/prompt"
}

# ---- who may ------------------------------------------------------------------------------------------------

uninvited() {
	for _ in 1 2; do
		knock -p "$password" -u games '' %abort
		gave 'error "This is no credential ID (error 6004). It has 12 characters, such as VSST 1234 5678, and is printed on the token."'
		gave_no 'Leave the line empty' otpauth
		invite man
	done
}
point 'who is not invited makes none, neither before nor after there is a store' uninvited

invited() {
	knock -c authenticate,acct_mgmt -p "$password" -u man '' "$app1" "$app2"
	gave 'authenticate PAM_SUCCESS' 'acct_mgmt PAM_SUCCESS' \
		'info "Leave the line empty to make a token for an app on your phone."' \
		'info "Now wait until the display goes dark or changes, at most about 30 seconds, and enter the next code."'
	gave_no 'hardware token'
	with_picture
	[ "$(uri_of "$room/prompt")" = "otpauth://totp/$(uname -n):man?secret=$(cat "$room/app")&issuer=$(uname -n)" ] ||
		uri_of "$room/prompt"
	noted "token=LVOT verdict=accepted error=0000"
	[ "$(report man | grep -c "$(grep -o 'LVOT [0-9 ]*' "$room/prompt" | tr -d ' ')")" = 1 ] || report man
	now=$((now + 60))
	expect PAM_SUCCESS 'user=man verdict=accepted' '' -p "$password" -u man \
		"$(oathtool --totp -b --now=@$now - <"$room/app")"
	now=$((now - 60))
}
point 'the invited: the picture says what the URI says, and the app is enrolled' invited

used_up() {
	vipotp release man --yes >"$room/released" 2>&1 || cat "$room/released"
	knock -p "$password" -u man '' %abort
	gave_no otpauth 'Leave the line empty'
	invite games --for 1h
	now=$((now + 3600))
	knock -p "$password" -u games '' %abort
	gave_no otpauth
	now=$((now - 3600))
	knock -p "$password" -u games '' "$app1" \
		"%sh '$VIPOTP' --config '$conf' invite games --cancel --yes >/dev/null; ${app2#%sh }"
	gave 'authenticate PAM_AUTH_ERR' 'error "The dialogue was ended. Nothing was bound."'
	noted 'verdict=uninvited'
	unbound games
}
point 'an invitation is good once, until it ends or is taken back' used_up

fresh_host() {
	before="$store $key_file" store=$room/fresh key_file=$room/fresh-key
	settings "$enrolling enroll_open = true;"
	knock -p "$password" -u lp %abort
	gave 'authenticate PAM_CONV_ERR'
	knock -p "$password" -u lp '' "$app1" %abort
	with_picture
	[ ! -e "$store" ] && [ ! -e "$key_file" ] || echo 'something was created'
	knock -p "$password" -u lp '' 123 "$app1" "$app2"
	[ "$(printf '%s\n' "$shown" | grep -c otpauth:)" = 1 ] || complain 'the key was shown again'
	knock -p "$password" -u lp '' "$app1" "$app2"
	gave 'authenticate PAM_SUCCESS'
	report lp | grep -q LVOT || report lp
	store=${before% *} key_file=${before#* }
	settings "$enrolling"
}
point 'enroll_open: anybody, on a host that had neither key nor store; they are made when a token is bound' fresh_host

wrong_codes() {
	invite mail
	knock -p "$password" -u mail '' "$app1" 111111 222222 333333 "$app1" %abort
	gave 'error "These are not two consecutive codes of this token (error 49b5). Nothing was bound."'
	unbound mail
	knock -p "$password" -u mail '' "$app1" "$app2"
	gave 'authenticate PAM_SUCCESS'
}
point 'a wrong pair binds nothing and leaves the invitation' wrong_codes

japanese() {
	settings "$enrolling" 'language = "ja";'
	invite news
	knock -p "$password" -u news '' "%sh cat >$room/prompt" %abort
	picture 0 "$room/prompt" >"$room/picture.pbm"
	[ "$(decoded)" = "$(uri_of "$room/prompt")" ] || cat "$room/prompt"
	[ "$(tail -n 1 "$room/prompt")" = 'ワンタイムパスワード1（OTP1）: ' ] || tail -n 1 "$room/prompt"
	settings "$enrolling"
}
point 'in Japanese' japanese

# ---- the program that draws ---------------------------------------------------------------------------------

told_nothing() {
	drawn_by "exec >$room/seen; cat /proc/\$\$/cmdline /proc/\$\$/environ | tr '\\0' '\\n'; ls -l /proc/\$\$/fd | grep -c pipe: ;" \
		"ls /proc/\$\$/fd | sort -n | tail -n 1; cat >$room/given; id -u"
	SECRET=1 knock -p "$password" -u news '' "%sh cat >$room/prompt" %abort
	# Beside the script itself, which the shell reads: two pipes, no variable.
	grep -qF "$(sed -n 's/^Key: //p' "$room/prompt" | tr -d ' ')" "$room/given" || cat "$room/given"
	! grep -qF -e secret -e otpauth -e SECRET -e PATH -e LD_PRELOAD "$room/seen" || cat "$room/seen"
	[ "$(sed -n '1p' "$room/seen")" = /bin/sh ] || cat "$room/seen"
	rm "$room/given"
}
point 'it gets the text by a pipe: no argument, no environment' told_nothing

# without DESCRIPTION LINE...: the key and the URI are shown, and the user is enrolled by them.
without() {
	vipotp release news --yes >"$room/released" 2>&1
	invite news
	knock -p "$password" -u news '' "$app1" "$app2"
	gave 'authenticate PAM_SUCCESS'
	well_shown
	grep -qx 'This is your new token. Type the key into the app on your phone.' "$room/prompt" || cat "$room/prompt"
	! grep -q '[█▀▄]' "$room/prompt" || cat "$room/prompt"
	noted_among 'verdict=undrawn'
	noted_among 'verdict=accepted'
	[ -z "$(ps -e -o stat=,args= | grep -E '^Z|vipotp-qr' | grep -v grep)" ] || ps -e -o pid,ppid,stat,args
}
rm "$drawer"
point 'missing: key and URI are there all the same' without
drawn_by 'exit 1'
point 'failing: the same' without
drawn_by 'kill -9 $$'
point 'killed: the same' without
drawn_by 'kill -9 $PPID; exec sleep 60'
point 'killed with the one who waits for it: the same' without
drawn_by 'cat; echo'
point 'saying something else: the same' without
drawn_by 'printf "\342\226\210\342\226\210\n\033[31m\n"'
point 'sending sequences to the terminal: the same' without
drawn_by "\"$top_builddir/vipotp-qr\" | head -c 2000"
point 'half a picture: the same' without
drawn_by 'while :; do echo "████████████████████████████████████████"; done'
point 'a picture without an end: the same' without
drawn_by 'trap "" TERM; exec sleep 60'
point 'hanging: the same, soon' without
draws

# ---- the host -----------------------------------------------------------------------------------------------

# A host with ways of its own about children, and the drawing in the middle of them.
mkdir "$room/pam"
: >"$room/pam/other"
printf '%s\n' "auth required $top_builddir/tests/module/.libs/witness.so set" \
	"auth required $PAM_VIPOTP config=$conf" >"$room/pam/plain"
host() {
	shown=$(in_time "$top_builddir/tests/module/parent" "$1" "$room/pam" plain news 2>&1)
	[ "$(printf '%s\n' "$shown" | sed -n '$p')" = 'drawn' ] || complain "$1"
	[ "$(printf '%s\n' "$shown" | wc -l)" = 1 ] || complain "$1"
}
vipotp release news --yes >"$room/released" 2>&1
invite news
for way in handler ignored waiting; do
	point "a host that meets SIGCHLD by '$way' sees nothing of it" host $way
done

# What is shown is wiped as soon as it was; the key itself is needed until the codes are judged.
nothing_remains() {
	remains=$top_builddir/tests/module/remains
	shown=$(in_time "$remains" go "$room/app" "$room/pam" plain news '' "$app1" \
		"%sh '$remains' look '$room/app' \$PPID >$room/looked 2>&1; echo letters" %abort 2>&1)
	[ "$(cat "$room/looked")" = gone ] || complain "at the next question: $(cat "$room/looked")"
	[ "$shown" = "$(printf 'gone\nfound\nfound')" ] || complain 'in memory'
}
point 'the key is nowhere in the memory of the host when the dialogue is over' nothing_remains

no_secret_in_the_log() {
	[ "$(wc -l <"$room/secrets")" -ge 10 ] || cat "$room/secrets"
	! grep -F -f "$room/secrets" "$log"
}
point 'no key is in the log' no_secret_in_the_log

finish
