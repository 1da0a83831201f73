#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Enrolment, test and reports in Japanese: the words, full-width answers, columns that line up.
. "$(dirname "$0")/../command/scene.sh"

# speaking ARGUMENT...: as run does, in Japanese.
speaking() {
	env -u LC_ALL LANG=ja_JP.UTF-8 "$VIPOTP" --config "$conf" "$@" <"$scene/in" >"$scene/out" 2>"$scene/err"
	status=$? ran="$* (Japanese)"
	: >"$scene/in"
}

# transcript LINE...: what the last run said in its dialogue, from the first line to the last.
transcript() {
	printf '%s\n' "$@" | diff - "$scene/err" >"$scene/diff" || { sed 's/^/# /' "$scene/diff" && return 1; }
}

full_width() {
	echo "$1" | sed 's/0/０/g;s/1/１/g;s/2/２/g;s/3/３/g;s/4/４/g;s/5/５/g;s/6/６/g;s/7/７/g;s/8/８/g;s/9/９/g;s/D/Ｄ/g;s/P/Ｐ/g;s/p/ｐ/g'
}

# ---- enrolment ---------------------------------------------------------------------------------------

answers "$key"
speaking tokens add --id "$(full_width 'Dp01-2345-6789')" --kind event
expect "a token goes into the inventory, its ID in full width" exit 0 \
	out-line 'トークン DP01 2345 6789 を台帳に加えました。"vipotp enroll USER --token DP0123456789" で利用開始登録を行ってください。'
answers DP99 DP0000000000 "$(full_width DP0123456789)" 12345 "$(full_width "$(hotp 0)")" "$(hotp 0)" \
	"$(full_width "$(hotp 1)")"
speaking enroll daemon
expect "enrolment, every answer in full width" exit 0 out-line \
	'トークン DP01 2345 6789 の daemon への利用開始登録が完了しました。次回のログインからコードの入力が必要です。'
point "its dialogue" transcript \
	'トークン ID: ' \
	'クレデンシャル ID ではありません（エラー 6004）。VSST 1234 5678 のような12桁の英数字で、トークンに記載されています。' \
	'トークン ID: ' \
	'vipotp: トークン DP0000000000 は台帳にありません（エラー 6004）。"vipotp tokens add" で台帳に加えてください。' \
	'トークン ID: ' \
	'トークンで連続して生成した2つのコードを入力してください。' \
	'ワンタイムパスワード1（OTP1）: ' \
	'セキュリティコードは6桁の数字です。' \
	'トークンに表示された数字が0からの場合でも、必ず省かずに6桁すべてを入力してください。' \
	'ワンタイムパスワード1（OTP1）: ' \
	'表示が消えたのちにもう一度トークンのボタンを押し、新しく発行されたコードを入力してください。' \
	'ハードウェアトークンでは、コードを生成後30秒以内は、何度ボタンを押しても新規に発行されませんのでご注意ください。' \
	'ワンタイムパスワード2（OTP2）: ' \
	'1つ目と同じコードです。2つのコードが同じになることはありません。表示が変わってから、新しいコードを入力してください。' \
	'ワンタイムパスワード2（OTP2）: '
answers "$(hotp 5)" "$(hotp 6)"
speaking enroll daemon --token DP0123456789
expect "an enrolled user needs a release first" exit 4 err 'vipotp release daemon' err '利用解除'
answers DP0123456789
speaking enroll games
expect "a token of somebody else" exit 4 \
	err 'トークン DP0123456789 は daemon に登録されています。改めて登録するには、先に利用解除を行ってください。'
answers "$other_key"
run tokens add --id UBHE00000002
answers "$(hotp 5 "$other_key")" "$(hotp 7 "$other_key")"
speaking enroll games --token UBHE00000002
expect "codes that are not consecutive" exit 1 \
	err-line 'このトークンの連続した2つのコードではありません（エラー 49b5）。利用開始登録は行われていません。'
answers
speaking enroll games --token UBHE00000002
expect "an enrolment that is broken off" exit 1 err '入力が終了しました。利用開始登録は行われていません。'

# ---- test --------------------------------------------------------------------------------------------

answers letters "$(full_width "$(hotp 2)")"
speaking test daemon
expect "the next code, in full width" exit 0 out-line 'トークン DP01 2345 6789 のコードは正しく動作しています（第1段階）。' \
	out-line 'コードのずれ: +0' err 'セキュリティコード: ' err-line 'セキュリティコードは6桁の数字です。'
answers "$(hotp 300)"
speaking test daemon
expect "a code far ahead" exit 1 \
	out-line 'トークン DP01 2345 6789 のコードですが、同期がずれています。トークンのリセットが必要です（エラー 4923、第2段階）。'
answers "$(hotp 1)"
speaking test daemon
expect "a used code" exit 1 \
	out-line 'このコードはすでに使用されています（エラー 49b5）。トークン DP01 2345 6789 のコードは1回使うと無効になります。'

# ---- reports: columns --------------------------------------------------------------------------------

bind_time nobody
answers 000000 000001
speaking reset nobody
if ! command -v python3 >/dev/null; then
	skip "columns line up" "python3 is not installed"
	finish
fi

# one_column BEGIN LEAST: 値 stands in one column of the lines that begin so, as Python's Unicode tables count it.
one_column() {
	python3 - "$scene/out" "$1" "$2" <<-'END'
		import sys, unicodedata
		width = lambda s: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
		path, begin, least = sys.argv[1:]
		at = [width(l[:l.index("値")]) for l in open(path, encoding="utf-8") if l.startswith(begin) and "値" in l]
		sys.exit(0 if len(at) >= int(least) and len(set(at)) == 1 else "# " + repr(at))
	END
}

speaking status nobody
expect "a report" exit 0 out-line 'nobody（uid 65534）' out 'トークン VSST 0000 0001: 時刻型、6桁、SHA1、30秒毎、有効'
sed -i 's/このホストとの差/値/;s/^\(    利用開始  *\)2/\1値/;s/^\(    次の位置  *\)[0-9]/\1値/;s/^\(    現在の候補数  *\)[0-9]/\1値/' "$scene/out"
point "the token's values line up" one_column "    " 4
speaking list
sed -i 's/時刻型\|イベント型/値/' "$scene/out"
point "kinds line up in the list" one_column "" 2
speaking list
sed -i 's/有効/値/' "$scene/out"
point "and so does what follows them" one_column "" 2
speaking tokens list
expect "the inventory" out 'DP01 2345 6789  daemon に登録' out 'UBHE 0000 0002  未使用'
sed -i 's/時刻型\|イベント型/値/' "$scene/out"
point "free ones and bound ones line up" one_column "" 3
finish
