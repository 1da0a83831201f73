#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Where an enrolled token comes from: made here, or an otpauth URI. Keys and URIs are never arguments (product §7).
. "$(dirname "$0")/scene.sh"

# Enrol with --new over two pipes: the key is on the output before the codes are asked for.
# new USER OPTION...: $secret is the key that was shown.
new() {
	mkfifo "$scene/to" "$scene/from"
	"$VIPOTP" --config "$conf" enroll "$@" <"$scene/to" >"$scene/from" 2>"$scene/err" &
	pid=$!
	exec 8>"$scene/to" 9<"$scene/from"
	: >"$scene/out"
	uri=
	while [ -z "$uri" ] && IFS= read -r line <&9; do
		echo "$line" >>"$scene/out"
		case $line in otpauth://*) uri=$line ;; esac
	done
	secret=$(printf '%s\n' "$uri" | sed -n 's/.*[?&]secret=\([A-Z2-7]*\).*/\1/p')
	now=$(date +%s)
	for code in 1 2; do
		case $uri in
		otpauth://hotp*) hotp $((code - 1)) "$secret" ${digits+-d "$digits"} >&8 ;;
		*) totp $((code - 2)) "$secret" ${digits+-d "$digits"} >&8 ;;
		esac
	done
	exec 8>&-
	cat <&9 >>"$scene/out"
	exec 9<&-
	wait "$pid"
	status=$?
	ran="enroll $*"
	rm -f "$scene/to" "$scene/from"
}

new daemon --new time --label "daemon at home" --issuer "Example: A & B"
expect "--new time shows ID, key and URI, and the codes of that key bind it" exit 0 out "Token ID: LVOT " out "Key: " \
	out "otpauth://totp/" out "is bound to daemon"
point "the key in groups is the URI's" grep -qx "Key: $(echo "$secret" | sed 's/..../& /g; s/ $//')" "$scene/out"
point "no QR code goes into a pipe" [ "$(grep -c '▀' "$scene/out")" -eq 0 ]
run status daemon --json
point "label and issuer are kept" json '.tokens[0] | .label == "daemon at home" and .issuer == "Example: A & B"'
point "a token of our own: 6 digits, SHA1, 30 s" json \
	'.tokens[0] | .kind == "time" and .digits == 6 and .digest == "SHA1" and .period == 30 and (.id | startswith("LVOT"))'
digits=8
new games --new event --digits 8
unset digits
expect "--new event" exit 0 out "Token ID: LVOE " out "otpauth://hotp/"
run status games --json
point "an event token of 8 digits that has used two codes" json \
	'.tokens[0] | .kind == "event" and .digits == 8 and .next_position == 2 and .period == null'

run enroll nobody --new time
expect "no codes, no enrolment" exit 1 out "otpauth://totp/" err "Nothing was bound"
run status nobody
expect "a token that was shown and not proven is bound to nobody" exit 3
run tokens list
point "and is not in the inventory" [ "$(grep -c . "$scene/out")" -eq 2 ]
run enroll nobody --new sometime
expect "an unknown kind" exit 2 err "time or event"
run enroll nobody --new event --period 60
expect "an event token has no period" exit 2 err "--period"
run enroll nobody --new time --digits 9
expect "digits out of range" exit 2 err "from 6 to 8"
run enroll nobody --new time --period 14
expect "a period out of range" exit 2 err "from 15 to 300"
run enroll nobody --new time --digest MD5
expect "an unknown digest" exit 2 err "SHA1, SHA256 or SHA512"
run enroll nobody --new time --label "$(printf 'a\033[2Jb')"
expect "a label with control characters" exit 2 err "control characters"
run enroll nobody --new time --label "$(printf '%064d' 0)"
expect "a label that is too long" exit 2 err "at most 63 bytes"
run enroll nobody --new time --token VSST00000001
expect "two sources" exit 2 err "one of --token, --new, --uri and --uri-file"
run enroll nobody --digits 6
expect "facts without --new" exit 2 err "--digits goes with --new only"

# URIs.
uri="otpauth://totp/VIP%20Access:VSST00000003?secret=$key&issuer=VIP%20Access"
answers "$uri" "$(totp -1)" "$(totp 0)"
run enroll nobody --uri
expect "--uri: the URI, OTP1, OTP2 on standard input" exit 0 out "Token VSST 0000 0003 is bound to nobody"
expect "neither the URI nor the key is repeated" no-out "$key" no-err "$key" no-out "otpauth" no-err "otpauth://"
answers "$uri" "$(totp 1)" "$(totp 2)"
run enroll mail --uri
expect "its ID is taken now" exit 4 err "taken"
answers "otpauth://hotp/somebody?secret=$key&counter=5" "$(hotp 5)" "$(hotp 6)"
run enroll mail --uri
expect "a URI without a token ID gets a random one" exit 0 out "Token LVOE "
run release mail --yes
(umask 077 && echo "otpauth://hotp/UBHE00000009?secret=$other_key&counter=0" >"$scene/uri")
answers "$(hotp 0 "$other_key")" "$(hotp 1 "$other_key")"
run enroll mail --uri-file "$scene/uri"
expect "--uri-file" exit 0 out "Token UBHE 0000 0009 is bound to mail"
cd "$scene" || exit 99
run enroll backup --uri-file uri
expect "a relative path is the current directory's" exit 4
cd / || exit 99
run enroll backup --uri-file "$scene/absent"
expect "a file that is not there" exit 3 err "absent"
chmod 644 "$scene/uri"
run enroll backup --uri-file "$scene/uri"
expect "a file with a key that others can read is refused" exit 5 err "must be root's alone"
chmod 600 "$scene/uri"
ln -s uri "$scene/link"
run enroll backup --uri-file "$scene/link"
expect "a symbolic link is not followed" exit 5 err "link"
mkfifo -m 600 "$scene/fifo"
run enroll backup --uri-file "$scene/fifo"
expect "a FIFO is not waited for" exit 5 err "not a regular file"
answers "otpauth://totp/x?secret=not!base32"
run enroll backup --uri
expect "a URI that is none" exit 2 no-err "not!base32"
answers "https://example.org/"
run enroll backup --uri
expect "another URI" exit 2 err "otpauth://totp/"
run enroll backup --uri
expect "no URI" exit 1 err "Nothing was changed"
{
	printf 'otpauth://totp/x?secret=%s&issuer=' "$key"
	printf '%02000d\n' 0
} >"$scene/in"
run enroll backup --uri
expect "a line that is too long" exit 2 err "too long"
printf 'otpauth://totp/x?secret=%s\0&digits=8\n' "$key" >"$scene/in"
run enroll backup --uri
expect "a line with a zero byte" exit 2 err "zero byte"
finish
