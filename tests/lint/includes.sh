#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The arrows of the house: who may include whom, and what the pure rooms may call.
#
#   faces -> otp.h -> flow -> {policy -> credential -> core} and {store -> error.h}; exchange -> credential
. "$(dirname "$0")/../tap.sh"
cd "$top_srcdir" || exit 99

# "FILE:LINE TARGET" for every quoted include, TARGET resolved as the compiler does; a target nowhere is "missing/X".
resolved_includes() {
	c_files libotp pam_vipotp | while read -r file; do
		sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/;t found
b
:found
=;p' "$file" | paste - - | while read -r line name; do
			target=missing/$name
			for dir in "${file%/*}" libotp pam_vipotp; do
				if [ -f "$dir/$name" ]; then
					target=$(realpath --relative-to=. "$dir/$name")
					break
				fi
			done
			echo "$file:$line $target"
		done
	done
}

# The room of a path: libotp's rooms by name, error.h and otp.h for themselves, a face's directory; of helper/ what its
# callers have of it is a room of its own.
with_rooms() {
	awk 'function room(path, part) {
		if (path ~ /^libotp\/error\.[ch]$/) return "error"
		if (path ~ /^libotp\/otp\.h$/) return "otp"
		if (path ~ /^pam_vipotp\/helper\/(client|channel|protocol)\.[ch]$/) return "pam_vipotp/client"
		split(path, part, "/")
		return part[1] == "libotp" ? part[2] : part[1] "/" part[2]
	}
	{ file = $1; sub(/:.*/, "", file); print room(file), room($2), $1, $2 }'
}

# The whole law. A pair that is not here points up or sideways.
cat >"$scratch/arrows" <<'ARROWS'
core error
credential core error
policy credential core error
store error
exchange credential core error
flow policy credential core store error
otp flow exchange policy credential core store error
pam_vipotp/settings otp pam_vipotp/language
pam_vipotp/module otp pam_vipotp/settings pam_vipotp/language pam_vipotp/qr pam_vipotp/client
pam_vipotp/qr pam_vipotp/terminal
pam_vipotp/terminal otp
pam_vipotp/verb otp pam_vipotp/terminal pam_vipotp/language
pam_vipotp/command otp pam_vipotp/settings pam_vipotp/verb pam_vipotp/terminal pam_vipotp/language pam_vipotp/client
pam_vipotp/client otp pam_vipotp/settings
pam_vipotp/helper otp pam_vipotp/client pam_vipotp/command pam_vipotp/settings pam_vipotp/verb pam_vipotp/terminal pam_vipotp/language
pam_vipotp/token otp pam_vipotp/verb pam_vipotp/terminal pam_vipotp/language
pam_vipotp/language
ARROWS

against_arrows() {
	awk 'NR == FNR { for (i = 2; i <= NF; i++) allowed[$1 " " $i] = 1; next }
	$1 != $2 && !allowed[$1 " " $2] { print $3 ": " $1 " must not include " $2 " (" $4 ")" }' "$scratch/arrows" "$scratch/includes"
}
resolved_includes | with_rooms >"$scratch/includes"

enough_was_read() {
	[ "$(wc -l <"$scratch/includes")" -ge 60 ] || echo "only $(wc -l <"$scratch/includes") includes were found"
}

through_the_front_door() {
	awk '$1 ~ /^pam_vipotp/ && $4 ~ /^libotp/ && $4 != "libotp/otp.h" { print $3 ": a face includes from libotp only otp.h" }' "$scratch/includes"
}

# Stored bytes have one parser and one printer, and flow alone asks for it (tests too, which are not looked at here).
record_in_flow_alone() {
	awk '$4 == "libotp/credential/record.h" && $1 != "flow" && $3 !~ /^libotp\/credential\/record[a-z_]*\.c/ { print $3 ": only flow may read and print records" }' "$scratch/includes"
}

# The system's headers that libotp must not know: PAM, terminals, settings files, logs, other programs, users.
libotp_knows_no_face() {
	matches '^[[:space:]]*#[[:space:]]*include[[:space:]]*<(security/|libconfig|termios|n?curses|syslog|qrencode|libintl|locale|pwd|grp|spawn|pthread|sys/(wait|socket|prctl))' $(c_files libotp)
	matches '^[[:space:]]*#[[:space:]]*include[[:space:]]*<libxml' $(c_files libotp | grep -vx 'libotp/exchange/pskc\.c')
}

pure_rooms_know_no_system() {
	matches '^[[:space:]]*#[[:space:]]*include[[:space:]]*<(time\.h|fcntl|unistd|stdio|stdlib|errno|dirent|sys/|linux/|pwd|signal)' \
		$(c_files libotp/core libotp/policy | grep -v '^libotp/core/hmac\.c$')
}

# What compiled code really calls: "FILE.o SYMBOL".
undefined_symbols() {
	for dir in "$@"; do
		find "$top_builddir/libotp/$dir" -name '*.o' -exec nm -A --undefined-only {} +
	done | sed -e 's/@.*//' -e 's/^\([^:]*\):.* \([^ ]*\)$/\1 \2/'
}

# An empty build would prove nothing.
every_source_compiled() {
	for dir in "$@"; do
		for source in "libotp/$dir"/*.c; do
			object=$(basename "$source" .c).o
			[ -f "$top_builddir/libotp/$dir/$object" ] || [ -f "$top_builddir/libotp/$dir/.libs/$object" ] ||
				echo "$source has no object in $top_builddir"
		done
	done
}

# policy: memory it was given and arithmetic; no clock, file, allocation, randomness or lock (product §5).
policy_is_pure() {
	every_source_compiled policy
	undefined_symbols policy | awk '
		$2 !~ /^(otp_[a-z0-9_]*|mem(cpy|set|move|cmp)|__mem(cpy|set|move)_chk|str(len|nlen|cmp|ncmp)|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|CRYPTO_memcmp|OPENSSL_cleanse)$/ ||
		$2 ~ /^otp_(secret_random|seed_|token_id_random|sealer_|seal$|unseal$|record_|store_|safe_|vault_)/ { print $1 " calls " $2 }'
}

# core: the same, but for the one owned object, struct otp_hmac, and libcrypto.
core_has_no_clock_or_file() {
	every_source_compiled core
	undefined_symbols core | awk '
		$2 ~ /^(calloc|free)$/ && $1 ~ /\/hmac\.o$/ { next }
		$2 !~ /^(otp_[a-z0-9_]*|mem(cpy|set|move|cmp|chr)|__mem(cpy|set|move)_chk|str(len|nlen|cmp|ncmp|chr|spn|cspn)|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|CRYPTO_memcmp|OPENSSL_cleanse|EVP_[A-Za-z0-9_]*)$/ ||
		$2 ~ /^otp_(store_|safe_|vault_|record_)/ { print $1 " calls " $2 }'
}

# The clock is an argument everywhere in libotp but where a lock waits with a deadline.
now_is_an_argument() {
	undefined_symbols core credential policy exchange flow |
		awk '$2 ~ /^(time|clock_gettime|gettimeofday|timespec_get|ftime|localtime.*|gmtime.*)$/ { print $1 " calls " $2 }'
	undefined_symbols store | awk '$2 ~ /^(time|gettimeofday|timespec_get|ftime|localtime.*|gmtime.*)$/ ||
		($2 == "clock_gettime" && $1 !~ /\/lock\.o$/) { print $1 " calls " $2 }'
}

point "the includes of the tree were found" enough_was_read
point "no include points up, sideways or nowhere" against_arrows
point "faces know libotp by otp.h alone" through_the_front_door
point "only flow reads and prints records" record_in_flow_alone
point "libotp knows nothing of PAM, terminals, settings files or logs" libotp_knows_no_face
point "core and policy include no header of clock, file or allocation" pure_rooms_know_no_system
point "policy calls arithmetic and nothing else: no clock, file, allocation" policy_is_pure
point "core calls no clock, file or allocation but for struct otp_hmac" core_has_no_clock_or_file
point "libotp is told the time and does not ask for it" now_is_an_argument
finish
