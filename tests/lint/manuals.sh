#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The manuals and the program say the same: options, settings, verbs, codes, words of the log.
. "$(dirname "$0")/tap.sh"
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
point "pam_vipotp(8) has the module's options, all and no others" module_options
point "pam_vipotp(8) has the codes that the module returns" module_codes
point "pam_vipotp(8) has the functions that the module exports" entry_points
point "pam_vipotp(8) has the keys of the log line" log_keys
point "pam_vipotp(8) has the verdicts of the log line" log_verdicts
settings="vipotp.conf(5) has the settings that vipotp config prints, with their defaults"
if [ "$(id -u)" -eq 0 ]; then
	point "$settings" settings_and_defaults
else
	skip "$settings" "needs root, whose files settings must be"
fi
finish
