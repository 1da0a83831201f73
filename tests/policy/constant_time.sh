#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Constant time (product §10 rule 7), looked at in the machine code as it was compiled: test_constant_time marks every
# secret as uninitialised, and valgrind's memcheck follows the marks and reports each jump and each address that depends
# on one. It sees no instruction whose time depends on its operands, as a division's may.
. "$(dirname "$0")/../tap.sh"

leave_out() {
	skip "no branch and no address depends on a secret" "$1"
	finish
}

program=$top_builddir/tests/policy/test_constant_time
[ -x "$program" ] || leave_out "test_constant_time is not built: cmocka is not installed"
command -v valgrind >/dev/null || leave_out "valgrind is not installed"
case " $(make_variable CFLAGS) $(make_variable CC) " in
*-fsanitize*) leave_out "a program with sanitizers does not run under valgrind" ;;
esac
"$program" nothing || leave_out "valgrind/memcheck.h was not there when test_constant_time was compiled"

# Reports go to a file, so that nothing that a test prints is taken for one.
watch() {
	valgrind -q --suppressions="$top_srcdir/tests/policy/libcrypto.supp" --num-callers=20 --error-exitcode=99 \
		--log-file="$scratch/report" "$@"
}

is_seen() {
	watch "$program" "$1" && echo "memcheck reports nothing"
	grep -q 'depends on uninitialised value\|Use of uninitialised value' "$scratch/report" || cat "$scratch/report"
}

is_clean() {
	CMOCKA_MESSAGE_OUTPUT=TAP watch "$program" >"$scratch/output" 2>&1
	status=$?
	cat "$scratch/report"
	grep '^not ok\|^#.*error:' "$scratch/output"
	grep -q '^ok' "$scratch/output" || cat "$scratch/output"
	[ $status -eq 0 ]
}

# A valgrind that is older than the compiler cannot read what the compiler wrote for debuggers.
cp "$program" "$scratch/program" && program=$scratch/program
watch "$program" nothing >/dev/null 2>&1 || strip -g "$program"

point "a branch on a secret would be seen" is_seen branch
point "an address made of a secret would be seen" is_seen address
if [ "$(id -u)" -eq 0 ] && command -v oathtool >/dev/null; then
	point "no branch and no address depends on a secret, from the key file to the verdict" is_clean
else
	skip "no branch and no address depends on a secret, from the key file to the verdict" "needs root, and oathtool"
fi
finish
