#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The dialogues as somebody types them, on a real pseudo-terminal.
. "$(dirname "$0")/scene.sh"
env expect -c exit 2>/dev/null || skip_all "expect is not installed"

# typed DESCRIPTION: run the expect script on standard input; it ends in `exit 0` where everything came as it should.
# In it: vipotp ARGUMENT..., see TEXT, ends CODE.
typed() {
	said=$1
	{
		cat <<-'TCL'
			set timeout 20
			log_user 0
			log_file -a -noappend $env(TYPED_LOG)
			proc vipotp {args} {
				global spawn_id
				spawn -noecho $::env(VIPOTP) --config $::env(CONF) {*}$args
			}
			proc see {text} {
				expect {
					-ex $text {}
					timeout { puts stderr "did not see: $text"; exit 1 }
					eof { puts stderr "ended before: $text"; exit 1 }
				}
			}
			proc ends {code} {
				global spawn_id
				expect { eof {} timeout { puts stderr "does not end"; exit 1 } }
				set got [lindex [wait] 3]
				if {$got != $code} { puts stderr "exit $got, not $code"; exit 1 }
			}
			proc totp {key steps} {
				exec oathtool --totp -b -N "@[expr {[clock seconds] + 30 * $steps}]" $key
			}
		TCL
		cat
		echo "exit 0"
	} >"$scene/script"
	env TYPED_LOG="$scene/log" VIPOTP="$VIPOTP" CONF="$conf" expect -f "$scene/script" >"$scene/out" 2>"$scene/err"
	status=$?
	ran="(typed)"
	cat "$scene/log" >>"$scene/out"
	expect "$said" exit 0
}

typed "enroll --new: key, URI, QR code, OTP1, the hint, OTP2" <<'TCL'
	vipotp enroll daemon --new time --issuer Example
	see "Token ID: LVOT"
	see "Key: "
	expect -re {secret=([A-Z2-7]+)}
	set key $expect_out(1,string)
	see "48;5;231m"
	see "OTP1): "
	send "12345\r"
	see "The security code is a 6-digit number."
	see "OTP1): "
	set first [totp $key -1]
	send "$first\r"
	see "Now wait until the display goes dark or changes, at most about 30 seconds"
	see "OTP2): "
	send "$first\r"
	see "The two are never the same"
	see "OTP2): "
	send "[totp $key 0]\r"
	see "is bound to daemon"
	ends 0
TCL
run list
expect "the user is enrolled" out daemon

typed "enroll: an offer to try again, and Ctrl-D" <<'TCL'
	vipotp enroll games --new time
	expect -re {secret=([A-Z2-7]+)}
	see "OTP1): "
	send "000000\r"
	see "OTP2): "
	send "000001\r"
	see "not two consecutive codes"
	see "Try again with two new codes"
	see "OTP1): "
	send "\004"
	see "Nothing was bound"
	ends 1
TCL
typed "enroll: Ctrl-C in the middle binds nothing" <<'TCL'
	vipotp enroll games --new time
	expect -re {secret=([A-Z2-7]+)}
	set key $expect_out(1,string)
	see "OTP1): "
	send "[totp $key -1]\r"
	see "OTP2): "
	send "\003"
	see "Nothing was bound"
	ends 1
TCL
run status games
expect "nobody was enrolled by these" exit 3

typed "tokens add: the key is not shown as it is typed, and the terminal is as before" <<'TCL'
	vipotp tokens add --id VSST00000001
	see "Key in base32 (not shown): "
	send "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\r"
	see "Token VSST 0000 0001 is in the inventory"
	ends 0
TCL
expect "no letter of it" no-out JBSW
typed "after Ctrl-C at the hidden question the terminal echoes again" <<'TCL'
	spawn -noecho sh
	send "PS1='> '\r"
	see "> "
	send "$env(VIPOTP) --config $env(CONF) tokens add; stty -a | grep -o '.echo '; echo code=\$?\r"
	see "(not shown): "
	send "\003"
	see "Nothing was changed"
	see " echo"
	send "exit\r"
	ends 0
TCL

typed "reset: the page's cases in one dialogue" <<'TCL'
	vipotp enroll games --token VSST00000001
	see "OTP1): "
	send "[totp JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP -1]\r"
	see "OTP2): "
	send "[totp JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP 0]\r"
	see "is bound to games"
	ends 0
	vipotp reset games
	see "Credential ID: "
	send "DP12\r"
	see "error 6004"
	see "Credential ID: "
	send "vsst 0000 0001\r"
	see "Security code 1: "
	send "12345\r"
	see "The security code is a 6-digit number."
	see "Security code 1: "
	send "000000\r"
	see "makes no new code, however often it is pressed"
	see "Security code 2: "
	send "000001\r"
	see "The token reset failed."
	see "Credential ID: VSST 0000 0001"
	see "Error code: 49b5"
	see "Error message: The security code is a 6-digit number."
	see "Credential ID: "
	send "VSST00000001\r"
	see "Security code 1: "
	send "[totp JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP 40]\r"
	see "Security code 2: "
	send "[totp JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP 41]\r"
	see "The token has been reset. It works as usual from the next time on."
	ends 0
TCL

typed "release asks" <<'TCL'
	vipotp release games
	see "Release all tokens from games?"
	send "\r"
	see "Nothing was changed"
	ends 1
	vipotp release games
	see "Release all tokens from games?"
	send "y\r"
	see "1 token of games is released"
	ends 0
TCL
typed "the list has a head on a terminal" <<'TCL'
	vipotp list
	see "LAST SUCCESS"
	see "daemon"
	ends 0
TCL
typed "questions reach who types even if standard error leads elsewhere" <<'TCL'
	spawn -noecho sh -c "$env(VIPOTP) --config $env(CONF) test daemon 2>/dev/null"
	see "Security code: "
	send "000000\r"
	see "belongs to no enabled token"
	ends 1
TCL
typed "export --sealed: the passphrase twice, and not shown" <<'TCL'
	proc export {} {
		global spawn_id
		spawn -noecho sh -c {exec "$0" --config "$1" export --sealed >"$1.sealed"} $::env(VIPOTP) $::env(CONF)
	}
	export
	see "Passphrase (not shown): "
	send "correct horse\r"
	see "The same again: "
	send "correct hoarse\r"
	see "The two are not the same. Nothing was exported."
	ends 1
	export
	see "Passphrase (not shown): "
	send "correct horse\r"
	see "The same again: "
	send "correct horse\r"
	see "exported"
	ends 0
TCL
expect "no passphrase on the screen" no-out horse no-out hoarse
point "the keys are exported" grep -q '<pskc:Key ' "$conf.sealed"

add_event UBHE00000009 "$other_key"
typed "a verb that changes something asks; nothing but a yes is one" <<'TCL'
	vipotp tokens remove UBHE00000009
	see "and its key for good? \[y/N\] "
	send "yep\r"
	see "Nothing was changed."
	ends 1
	vipotp tokens remove UBHE00000009
	see "and its key for good? \[y/N\] "
	send "Yes\r"
	see "is removed."
	ends 0
TCL
finish
