#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# "watch" on a real terminal: what it shows is right, its keys do what they say, and the terminal comes back.
. "$(dirname "$0")/scene.sh"
command -v tmux >/dev/null || skip_all "tmux is not installed"

# A terminal of the user's own, with a shell in it. Its clipboard is tmux's buffer.
terminal() {
	as_user env -u NO_COLOR -u TMUX -u TMUX_PANE TERM=xterm LC_ALL=C.UTF-8 SHELL=/bin/sh ENV= PS1='$ ' \
		tmux -S "$home/terminal" -f /dev/null "$@"
}
trap 'terminal kill-server 2>/dev/null; rm -rf "$scene"' EXIT
terminal new-session -d -x 80 -y 24 sh 2>/dev/null && terminal set -s set-clipboard on || skip_all "tmux finds no terminal"

picture_of() {
	terminal capture-pane -p >"$scene/out"
}

# What a pane is: alternate screen, cursor.
pane() {
	terminal display-message -p "$1"
}

# sees TEXT: within a while the terminal shows it.
sees() {
	tries=0
	until picture_of && grep -qF -- "$1" "$scene/out"; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || return 1
		sleep 0.05
	done
}

# becomes VALUE COMMAND...: within a while the command prints it.
becomes() {
	value=$1
	shift
	tries=0
	until [ "$("$@" 2>/dev/null)" = "$value" ]; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || {
			echo "# it is '$("$@" 2>&1)', not '$value'"
			return 1
		}
		sleep 0.05
	done
}

press() {
	terminal send-keys "$@"
}

# type LINE: into the shell.
type_line() {
	press -l "$1"
	press Enter
}

# The value behind a title in the picture.
shown() {
	picture_of
	sed -n "s/^ *$1: *//p" "$scene/out"
}

# watched ARGUMENT...: watch is on.
watched() {
	type_line "clear; echo before; $program watch $*"
	becomes 1 pane '#{alternate_on}'
}

# The terminal as it was: the first screen, its cursor, a line discipline that echoes.
comes_back() {
	becomes 0 pane '#{alternate_on}' && sees "before" && becomes 1 pane '#{cursor_flag}' &&
		type_line "stty -a | tr ' ;' '\n\n' | grep -xE 'echo|icanon' | paste -sd + -" && sees "icanon+echo"
}

# watch's own process.
watch_pid() {
	pgrep -u $user -nf "^$program watch"
}

status=0
add "otpauth://totp/Example:alice?secret=$key"
time_id=$id
add "otpauth://hotp/x?secret=$key&counter=0"
event_id=$id

# ---- what it shows ------------------------------------------------------------------------------------------------

ran="watch, a time token"
point "the screen is taken" watched "$time_id"
point "the ID is shown in groups" sees "$(echo "$time_id" | sed 's/..../& /g; s/ $//')"
point "issuer and label" sees "Example: alice"
point "the cursor is not" becomes 0 pane '#{cursor_flag}'
# The step may end between the look and the clock, or before the new code is drawn: then another look counts.
code_is_right() {
	for _ in 1 2 3; do
		code=$(shown "Security code")
		now=$(date +%s)
		[ "$code" != "$(totp 0)" ] || return 0
		sleep 0.3
	done
	return 1
}
point "the code is oathtool's" code_is_right
seconds_shown() {
	picture_of
	sed -n 's/.*] about \([0-9]*\) second.*/\1/p' "$scene/out"
}
counts_down() {
	tries=0 begun=$(seconds_shown) seen=$begun
	[ "$begun" -ge 1 ] && [ "$begun" -le 30 ] || return 1
	while [ "$seen" = "$begun" ] && [ $tries -lt 100 ]; do
		tries=$((tries + 1))
		sleep 0.05
		seen=$(seconds_shown)
	done
	[ "$seen" -eq $((begun - 1)) ] || [ "$seen" -gt "$begun" ] # a new code
}
point "the countdown runs" counts_down
bar_is_right() {
	picture_of
	bar=$(sed -n 's/^ *\[\([#-]*\)\].*/\1/p' "$scene/out")
	full=$(printf '%s' "$bar" | tr -d - | wc -c)
	seconds=$(sed -n 's/.*] about \([0-9]*\) second.*/\1/p' "$scene/out")
	wanted=$((seconds * ${#bar} / 30))
	[ ${#bar} -ge 20 ] && [ "$full" -ge $((wanted - 1 - ${#bar} / 30)) ] && [ "$full" -le $((wanted + 1)) ]
}
point "and the bar with it" bar_is_right
limits() {
	awk '/^Max core file size/ { print $5 + $6 }' "/proc/$(watch_pid)/limits"
}
point "it would leave no core" becomes 0 limits

# ---- keys ---------------------------------------------------------------------------------------------------------

press h
point "h hides the ID" sees "(hidden)"
point "all of it" [ "$(grep -c "$(echo "$time_id" | cut -c 9-12)" "$scene/out")" -eq 0 ]
press h
point "and shows it again" sees "$(echo "$time_id" | cut -c 9-12)"
press i
point "i copies the ID" becomes "$time_id" terminal show-buffer
copies_the_code() {
	before=$(shown "Security code")
	press c
	sees "The code was given to the terminal's clipboard." || return 1
	after=$(shown "Security code")
	becomes "$after" terminal show-buffer || becomes "$before" terminal show-buffer
}
point "c copies the code" copies_the_code
press +
point "+ corrects the clock" sees "Clock correction:   +1 s"
press +
point "by a second each time" sees "Clock correction:   +2 s"
point "which is kept" becomes +00002 value_in "$time_id" drift
press 0
point "0 takes it back" becomes +00000 value_in "$time_id" drift
press -
point "- corrects it the other way" becomes -00001 value_in "$time_id" drift
press Up
press x
# Keys that come in one piece count as one, lest a paste be a row of keys: on a busy machine this 0 may be the tail of x.
press_0_and_read() {
	press 0
	value_in "$time_id" drift
}
point "other keys do nothing" becomes +00000 press_0_and_read
corrected_code_is_right() {
	sed -i 's/^drift .*/drift +03600/' "$(file_of "$time_id")"
	as_user "$program" show "$time_id" --code >"$scene/code"
	now=$(date +%s)
	grep -qxE "$(totp 119)|$(totp 120)" "$scene/code"
}
press q
point "q brings the terminal back" comes_back
point "the code of a corrected clock is oathtool's" corrected_code_is_right
sed -i 's/^drift .*/drift +00000/' "$(file_of "$time_id")"

# ---- sizes --------------------------------------------------------------------------------------------------------

point "it begins with the ID hidden if that is wished" eval 'watched "$time_id" --hide-id && sees "(hidden)"'
press h
shows_code_alone() {
	terminal resize-window -x "$1" -y "$2"
	becomes "$1x$2" pane '#{pane_width}x#{pane_height}' && sleep 0.1 && code_line
}
code_line() {
	tries=0
	until picture_of && grep -qxE ' *(Security code: *)?[0-9]{6} *' "$scene/out" && ! grep -q '^.*Security code: *$' "$scene/out"; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || return 1
		sleep 0.05
	done
}
for size in "40 12" "24 8" "20 4" "10 2" "7 1" "200 60"; do
	# shellcheck disable=SC2086
	point "the code is there in $size" shows_code_alone $size
done
terminal resize-window -x 80 -y 24

# ---- ends -----------------------------------------------------------------------------------------------------------

for signal in TERM HUP INT QUIT; do
	[ $signal = TERM ] || watched "$time_id"
	point "SIG$signal brings the terminal back" eval 'kill -$signal "$(watch_pid)" && comes_back'
done
watched "$time_id"
press C-c
point "so does Ctrl-C" comes_back
watched "$time_id"
press C-z
point "Ctrl-Z, too" comes_back
type_line "clear; echo before; fg"
point "fg takes it again" becomes 1 pane '#{alternate_on}'
point "and goes on" sees "Security code:"
kill -STOP "$(watch_pid)"
point "SIGSTOP leaves the shell a screen to mend" sees "Stopped"
type_line fg
point "but fg takes it again" sees "Security code:"
press +
point "and goes on" becomes +00001 value_in "$time_id" drift
as_user "$program" remove "$time_id" --yes >/dev/null
press +
point "a token that is gone is told" sees "There is no token $time_id here"
press q
point "and it ends as ever" comes_back
type_line "clear; TERM=dumb $program watch $event_id; echo status=\$?"
point "on a terminal that can do nothing it says so" eval 'sees "needs a terminal" && sees "status=5"'

# ---- an event token -------------------------------------------------------------------------------------------------

ran="watch, an event token"
watched "$event_id"
point "no code is taken by looking" eval 'sees "press n" && [ "$(value_in "$event_id" counter)" -eq 0 ]'
press c
point "none is copied" sees "There is no code yet."
press n
point "n takes the next one" becomes "$(hotp 0)" shown "Security code"
point "and its counter is kept" becomes 0000000000001 value_in "$event_id" counter
press n
press n
press n
press c
point "not faster than a person reads" eval 'sees "clipboard" && [ "$(value_in "$event_id" counter)" -eq 1 ]'
point "c copies it" becomes "$(hotp 0)" terminal show-buffer
sleep 1
press Space
point "the space bar takes one, too" becomes "$(hotp 1)" shown "Security code"
run next "$event_id"
point "meanwhile another program gets another" said "$(hotp 2)"
sleep 1
press n
point "and none comes twice" becomes "$(hotp 3)" shown "Security code"
pid=$(watch_pid)
terminal kill-server
gone() {
	kill -0 "$pid" 2>/dev/null || echo gone
}
point "when the terminal goes away it ends" becomes gone gone
finish
