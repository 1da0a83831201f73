#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The token reset page as a dialogue, word by word in both languages, with each of its errors (product §7.3). The
# Japanese is the wording of the page and of its guide.
. "$(dirname "$0")/../command/scene.sh"

# Every line of the dialogue; digits, hint and button are those of an event token of 6 digits.
speak_english() {
	locale=en_GB.UTF-8
	begin='This resets a token.'
	enter_id='Enter the credential ID.'
	where='The 12 characters printed on the token are its credential ID.'
	no_id='This is no credential ID (error 6004). It has 12 characters, such as VSST 1234 5678, and is printed on the token.'
	unknown='This credential ID is not known here (error 6004). Compare it with the one on the token.'
	id='Credential ID: '
	enter_codes='Enter two security codes.'
	code1='Security code 1: '
	code2='Security code 2: '
	hint='Now wait until the display goes dark, make the next code and enter it.'
	time_hint='Now wait until the display goes dark or changes, at most about 30 seconds, and enter the next code.'
	button='For 30 seconds after security code 1, the button of a hardware token makes no new code, however often it is pressed. Wait until the display goes dark, then press it again.'
	malformed='The security code is a 6-digit number.'
	zeros='Enter all 6 digits, also when the token shows a 0 first.'
	equal='Security code 1 and security code 2 are never the same.'
	refused='The token reset failed.'
	error='Error code: 49b5'
	message="Error message: $malformed"
	wrong='These are not two consecutive codes of this token. Make new codes and enter those.'
	again='Start again from the credential ID.'
	reset='The token has been reset. It works as usual from the next time on.'
	ended='vipotp: The dialogue was ended. The token was not reset.'
}

speak_japanese() {
	locale=ja_JP.UTF-8
	begin='トークンのリセットを行います。'
	enter_id='クレデンシャル ID を入力してください。'
	where='お手元の機器の裏側に記載されている12 桁の半角英数字がクレデンシャル ID です。'
	no_id='クレデンシャル ID ではありません（エラー 6004）。VSST 1234 5678 のような12桁の英数字で、トークンに記載されています。'
	unknown='クレデンシャル ID の入力が間違っています（エラー 6004）。正しいクレデンシャル ID を入力してください。'
	id='クレデンシャル ID: '
	enter_codes='セキュリティコードを2つ入力してください。'
	code1='セキュリティコード1: '
	code2='セキュリティコード2: '
	hint='表示が消えたのちにもう一度トークンのボタンを押し、新しく発行されたコードを入力してください。'
	time_hint='表示が消えるか変わるまで（最長で約30秒）待ち、次のコードを入力してください。'
	button='セキュリティコード1を生成後30秒以内は、何度ボタンを押しても新規に発行されませんのでご注意ください。新規発行の際は、表示が消えてから再度ボタンを押してください。'
	malformed='セキュリティコードは6桁の数字です。'
	zeros='トークンに表示された数字が0からの場合でも、必ず省かずに6桁すべてを入力してください。'
	equal='セキュリティコード1に入力した数字と、セキュリティコード2に入力した数字が同じことになることはありません。'
	refused='トークンのリセットに失敗しました。'
	error='エラーコード: 49b5'
	message="エラーメッセージ: $malformed"
	wrong='このトークンの連続した2つのセキュリティコードではありません。改めてセキュリティコードを発行し直して、新しい数字を入力してください。'
	again='クレデンシャル ID の入力からやり直してください。'
	reset='トークンのリセットが完了しましたので、次回から通常通りご利用いただけます。'
	ended='vipotp: 入力が終了しました。トークンのリセットは行われていません。'
}

# says EXIT OUTPUT LINE...: the reset with the answers that were given shows this and nothing else, line by line.
says() {
	env -u LC_ALL -u LANGUAGE LANG="$locale" "$VIPOTP" --config "$conf" reset daemon <"$scene/in" \
		>"$scene/out" 2>"$scene/err"
	status=$? ran="reset daemon ($locale)"
	[ "$status" -eq "$1" ] || { echo "# exit $status" && return 1; }
	printf '%s' "${2:+$2
}" | diff - "$scene/out" >"$scene/diff" || { sed 's/^/# output: /' "$scene/diff" && return 1; }
	shift 2
	printf '%s\n' "$@" | diff - "$scene/err" >"$scene/diff" || { sed 's/^/# /' "$scene/diff" && return 1; }
}

# The counters that were used so far; every dialogue takes fresh ones.
counter=2
next_pair() {
	first=$(hotp "$counter") second=$(hotp $((counter + 1)))
	counter=$((counter + 2))
	[ "$first" != "$second" ] || next_pair
}

shown='UBHE 0000 0001'
dialogue_in() {
	language=$1
	speak_"$language"
	form="$id$shown
$enter_codes
$code1"
	more="$hint
$button
$code2"
	page="$refused
$id$shown
$error
$message
$wrong
$again"

	next_pair
	answers UBHE00000001 "$first" "$second"
	point "$language: the dialogue" says 0 "$reset" "$begin" "$enter_id" "$where" "$id" "$form" "$more"

	next_pair
	answers DP12 UBHE99999999 'ＵＢＨＥ　００００-０００１' "$first" "$second"
	point "$language: a wrong ID: an error, and asked for again; in full width" says 0 "$reset" "$begin" "$enter_id" \
		"$where" "$id" "$no_id" "$id" "$unknown" "$id" "$form" "$more"

	next_pair
	answers UBHE00000001 12345 "$first" "$second"
	point "$language: five digits: the message, the same form, the ID kept" says 0 "$reset" "$begin" "$enter_id" \
		"$where" "$id" "$form" "$malformed" "$zeros" "$code1" "$more"

	next_pair
	answers UBHE00000001 "$first" letters '' 1234567 "$second"
	point "$language: letters, nothing, seven digits as the second code" says 0 "$reset" "$begin" "$enter_id" \
		"$where" "$id" "$form" "$more" "$malformed" "$zeros" "$code2" "$malformed" "$zeros" "$code2" "$malformed" \
		"$zeros" "$code2"

	while [ "$(hotp "$counter" | cut -c1)" != 0 ]; do counter=$((counter + 1)); done
	next_pair
	answers UBHE00000001 "${first#0}" "$first" "$second"
	point "$language: a leading zero left out" says 0 "$reset" "$begin" "$enter_id" "$where" "$id" "$form" \
		"$malformed" "$zeros" "$code1" "$more"

	next_pair
	wide=$(echo "$second" | sed 's/0/０/g;s/1/１/g;s/2/２/g;s/3/３/g;s/4/４/g;s/5/５/g;s/6/６/g;s/7/７/g;s/8/８/g;s/9/９/g')
	answers UBHE00000001 "$first" "$first" "$wide"
	point "$language: equal codes: told, and the second asked for again; in full width" says 0 "$reset" "$begin" \
		"$enter_id" "$where" "$id" "$form" "$more" "$equal" "$code2"

	next_pair
	answers UBHE00000001 "$first" "$(hotp "$counter")" UBHE00000001 "$first" "$second"
	point "$language: codes that are not consecutive: the failure page, and again from the ID" says 0 "$reset" "$begin" \
		"$enter_id" "$where" "$id" "$form" "$more" "$page" "$id" "$form" "$more"

	answers UBHE00000001 "$first" "$second"
	point "$language: codes used before" says 1 '' "$begin" "$enter_id" "$where" "$id" "$form" "$more" "$page" "$id" \
		"$ended"

	answers UBHE00000001 "$(hotp $((counter + 10100)))" "$(hotp $((counter + 10101)))"
	point "$language: codes out of reach" says 1 '' "$begin" "$enter_id" "$where" "$id" "$form" "$more" "$page" "$id" \
		"$ended"

	answers
	point "$language: an empty answer, then none" says 1 '' "$begin" "$enter_id" "$where" "$id" "$no_id" "$id" "$ended"
}

# A time token whose second code comes a step too late.
late_in() {
	language=$1
	speak_"$language"
	answers VSST00000001 "$(totp "$2")" "$(totp $(($2 + 2)))"
	point "$language: the second code came too late" says 1 '' "$begin" "$enter_id" "$where" "$id" \
		"${id}VSST 0000 0001" "$enter_codes" "$code1" "$time_hint" "$button" "$code2" "$refused" \
		"${id}VSST 0000 0001" "$error" "$message" "$wrong" "$again" "$id" "$ended"
}

settings 'free_failures = 10;'
bind_event daemon
dialogue_in english
run unlock daemon --yes
dialogue_in japanese

forget_all
bind_time daemon
late_in english 10
late_in japanese 10
finish
