#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# PSKC both ways between us and the programs that others use for it (product §7.6, §13): python-pskc makes what we read
# and reads what we make; pskctool validates what we make against RFC 6030's schema and signs what we read.
. "$(dirname "$0")/../tap.sh"

transcribe=$top_builddir/tests/exchange/transcribe
shared=12345678901234567890123456789012
passphrase='correct horse バッテリー'
cd "$scratch" || exit 99

python=
for candidate in python3 /usr/bin/python3; do
	[ -n "$python" ] || ! "$candidate" -c 'import pskc' 2>/dev/null || python=$candidate
done

# made NAME PYTHON: a file made by python-pskc; p is the container, keys() fills it with the same three tokens.
made() {
	cat >make.py <<'PYTHON'
import datetime, sys
from pskc import PSKC
ns = 'urn:ietf:params:xml:ns:keyprov:pskc:'
def keys(p):
    p.add_key(id='VSST12345678', serial='VSST12345678', manufacturer='Maker', algorithm=ns + 'totp',
              secret=b'12345678901234567890', time_offset=0, time_interval=30, time_drift=-2, issuer='Issuer & Co.',
              friendly_name='トークン', response_length=6, response_encoding='DECIMAL', key_userid='CN=daemon',
              policy__expiry_date=datetime.datetime(2030, 12, 31, 23, 59, 59), policy__key_usage=['OTP'])
    p.add_key(id='a', serial='306EUO4-00960', algorithm=ns + 'hotp', secret=b'1234567890123456', counter=1700,
              response_length=7, response_encoding='DECIMAL', response_check=False, algorithm_suite='HMAC-SHA256',
              device_userid='games')
    p.add_key(id='UBHE 0000 0001', algorithm=ns + 'hotp', secret=b'1234567890123456789012345678901234567890123456789012345678901234',
              counter=0, response_length=8, response_encoding='DECIMAL', algorithm_suite='HMAC-SHA512')
p = PSKC()
exec(sys.argv[1])
p.write(sys.stdout.buffer)
PYTHON
	"$python" make.py "$2" >"$1" 2>err || cat err
}

# What keys() must be read as; its lines differ from file to file.
cat >tokens <<'TOKENS'
skew=-60000 VSST12345678,time,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,6,SHA1,30,0,daemon,トークン,Issuer & Co.,2030-12-31T23:59:59Z
skew= ,event,GEZDGNBVGY3TQOJQGEZDGNBVGY,7,SHA256,,1700,games,306EUO4-00960,,
skew= UBHE00000001,event,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA,8,SHA512,,0,,,,
TOKENS

# read_as EXPECTED FILE OPTION...
read_as() {
	expected=$1
	shift
	"$transcribe" read "$@" 2>err | sed 's/^[0-9]* //' >out
	cat err
	diff "$expected" out
}

made_and_read() {
	made file "$1"
	shift
	read_as tokens file "$@"
}

# refused WORDS FILE OPTION...: with a message that names file and line and has the words, and nothing is given.
refused() {
	words=$1
	shift
	if "$transcribe" read "$@" >out 2>err; then
		echo "was read"
	fi
	cat out
	grep -qE "^[a-z ]+: $1:[0-9]+: [A-Za-z ]+: .*($words)" err || cat err
	! grep -E '1234567|MTIzNDU2|correct horse' err
}

from_python() {
	point "plain" made_and_read 'keys(p)'
	for pair in aes128:sha1 aes192:sha256 aes256:sha384 aes256:sha512; do
		cipher=${pair%:*} mac=${pair#*:}
		length=$((${cipher#aes} / 8))
		key=$(printf '%064d' 7 | cut -c1-$((2 * length)))
		point "$cipher-cbc under a pre-shared key, HMAC-$mac" made_and_read "keys(p)
p.encryption.setup_preshared_key(key=bytes.fromhex('$key'), algorithm='$cipher-cbc')
p.mac.algorithm = 'hmac-$mac'
p.mac.key = bytes(range(32))" "key=$key"
		[ "$mac" = sha512 ] || point "kw-$cipher, also for keys of odd lengths" made_and_read "keys(p)
p.encryption.setup_preshared_key(key=bytes.fromhex('$key'), algorithm='kw-$cipher')" "key=$key"
	done
	point "every value that it encrypts" made_and_read "keys(p)
p.encryption.setup_preshared_key(key=bytes.fromhex('$shared'), fields=['secret', 'counter', 'time_offset', 'time_interval'])" \
		"key=$shared"
	point "a passphrase" made_and_read "keys(p)
p.encryption.setup_pbkdf2('$passphrase')" "passphrase=$passphrase"
	for prf in sha256 sha384 sha512; do
		point "a passphrase, PBKDF2 with HMAC-$prf, AES-256" made_and_read "keys(p)
p.encryption.setup_pbkdf2('$passphrase', iterations=1000, salt=bytes(range(64)), algorithm='aes256-cbc', prf='hmac-$prf')" \
			"passphrase=$passphrase"
	done
	point "a passphrase and key wrap" made_and_read "keys(p)
p.encryption.setup_pbkdf2('$passphrase', iterations=1000, algorithm='kw-aes256')" "passphrase=$passphrase"

	made file "keys(p)
p.encryption.setup_pbkdf2('$passphrase', iterations=1000)" >made
	point "a file with a passphrase was made" cat made
	point "a wrong passphrase" refused 'passphrase is wrong' file "passphrase=$passphrase!"
	point "no passphrase" refused 'passphrase; give it' file
	point "a key instead of the passphrase" refused 'passphrase; give it' file "key=$shared"
	sed 's/\(<pskc:ValueMAC>\)./\1=/' file >bad
	point "a broken MAC" refused 'base64' bad "passphrase=$passphrase"
	sed '/<pskc:ValueMAC>/s/>\(.\)\(.\)/>\2\1/' file >bad
	point "another MAC" refused 'does not authenticate' bad "passphrase=$passphrase"
	sed '/<pskc:Secret>/,/<\/pskc:Secret>/s/\(CipherValue>\)\(...\)\(...\)/\1\3\2/' file >bad
	point "another ciphertext" refused 'does not authenticate' bad "passphrase=$passphrase"
	sed '/<pskc:ValueMAC>/d' file >bad
	point "no MAC" refused 'without a ValueMAC' bad "passphrase=$passphrase"
	made file "keys(p)
p.encryption.setup_preshared_key(key=bytes.fromhex('$shared'))" >made
	point "a wrong key" refused 'key is wrong' file key=22345678901234567890123456789012
	point "a key of another length" refused '16 bytes; the one given has 24' file "key=${shared}0000000000000000"
	made file "keys(p)
p.encryption.setup_preshared_key(key=bytes(16), algorithm='tripledes-cbc')" >made
	point "another cipher" refused 'AES-CBC or of AES key wrap' file key=00000000000000000000000000000000
	made file "keys(p)
p.keys[0].policy.pin_usage = 'Append'" >made
	point "a PIN" refused 'PIN of its own' file
	made file "keys(p)
p.keys[0].response_check = True" >made
	point "check digits" refused 'check digit' file
	made file "keys(p)
p.keys[0].challenge_encoding = 'DECIMAL'" >made
	point "challenges" refused 'challenges' file
}

# What we seal, from these values.
cat >values.csv <<'CSV'
id,kind,key,digits,digest,period,counter,user,label,issuer,expires
VSST12345678,time,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,6,SHA1,30,0,daemon,"a <b> & ""c"" ]]>",Issuer,2030-12-31T23:59:59Z
UBHE00000001,event,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA,8,SHA512,,70000,EXAMPLE\mary,トークン,,
,time,GEZDGNBVGY3TQOJQGEZDGNBVGY,7,SHA256,60,29000000,,no ID,,
CSV

seals() {
	"$transcribe" seal values.csv "passphrase=$passphrase" >sealed 2>err || cat err
	! grep -E 'MTIzNDU2|GEZDGNBV|123456789012' sealed
}

reads_back() {
	sed -e 1d -e 's/^/skew= /' -e 's/no ID/no ID (3)/' values.csv >expected # the schema wants some Id
	read_as expected sealed "passphrase=$passphrase"
}

# Salt, IV and MAC key are new each time: no base64 text of one file is in the other.
is_random() {
	"$transcribe" seal values.csv "passphrase=$passphrase" >again
	for file in sealed again; do
		grep -oE '(Specified|CipherValue|ValueMAC)>[^<]+' "$file" | sort >"$file.values"
	done
	comm -12 sealed.values again.values
	[ "$(sort -u sealed.values | grep -c .)" -eq 8 ] || cat sealed.values
}

is_slow_to_guess() {
	grep -q '<IterationCount>600000<' sealed || grep Iteration sealed
	grep -q 'PRF Algorithm="[^"]*#hmac-sha256"' sealed || grep PRF sealed
	[ "$(grep -c '#aes256-cbc' sealed)" -eq 4 ] || grep aes sealed
}

python_reads_ours() {
	"$python" - sealed "$passphrase" >out 2>&1 <<'PYTHON'
import sys
from pskc import PSKC
from pskc.exceptions import DecryptionError
p = PSKC(sys.argv[1])
assert p.encryption.is_encrypted
# python-pskc does not read the PRF of what it parses into an Algorithm that it lacks: it must be SHA-256 here
assert p.encryption.derivation.pbkdf2_prf.endswith('#hmac-sha256')
p.encryption.derive_key(sys.argv[2] + ' ')
try:
    p.keys[0].secret
    print('a wrong passphrase decrypts')
except DecryptionError:
    pass
p.encryption.derive_key(sys.argv[2])
assert all(key.check() for key in p.keys)
print([(k.id, k.serial, k.algorithm.split(':')[-1], k.secret, k.response_length, k.algorithm_suite, k.counter,
        k.time_offset, k.time_interval, k.userid, k.friendly_name, k.issuer, str(k.policy.expiry_date)) for k in p.keys])
PYTHON
	cat >expected <<'EXPECTED'
[('VSST12345678', 'VSST12345678', 'totp', b'12345678901234567890', 6, 'HMAC-SHA1', None, 0, 30, 'UID=daemon', 'a <b> & "c" ]]>', 'Issuer', '2030-12-31 23:59:59+00:00'), ('UBHE00000001', 'UBHE00000001', 'hotp', b'1234567890123456789012345678901234567890123456789012345678901234', 8, 'HMAC-SHA512', 70000, None, None, 'UID=EXAMPLE\\5cmary', 'トークン', None, 'None'), ('3', None, 'totp', b'1234567890123456', 7, 'HMAC-SHA256', None, 29000000, 60, None, 'no ID', None, 'None')]
EXPECTED
	diff expected out
}

python_sees_tampering() {
	sed '/<pskc:ValueMAC>/s/ValueMAC>\(.\)\(.\)/ValueMAC>\2\1/' sealed >bad
	"$python" - bad "$passphrase" <<'PYTHON'
import sys
from pskc import PSKC
from pskc.exceptions import DecryptionError
p = PSKC(sys.argv[1])
p.encryption.derive_key(sys.argv[2])
for key in p.keys:
    try:
        key.secret
        print(key.id, 'is given in spite of another MAC')
    except DecryptionError:
        pass
PYTHON
}

validates() {
	pskctool --validate sealed >out 2>&1 && grep -q '^OK$' out || cat out
	pskctool --info sealed >out 2>&1 || cat out # it warns that it knows no encryption
	grep -q 'Id: UBHE00000001' out || cat out
}

# Of a plain file: it would leave out what is encrypted.
signs() {
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=test -keyout key.pem -out certificate.pem -days 2 2>err || cat err
	made plain 'keys(p)'
	pskctool --sign --sign-key key.pem --sign-crt certificate.pem plain >signed 2>err || cat err
	grep -q '<[a-z:]*SignatureValue>' signed || cat signed
	read_as tokens signed
}

# 20,000 tokens are 200,000 lines: past 65,535, where a line number in an element of libxml2's ends.
large() {
	awk 'BEGIN {
		print "<KeyContainer Version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:keyprov:pskc\">"
		for (i = 0; i < 20000; i++)
			printf "<KeyPackage>\n<Key Id=\"VSST%08d\"\n Algorithm=\"urn:ietf:params:xml:ns:keyprov:pskc:totp\">\n" \
				"<Data>\n<Secret>\n<PlainValue>MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=</PlainValue>\n</Secret>\n</Data>\n</Key>\n" \
				"</KeyPackage>\n", i
		print "</KeyContainer>" }' >file
	"$transcribe" read file >out 2>err || cat err
	[ "$(grep -c '^[0-9]* skew= VSST' out)" -eq 20000 ] || wc -l out
	tail -n 1 out | grep -q '^199994 skew= VSST00019999,' || tail -n 1 out
	sed '199997s/MT/M!/' file >bad
	"$transcribe" read bad >out 2>err
	grep -q 'bad:199996: Secret: .*base64' err || cat err
}

# Neither a file nor a socket is opened for what a DOCTYPE names.
fetches_nothing() {
	cat >dtd.xml <<'XML'
<?xml version="1.0"?>
<!DOCTYPE KeyContainer SYSTEM "http://127.0.0.1:9/pskc.dtd" [
<!ENTITY file SYSTEM "file:///etc/hostname">
<!ENTITY net SYSTEM "http://127.0.0.1:9/key">
<!ENTITY % more SYSTEM "/etc/hosts"> %more;
]>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">&file;&net;</KeyContainer>
XML
	refused 'not expanded' dtd.xml
	strace -f -e trace=openat,open,socket,connect -o trace "$transcribe" read dtd.xml >out 2>&1
	grep -q 'dtd.xml' trace || echo "the trace does not show the file itself"
	grep -E 'socket|connect|/etc/host|catalog' trace
	:
}

laughs() {
	{
		echo '<!DOCTYPE K [<!ENTITY a "ha">'
		for level in b c d e f g h i j k; do
			previous=$(echo "$level" | tr b-k a-j)
			echo "<!ENTITY $level \"&$previous;&$previous;&$previous;&$previous;&$previous;&$previous;&$previous;&$previous;\">"
		done
		echo ']><KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc">&k;</KeyContainer>'
	} >laughs.xml
	refused 'not expanded' laughs.xml
}

if [ -n "$python" ]; then
	from_python
else
	skip "files that python-pskc makes" "python3-pskc is not installed"
fi
point "values are sealed, and no key shows" seals
point "what is sealed is read back, every value" reads_back
point "two files of the same values have nothing in common that is encrypted" is_random
point "PBKDF2 with 600,000 iterations of HMAC-SHA256, AES-256" is_slow_to_guess
if [ -n "$python" ]; then
	point "python-pskc reads what is sealed, every value" python_reads_ours
	point "python-pskc sees that it was tampered with" python_sees_tampering
else
	skip "what is sealed is read by python-pskc" "python3-pskc is not installed"
fi
if command -v pskctool >/dev/null; then
	point "pskctool: RFC 6030's schema holds for what is sealed" validates
else
	skip "what is sealed is validated by pskctool" "pskctool is not installed"
fi
if command -v pskctool >/dev/null && [ -n "$python" ]; then
	point "what pskctool signed is read" signs
else
	skip "what pskctool signed is read" "pskctool or python3-pskc is not installed"
fi
point "20,000 tokens, with lines beyond 65,535 in messages" large
if command -v strace >/dev/null; then
	point "a DOCTYPE is refused, and what it names is not opened" fetches_nothing
else
	skip "a DOCTYPE is refused, and what it names is not opened" "strace is not installed"
fi
point "entities that grow are refused" laughs
finish
