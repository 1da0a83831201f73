#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What administrators do is logged (product §6.9): one line of key=value to authpriv, with the login uid and reason;
# never a code or key. The log is a socket of our own at /dev/log, in a mount namespace that ends with the test.
. "$(dirname "$0")/scene.sh"
command -v perl >/dev/null || skip_all "perl is not installed"
if [ -z "${AUDIT_INSIDE-}" ]; then
	unshare -m true 2>/dev/null || skip_all "this machine does not let root make a mount namespace"
	AUDIT_INSIDE=1 VIPOTP=$VIPOTP unshare -m --propagation private sh "$0"
	exit
fi

mkdir "$scene/dev"
nodes="null urandom random zero tty"
for node in $nodes; do
	: >"$scene/dev/$node"
	mount --bind "/dev/$node" "$scene/dev/$node" || skip_all "devices cannot be bound"
done
mount --rbind "$scene/dev" /dev || skip_all "/dev cannot be replaced"
: >"$scene/log"
perl -MIO::Socket::UNIX -MSocket -e '
	$| = 1;
	my $log = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => "/dev/log") or die $!;
	print "ready\n";
	my $line;
	while (defined $log->recv($line, 8192)) { print "$line\n"; }
' >"$scene/log" 2>&1 &
listener=$!
leave() {
	kill "$listener"
	wait "$listener" 2>/dev/null
	umount -R -l /dev
	for node in $nodes; do umount -l "$scene/dev/$node"; done
	rm -rf "$scene"
}
trap leave EXIT
until grep -q ready "$scene/log"; do
	kill -0 "$listener" || { cat "$scene/log" && exit 99; }
	sleep 0.1
done

# logged TEXT...: the last line of the log has all of them. The sender is done, so the line is in the socket; it is
# written when the listener comes to it.
logged() {
	for text; do
		tries=0
		until tail -n 1 "$scene/log" | grep -qF -- "$text"; do
			tries=$((tries + 1))
			[ "$tries" -lt 50 ] || { tail -n 1 "$scene/log" | sed 's/^/# log: /' && return 1; }
			sleep 0.1
		done
	done
}

who=$(cat /proc/self/loginuid 2>/dev/null || echo unknown)
[ "$who" != 4294967295 ] || who=unset

answers "$key"
run tokens add --id UBHE00000001
point "tokens add" logged "event=tokens-add service=vipotp token=UBHE00000001 kind=event verdict=added" "uid=0 loginuid=$who"
point "facility authpriv, level notice, the name and pid" grep -q "^<85>.*vipotp\[[0-9]*\]: event=" "$scene/log"
answers "$(hotp 0)" "$(hotp 2)"
run enroll daemon --token UBHE00000001
point "enroll, refused" logged "event=enroll service=vipotp user=daemon token=UBHE00000001 kind=event verdict=refused error=49b5"
answers "$(hotp 0)" "$(hotp 1)"
run enroll daemon --token UBHE00000001
point "enroll, accepted" logged "event=enroll " "user=daemon" "verdict=accepted error=0000" "offset=0"
answers "$(hotp 2)"
run test daemon
point "test" logged "event=test service=vipotp user=daemon token=UBHE00000001 verdict=works"
answers "$(hotp 20)"
run test daemon
point "test of a token that needs a reset" logged "event=test " "verdict=needs-reset error=4923 offset=18"
answers UBHE00000001 "$(hotp 2)" "$(hotp 4)"
run reset daemon
point "reset, refused" logged "event=reset service=vipotp user=daemon token=UBHE00000001 verdict=refused error=49b5"
answers UBHE00000001 "$(hotp 30)" "$(hotp 31)"
run reset daemon --rewind
point "reset, accepted; that it may rewind is told" logged "event=reset " "verdict=accepted error=0000 rewind=yes"
answers VSST99999999
run reset daemon
point "reset of a token that is not known" logged "event=reset " "token=VSST99999999 verdict=refused error=6004"
run unlock daemon --yes --reason ticket-4711
point "unlock with its reason" logged "event=unlock service=vipotp user=daemon verdict=cleared error=0000 reason=ticket-4711"
run lock daemon --yes --reason asked
point "lock" logged "event=lock service=vipotp user=daemon verdict=locked error=0000 tokens=1 reason=asked uid=0"
run lock daemon --token UBHE00000001 --yes
point "lock, refused" logged "event=lock service=vipotp user=daemon token=UBHE00000001 verdict=refused error=4990"
run test daemon
point "test of a locked token" logged "event=test service=vipotp user=daemon verdict=locked error=4990"
answers UBHE00000001 "$(hotp 40)" "$(hotp 41)"
run reset daemon
point "reset of a locked token" logged "event=reset " "token=UBHE00000001 verdict=locked error=4990"
run tempcode daemon --yes
point "tempcode, refused" logged "event=tempcode service=vipotp user=daemon verdict=refused error=4990"
run unlock daemon --yes --token UBHE00000001
point "unlock of a token" logged "event=unlock service=vipotp user=daemon token=UBHE00000001 verdict=unlocked error=0000 tokens=1"
run disable daemon --yes --reason lost
point "disable" logged "event=disable service=vipotp user=daemon verdict=disabled error=0000 tokens=1 reason=lost"
run disable --token UBHE00000001 --yes --reason lost
point "disable, refused" logged "event=disable service=vipotp user=daemon token=UBHE00000001 verdict=refused error=4993 reason=lost"
run enable --token UBHE00000001 --yes --reason found
point "enable" logged "event=enable service=vipotp user=daemon token=UBHE00000001 verdict=enabled error=0000 tokens=1 reason=found"
run recovery daemon --yes
grep -oE '[0-9A-Z]{5}-[0-9A-Z]{5}' "$scene/out" >"$scene/secrets"
point "recovery" logged "event=recovery service=vipotp user=daemon verdict=made error=0000"
run tempcode daemon --yes --json --reason fob
jq -r .code "$scene/out" >>"$scene/secrets"
point "tempcode" logged "event=tempcode service=vipotp user=daemon verdict=made error=0000 reason=fob"
run tempcode daemon --yes --for 31d
point "tempcode, too long" logged "event=tempcode service=vipotp user=daemon verdict=refused error=4953"
run tempcode daemon --cancel --yes
point "tempcode --cancel" logged "event=tempcode service=vipotp user=daemon verdict=cancelled error=0000"
run invite games --yes
point "invite" logged "event=invite service=vipotp user=games verdict=invited error=0000"
run invite games --cancel --yes
point "invite --cancel" logged "event=invite service=vipotp user=games verdict=cancelled error=0000"
run rename daemon games --yes --reason moved
point "rename, refused" logged "event=rename service=vipotp user=daemon to=games verdict=foreign reason=moved"
answers "$other_key"
run tokens add --id UBHE00000002
run tokens assign UBHE00000002 games --yes
point "tokens assign" logged "event=tokens-assign service=vipotp user=games token=UBHE00000002 verdict=reserved error=0000"
answers "$(hotp 0 "$other_key")" "$(hotp 1 "$other_key")"
run enroll man --token UBHE00000002
point "enroll of a reserved token" logged "event=enroll service=vipotp user=man token=UBHE00000002 verdict=reserved"
chmod 600 "$scene/out"
run export --reason move
point "export" logged "event=export service=vipotp verdict=exported tokens=2 sealed=no reason=move"
run tokens remove UBHE00000002 --yes
point "tokens remove" logged "event=tokens-remove service=vipotp token=UBHE00000002 verdict=removed error=0000"
run lock games --yes
point "a user without a token" logged "event=lock service=vipotp user=games verdict=refused error=6008"
run lock secret-passw0rd --yes
point "what is no user's name may be a password" logged "event=lock service=vipotp verdict=refused error=6003"
run lock daemon --token UBHE00000002 --yes
point "a token that is not his" logged "event=lock service=vipotp user=daemon token=UBHE00000002 verdict=refused error=6007"
lines=$(grep -c . "$scene/log")
run lock daemon
run disable daemon --reason lost
point "what was not confirmed is not logged" [ "$(grep -c . "$scene/log")" -eq "$lines" ]
run release daemon --yes --reason 'lost" user=root \ it あ'
point "release; a reason cannot look like another field" logged \
	'event=release service=vipotp user=daemon verdict=released error=0000 tokens=1 reason="lost\x22 user=root \x5c it あ" uid=0'
point "one line per event" [ "$(grep -c . "$scene/log")" -eq $((lines + 1)) ]

# What only looks is not logged.
for verb in list "tokens list" config status "list --unenrolled"; do
	# shellcheck disable=SC2086 # a verb and its second word
	run $verb
done
point "what only looks is not logged" [ "$(grep -c . "$scene/log")" -eq $((lines + 1)) ]

for code in $(cat "$scene/secrets") secret-passw0rd "$other_key" $(hotp 0) $(hotp 1) $(hotp 2) $(hotp 4) $(hotp 20) $(hotp 30) $(hotp 31) "$key"; do
	# A number that a pid, a timestamp or an ID may hold by chance would not stand alone.
	point "neither code nor key is in the log: $code" test -z "$(grep -wF -- "$code" "$scene/log")"
done
finish
