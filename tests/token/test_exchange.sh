#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The soft token's ways in and out: otpauth URIs, QR codes, .vipaccess files (product §7.5, §7.6).
. "$(dirname "$0")/scene.sh"
. "$(dirname "$0")/../command/qr.sh"

# ---- URIs -----------------------------------------------------------------------------------------------------

must_run new --label 銀行 --digits 8 --period 60
id=$(cat "$scene/out")
run uri "$id"
expect "the account is the token ID, the issuer the label" exit 0 out "otpauth://totp/%E9%8A%80%E8%A1%8C:$id?secret="
cp "$scene/out" "$scene/uri"
run uri --qr 銀行
picture 0 "$scene/out" >"$scene/picture.pbm"
point "uri --qr draws what uri says" [ "$(decoded)" = "$(cat "$scene/uri")" ]
point "after the URI itself" [ "$(uri_of "$scene/out")" = "$(cat "$scene/uri")" ]
cp "$(file_of "$id")" "$scene/before"
forget_tokens
cp "$scene/uri" "$scene/in"
run import --label 銀行
point "import reads it back: the same ID" said "$id"
grep -v '^issuer' "$(file_of "$id")" >"$scene/after"
point "and, with the label, the same file but for the issuer" cmp -s "$scene/before" "$scene/after"
cp "$scene/uri" "$scene/in"
run import
expect "not twice" exit 4 err "There is a token $id already."

must_run new --event --issuer "Example: Bank"
id=$(cat "$scene/out")
must_run next "$id"
run uri "$id"
expect "an event token's URI has the next counter" exit 0 out "otpauth://hotp/" out "counter=1" out "issuer=Example%3A%20Bank" \
	err "in one place only"
cp "$scene/out" "$scene/uri"
must_run next "$id"
cp "$scene/out" "$scene/code"
must_run remove "$id" --yes
printf '\r\n  %s \r\n' "$(cat "$scene/uri")" >"$scene/in"
run import
point "import forgives blanks and line ends around it" said "$id"
run next "$id"
point "and goes on where the URI was" said "$(cat "$scene/code")"

answers "otpauth://totp/Example:alice?secret=$key"
run import --id 'ｖｓｓｔ　１２３４-５６７８'
point "a URI without a token ID takes the one that is given, in full width, too" said VSST12345678
point "its label stays" [ "$(value_in VSST12345678 label)" = alice ]
run show 'vsst 1234 5678' --code
expect "an ID is understood with blanks, in lower case" exit 0
run show 'ＶＳＳＴ１２３４５６７８' --code
expect "and in full width" exit 0
answers "otpauth://totp/VIP%20Access:SYMC87654321?secret=$key&issuer=Symantec"
run import
point "a URI in VIP's style brings its ID" said SYMC87654321
point "which is no label" [ -z "$(value_in SYMC87654321 label)" ]

# uri.txt may be read by others, as a download is.
answers "otpauth://totp/x?secret=$key"
mv "$scene/in" "$home/uri.txt"
: >"$scene/in"
chown $user "$home/uri.txt"
chmod 644 "$home/uri.txt"
run import "$home/uri.txt"
expect "import FILE says if others can read the key" exit 0 out LVOT err "Others can read $home/uri.txt"
chmod 600 "$home/uri.txt"
run import "$home/uri.txt"
expect "else it says nothing of the kind" exit 0 out LVOT no-err Others

# ---- .vipaccess ---------------------------------------------------------------------------------------------

cat >"$scene/in" <<-FILE
	version 1
	secret $key
	id VSMT33334444
	expiry 2031-02-03T04:05:06.000Z
FILE
cp "$scene/in" "$scene/given"
run import
point "a .vipaccess file comes in" said VSMT33334444
run list --json
point "as a time token with its expiry" json '.[] | select(.id == "VSMT33334444") | .kind == "time" and .expires == "2031-02-03T04:05:06Z"'
run export --vipaccess VSMT33334444
expect "export gives its lines back" exit 0 out-line "version 1" out-line "secret $key" out-line "id VSMT33334444" \
	out-line "expiry 2031-02-03T04:05:06Z"
point "and no others" [ "$(wc -l <"$scene/out")" -eq 4 ]
cp "$scene/out" "$scene/exported"
must_run remove VSMT33334444 --yes
cp "$scene/exported" "$scene/in"
must_run import
run export --vipaccess VSMT33334444
point "the same after another round" cmp -s "$scene/out" "$scene/exported"

# What reads the stored files, too, takes each line as a name and a value, knows version 1 alone, and takes every file
# for a time token with SHA-1, 6 digits and 30 s.
must_run new --label 'a "name"' --issuer 'of two words'
stored=$(file_of "$(cat "$scene/out")")
point "each line of a stored token has a name and a value" [ -z "$(awk 'NF < 2' "$stored")" ]
point "no name is there twice" [ -z "$(cut -d ' ' -f 1 "$stored" | sort | uniq -d)" ]
point "none would be taken for what the others mean by it" [ -z "$(grep -E '^(period|digits|counter|algorithm) ' "$stored")" ]
point "its version is 1" grep -qx 'version 1' "$stored"
for odd in --event "--digits 8" "--period 60" "--digest SHA256"; do
	# shellcheck disable=SC2086
	must_run new $odd
	odd_id=$(cat "$scene/out")
	point "with $odd it is not" [ "$(head -n 1 "$(file_of "$odd_id")")" = "version vipotp1" ]
	run export --vipaccess "$odd_id"
	expect "nor is such a token exported as what it is not" exit 2 err "do not fit" no-out secret
done
run export VSMT33334444
expect "export says as what" exit 2 err "--vipaccess" no-out secret

# ---- what is no token -----------------------------------------------------------------------------------------

# refused DESCRIPTION EXIT WORDS: import of what $scene/in has.
refused() {
	before=$(ls "$tokens")
	run import
	point "refused: $1" nothing_came_of_it "$2" "$3"
}
nothing_came_of_it() {
	shows exit "$1" err "$2" no-err "$key" && [ "$before" = "$(ls "$tokens")" ]
}
refused "nothing" 2 "otpauth"
answers "hello"
refused "something else" 2 "otpauth"
head -c 20000 /dev/zero | tr '\0' a >"$scene/in"
refused "too much" 2 "neither an otpauth URI nor a .vipaccess file"
printf 'otpauth://totp/x?secret=%s\0&digits=8\n' "$key" >"$scene/in"
refused "a zero byte" 2 "neither"
answers "otpauth://totp/x?secret=$key&digits=9"
refused "nine digits" 2 "digits="
answers "otpauth://hotp/VSST12345679?secret=$key&counter=0"
refused "an event token with a time token's ID" 2 "its ID says so"
answers "version 2" "secret $key"
refused "a .vipaccess file of another version" 2 "version must be 1"
answers "version 1" "id VSST12345679"
refused "one without a key" 2 "secret"
answers "version 1" "secret JBSWY3DP"
refused "one with a short key" 2 "16 to 64 bytes"
run import "$home/absent"
expect "a file that is not there" exit 3 err "$home/absent: cannot read"
finish
