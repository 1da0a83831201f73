#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The manuals and the program say the same: options, settings, verbs, codes, words of the log.
. "$(dirname "$0")/../tap.sh"
cd "$top_srcdir" || exit 99

vipotp=${VIPOTP:-$top_builddir/vipotp}
module=pam_vipotp/module

# The lines of one section (Sh) or subsection (Ss): section FILE HEADING.
section() {
	awk -v heading="$2" '/^\.S[hs] / { inside = ($0 == ".Sh " heading || $0 == ".Ss " heading); next } inside' "$1"
}

# The words that an .It line names by a macro, one per line: items MACRO. Of "Cm config Ns = Ns Ar FILE" it is config=.
items() {
	sed -n "s/^\.It $1 //p" | sed -e 's/ Ns = Ns Ar [A-Z]*/=/g' -e "s/ , / /g" -e "s/\b$1\b//g" | tr -s ' ' '\n' | grep .
}

# Two lists must be the same and not empty: same PROGRAM-LIST MANUAL-LIST.
same() {
	[ -s "$1" ] || echo "nothing was found in the program"
	sort -u "$1" >"$1.sorted"
	sort -u "$2" >"$2.sorted"
	comm -23 "$1.sorted" "$2.sorted" | sed 's/$/: not in the manual/'
	comm -13 "$1.sorted" "$2.sorted" | sed 's/$/: in the manual alone/'
}

well_formed() {
	for page in man/*.[1-8]; do
		mandoc -T lint -W warning "$page"
	done
}

references_exist() {
	sed -n 's/^\.Xr \([^ ]*\) \([0-9]\).*/\1.\2/p' man/*.[1-8] | sort -u | grep -E '^(pam_)?vipotp' | while read -r page; do
		[ -f "man/$page" ] || echo "$page is referred to and does not exist"
	done
}

# Every test that SECURITY.md names is there: `PATH` or `PATH: FUNCTION`.
security_tests() {
	grep -oE '`tests/[^`]*`' SECURITY.md | tr -d '`' | sort -u >"$scratch/named"
	[ "$(wc -l <"$scratch/named")" -ge 20 ] || echo "SECURITY.md names too few tests"
	while IFS=': ' read -r file function; do
		[ -f "$file" ] && grep -qE "^static void ${function:-.*}\(|^point|^[[:space:]]+point " "$file" ||
			echo "$file${function:+: $function} is named in SECURITY.md and does not exist"
	done <"$scratch/named"
}

# ---- pam_vipotp(8) ------------------------------------------------------------------------------------

module_options() {
	sed -n '/^static const struct option options/,/^};/s/^ *{"\([^"]*\)".*/\1/p' $module/arguments.c >"$scratch/program"
	section man/pam_vipotp.8 Options | items Cm >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

# Every code that the module can return, out of those that PAM has.
module_codes() {
	sed -n '/_PAM_RETURN_VALUES/q;s/^#define \(PAM_[A-Z_]*\)[[:space:]][[:space:]]*[0-9].*/\1/p' \
		/usr/include/security/_pam_types.h | sort >"$scratch/codes"
	sed '/pam_[a-z_]*([^;]* [!=]= PAM_SUCCESS/d' $module/*.c | grep -oE '\bPAM_[A-Z_]+\b' | sort -u |
		comm -12 - "$scratch/codes" >"$scratch/program"
	section man/pam_vipotp.8 RESULTS >"$scratch/results"
	for function in pam_authenticate pam_acct_mgmt pam_setcred; do
		section man/pam_vipotp.8 $function >>"$scratch/results"
	done
	items Dv <"$scratch/results" >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

entry_points() {
	nm -D --defined-only "${PAM_VIPOTP:-$top_builddir/.libs/pam_vipotp.so}" | sed -n 's/.* pam_sm_/pam_/p' >"$scratch/program"
	grep -xE '\.Ss pam_(authenticate|setcred|acct_mgmt|open_session|close_session|chauthtok)' man/pam_vipotp.8 | sed 's/^\.Ss //' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

log_keys() {
	grep -oE '\b[a-z]+=(%|\\"|-)' $module/journal.c | sed 's/=.*/=/' >"$scratch/program"
	section man/pam_vipotp.8 LOGGING | items Cm | sed 's/$/=/' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

log_verdicts() {
	{
		sed -n '/^const char \*outcome_word/,/^}/s/.*return "\([a-z]*\)";/\1/p' $module/outcome.c
		sed -n 's/.*journal_event(login, LOG_[A-Z]*, "\([a-z]*\)".*/\1/p' $module/*.c
	} >"$scratch/program"
	section man/pam_vipotp.8 Verdicts | items Cm >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

# ---- vipotp(1) ------------------------------------------------------------------------------------------

verbs_of_the_program() {
	"$vipotp" help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]\)/\1/p' | sed -e 's/  .*//' -e 's/ [[A-Z].*//'
}

# "VERB option" of every option, and "VERB" alone of every verb; "all" has the options of every verb.
verbs_of_the_manual() {
	awk '/^\.S[hs] / { verb = ""; within = ($0 == ".Sh VERBS") }
		/^\.Ss Options of every verb/ { verb = "all" }
		within && /^\.It Ic / {
			verb = $3
			for (i = 4; i <= NF && $i !~ /^(Ar|Op|Fl)$/; i++) verb = verb " " $i
			print verb
		}
		verb && /^\.It Fl -/ { sub(/^-/, "", $3); print verb, "--" $3 }' man/vipotp.1
}

options_of_a_help() {
	sed -n "s/^  \(--[a-z-]*\).*/$1 \1/p"
}

verbs() {
	verbs_of_the_program >"$scratch/program"
	verbs_of_the_manual | grep -v ' --' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

verb_options() {
	{
		"$vipotp" help | options_of_a_help all
		verbs_of_the_program | while read -r verb; do
			# shellcheck disable=SC2086
			"$vipotp" $verb --help | options_of_a_help "$verb"
		done
	} >"$scratch/program"
	verbs_of_the_manual | grep ' --' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

exit_codes() {
	sed -n '/^enum command_exit/,/^}/s/.* = \([0-9]*\),.*/\1/p' pam_vipotp/verb/verb.h >"$scratch/program"
	section man/vipotp.1 "EXIT STATUS" | sed -n 's/^\.It \([0-9][0-9]*\)$/\1/p' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

# VIP's codes, of which none may be invented (product §7.4).
error_codes() {
	grep -hoE '\b(0000|49[0-9a-z]{2}|60[0-9]{2})\b' pam_vipotp/command/*.c >"$scratch/program"
	section man/vipotp.1 DIAGNOSTICS | sed -n 's/^\.It \([0-9a-z]*\)$/\1/p' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
	grep -vxE '0000|4923|49b5|4990|4993|4952|4953|6003|6004|6007|6008|6009' "$scratch/program" | sed 's/$/: no code of the contract/'
	:
}

# ---- vipotp.conf(5), whose ranges and example tests/settings/test_documents.c reads ---------------------------

# "name value" of every setting that is in force without a settings file, the directories as the manual has them.
effective() {
	: >"$scratch/empty.conf"
	"$vipotp" config "$scratch/empty.conf" | sed -n 's/^[[:space:]]*\([a-z_]*\) = \(.*\);$/\1 \2/p' |
		sed -e "s|\"$(make_variable sysconfdir)/|\"/etc/|" -e "s|\"$(make_variable localstatedir)/|\"/var/|"
}

# "name value" of every setting as documented: a number, or a text in quotes, behind "Default:".
documented() {
	sed -e 's/^\.Ql //' -e 's/\\(dq/"/g' -e 's/\\~/ /g' man/vipotp.conf.5 | awk '
		/^\.It Ic / { name = $3 }
		/^Default:/ { wanted = 1; sub(/^Default: */, "") }
		wanted && match($0, /^("[^"]*"|[0-9]+)/) { print name, substr($0, 1, RLENGTH); wanted = 0 }'
}

settings_and_defaults() {
	effective >"$scratch/program"
	documented >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

point "mandoc finds nothing to warn of" well_formed
point "manuals refer to manuals that exist" references_exist
point "SECURITY.md names tests that exist" security_tests
point "pam_vipotp(8) has the module's options, all and no others" module_options
point "pam_vipotp(8) has the codes that the module returns" module_codes
point "pam_vipotp(8) has the functions that the module exports" entry_points
point "pam_vipotp(8) has the keys of the log line" log_keys
point "pam_vipotp(8) has the verdicts of the log line" log_verdicts
point "vipotp(1) has the verbs of vipotp help, all and no others" verbs
point "vipotp(1) has the options of every verb" verb_options
point "vipotp(1) has the exit codes" exit_codes
point "vipotp(1) has VIP's error codes that the command prints" error_codes
settings="vipotp.conf(5) has the settings that vipotp config prints, with their defaults"
if [ "$(id -u)" -eq 0 ]; then
	point "$settings" settings_and_defaults
else
	skip "$settings" "needs root, whose files settings must be"
fi
finish
