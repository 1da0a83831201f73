#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# clang-tidy with the tree's .clang-tidy: no findings. One process per file: within one process version 14 carries
# the analyzer's state from file to file and finds what is not there. The analyzer follows fewer paths of each function
# than it would, for a fifth of the time; FULL=1 lets it follow all it wants.
. "$(dirname "$0")/../tap.sh"
cd "$top_srcdir" || exit 99

xml=$(make_variable XML_CFLAGS)
nodes='-Xclang -analyzer-config -Xclang max-nodes=30000'
[ -z "${FULL-}" ] || nodes=
export xml nodes
tidy() {
	c_files "$@" | grep '\.c$' | xargs -n 1 -P "$(getconf _NPROCESSORS_ONLN)" sh -c '
		case $0 in libotp/error.c) model= ;; *) model="-include tests/lint/model.h" ;; esac
		clang-tidy --quiet "$0" -- -std=c17 -D_GNU_SOURCE -DSYSCONFDIR=\"/etc\" -DLOCALSTATEDIR=\"/var\" \
			-DLIBEXECDIR=\"/usr/libexec\" -DPACKAGE_NAME=\"n\" -DPACKAGE_VERSION=\"0\" -Ilibotp -Ipam_vipotp $xml $nodes $model 2>/dev/null'
}

for rooms in libotp pam_vipotp; do
	description="clang-tidy has nothing to say about $rooms"
	if command -v clang-tidy >/dev/null; then
		point "$description" tidy "$rooms"
	else
		skip "$description" "clang-tidy is not installed"
	fi
done
finish
