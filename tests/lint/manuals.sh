#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The manuals and the program say the same: options, settings, verbs, codes, words of the log.
. "$(dirname "$0")/../tap.sh"
cd "$top_srcdir" || exit 99

vipotp=${VIPOTP:-$top_builddir/vipotp}
vipotp_token=${VIPOTP_TOKEN:-$top_builddir/vipotp-token}
vipotp_helper=$top_builddir/vipotp-helper
module=pam_vipotp/module
vip_codes='0000|4923|49b5|4990|4993|4952|4953|6003|6004|6007|6008|6009' # product §7.4

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
	for function in pam_authenticate pam_acct_mgmt pam_chauthtok pam_setcred; do
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

# "verdict,error" of the lines of an enrolment.
enrolment_words() {
	grep -hoE '"[a-z]+", "(-|[0-9a-z]{4})"' $module/*.c | tr -d '" '
}

# The words that a verdict of libotp has, in the lines of the module and of the helper.
verdict_words() {
	sed -n '/^const char \*otp_verdict_word/,/^}/s/.*return "\([a-z]*\)";/\1/p' libotp/policy/judge.c
}

log_verdicts() {
	{
		verdict_words
		sed -n '/^const char \*outcome_word/,/^}/s/.*"\([a-z]*\)";/\1/p' $module/outcome.c
		sed -n 's/.*journal_event(login, LOG_[A-Z]*, "\([a-z]*\)".*/\1/p' $module/*.c
		enrolment_words | sed 's/,.*//'
	} >"$scratch/program"
	section man/pam_vipotp.8 Verdicts | items Cm >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

# VIP's codes, of which none may be invented (product §7.4).
log_errors() {
	{
		sed -n '/^const char \*outcome_error/,/^}/p' $module/outcome.c | grep -oE '"[0-9a-z]{4}"' | tr -d '"'
		enrolment_words | sed -n 's/.*,\([^-]\)/\1/p'
	} >"$scratch/program"
	section man/pam_vipotp.8 "Error codes" | sed -n 's/^\.It \([0-9a-z]*\)$/\1/p' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
	grep -vxE "$vip_codes" "$scratch/program" | sed 's/$/: no code of the contract/'
	:
}

# What people bring along: options of pam_google_authenticator and pam_oath, and the lines of the former's file.
peers() {
	sed -n '/^\.Ss pam_google_authenticator/,/^\.Ss pam_oath/p' man/pam_vipotp.8 | grep '^\.It ' >"$scratch/manual"
	for name in secret authtok_prompt user no_strict_owner allowed_perm debug try_first_pass use_first_pass forward_pass \
		noskewadj no_increment_hotp nullok echo_verification_code grace_period allow_readonly TOTP_AUTH HOTP_COUNTER \
		STEP_SIZE WINDOW_SIZE DISALLOW_REUSE RATE_LIMIT TIME_SKEW RESETTING_TIME_SKEW LAST0 scratch; do
		grep -qw -e "$name" "$scratch/manual" || echo "pam_google_authenticator's $name"
	done
	sed -n '/^\.Ss pam_oath/,/^\.Sh /p' man/pam_vipotp.8 | grep '^\.It ' >"$scratch/manual"
	for name in debug alwaysok try_first_pass use_first_pass usersfile digits window; do
		grep -qw -e "$name" "$scratch/manual" || echo "pam_oath's $name"
	done
}

# ---- vipotp(1) and vipotp-token(1): both are called as PROGRAM, with the manual MANUAL ---------------------

# verbs_of_the_program PROGRAM
verbs_of_the_program() {
	"$1" help | sed -n '/^Verbs/,/^$/s/^  \([a-z]\)/\1/p' | sed -e 's/  .*//' -e 's/ [[A-Z].*//'
}

# "VERB option" of every option, and "VERB" alone of every verb; "all" has the options of every verb: MANUAL.
verbs_of_the_manual() {
	awk '/^\.S[hs] / { verb = ""; within = ($0 == ".Sh VERBS") }
		/^\.Ss Options of every verb/ { verb = "all" }
		within && /^\.It Ic / {
			verb = $3
			for (i = 4; i <= NF && $i !~ /^(Ar|Op|Fl)$/; i++) verb = verb " " $i
			print verb
		}
		verb && /^\.It Fl -/ { sub(/^-/, "", $3); print verb, "--" $3 }' "$1"
}

options_of_a_help() {
	sed -n "s/^  \(--[a-z-]*\).*/$1 \1/p"
}

verbs() {
	verbs_of_the_program "$1" >"$scratch/program"
	verbs_of_the_manual "$2" | grep -v ' --' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

verb_options() {
	{
		"$1" help | options_of_a_help all
		verbs_of_the_program "$1" | while read -r verb; do
			# shellcheck disable=SC2086
			"$1" $verb --help | options_of_a_help "$verb"
		done
	} >"$scratch/program"
	verbs_of_the_manual "$2" | grep ' --' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

exit_codes() {
	sed -n '/^enum command_exit/,/^}/s/.* = \([0-9]*\),.*/\1/p' pam_vipotp/verb/verb.h >"$scratch/program"
	section man/vipotp.1 "EXIT STATUS" | sed -n 's/^\.It \([0-9][0-9]*\)$/\1/p' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

# The topics of vipotp-token help.
topics() {
	"$vipotp_token" help | sed -n '/^Topics of help:/,/^$/s/^  \([a-z-]*\).*/\1/p' >"$scratch/program"
	sed -n '/^\.It Ic help/,/^\.El/s/^\.Cm \([a-z-]*\).*/\1/p' man/vipotp-token.1 >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

# The keys of vipotp-token watch.
keys() {
	grep -o "key == '.'" pam_vipotp/token/watch.c | sed -e "s/key == '\(.\)'/\1/" -e 's/^ $/space/' >"$scratch/program"
	sed -n '/^The keys are:/,/^\.El/s/^\.It Cm //p' man/vipotp-token.1 | sed 's/ , /\n/g' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

# The names of the lines of a token's file.
token_file() {
	sed -n 's/.*strcmp(name, "\([a-z]*\)").*/\1/p' pam_vipotp/token/soft_token.c >"$scratch/program"
	section man/vipotp-token.1 FILES | sed -n 's/^\.It Cm //p' | tr -d , | tr -s ' ' '\n' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

# vipotp-token has vipotp's exit codes, as far as they occur.
token_exit_codes() {
	section man/vipotp.1 "EXIT STATUS" | sed -n 's/^\.It \([0-9][0-9]*\)$/\1/p' >"$scratch/vipotp"
	section man/vipotp-token.1 "EXIT STATUS" | sed -n 's/^\.It \([0-9][0-9]*\)$/\1/p' >"$scratch/manual"
	sed -n 's/.*\(COMMAND_[A-Z_]*\).*/\1/p' pam_vipotp/token/*.c pam_vipotp/verb/*.c | sort -u >"$scratch/names"
	sed -n '/^enum command_exit/,/^}/s/^[[:space:]]*\(COMMAND_[A-Z_]*\) = \([0-9]*\),.*/\1 \2/p' pam_vipotp/verb/verb.h |
		sort | join - "$scratch/names" | cut -d ' ' -f 2 >"$scratch/program"
	same "$scratch/program" "$scratch/manual"
}

# VIP's codes, of which none may be invented (product §7.4).
error_codes() {
	grep -hoE '\b(0000|49[0-9a-z]{2}|60[0-9]{2})\b' pam_vipotp/command/*.c >"$scratch/program"
	section man/vipotp.1 DIAGNOSTICS | sed -n 's/^\.It \([0-9a-z]*\)$/\1/p' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
	grep -vxE "$vip_codes" "$scratch/program" | sed 's/$/: no code of the contract/'
	:
}

# ---- vipotp-helper(8) ------------------------------------------------------------------------------------

helper_options() {
	"$vipotp_helper" --help | grep -oE '^  --[a-z]+' | tr -d ' ' >"$scratch/program"
	section man/vipotp-helper.8 DESCRIPTION | sed -n 's/^\.It Fl -\([a-z]*\).*/--\1/p' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

helper_verdicts() {
	{
		verdict_words
		tr -d '\n' <pam_vipotp/helper/session.c | grep -oE 'request_log\([^;]*, "[a-z]+",' | sed 's/.*"\([a-z]*\)",$/\1/'
		grep -ohE 'request_log\([^;]*, "[a-z]+",' pam_vipotp/helper/request.c | sed 's/.*"\([a-z]*\)",$/\1/'
		grep -ohE 'verdict=[a-z]+' pam_vipotp/helper/*.c | sed 's/.*=//'
	} >"$scratch/program"
	section man/vipotp-helper.8 DIAGNOSTICS | items Cm >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

helper_exit_codes() {
	grep -ohE 'COMMAND_[A-Z]+\b' pam_vipotp/helper/main.c pam_vipotp/helper/gate.c | sort -u >"$scratch/names"
	sed -n '/^enum command_exit/,/^}/s/^[[:space:]]*\(COMMAND_[A-Z_]*\) = \([0-9]*\),.*/\1 \2/p' pam_vipotp/verb/verb.h |
		sort | join - "$scratch/names" | cut -d ' ' -f 2 >"$scratch/program"
	section man/vipotp-helper.8 "EXIT STATUS" | sed -n 's/^\.It \([0-9][0-9]*\)$/\1/p' >"$scratch/manual"
	same "$scratch/program" "$scratch/manual"
}

# ---- vipotp.conf(5), whose ranges and example tests/settings/test_documents.c reads ---------------------------

# "name value" of every setting that is in force without a settings file, the directories as the manual has them.
effective() {
	: >"$scratch/empty.conf"
	"$vipotp" config "$scratch/empty.conf" | sed -n 's/^[[:space:]]*\([a-z_]*\) = \(.*\);$/\1 \2/p' |
		sed -e "s|\"$(make_variable sysconfdir)/|\"/etc/|" -e "s|\"$(make_variable localstatedir)/|\"/var/|"
}

# "name value" of every setting as documented: a number, a text in quotes, a switch or no rule, behind "Default:".
documented() {
	sed -e 's/^\.Ql //' -e 's/\\(dq/"/g' -e 's/\\~/ /g' -e 's/\\&//g' man/vipotp.conf.5 | awk '
		/^\.It Ic / { name = $3 }
		/^Default:/ { wanted = 1; sub(/^Default: */, "") }
		wanted && match($0, /^("[^"]*"|[0-9]+|true|false|\( \))/) { print name, substr($0, 1, RLENGTH); wanted = 0 }'
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
point "pam_vipotp(8) has the error codes of the log line" log_errors
point "pam_vipotp(8) says what becomes of the options and lines that people bring along" peers
point "vipotp(1) has the verbs of vipotp help, all and no others" verbs "$vipotp" man/vipotp.1
said="vipotp(1) has the options of every verb"
if [ "$(id -u)" -eq 0 ]; then
	point "$said" verb_options "$vipotp" man/vipotp.1
else
	skip "$said" "help tells a user only of the options that are his"
fi
point "vipotp-token(1) has the verbs of vipotp-token help, all and no others" verbs "$vipotp_token" man/vipotp-token.1
point "vipotp-token(1) has the options of every verb" verb_options "$vipotp_token" man/vipotp-token.1
point "vipotp-token(1) has the topics of vipotp-token help" topics
point "vipotp-token(1) has the keys of watch" keys
point "vipotp-token(1) has the exit codes" token_exit_codes
point "vipotp-token(1) has the lines of a token's file" token_file
point "vipotp-helper(8) has the options of vipotp-helper --help" helper_options
point "vipotp-helper(8) has the verdicts of its log lines" helper_verdicts
point "vipotp-helper(8) has its exit codes" helper_exit_codes
point "vipotp(1) has the exit codes" exit_codes
point "vipotp(1) has VIP's error codes that the command prints" error_codes
settings="vipotp.conf(5) has the settings that vipotp config prints, with their defaults"
if [ "$(id -u)" -eq 0 ]; then
	point "$settings" settings_and_defaults
else
	skip "$settings" "needs root, whose files settings must be"
fi
finish
