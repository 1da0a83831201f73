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
run unlock daemon --reason ticket-4711
point "unlock with its reason" logged "event=unlock service=vipotp user=daemon verdict=cleared reason=ticket-4711"
lines=$(grep -c . "$scene/log")
run release daemon --yes --reason 'lost" user=root \ it あ'
point "release; a reason cannot look like another field" logged \
	'event=release service=vipotp user=daemon verdict=released tokens=1 reason="lost\x22 user=root \x5c it あ" uid=0'
point "one line per event" [ "$(grep -c . "$scene/log")" -eq $((lines + 1)) ]

# What only looks is not logged.
for verb in list "tokens list" config status "list --unenrolled"; do
	# shellcheck disable=SC2086 # a verb and its second word
	run $verb
done
point "what only looks is not logged" [ "$(grep -c . "$scene/log")" -eq $((lines + 1)) ]

for code in $(hotp 0) $(hotp 1) $(hotp 2) $(hotp 4) $(hotp 20) $(hotp 30) $(hotp 31) "$key"; do
	# A number that a pid, a timestamp or an ID may hold by chance would not stand alone.
	point "neither code nor key is in the log: $code" test -z "$(grep -wF -- "$code" "$scene/log")"
done
finish
