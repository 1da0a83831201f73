# SPDX-License-Identifier: BSD-2-Clause
# TAP for the tests in shell, which source this file. A rule is a command that prints its violations: a point holds if
# the command succeeds and prints nothing, so that a rule cannot fail without saying where.
# shellcheck shell=sh

set -u
export LC_ALL=C
: "${top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${top_builddir:=$PWD}"
top_srcdir=$(cd "$top_srcdir" && pwd)
top_builddir=$(cd "$top_builddir" && pwd)
scratch=$(mktemp -d /run/vipotp-test-XXXXXX 2>/dev/null || mktemp -d) # root's, as the program wants its files
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
points=0
failed=0

# point DESCRIPTION COMMAND...
point() {
	points=$((points + 1))
	description=$1
	shift
	if "$@" >"$scratch/violations" 2>&1 && [ ! -s "$scratch/violations" ]; then
		echo "ok $points - $description"
	else
		failed=$((failed + 1))
		echo "not ok $points - $description"
		sed 's/^/# /' "$scratch/violations"
	fi
}

# skip DESCRIPTION REASON
skip() {
	points=$((points + 1))
	echo "ok $points - $1 # SKIP $2"
}

# At the end of every test. Zero rules looked at is a failure.
finish() {
	echo "1..$points"
	[ "$failed" -eq 0 ] && [ "$points" -gt 0 ] && exit 0
	exit 1
}

# "FILE:LINE:TEXT" of the lines that match; finding none is success, as a rule wants it.
matches() {
	grep -HnE "$@"
	[ $? -le 1 ]
}

# The value of a variable in the configured Makefile, expanded.
make_variable() {
	printf 'include Makefile\nprint-%%:\n\t@echo $($*)\n' |
		env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s --no-print-directory -C "$top_builddir" -f - "print-$1"
}

# C files of the named directories of the source tree, one per line, relative to it.
c_files() {
	(cd "$top_srcdir" && find "$@" -name '*.[ch]' | sort)
}
