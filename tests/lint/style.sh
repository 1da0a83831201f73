#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The house style, as far as a machine can see it.
. "$(dirname "$0")/../tap.sh"
cd "$top_srcdir" || exit 99

functions_fit_a_screen() {
	c_files libotp pam_vipotp tests | while read -r file; do
		awk -v file="$file" '
			/^[A-Za-z_].*\(/ && !/;[ \t]*$/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
			/^\{/ { start = NR }
			/^\}/ && start { if (NR - start + 1 > 60) print file ":" start ": " name " has " NR - start + 1 " lines"; start = 0 }' "$file"
	done
}

files_fit_a_sitting() {
	c_files libotp pam_vipotp | xargs wc -l | awk '$2 != "total" && $1 > 350 { print $2 " has " $1 " lines" }'
}

# Everything that people wrote, generated directories aside.
written_files() {
	find . -type f ! -path './.git/*' ! -path './build*' ! -path './autom4te.cache/*' ! -name Makefile.in \
		! -name 'configure' ! -name 'configure~' ! -name aclocal.m4 ! -name '*.log' ! -name '*.trs' | sed 's|^\./||' | sort
}

nothing_is_left_to_do() {
	matches '\b(TOD[O]|FIXM[E]|XX[X])\b' $(written_files)
}

# The first line, or the second under a line that names the interpreter or carries a man page's comment.
licensed() {
	written_files | grep -E '\.([ch]|sh|am|ac|[1-8]|exp|py|conf)$|^(check|quickstart|\.ci/run|\.clang-tidy)$|^conf/' | while read -r file; do
		head -n 2 "$file" | grep -q 'SPDX-License-Identifier: BSD-2-Clause' || echo "$file: no SPDX line"
	done
}

names_say_something() {
	written_files | grep -E '(^|/)([a-z]+_)?(utils?|misc|common|helpers)(_[a-z]+)?(/|\.[a-z]+$)'
	:
}

no_call_without_a_bound() {
	matches '\b(strcpy|stpcpy|strcat|v?sprintf|gets|scanf|sscanf|fscanf|ato[ilf]|atoll|alloca|strtok|tmpnam|tempnam|mktemp)[[:space:]]*\(' $(c_files libotp pam_vipotp)
}

# Comments are prose in /* */; what else comments code out is none.
no_code_is_commented_out() {
	matches '^[[:space:]]*//|^[[:space:]]*#[[:space:]]*if[[:space:]]+0|^[[:space:]]*/\*.*[;{}][[:space:]]*\*/$' \
		$(c_files libotp pam_vipotp tests)
}

# Where OpenSSL declares nothing deprecated, a deprecated call has no declaration.
crypto_is_current() {
	compiler="$(make_variable CC) $(make_variable CRYPTO_CFLAGS) $(make_variable XML_CFLAGS)"
	for file in $(c_files libotp pam_vipotp | grep '\.c$'); do
		grep -q '<openssl/' "$file" || continue
		echo "$file" >>"$scratch/crypto"
		# shellcheck disable=SC2086
		$compiler -std=c17 -D_GNU_SOURCE -DOPENSSL_NO_DEPRECATED -Ilibotp -Ipam_vipotp -fsyntax-only \
			-Werror=implicit-function-declaration "$file"
	done
	[ -s "$scratch/crypto" ] || echo "no file was compiled"
}

# What Makefile.am does not name is neither built nor run nor shipped.
everything_is_on_the_map() {
	find libotp pam_vipotp tests man -type f | sort | while read -r file; do
		grep -qF "$file" Makefile.am || echo "$file is not in Makefile.am"
	done
}

if command -v clang-format >/dev/null; then
	# shellcheck disable=SC2046
	point "clang-format would change nothing" clang-format --dry-run -Werror $(c_files libotp pam_vipotp tests)
else
	skip "clang-format would change nothing" "clang-format is not installed"
fi
point "no function is longer than 60 lines" functions_fit_a_screen
point "no file of the library or the faces is longer than 350 lines" files_fit_a_sitting
point "nothing is marked as left to do" nothing_is_left_to_do
point "every source names its license" licensed
point "no file is named for a drawer of odds and ends" names_say_something
point "no call that knows no bound" no_call_without_a_bound
point "no code is commented out" no_code_is_commented_out
point "no deprecated call of OpenSSL" crypto_is_current
point "every source, test and manual is on the map, Makefile.am" everything_is_on_the_map
finish
