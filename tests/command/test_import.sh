#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Files of other systems (product §7.6) come into the inventory, or to their users, whole or not at all, and once.
# What the formats mean is looked at in tests/exchange, what the codes of such tokens do in tests/module/migrate.sh.
. "$(dirname "$0")/scene.sh"
. "$(dirname "$0")/qr.sh"
: "${top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
for tool in python3 script mkfifo; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done

# file NAME [LINE...]: of root's alone, in the scene.
file() {
	name=$scene/$1
	shift
	rm -f "$name"
	(umask 077 && printf '%s\n' "$@" >"$name")
}

# What is stored, byte by byte.
snapshot() {
	find "$scene/store" "$scene/key" -type f -exec sha256sum {} + 2>/dev/null | sort -k 2
}

tokens() {
	run tokens list --json
	json "length == $1"
}

# has ID FILTER: of the inventory's list.
has() {
	run tokens list --json
	json "any(.[]; .id == \"$1\" and ($2))"
}

# ---- one file ------------------------------------------------------------------------------------------------

file three.csv 'id,kind,key,user,counter,label' "VSST00000001,,$key,daemon,,Fob 1" "UBHE00000002,,$other_key,,7," \
	",event,MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U,games,3,nameless"
run tokens import --dry-run "$scene/three.csv"
expect "a dry run on a new host" exit 0 \
	out-line "$scene/three.csv: 3 to be imported, 0 known already, 0 to be bound. Nothing was stored."
point "does not even make a key" [ ! -e "$scene/key" ]
point "or a store" [ ! -e "$scene/store" ]
run tokens import "$scene/three.csv"
expect "CSV is recognised and comes in" exit 0 out-line "$scene/three.csv: 3 imported, 0 known already, 0 bound."
point "no bar where nobody watches" [ ! -s "$scene/err" ]
point "three tokens" tokens 3
point "with their facts" has VSST00000001 '.kind == "time" and .label == "Fob 1" and .owner == null'
run tokens list --json
ours=$(jq -r '.[] | select(.label == "nameless") | .id' "$scene/out")
point "a token whose file has no ID gets one of ours, of its kind" has "$ours" '.id | test("^LVOE[0-9]{8}$")'
answers "$(hotp 7 $other_key)" "$(hotp 8 $other_key)"
run enroll bin --token UBHE00000002
expect "a token that the file gives nobody is anybody's" exit 0
answers "$(totp -1)" "$(totp 0)"
run enroll bin --add --token VSST00000001
expect "one that it gives to a user is reserved for him" exit 4 err "reserved for daemon"

before=$(snapshot)
run tokens import "$scene/three.csv"
expect "the same file again: all is known" exit 0 out-line "$scene/three.csv: 0 imported, 3 known already, 0 bound."
point "and nothing changes" [ "$before" = "$(snapshot)" ]
run tokens import --dry-run "$scene/three.csv"
expect "which a dry run says too" exit 0 out "0 to be imported, 3 known already, 0 to be bound"

# ---- all or nothing ------------------------------------------------------------------------------------------

file broken.csv id,key,user "VSST00000011,$key,daemon" "VSST00000012,$other_key," "VSST00000013,not a key,"
run tokens import "$scene/broken.csv"
expect "a mistake in the last line" exit 2 err "$scene/broken.csv:4: " no-err "not a key"
point "keeps the whole file out" [ "$before" = "$(snapshot)" ]
file wrong.csv id,kind,key,user "VSST00000011,event,$key," "VSST00000002,time,$other_key," \
	"UBHE00000002,event,$key," "LVOT00000099,time,$key,nobody-here" "VSST00000014,time,$key,bin" \
	"VSST00000001,time,$key,games" ",time,$other_key," ",time,$other_key,"
run tokens import --bind --yes "$scene/wrong.csv"
expect "what is wrong with each token is told, with its line" exit 2 \
	err-line "vipotp: $scene/wrong.csv:2: The token VSST00000011 is no event token; its ID says so." \
	err "$scene/wrong.csv:4: another token has the ID UBHE00000002 here" \
	err-line "vipotp: $scene/wrong.csv:5: There is no user \"nobody-here\" on this host (error 6003)." \
	err "$scene/wrong.csv:7: token VSST00000001 is reserved for daemon" \
	err-line "vipotp: $scene/wrong.csv:9: The same key is in line 8 already. Leave only one of them." no-err ":3:"
point "and nothing is stored" [ "$before" = "$(snapshot)" ]
file many.csv id,key,user
for n in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22; do
	echo "VSST000003$n,$key,nobody-$n" >>"$scene/many.csv"
done
run tokens import --bind --yes "$scene/many.csv"
expect "of very many mistakes twenty are told" exit 3 err ":21: " no-err ":22: " err "These are 20 mistakes"
run tokens import "$scene/many.csv"
expect "tokens may wait for users whose accounts are yet to be made" exit 0 out "22 imported"
file twice.csv id,key "VSST00000021,$key" "VSST00000022,$key" "vsst-0000-0021,$other_key"
run tokens import "$scene/twice.csv"
expect "an ID that comes twice" exit 2 err "$scene/twice.csv:4: "
file twice.uris "otpauth://totp/VSST00000021?secret=$key" "otpauth://totp/VSST00000022?secret=$key" \
	"otpauth://totp/VSST00000021?secret=$other_key"
run tokens import "$scene/twice.uris"
expect "also in a list of URIs" exit 2 err "$scene/twice.uris:3: "
run tokens import "$scene/broken.csv" "$scene/nothing.csv" "$scene/three.csv"
expect "each file is for itself; the first one's exit code counts" exit 2 err "broken.csv:4" err "nothing.csv" \
	out "three.csv: 0 imported, 3 known already"

# ---- another time --------------------------------------------------------------------------------------------

file stale.csv id,key,counter "UBHE00000041,$key,5"
run tokens import "$scene/stale.csv"
file stale.csv id,key,counter "UBHE00000041,$key,9"
run tokens import "$scene/stale.csv"
expect "a token used elsewhere since it came in: its old position is not kept silently" exit 4 \
	err "$scene/stale.csv:2: The token UBHE00000041 is in the inventory as it was before"
file stale.csv id,key,counter "UBHE00000041,$key,4"
run tokens import "$scene/stale.csv"
expect "an older file does no harm" exit 0 out "1 known already"

# ---- who may write the file ----------------------------------------------------------------------------------

for mode in 0640 0604 0666; do
	chmod $mode "$scene/three.csv"
	run tokens import "$scene/three.csv"
	expect "a file of mode $mode is not read" exit 5 err "mode $mode" err "standard input"
done
chmod 0400 "$scene/three.csv"
run tokens import "$scene/three.csv"
expect "one of mode 0400 is" exit 0
chown daemon "$scene/three.csv"
run tokens import "$scene/three.csv"
expect "a user's file is not" exit 5 err "owned by uid"
chown root "$scene/three.csv"
ln -s "$scene/three.csv" "$scene/link.csv"
run tokens import "$scene/link.csv"
expect "no symbolic link is followed" exit 5
ln "$scene/three.csv" "$scene/hard.csv"
run tokens import "$scene/hard.csv"
expect "no file with a second name is read" exit 5
rm "$scene/hard.csv"
mkfifo -m 0600 "$scene/fifo.csv"
ran="tokens import fifo.csv"
timeout 20 "$VIPOTP" --config "$conf" tokens import "$scene/fifo.csv" >"$scene/out" 2>"$scene/err" </dev/null
status=$?
expect "a FIFO is refused and does not block" exit 5
mkdir -m 0777 "$scene/public"
cp -p "$scene/three.csv" "$scene/public/three.csv"
run tokens import "$scene/public/three.csv"
expect "a file in a directory that anybody writes to is not read" exit 5
run tokens import "$scene/absent.csv"
expect "no file" exit 3

# ---- standard input ------------------------------------------------------------------------------------------

cp "$scene/three.csv" "$scene/in"
run tokens import
expect "standard input" exit 0 out "standard input: 0 imported, 3 known already"
printf 'id,key\nVSST00000051,bad!\n' >"$scene/in"
run tokens import -
expect "its mistakes have their line" exit 2 err "standard input:2: "
cat "$scene/three.csv" | "$VIPOTP" --config "$conf" tokens import - >"$scene/out" 2>"$scene/err"
status=$?
expect "a pipe" exit 0 out "3 known already"
run tokens import
expect "nothing at all" exit 2 err "standard input is empty."
echo "what is this" >"$scene/in"
run tokens import
expect "no known format" exit 2 err "Name it with --format: otpauth, "
run tokens import --format csw "$scene/three.csv"
expect "an unknown format" exit 2 err 'There is no format "csw"' err "google-authenticator"
known=$(sed -n 's/.*There are \(.*\)\.$/\1/p' "$scene/err" | tr -d ' ' | tr ',' '\n' | sort)
point "vipotp-import(5) has all that there are" [ "$known" = "$(sed -n 's/^\.Ss .*(\(.*\))$/\1/p' "$top_srcdir/man/vipotp-import.5" | sort)" ]
run tokens import --format otpauth "$scene/three.csv"
expect "a format that the file is not of" exit 2 err "three.csv:1: "
run tokens import --passphrase-file "$scene/in" --key-file "$scene/in" "$scene/three.csv"
expect "a passphrase and a key" exit 2 err "one of --passphrase-file and --key-file"

# ---- to their users at once ----------------------------------------------------------------------------------

forget_all
run tokens import --bind "$scene/three.csv"
expect "--bind asks first" exit 1 err "Bind 2 tokens of $scene/three.csv to their users" err "Nothing was changed."
point "and an answer that is not yes stores nothing" tokens 0
answers y
run tokens import --bind "$scene/three.csv"
expect "yes" exit 0 out-line "$scene/three.csv: 3 imported, 0 known already, 2 bound."
point "the user's token is his" has VSST00000001 '.owner == "daemon"'
point "nobody's is in the inventory" has UBHE00000002 '.owner == null'
run tokens import --bind --yes "$scene/three.csv"
expect "again: nothing is bound twice" exit 0 out "0 imported, 3 known already, 0 bound"
run status games --json
point "one token, its position the file's" json '.tokens | length == 1 and .[0].next_position == 3'
cp "$scene/three.csv" "$scene/in"
run tokens import --bind
expect "no question where the tokens come from standard input" exit 2 err "Add --yes"
cp "$scene/three.csv" "$scene/in"
run tokens import --bind --yes
expect "with --yes" exit 0
file further.csv id,key,user "VSST00000061,$key,daemon" "VSST00000062,$other_key,daemon"
run tokens import --bind --yes "$scene/further.csv"
expect "who is enrolled gets no further token" exit 4 err "$scene/further.csv:2: " err "daemon is enrolled already"
run release daemon --yes
file further.csv id,key,user "VSST00000001,$key,daemon" "VSST00000062,$other_key,daemon"
run tokens import --bind --yes "$scene/further.csv"
expect "all tokens of a user, one in the inventory and one new" exit 0 out "1 imported, 1 known already, 2 bound"
run status daemon --json
point "he has both" json '.tokens | length == 2'
file nine.csv id,key,user
for n in 1 2 3 4 5 6 7 8 9; do echo "VSST0000007$n,$key,bin" >>"$scene/nine.csv"; done
run tokens import --bind --yes "$scene/nine.csv"
expect "more than a user can have" exit 4 err "$scene/nine.csv:10: bin cannot have more than 8 tokens."
sed -i '$d' "$scene/nine.csv"
run tokens import --bind --yes "$scene/nine.csv"
expect "as many as he can" exit 0 out "8 imported, 0 known already, 8 bound"
file taken.csv id,key,user "VSST00000071,$key,games"
run tokens import --bind --yes "$scene/taken.csv"
expect "another user's token" exit 4 err "The token VSST00000071 is bound to bin. Release it there first."

# ---- one user's file -----------------------------------------------------------------------------------------

file google "$key" '" TOTP_AUTH' 12345678
run tokens import --bind --yes "$scene/google"
expect "a file that does not say whose it is" exit 2 err "Add --user."
run tokens import --bind --yes --user nobody-here "$scene/google"
expect "and whose user does not exist" exit 3 err "error 6003"
run tokens import --bind --yes --user sys "$scene/google"
expect "--user tells" exit 0 out "google: 1 imported, 0 known already, 1 bound."
run status sys --json
point "its emergency code is a recovery code" json '.recovery_codes_left == 1'
run tokens import --user sync "$scene/three.csv"
expect "--user against what the file says" exit 2 err "The token is daemon's, not sync's. Leave out --user."

# ---- keys that are alike -------------------------------------------------------------------------------------

# Of 20,000 tokens without an ID some want the same one: each gets its own, and the same in the next run.
forget_all
(umask 077 && python3 -c '
import base64, hashlib
print("id,kind,key")
for i in range(20000):
    print(",time," + base64.b32encode(hashlib.sha1(str(i).encode()).digest()).decode())
' >"$scene/nameless.csv")
run tokens import --dry-run "$scene/nameless.csv"
expect "20,000 tokens without an ID" exit 0 out "20000 to be imported"

# ---- a hundred thousand lines --------------------------------------------------------------------------------

(umask 077 && python3 -c '
import base64, hashlib
print("id,key,user,label")
for i in range(100000):
    key = base64.b32encode(hashlib.sha1(str(i).encode()).digest()).decode()
    print("VSST%08d,%s,%s,Token %d" % (i, key, "daemon" if i % 1000 == 0 else "", i))
' >"$scene/large.csv")
cat >"$scene/peak" <<'PYTHON'
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print("# peak memory: %d KiB" % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
PYTHON
ran="tokens import --dry-run large.csv"
python3 "$scene/peak" "$VIPOTP" --config "$conf" tokens import --dry-run "$scene/large.csv" >"$scene/out" 2>"$scene/err" </dev/null
status=$?
expect "100,000 lines" exit 0 out "100000 to be imported"
grep '^# peak' "$scene/out"
peak=$(sed -n 's/^# peak memory: \([0-9]*\) KiB/\1/p' "$scene/out")
size=$(($(wc -c <"$scene/large.csv") / 1024))
echo "# the file: $size KiB"
point "need little more memory than the file" [ "$peak" -lt $((size + 65536)) ]

# ---- what a person sees --------------------------------------------------------------------------------------

(umask 077 && head -n 301 "$scene/nameless.csv" >"$scene/some.csv")
script -qec "'$VIPOTP' --config '$conf' tokens import '$scene/some.csv'" /dev/null >"$scene/out" 2>"$scene/err" </dev/null
status=$?
ran="(on a terminal) tokens import some.csv"
expect "on a terminal" exit 0 out "some.csv: 300 imported"
point "a bar tells how far the reading is" grep -q 'Checking \[ *\]   0 %' "$scene/out"
point "and the storing" grep -q 'Storing \[##*  *\]  *[1-9][0-9]* %' "$scene/out"
point "and is taken away" [ "$(tr '\r' '\n' <"$scene/out" | grep -c 'imported')" -eq 1 ]
script -qec "'$VIPOTP' --config '$conf' tokens import '$scene/further.csv'" /dev/null >"$scene/out" 2>"$scene/err" </dev/null
point "little work has none" [ "$(grep -c '%' "$scene/out")" -eq 0 ]

# ---- from other tools ----------------------------------------------------------------------------------------

command -v qrencode >/dev/null || {
	skip "a QR code, drawn by another tool" "qrencode is not installed"
	finish
}
forget_all
run enroll daemon --new time --label alice --issuer Example
uri_of "$scene/out" >"$scene/uri"
qrencode -o "$scene/code.png" <"$scene/uri"
zbarimg -q --raw "$scene/code.png" >"$scene/in" 2>/dev/null
run tokens import
expect "a QR code, drawn and decoded by others" exit 0 out "1 imported"
run tokens list --json
point "with its names" json '.[0].label == "alice" and .[0].issuer == "Example"'
id=$(jq -r '.[0].id' "$scene/out")
secret=$(sed 's/.*secret=\([A-Z2-7]*\).*/\1/' "$scene/uri")
now=$(date +%s)
answers "$(totp -1 "$secret")" "$(totp 0 "$secret")"
run enroll daemon --token "$id"
expect "and with its key" exit 0
finish
