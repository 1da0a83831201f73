#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# config: the effective values, overall and per service, or what is wrong and where.
. "$(dirname "$0")/scene.sh"

run config
expect "the values of the file and the defaults" exit 0 out "path = \"$scene/store\";" out "look_ahead = 5;"
cp "$scene/out" "$conf"
cp "$scene/out" "$scene/before"
run config
point "what it prints is a settings file that says the same" cmp -s "$scene/out" "$scene/before"

cat >"$scene/other.conf" <<-'CONF'
	policy = { look_ahead = 3; fail_delay = 3; };
	services = {
		sshd = { fail_delay = 1; };
		sudo = { prompt = "Code: "; };
	};
CONF
run config "$scene/other.conf"
expect "a named file, with the services that have values of their own" exit 0 \
	out "# $scene/other.conf, effective values" out "look_ahead = 3;" \
	out "# effective values of the service sshd" out "fail_delay = 1;" out "# effective values of the service sudo" \
	out 'prompt = "Code: ";'
point "sudo has the overall delay" [ "$(grep -c 'fail_delay = 3;' "$scene/out")" -eq 2 ]
cd "$scene" || exit 99
run config other.conf
expect "a relative path" exit 0 out "look_ahead = 3;"
cd / || exit 99

cat >"$scene/other.conf" <<-'CONF'
	policy = { unenrolled = "enroll"; enroll_by = "2040-02-29"; enroll_open = true; after_enroll = "logout";
		require_at_account = true; identity = "caller"; remember = "90m"; };
	exempt = ( { users = [ "root", "a\"b" ]; services = [ "login" ]; }, { networks = [ "192.0.2.0/24" ]; } );
CONF
run config "$scene/other.conf"
expect "days, times, switches and rules of exempt" exit 0 out 'enroll_by = "2040-02-29";' out 'remember = "90m";' \
	out "enroll_open = true;" out 'users = [ "root", "a\"b" ];' out 'networks = [ "192.0.2.0/24" ];'
cp "$scene/out" "$scene/other.conf"
cp "$scene/out" "$scene/before"
run config "$scene/other.conf"
point "and they can be read back" cmp -s "$scene/out" "$scene/before"
printf 'exempt = (\n\t{ networks = [ "192.0.2.7/24" ]; }\n);\n' >"$scene/other.conf"
run config "$scene/other.conf"
expect "a mistake in a rule: file, line, key and what it would be" exit 5 \
	err "$scene/other.conf:2: exempt.networks: has bits beyond its prefix; the network is 192.0.2.0/24"

printf 'policy = {\n\tlook_ahed = 3;\n};\n' >"$scene/other.conf"
run config "$scene/other.conf"
expect "an unknown key: file, line and key" exit 5 err "$scene/other.conf:2" err "look_ahed"
printf 'policy = {\n\tlook_ahead = 3000;\n};\n' >"$scene/other.conf"
run config "$scene/other.conf"
expect "a value out of range" exit 5 err "$scene/other.conf:2" err "look_ahead"
printf 'services = { sshd = { fail_delay = "long"; }; };\n' >"$scene/other.conf"
run config "$scene/other.conf"
expect "a wrong type under a service" exit 5 err "sshd"
run config "$scene/absent.conf"
expect "a file that is not there" exit 5 err "absent.conf"
: >"$scene/other.conf"
run config "$scene/other.conf"
expect "an empty file gives the defaults" exit 0 out "lock_failures = 50;"
chmod 666 "$scene/other.conf"
run config "$scene/other.conf"
expect "an unsafe file is refused" exit 5 err "other.conf"
chmod 600 "$scene/other.conf"
chown nobody "$scene/other.conf"
run config "$scene/other.conf"
expect "so is another's" exit 5 err "other.conf"

# The other verbs refuse wrong settings too, and say where.
echo "nonsense" >"$conf"
run list
expect "wrong settings stop every verb" exit 5 err "$conf:"
finish
