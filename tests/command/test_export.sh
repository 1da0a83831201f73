#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# export: every token with its key, as CSV or sealed as PSKC, and back in.
. "$(dirname "$0")/scene.sh"
command -v script >/dev/null || skip_all "script is not installed"
settings "fail_delay = 0;"

third=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR
umask 077
run export
expect "nothing is stored" exit 3 err "no token on this host"
bind_event daemon
add_event UBHE00000002 "$other_key"
run tokens assign UBHE00000002 games --yes
answers "$third"
run tokens add --id VSST00000003 --digits 8 --digest SHA256 --period 60 --label 'a, "b"' --issuer あ

# ---- in the clear --------------------------------------------------------------------------------------

run export --reason "move to another host"
expect "as CSV, with a warning" exit 0 err "The keys are in the clear" err "3 tokens are exported" \
	out-line "id,kind,key,digits,digest,period,counter,user,label,issuer,expires" \
	out-line "UBHE00000001,event,$key,6,SHA1,,2,daemon,,," out-line "UBHE00000002,event,$other_key,6,SHA1,,0,games,,," \
	out-line "VSST00000003,time,$third,8,SHA256,60,0,,\"a, \"\"b\"\"\",あ,"
point "a line each" [ "$(wc -l <"$scene/out")" -eq 4 ]
point "users' tokens first" [ "$(sed -n 2s/,.*//p "$scene/out")" = UBHE00000001 ]
point "the warning is not in it" [ -z "$(grep -i clear "$scene/out")" ]
cp "$scene/out" "$scene/tokens.csv"
chmod 644 "$scene/out"
run export
expect "not into a file that others can read" exit 5 err "umask 077" no-out "$key"
run export --yes
expect "but with --yes" exit 0 out "$key"
chmod 600 "$scene/out"
script -qec "'$VIPOTP' --config '$conf' export" /dev/null </dev/null >"$scene/out" 2>"$scene/err"
status=$?
expect "not onto a terminal" exit 5 out "Standard output is a terminal" no-out "$key"
script -qec "'$VIPOTP' --config '$conf' export --yes" /dev/null </dev/null >"$scene/out" 2>"$scene/err"
status=$?
expect "but with --yes, too" exit 0 out "$key"
"$VIPOTP" --config "$conf" export >/dev/full 2>"$scene/err"
status=$?
expect "what could not be written whole is told of" exit 5 err "The export is not complete"
"$VIPOTP" --config "$conf" export 2>/dev/null | cmp - "$scene/tokens.csv" >"$scene/err"
point "through a pipe it is the same" [ ! -s "$scene/err" ]

# ---- sealed --------------------------------------------------------------------------------------------

answers "correct horse"
run export --sealed
expect "--sealed takes the passphrase from standard input" exit 0 out "<pskc:KeyContainer" err "3 tokens are exported" \
	no-err "in the clear"
cp "$scene/out" "$scene/tokens.xml"
for secret in "$key" "$other_key" "$third"; do
	encoded=$(printf %s "$secret" | base32 -d | base64)
	point "no key is in it" [ -z "$(grep -F -e "$secret" -e "$encoded" "$scene/tokens.xml")" ]
done
printf 'correct horse\n' >"$scene/passphrase"
run export --sealed --passphrase-file "$scene/passphrase"
expect "or from a file" exit 0 out "<pskc:KeyContainer"
chmod 644 "$scene/passphrase"
run export --sealed --passphrase-file "$scene/passphrase"
expect "which must be root's alone" exit 5 no-out "<pskc:KeyContainer"
chmod 600 "$scene/passphrase"
answers ""
run export --sealed
expect "an empty passphrase seals nothing" exit 2 err "The passphrase is empty" no-out "<"
run export --sealed
expect "nor does none" exit 1 err "Nothing was exported" no-out "<"
run export --passphrase-file "$scene/passphrase"
expect "a passphrase without --sealed is a mistake" exit 2 err "goes with --sealed" no-out "$key"
python=
for candidate in python3 /usr/bin/python3; do # what apt installed is the system's own Python's
	"$candidate" -c 'import pskc' 2>/dev/null && python=$candidate && break
done
if [ -n "$python" ]; then
	cat >"$scene/open.py" <<-'PY'
		import base64, sys
		from pskc import PSKC
		pskc = PSKC(sys.argv[1])
		pskc.encryption.derive_key('correct horse')
		for key in pskc.keys:
		    print(key.id, base64.b32encode(key.secret).decode(), key.counter, key.response_length, key.time_interval)
	PY
	"$python" "$scene/open.py" "$scene/tokens.xml" >"$scene/out" 2>"$scene/err"
	status=$?
	expect "another program opens it with the passphrase" exit 0 out "UBHE00000001 $key 2 6" \
		out "UBHE00000002 $other_key 0 6" out "VSST00000003 $third" out " 8 60"
else
	skip "another program opens it with the passphrase" "python3-pskc is not installed"
fi

# ---- into another host -----------------------------------------------------------------------------------

for form in csv xml; do
	forget_all
	run tokens import "$scene/tokens.$form" --passphrase-file "$scene/passphrase" --yes
	expect "what was written can be imported: $form" exit 0
	run tokens list --json
	point "$form: every token, reserved for its user" json 'map({(.id): .reserved}) | add == {UBHE00000001: "daemon", UBHE00000002: "games", VSST00000003: null}'
	answers "$(hotp 1)" "$(hotp 2)"
	run enroll daemon --token UBHE00000001
	expect "$form: a used code stays used" exit 1
	answers "$(hotp 2)" "$(hotp 3)"
	run enroll daemon --token UBHE00000001
	expect "$form: the next ones work" exit 0
	run export
	point "$form: the rest is as it was" [ "$(grep -v UBHE00000001 "$scene/out" | sort)" = "$(grep -v UBHE00000001 "$scene/tokens.csv" | sort)" ]
done
finish
