#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Which language the command speaks: that of the environment, else that of the settings, else English. What scripts read
# is English in any case.
. "$(dirname "$0")/../command/scene.sh"

# speaks LANGUAGE VARIABLE=VALUE...: with nothing else in the environment.
speaks() {
	wanted=$1
	shift
	env -i "$@" "$VIPOTP" --config "$conf" help >"$scene/out" 2>"$scene/err"
	status=$? ran="help, $*"
	case $(head -n 1 "$scene/out") in
	'Usage: '*) spoken=English ;;
	'使い方: '*) spoken=Japanese ;;
	*) spoken=neither ;;
	esac
	[ "$spoken" = "$wanted" ]
}

# The table: what is set in the environment, and the language then.
by_environment() {
	while read -r language variables; do
		# shellcheck disable=SC2086
		point "${variables:-nothing set}: $language" speaks "$language" $variables
	done <<-'END'
		English
		Japanese LANG=ja_JP.UTF-8
		Japanese LANG=ja
		Japanese LANG=ja_JP.eucJP
		Japanese LANG=ja_JP@mod
		Japanese LC_MESSAGES=ja_JP.UTF-8 LANG=de_DE.UTF-8
		English LC_ALL=C LC_MESSAGES=ja_JP.UTF-8 LANG=ja_JP.UTF-8
		English LC_ALL=en_US.UTF-8 LANG=ja_JP.UTF-8
		Japanese LC_ALL= LANG=ja_JP.UTF-8
		English LANG=de_DE.UTF-8
		English LANG=jam_JM.UTF-8
		English LANG=j
		English LANG=C.UTF-8
		Japanese LANG=C.UTF-8 LANGUAGE=ja
		Japanese LANG=de_DE.UTF-8 LANGUAGE=de:ja:en
		English LANG=ja_JP.UTF-8 LANGUAGE=en:ja
		Japanese LANG=ja_JP.UTF-8 LANGUAGE=
		Japanese LANG=ja_JP.UTF-8 LANGUAGE=:de::
		English LANG=C LANGUAGE=ja
		English LANG=POSIX LANGUAGE=ja
		Japanese LANGUAGE=ja
		English LANGUAGE=../../ja
		Japanese LANG=ja_JP.UTF-8 TEXTDOMAINDIR=/nowhere NLSPATH=/nowhere/%N LOCPATH=/nowhere OUTPUT_CHARSET=EUC-JP
	END
}
by_environment

cp "$conf" "$scene/settings"
echo 'language = "ja";' >>"$conf"
point 'the setting "ja", where the environment names no language' speaks Japanese HOME=/
point 'the setting "ja", where it names an encoding' speaks Japanese LANG=C.UTF-8
point 'the setting "ja", where it names English' speaks English LANG=en_US.UTF-8
point 'the setting "ja", where it asks for the C locale' speaks English LC_ALL=C
cp "$scene/settings" "$conf"
echo 'language = "en";' >>"$conf"
point 'the setting "en", where it names none' speaks English HOME=/
point 'the setting "en", where it names Japanese' speaks Japanese LANG=ja_JP.UTF-8
echo 'policy = ' >"$conf"
point 'settings that are wrong: English' speaks English HOME=/
settings

# in_japanese ARGUMENT...: as run does.
in_japanese() {
	env -u LC_ALL LANG=ja_JP.UTF-8 "$VIPOTP" --config "$conf" "$@" <"$scene/in" >"$scene/out" 2>"$scene/err"
	status=$? ran="$* (Japanese)"
	: >"$scene/in"
}

bind_event daemon
same_json() {
	for verb in "status" "status daemon" "list" "list --unenrolled" "tokens list"; do
		# shellcheck disable=SC2086
		run $verb --json
		cp "$scene/out" "$scene/english"
		# shellcheck disable=SC2086
		in_japanese $verb --json
		cmp -s "$scene/english" "$scene/out" || { echo "# $verb" && return 1; }
	done
}
point "JSON is the same in every language" same_json
run config
cp "$scene/out" "$scene/english"
in_japanese config
uncommented() {
	sed '/^#/d' "$1"
}
point "settings are printed in the same words but for comments" \
	[ "$(uncommented "$scene/english")" = "$(uncommented "$scene/out")" ]
in_japanese status no-such-user-here
expect "a complaint" exit 3 err 'ユーザ「no-such-user-here」はこのホストに存在しません（エラー 6003）。'
in_japanese enrol
expect "a misspelt verb" exit 2 err 'vipotp: 「enrol」というコマンドはありません。「enroll」のことですか？'
in_japanese status --jason
expect "a misspelt option" exit 2 err 'vipotp: 「--jason」というオプションはありません。--json のことですか？'
mv "$scene/key" "$scene/key.away"
in_japanese status daemon
expect "a failure: a sentence for the reader, and the detail as it is in the log" exit 5 err '封印用の鍵がありません。' \
	err "$scene/key"
run status daemon
expect "in English the detail is the sentence" exit 5 err "$scene/key" no-err "The sealing key is missing."
mv "$scene/key.away" "$scene/key"

for no in いいえ n '' はいいいえ yy; do
	answers "$no"
	in_japanese release daemon
	expect "\"$no\" is no" exit 1 err 'daemon のすべてのトークンの利用解除を行いますか？［はい/いいえ］ ' \
		err "何も変更されていません。"
done
for yes in はい y Y yes ｙ Ｙ ｙｅｓ; do
	forget_all
	bind_event daemon
	answers "$yes"
	in_japanese release daemon
	expect "\"$yes\" is yes" exit 0 out 'daemon のトークン1個の利用解除を行いました。'
done
bind_event_again() {
	forget_all
	bind_event daemon
}
bind_event_again
answers はい
run release daemon
expect "\"はい\" is yes in English, too" exit 0 out "1 token of daemon is released."
finish
