# SPDX-License-Identifier: BSD-2-Clause
# QR codes in tests, which source this file after scene.sh: what a drawing says to a real decoder.
# shellcheck shell=sh
# shellcheck disable=SC2154 # scene is scene.sh's

command -v zbarimg >/dev/null || skip_all "zbarimg is not installed"

# picture DRAWN FILE: the half blocks of FILE as a PBM picture; DRAWN is 1 if the drawn halves are the dark ones.
picture() {
	sed 's/\x1b\[[0-9;]*m//g; s/\r//g' "$2" | grep '^[█▀▄ ]*$' | sed 's/█/3/g; s/▀/1/g; s/▄/2/g; s/ /0/g' |
		awk -v drawn="$1" -v scale=4 '
		function row(line, half, n, text, s, bit) {
			text = ""
			for (n = 1; n <= length(line); n++) {
				bit = int(substr(line, n, 1) / half) % 2 == drawn ? 1 : 0
				for (s = 0; s < scale; s++) text = text bit " "
			}
			for (s = 0; s < scale; s++) rows[++height] = text
		}
		length($0) > 0 { if (length($0) > width) width = length($0); row($0, 1); row($0, 2) }
		END {
			print "P1"; print width * scale, height
			for (n = 1; n <= height; n++) print rows[n]
		}'
}

decoded() {
	zbarimg -q --raw "$scene/picture.pbm" 2>/dev/null
}

uri_of() {
	sed 's/\r//g' "$1" | grep '^otpauth://'
}
