# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# A table of logins, sourced after scene.sh. Each row is played by a user of its own, so that many are under way at
# once; afterwards each is held against its row:
#
#   WAY WHAT CLIENT   in|out|-   ASKED   LOGGED   CHARGED
#
# ASKED are the questions on the terminal, LOGGED the verdicts in the log, each in its order; CHARGED is what counts
# against the user. "-" is none. The test brings the table, as what `table` prints, and two functions:
#
#   enter_by WAY    sets service, kind (what is asked before the code: password, key, field, plain) and options (ssh's)
#   play WHAT       the user's doings, by log_in
# shellcheck disable=SC2154 # trial, key, code, password: scene.sh, trial.sh and the test

caller=vipotp-caller
players=vipotp-players

# read_table: $scratch/rows, a number before each row. An exempt user is of the group vipotp-exempt.
read_table() {
	table | sed -e '/^#/d' -e '/^$/d' | awk '{ $1 = $1; print NR, $0 }' >"$scratch/rows"
	groupadd "$players"
	groupadd vipotp-exempt
	useradd --no-create-home "$caller"
	mkdir -p "$trial/home"
	ssh-keygen -q -t ed25519 -N '' -f "$trial/client_key"
	while read -r number way what _; do
		user=vipotp-$number groups=$players
		case $way-$what in
		*exempt*) groups=$players,vipotp-exempt ;;
		esac
		useradd --create-home --home-dir "$trial/home/$user" --shell /bin/sh --groups "$groups" "$user"
		authorize "$user"
		echo "$user:$password" >&3
	done <"$scratch/rows" 3>"$trial/passwords"
	chpasswd --crypt-method SHA512 <"$trial/passwords"
}

# authorize USER: by the client's key; and give him something to be fetched.
authorize() {
	install -d -o "$1" -g "$1" -m 0700 "$trial/home/$1/.ssh"
	install -o "$1" -g "$1" -m 0600 "$trial/client_key.pub" "$trial/home/$1/.ssh/authorized_keys"
	echo "of $1" >"$trial/home/$1/greeting"
}

# play_rows PATTERN: all rows that have it in their words, each in one of some lanes; those of a word with `late`,
# which wait for a clock, in a lane each.
play_rows() {
	grep -E "$1" "$scratch/rows" >"$scratch/now" || bail_out "no row has $1"
	lanes=$(awk '$3 ~ /late/ { print "late" NR; next } { lane[++rows % 8] = rows } END { for (l in lane) print l }' \
		"$scratch/now")
	under_way=
	for lane in $lanes; do
		awk -v lane="$lane" '
			$3 ~ /late/ { if ("late" NR == lane) print; next }
			++rows % 8 == lane' "$scratch/now" | while read -r number way what client _; do play_row; done 2>&1 &
		under_way="$under_way $!"
	done
	# shellcheck disable=SC2086 # process ids are words
	wait $under_way
}

play_row() {
	user=vipotp-$number cell=$trial/cell.$number
	mkdir -p "$cell"
	enter_by "$way"
	play "$what" >>"$cell/story" 2>&1 </dev/null
}

# log_in CODE NEXT [PASSWORD]: what came of it is in the cell. A code is "" if it will not be wanted.
log_in() {
	typed=${3-$password} first=$1 next=$2
	set --
	case $kind in
	password) set -- assword "$typed" ;;
	field) set -- 'Password and security code:' "$(in_one_field "$first")" ;;
	plain) set -- "'s password:" "$(in_one_field "$first")" ;;
	esac
	case $kind-$first in
	password-?* | key-?*) set -- "$@" 'Security code:' "$first" ;;
	esac
	[ -z "$next" ] || set -- "$@" 'Next security code:' "$next"
	[ "$what" != expired ] ||
		set -- "$@" 'Current password:' "$typed" 'New password:' "new $typed" 'Retype new password:' "new $typed"
	status=0
	rm -f "$cell/got"
	shown=$("by_$client" "$@") || status=$?
	printf '%s\n' "$shown" "exit status $status" >>"$cell/shown"
	printf '%s\n' "$shown" | questions >>"$cell/asked"
	outcome=unclear
	if [ "$status" = 0 ] && session_is_his; then
		outcome=in
	elif refused; then
		outcome=out
	fi
	echo "$outcome" >"$cell/outcome"
}

# login says so, and its exit status is that of a success.
refused() {
	if [ "$client" = login ]; then
		printf '%s\n' "$shown" | grep -qx 'Login incorrect' || return
	else
		[ "$status" != 0 ] || return
	fi
	[ ! -s "$cell/got" ] && ! printf '%s\n' "$shown" | grep -qE 'uid=|successfully'
}

in_one_field() {
	case $1 in
	@when*) echo "${1%@*}@$typed${1##*@}" ;;
	@*) echo "$1" ;;
	*) echo "$typed$1" ;;
	esac
}

# ---- the clients, as dialog runs them -----------------------------------------------------------------

# shellcheck disable=SC2086 # options are words
by_ssh() {
	dialog "$@" -- ssh -F "$trial/ssh_config" $options "$user@$service" id
}

# shellcheck disable=SC2086
by_sftp() {
	dialog "$@" -- sftp -F "$trial/ssh_config" $options "$user@$service:greeting" "$cell/got"
}

# shellcheck disable=SC2086
by_scp() {
	dialog "$@" -- scp -F "$trial/ssh_config" $options "$user@$service:greeting" "$cell/got"
}

# A connection that stays, and a second session over it, which nobody could answer a question of.
# shellcheck disable=SC2086
by_master() {
	set -- "$@" -- ssh -F "$trial/ssh_config" $options -o ControlMaster=auto -o ControlPersist=60 \
		-o "ControlPath=$cell/master" "$user@$service" id
	dialog "$@" || return
	over_master "$user@$service" cat greeting >"$cell/got" || return
	over_master -O exit "$user@$service"
}

over_master() {
	setsid --wait ssh -F "$trial/ssh_config" -o BatchMode=yes -o "ControlPath=$cell/master" "$@" </dev/null 2>&1
}

by_sudo() {
	dialog "$@" -- setpriv --reuid "$user" --regid "$user" --init-groups sudo id
}

by_su() {
	dialog "$@" -- setpriv --reuid "$caller" --regid "$caller" --init-groups su "$user" -c id
}

by_login() {
	dialog "$@" '$' 'id; exit' -- timeout --foreground 25 login "$user"
}

by_pamtester() {
	dialog "$@" -- pamtester "$service" "$user" authenticate acct_mgmt
}

# As the user whose screen it is, in his session.
by_locker() {
	dialog "$@" -- setpriv --reuid "$user" --regid "$user" --init-groups pamtester "$service" "$user" \
		authenticate acct_mgmt
}

# What the client had to bring is there.
session_is_his() {
	case $client in
	ssh | su | login) printf '%s\n' "$shown" | grep -qxF "$(id "$user")" ;;
	sudo) printf '%s\n' "$shown" | grep -q '^uid=0(root)' ;;
	pamtester | locker)
		[ "$(printf '%s\n' "$shown" | grep -cxE 'pamtester: (successfully authenticated|account management done.)')" = 2 ]
		;;
	sftp | scp) cmp -s "$cell/got" "$trial/home/$user/greeting" ;;
	master)
		printf '%s\n' "$shown" | grep -qxF "$(id "$user")" && cmp -s "$cell/got" "$trial/home/$user/greeting"
		;;
	esac
}

# ---- what there was to see, in the words of the table ---------------------------------------------------

in_a_row() {
	words=$(paste -s -d ,)
	echo "${words:--}"
}

questions() {
	grep -oE '(Password and|Next) security code:|Security code:|(Current|New|new) password:|[Pp]assword[^:]{0,30}:' |
		sed -e 's/^Password and.*/field/' -e 's/^Next.*/next/' -e 's/^Security.*/code/' -e 's/^[Pp]assword.*/password/' \
			-e 's/^Current.*/change/' -e '/^[Nn]ew/d'
}

# The verdicts on the user. Two codes in a row that brought a token back have an event of their own.
verdicts() {
	grep " user=$user " "$trial_log" | sed -n -e 's/.* event=resync .* verdict=\([a-z]*\) .*/resync-\1/p' \
		-e 's/.* event=login .* verdict=\([a-z]*\) .*/\1/p'
}

failures() {
	case $client in
	ssh | sftp | scp | master) reach=remote ;;
	*) reach=local ;;
	esac
	vipotp status "$user" --json 2>/dev/null | tr -d ' \n' | sed -n "s/.*\"$reach\":{\"failures\":\([0-9]*\),.*/\1/p"
}

# hold_against OUTCOME ASKED LOGGED CHARGED
hold_against() {
	touch "$cell/asked"
	log=$(verdicts | in_a_row)
	seen="$(cat "$cell/outcome") $(in_a_row <"$cell/asked") $log $(failures | in_a_row)"
	# Where there are two ways to end, the log may tell of either.
	case /$3/ in
	*"/$log/"*) [ "$seen" != "$1 $2 $log $4" ] || return 0 ;;
	esac
	echo "wanted: $*"
	echo "seen:   $seen"
	cat "$cell/story" "$cell/shown"
	grep -wF "$user" "$trial_log" | grep -vF ' useradd['
}

# An sshd that has lost its client may still be charging him.
sshd_is_done() {
	patience=200
	while pgrep -f '^[^ ]*: (vipotp-[0-9]*|unknown) \[' >/dev/null && [ "$patience" -gt 0 ]; do
		patience=$((patience - 1))
		sleep 0.05
	done
}

# hold_rows: a point for each row.
hold_rows() {
	sshd_is_done
	read_log
	while read -r number way what client wanted; do
		user=vipotp-$number cell=$trial/cell.$number
		# shellcheck disable=SC2086 # the table's columns
		point "$way, $what, $client: $(echo $wanted)" hold_against $wanted
	done <"$scratch/rows"
}
