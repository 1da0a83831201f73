#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The module speaks the language of its settings, in a host that never called setlocale, on a machine that has no
# Japanese locale; the environment chooses nothing, and the host is left as it was (product §8, §10 rules 8 and 10).
. "$(dirname "$0")/../module/door.sh"

enroll_event games
games_key=$key
enroll_event man
japanese='language = "ja";'
prompt='hidden "セキュリティコード: "'
refusal='error "認証エラーです。"'

# ---- what it says -----------------------------------------------------------------------------------

settings '' "$japanese contact = \"受付 内線100\";"

accepts() {
	accepted games
	gave "$prompt"
	gave_no error info
}
point 'a right code: the question in Japanese' accepts

refuses() {
	guess man
	expect PAM_AUTH_ERR 'user=man verdict=wrong' '' -p hunter2 -u man "$code"
	gave "$prompt" "$refusal" 'error "受付 内線100"'
	gave_no Security Authentication
	wrong=$code
}
point 'a wrong code: the refusal, and the contact as it was written' refuses

tells_failures() {
	accepted man -r host.example
	printf '%s\n' "$shown" | grep -qE \
		'^info "前回のログイン以降、誤ったセキュリティコードが1回入力されました。最後は [0-9]{4}-[0-9 :-]+ UTC です。"$' ||
		complain 'no word of the failure'
	look -r host.example -u man "$wrong"
	press man
	look -u man "$code"
	printf '%s\n' "$shown" | grep -qE '誤ったセキュリティコードが1回入力されました。最後は .* UTC（host\.example から）です。"$' ||
		complain 'no word of the origin'
}
point 'failures since the last login, with time and origin' tells_failures

replayed() {
	expect PAM_AUTH_ERR 'user=man verdict=replayed' '' -p hunter2 -u man "$code"
	gave 'error "このセキュリティコードはすでに使用されています。次のセキュリティコードをお待ちください。"'
}
point 'a used code' replayed

password() {
	expect PAM_AUTH_ERR 'user=man verdict=password' 'the answer was the password' -p hunter2 -u man hunter2
	gave 'error "入力されたのはパスワードです。セキュリティコードではありません。"'
}
point 'the password again; the log stays English' password

same_face() {
	for user in vipotp-no-such-user lp man; do
		look -u "$user" 12345
		gave "$prompt" "$refusal" 'authenticate PAM_AUTH_ERR'
	done
}
point 'the same words for the unknown, the unenrolled and a malformed code' same_face

full_width() {
	press games
	look -u games "$(echo "$code" | sed 's/0/０/g;s/1/１/g;s/2/２/g;s/3/３/g;s/4/４/g;s/5/５/g;s/6/６/g;s/7/７/g;s/8/８/g;s/9/９/g')"
	gave 'authenticate PAM_SUCCESS'
}
point 'a code in full-width digits' full_width

next_code() {
	resync=login
	settings '' "$japanese"
	look -u lp 123456 123456
	gave "$prompt" 'error "受け付けられませんでした。次のセキュリティコードをお待ちください。"' \
		'hidden "次のセキュリティコード: "' "$refusal"
	resync='command'
	settings '' "$japanese"
}
point 'the next code is asked for in Japanese' next_code

# What an administrator wrote is shown as he wrote it, also where the catalogue has those words.
as_written() {
	settings 'prompt = "Token ID: ";' "$japanese"
	look -u lp 12345
	gave 'hidden "Token ID: "'
	settings 'prompt = "コード？ ";' 'language = "en";'
	look -u lp 12345
	gave 'hidden "コード？ "' 'error "Authentication error."'
	settings '' "$japanese"
	look -o "config=$conf [prompt=Security code: ]" -u lp 12345
	gave 'hidden "Security code: "' "$refusal"
}
point 'a prompt of the settings or of the PAM file is shown as it is written' as_written

mistakes() {
	settings '' 'language = "de";'
	answers=2 # by default the next code is asked for
	expect PAM_AUTHINFO_UNAVAIL verdict=unavailable 'give .auto. or .en. or .ja.' -u games 123456 123456
	answers=1
	gave 'hidden "Security code: "' 'hidden "Next security code: "'
}
point 'a language that it does not have is a mistake in the settings' mistakes

# ---- the environment --------------------------------------------------------------------------------

# in_environment VARIABLE=VALUE... -- COMMAND...: with these in the environment, and without any other choice of language.
in_environment() {
	(
		unset LC_ALL LC_MESSAGES LANG LANGUAGE
		while [ "$1" != -- ]; do
			export "${1?}"
			shift
		done
		shift
		"$@"
	)
}

# keeps LANGUAGE-OF-THE-SETTINGS VARIABLE=VALUE...
keeps() {
	settings '' "language = \"$1\";"
	case $1 in
	ja) expected=$prompt refused=$refusal ;;
	*) expected='hidden "Security code: "' refused='error "Authentication error."' ;;
	esac
	shift
	shown=$(in_environment "$@" -- sh -c '"$@" 2>&1' sh "$driver" -o "config=$conf" -u lp 12345)
	gave "$expected" "$refused"
}

# A catalogue that says something else, where a caller could point to.
trap_for() {
	mkdir -p "$room/trap/LC_MESSAGES" "$room/trap/C/LC_MESSAGES" "$room/trap/ja/LC_MESSAGES"
	printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\nmsgid "Security code: "\nmsgstr "%s"\n' \
		'Your password, please: ' >"$room/trap/trap.po"
	for place in LC_MESSAGES C/LC_MESSAGES ja/LC_MESSAGES; do
		for name in pam_vipotp pam_vipotp-ja vipotp messages; do
			msgfmt -o "$room/trap/$place/$name.mo" "$room/trap/trap.po" || bail_out 'no trap was set'
		done
	done
}
trap_for
while read -r name choice; do
	case $choice in *@) choice=${choice%@}$(printf '%0100000d' 0) ;; esac
	for language in ja en auto; do
		point "$language, whatever $name says" keeps $language LC_CTYPE=C.UTF-8 "$choice"
	done
done <<END
LANG=C LANG=C
LANG=en_US.UTF-8 LANG=en_US.UTF-8
LANG=C.UTF-8 LANG=C.UTF-8
LC_ALL=ja_JP.eucJP LC_ALL=ja_JP.eucJP
LANGUAGE=C LANGUAGE=C
LANGUAGE=de:fr LANGUAGE=de:fr
LANGUAGE=../../TRAP LANGUAGE=../../../../..$room/trap
LANGUAGE=/TRAP LANGUAGE=$room/trap
LANGUAGE-without-end LANGUAGE=@
NLSPATH NLSPATH=$room/trap/%N
TEXTDOMAINDIR TEXTDOMAINDIR=$room/trap
TEXTDOMAIN TEXTDOMAIN=messages
LOCPATH LOCPATH=$room/trap
OUTPUT_CHARSET OUTPUT_CHARSET=EUC-JP
END
for choice in LANG=ja_JP.UTF-8 LC_ALL=ja_JP.UTF-8 LC_MESSAGES=ja_JP.UTF-8 LANGUAGE=ja; do
	for language in en auto; do
		point "$language, although $choice asks for Japanese" keeps $language "$choice"
	done
done

# opened LANGUAGE VARIABLE=VALUE...: the files that a refused login opens.
opened() {
	settings '' "language = \"$1\";"
	shift
	in_environment "$@" -- strace -f -qq -e trace=open,openat,stat,access -o "$room/trace" \
		"$driver" -o "config=$conf" -u lp 12345 >/dev/null 2>&1
	sed -e 's/^[0-9]* *//' -e 's/knock\.[A-Za-z0-9]*/knock/g' "$room/trace" | grep -E '^(open|stat|access)' | sort
}
no_other_files() {
	opened en LANG=C >"$room/english"
	opened ja LANG=ja_JP.UTF-8 "LANGUAGE=../../$room/trap" "NLSPATH=$room/trap/%N" >"$room/japanese"
	[ -s "$room/english" ] || echo 'nothing was traced'
	grep -q pam_vipotp.so "$room/japanese" || echo 'the module was not opened'
	diff "$room/english" "$room/japanese"
	grep -E '\.mo|/locale|gconv' "$room/japanese"
	:
}
if command -v strace >/dev/null; then
	point 'Japanese takes no file that English does not take' no_other_files
else
	skip 'Japanese takes no file that English does not take' 'strace is not installed'
fi

# ---- the host ---------------------------------------------------------------------------------------

mkdir "$room/pam"
: >"$room/pam/other"
settings '' "$japanese"
echo "auth [success=ok ignore=ok default=bad] $PAM_VIPOTP config=$conf debug" >"$room/pam/plain"

# host WHAT USER ANSWER...: see tests/module/host.c.
host() {
	what=$1
	shift
	timeout 300 "$top_builddir/tests/module/host" "$what" "$room/pam" plain "$@" 2>&1 || echo "exit status $?"
}

next=$(next_position games)
# shellcheck disable=SC2046
point 'its locale and everything else are as they were after accepted codes' \
	host unchanged games $(hotp "$games_key" "$next" --window=19)
point 'and after refusals' host unchanged games 123456 12345 '' %abort

# Each transaction loads the module and takes it away again.
no_growth() {
	next=$(next_position games)
	# shellcheck disable=SC2046
	grown=$(host memory games $(hotp "$games_key" "$next" --window=9999))
	[ "$(next_position games)" = $((next + 10000)) ] || report games
	# The smallest piece of the heap, lost 9000 times, would be 288000.
	[ "${grown%% bytes*}" -lt 14400 ] && [ "${grown#* bytes }" = '+0 pages' ] || echo "$grown"
}
point 'ten thousand transactions in Japanese take no more memory than a thousand' no_growth

finish
