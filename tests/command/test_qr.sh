#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The QR code of a new token, read back from the drawing by a real decoder.
. "$(dirname "$0")/scene.sh"
. "$(dirname "$0")/qr.sh"

run enroll daemon --new time --qr always
picture 0 "$scene/out" >"$scene/picture.pbm"
point "drawn into a file it says what the URI says" [ "$(decoded)" = "$(uri_of "$scene/out")" ]
point "without colours" [ "$(grep -c "$(printf '\033')" "$scene/out")" -eq 0 ]
point "with four light modules around it" [ "$(grep -xc '\(█\)*' "$scene/out")" -ge 4 ]

run enroll daemon --new event --digest SHA512 --digits 8 --qr always --label "$(printf '%063d' 0)" --issuer "$(printf '%063d' 1)"
picture 0 "$scene/out" >"$scene/picture.pbm"
point "so it does with the longest names" [ "$(decoded)" = "$(uri_of "$scene/out")" ]
env -u LC_ALL LANG=ja_JP.UTF-8 "$VIPOTP" --config "$conf" enroll daemon --new time --qr always --label '山田 太郎' \
	--issuer サンプル </dev/null >"$scene/out" 2>"$scene/err"
picture 0 "$scene/out" >"$scene/picture.pbm"
point "and in Japanese" [ "$(decoded)" = "$(uri_of "$scene/out")" ]
run enroll daemon --new time
point "none into a file unless asked" [ "$(grep -c '[█▀▄]' "$scene/out")" -eq 0 ]
run enroll daemon --new time --qr sometimes
expect "an unknown wish" exit 2 err "always, never or auto"

# On a terminal.
on_terminal() {
	script -qec "$*" /dev/null </dev/null >"$scene/out" 2>"$scene/err"
	status=$?
	ran="(on a terminal) $*"
}
if command -v script >/dev/null; then
	on_terminal env -u NO_COLOR TERM=xterm "$VIPOTP" --config "$conf" enroll daemon --new time
	picture 1 "$scene/out" >"$scene/picture.pbm"
	point "on a terminal it is drawn, in black on white" [ "$(decoded)" = "$(uri_of "$scene/out")" ]
	point "with its own colours, whatever the terminal's are" grep -q '48;5;231m' "$scene/out"
	on_terminal env NO_COLOR=1 TERM=xterm "$VIPOTP" --config "$conf" enroll daemon --new time
	picture 0 "$scene/out" >"$scene/picture.pbm"
	point "with NO_COLOR in the terminal's own" [ "$(decoded)" = "$(uri_of "$scene/out")" ]
	point "which is without any colour" [ "$(grep -c "$(printf '\033')" "$scene/out")" -eq 0 ]
	on_terminal env TERM=xterm "$VIPOTP" --config "$conf" enroll daemon --new time --qr never
	point "and not at all if not wanted" [ "$(grep -c '[█▀▄]' "$scene/out")" -eq 0 ]
	picture 0 "$scene/in" >"$scene/picture.pbm"
	point "the decoder reads nothing from nothing" [ -z "$(decoded)" ]
else
	skip "on a terminal" "script is not installed"
fi
finish
