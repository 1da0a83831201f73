#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What the built module shows to its host and asks of it, and what `make install` lays down.
. "$(dirname "$0")/../tap.sh"

module=$top_builddir/.libs/pam_vipotp.so
command=$top_builddir/vipotp
token=$top_builddir/vipotp-token
drawer=$top_builddir/vipotp-qr
helper=$top_builddir/vipotp-helper

built() {
	[ -f "$module" ] || echo "$module is not built"
	[ -x "$command" ] || echo "$command is not built"
	[ -x "$token" ] || echo "$token is not built"
	[ -x "$drawer" ] || echo "$drawer is not built"
	[ -x "$helper" ] || echo "$helper is not built"
}

# product §10.9. The three entry points must be there; what a later release adds may only be a pam_sm_ one.
exports_entry_points_alone() {
	nm -D --defined-only "$module" | sed -e 's/@.*//' -e 's/.* //' >"$scratch/exported"
	for entry in pam_sm_authenticate pam_sm_setcred pam_sm_acct_mgmt; do
		grep -qx "$entry" "$scratch/exported" || echo "$entry is not exported"
	done
	grep -vxE 'pam_sm_(authenticate|setcred|acct_mgmt|open_session|close_session|chauthtok)' "$scratch/exported" |
		sed 's/$/ is exported/'
	:
}

# One namespace, so that a reader of a face sees where a function lives.
libotp_names_start_with_otp() {
	find "$top_builddir/libotp" -name '*.o' -exec nm -A -g --defined-only {} + |
		awk '$NF !~ /^otp_/ { print $1 " " $NF }'
}

# product §12: the module brings no other library into the host process.
needs_three_libraries() {
	readelf -dW "$module" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
		grep -vE '^(libpam\.so\.0|libcrypto\.so\.3|libconfig\.so\.[0-9]+|libc\.so\.6|libc\.musl-.*)$' | sed 's/$/ is needed/'
	:
}

# An ordinary user's program brings along no reader of settings, XML or PAM.
token_needs_three_libraries() {
	readelf -dW "$token" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
		grep -vE '^(libcrypto\.so\.3|libqrencode\.so\.[0-9]+|libc\.so\.6|libc\.musl-.*)$' | sed 's/$/ is needed/'
	:
}

# product §10.8, §10.10: calls that change the host process, end it, leave something in it, or listen to its
# environment; and the ones whose static buffers belong to the host (getpwnam and its kind).
host_calls='_?exit|_Exit|quick_exit|abort|atexit|on_exit|__cxa_atexit|at_quick_exit|fork|vfork|clone|system|popen|exec[lv]p?e?|posix_spawnp?|pthread_create|signal|sigaction|sigprocmask|alarm|setitimer|umask|chdir|fchdir|chroot|setlocale|setenv|putenv|unsetenv|clearenv|getenv|secure_getenv|openlog|closelog|setlogmask|set(re|res|fs)?[ug]id|sete[ug]id|setgroups|initgroups|setrlimit|prctl|dup2?|getpw(nam|uid|ent)|getgr(nam|gid|ent)|getspnam|getlogin|localtime|gmtime|ctime|asctime|strtok|rand|srand|random|puts|printf|__printf_chk|perror|putchar|vprintf'
# What drawing.c's copy of the process does to itself before it executes another program, and nobody else may.
copy_calls='clone|_exit|dup2|execve|prctl'
host_is_left_alone() {
	nm -D --undefined-only "$module" | sed -e 's/@.*//' -e 's/.* //' | grep -xE "$host_calls" | grep -vxE "$copy_calls" |
		sed 's/$/ is called/'
	find "$top_builddir/pam_vipotp" "$top_builddir/libotp" -name '*.o' -path '*/.libs/*' | grep -E '/(pam_vipotp_la|libclient_la|libsettings_la|liblanguage_la)-|/libotp/' >"$scratch/objects"
	[ "$(wc -l <"$scratch/objects")" -ge 30 ] || echo "only $(wc -l <"$scratch/objects") objects were found"
	grep -v '/pam_vipotp_la-drawing\.o$' "$scratch/objects" | xargs nm -A --undefined-only | sed -e 's/@.*//' |
		grep -E " ($copy_calls)\$"
	:
}

hardened() {
	for file in "$module" "$command" "$token" "$drawer" "$helper"; do
		readelf -lW "$file" >"$scratch/segments"
		readelf -dW "$file" >"$scratch/dynamic"
		grep -q GNU_RELRO "$scratch/segments" || echo "$file has no RELRO"
		grep -qE '\((BIND_NOW|FLAGS)\).*NOW|\(BIND_NOW\)|\(FLAGS_1\).*NOW' "$scratch/dynamic" || echo "$file is bound lazily"
		grep -qE 'GNU_STACK .* RW +0x' "$scratch/segments" || echo "$file has no stack that refuses execution"
		grep -qE '\((RPATH|RUNPATH|TEXTREL)\)' "$scratch/dynamic" && echo "$file has an RPATH or text relocations"
		nm -D --undefined-only "$file" | grep -q __stack_chk_fail || echo "$file has no stack protector"
	done
	:
}

quiet_make() {
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s --no-print-directory -C "$top_builddir" "$@" >"$scratch/make" 2>&1 ||
		cat "$scratch/make"
}

# The whole list, so that a file too much is seen as well as one too few; and nothing is set-user-ID.
installs() {
	pamdir=$1
	shift
	rm -rf "$scratch/root"
	quiet_make install "DESTDIR=$scratch/root" "$@"
	find "$scratch/root" ! -type d -printf '/%P\n' | sort >"$scratch/installed"
	{
		echo "$pamdir/pam_vipotp.so"
		for program in $(make_variable bin_PROGRAMS); do
			echo "$(make_variable bindir)/$program"
		done
		for program in $(make_variable libexec_PROGRAMS); do
			echo "$(make_variable libexecdir)/$program"
		done
		for unit in $(make_variable systemdsystemunit_DATA); do
			echo "$(make_variable systemdsystemunitdir)/$(basename "$unit")"
		done
		for entry in $(make_variable tmpfiles_DATA); do
			echo "$(make_variable tmpfilesdir)/$(basename "$entry")"
		done
		for page in $(make_variable dist_man_MANS); do
			echo "$(make_variable mandir)/man${page##*.}/$(basename "$page")"
		done
		for completion in $(make_variable dist_bashcompletion_DATA); do
			echo "$(make_variable bashcompletiondir)/$(basename "$completion")"
		done
		for text in $(make_variable dist_doc_DATA); do
			echo "$(make_variable docdir)/$(basename "$text")"
		done
		for example in $(make_variable nobase_dist_doc_DATA); do
			echo "$(make_variable docdir)/$example"
		done
	} | sort >"$scratch/expected"
	diff "$scratch/expected" "$scratch/installed"
	find "$scratch/root" ! -type l -perm /7022 -printf '%M %P: mode\n'
}

uninstalls() {
	quiet_make uninstall "DESTDIR=$scratch/root"
	find "$scratch/root" ! -type d
}

# --with-pam-dir is asked of configure itself, in a directory of its own.
honours_pam_dir() {
	mkdir "$scratch/configured"
	(
		cd "$scratch/configured" &&
			"$top_srcdir/configure" --quiet --prefix=/usr --with-pam-dir=/lib/somewhere/security >log 2>&1
	) || tail -n 20 "$scratch/configured/log"
	(
		top_builddir=$scratch/configured
		pamdir=$(make_variable pamdir)
		[ "$pamdir" = /lib/somewhere/security ] || echo "pamdir is '$pamdir'"
	)
	installs /lib/somewhere/security pamdir=/lib/somewhere/security
}

point "the module and the commands are built" built
point "the module exports pam_sm_ functions and nothing else" exports_entry_points_alone
point "libotp's names start with otp_" libotp_names_start_with_otp
point "the module needs libpam, libcrypto, libconfig and libc, and no other library" needs_three_libraries
point "the module calls nothing that ends, changes or stays in the host process, or reads its environment" host_is_left_alone
point "vipotp-token needs libcrypto, libqrencode and libc, and no other library" token_needs_three_libraries
point "module and commands: RELRO, bound at load, no executable stack, no RPATH, stack protector" hardened
point "make install lays down module, commands, manuals and texts, and no more" installs "$(make_variable pamdir)"
point "make uninstall takes them all away" uninstalls
point "--with-pam-dir is honoured by configure and by make install" honours_pam_dir
finish
