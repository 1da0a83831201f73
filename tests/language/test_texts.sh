#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What the programs say to people is marked, and po/ja.po has all of it: nothing untranslated, uncertain or left over,
# and every translation takes what the English takes.
. "$(dirname "$0")/../tap.sh"
cd "$top_srcdir" || exit 99

for tool in msgfmt xgettext msgcmp msgcomm msgattrib; do
	command -v $tool >/dev/null || {
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	}
done

pot=$top_builddir/po/vipotp.pot

# Read anew from the sources, by the rule that `make update-po` goes by.
texts_are_found() {
	rm -f "$pot"
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s --no-print-directory -C "$top_builddir" po/vipotp.pot \
		>"$scratch/make" 2>&1 || cat "$scratch/make"
	[ "$(grep -c '^msgid ' "$pot")" -ge 250 ] || echo "only $(grep -c '^msgid ' "$pot") texts in $pot"
}

# Compared by msgfmt with the English: conversions, line ends, the head.
well_formed() {
	LC_ALL=C msgfmt --check --output-file=/dev/null po/ja.po
}

# What is missing is shown by its English; `make update-po` puts it into the file.
complete() {
	LC_ALL=C msgcmp po/ja.po "$pot" >"$scratch/compared" 2>&1 && return
	msgcomm --unique --no-wrap po/ja.po "$pot" | grep '^msgid' | sed 's/^msgid/not in ja.po, or only there:/'
	grep -v 'used but not defined\|but this definition\|fatal errors' "$scratch/compared"
}

certain() {
	for kind in --only-fuzzy --untranslated --only-obsolete; do
		msgattrib $kind --no-wrap po/ja.po | grep -v '^msgid ""$' | grep '^\(#~ \)\?msgid' | sed "s/^/$kind: /"
	done
	:
}

# A question ends like a question, so that the answer does not stick to it.
questions_end_alike() {
	msgattrib --no-wrap po/ja.po | awk '
		/^msgid / { question = /[:\]] "$/ }
		/^msgstr / && question && !/ "$/ { print }'
}

# Words of the glossary (product §2): where the English has one, the Japanese has its counterpart.
glossary() {
	msgattrib --no-wrap --no-obsolete po/ja.po | awk '
		/^msgid / { english = tolower($0) }
		/^msgstr / {
			if (english ~ /credential id/ && !/クレデンシャル ID/) print "credential ID: " $0
			if (english ~ /security code/ && !/セキュリティコード/) print "security code: " $0
			if (english ~ /one-time password/ && !/ワンタイムパスワード/) print "one-time password: " $0
			if (english ~ /token id/ && !/トークン ID/) print "token ID: " $0
			if (english ~ /authentication error/ && !/認証エラー/) print "authentication error: " $0
			if (english ~ /inventory/ && !/台帳/) print "inventory: " $0
		}'
}

# Texts that go to people unmarked. Formats without a word of their own are none.
all_is_marked() {
	matches '\<(terminal_(say|error|ask|ask_hidden)|dialogue_id|puts)\("[^"]*[A-Za-z]{2}' $(c_files pam_vipotp)
	matches 'verb_usage\([a-z>-]*, "' $(c_files pam_vipotp)
	matches '\.(help|more|purpose|closing) = "[^"]' $(c_files pam_vipotp)
	matches 'notice_refusal\(login, "' $(c_files pam_vipotp/module)
}

# The module has no language in force (login.h): what it marks is translated by the settings that it read.
module_goes_by_its_settings() {
	matches '(^|[^A-Za-z_N])_\(|language_(use|used|text)\(' $(c_files pam_vipotp/module)
}

# A literal glued to a macro is no literal to xgettext, and a conversion from inttypes.h none to every msgfmt.
whole_literals() {
	matches '\<N?_\("([^"\\]|\\.)*"[[:space:]]*[A-Z]' $(c_files pam_vipotp)
}

point "the texts of the sources are found" texts_are_found
point "ja.po: conversions and line ends are those of the English" well_formed
point "ja.po: has every text of the sources" complete
point "ja.po: nothing is untranslated, uncertain or left over" certain
point "ja.po: questions end in a blank" questions_end_alike
point "ja.po: the words of the glossary" glossary
point "every text for people is marked" all_is_marked
point "the module translates by its settings alone" module_goes_by_its_settings
point "a text is one literal" whole_literals
finish
