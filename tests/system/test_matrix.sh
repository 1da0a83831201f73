#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The real OpenSSH client in all the ways that people and programs use it (product §3, §5.3, §5.5, §6.2, §6.3, §6.5).
# FULL=1 plays each row with each client; else any two of way, doings and client meet at least once.
. "$(dirname "$0")/scene.sh"
. "$here/cells.sh"

# password and publickey: then the code. exempt: by key, from an address that asks for none. field: password and code in
# one answer to one question; plain: the same in the plain password method of old clients.
#
# right, wrong (twice), replayed (the code of the login before, twice); aborted: the window is closed at the question,
# and the client may still send an empty answer; late: the right code comes after sshd's LoginGraceTime; unenrolled;
# locked by the administrator; ahead: the token's button was pressed too often, then the next code; expired: the password
# (chage -d 0), which is changed on the way in, but not in the plain method, which knows no dialogue.
cells() {
	cat <<'END'
# way       what        client   outcome asked                log                          charged

password    right       ssh      in      password,code        accepted                     0
password    wrong       sftp     out     password,code,next   wrong,wrong                  2
password    replayed    scp      out     password,code,next   accepted,replayed,replayed   0
password    aborted     master   out     password,code        -/empty                      0
password    late        ssh      out     password,code        -                            0
password    unenrolled  sftp     out     password,code,next   unenrolled,unenrolled        -
password    locked      scp      out     password,code,next   stopped,stopped              0
password    ahead       master   in      password,code,next   wrong,resync-accepted        0
password    expired     ssh      in      password,code,change accepted                     0

publickey   right       sftp     in      code                 accepted                     0
publickey   wrong       scp      out     code,next            wrong,wrong                  2
publickey   replayed    master   out     code,next            accepted,replayed,replayed   0
publickey   aborted     ssh      out     code                 -/empty                      0
publickey   late        sftp     out     code                 -                            0
publickey   unenrolled  scp      out     code,next            unenrolled,unenrolled        -
publickey   locked      master   out     code,next            stopped,stopped              0
publickey   ahead       ssh      in      code,next            wrong,resync-accepted        0
publickey   expired     sftp     in      code,change          accepted                     0

exempt      right       scp      in      -                    exempt                       0
exempt      wrong       master   in      -                    exempt                       0
exempt      replayed    ssh      in      -                    exempt,exempt                0
exempt      aborted     sftp     in      -                    exempt                       0
exempt      late        scp      in      -                    exempt                       0
exempt      unenrolled  master   in      -                    exempt                       -
exempt      locked      ssh      in      -                    exempt                       0
exempt      ahead       sftp     in      -                    exempt                       0
exempt      expired     scp      in      change               exempt                       0

field       right       master   in      field                accepted                     0
field       wrong       ssh      out     field                wrong                        1
field       replayed    sftp     out     field                accepted,replayed            0
field       aborted     scp      out     field                -                            0
field       late        master   out     field                -                            0
field       unenrolled  ssh      out     field                unenrolled                   -
field       locked      sftp     out     field                stopped                      0
field       ahead       scp      out     field                wrong                        1
field       expired     master   in      field,change         accepted                     0

plain       right       ssh      in      password             accepted                     0
plain       wrong       sftp     out     password             wrong                        1
plain       replayed    scp      out     password             accepted,replayed            0
plain       aborted     master   out     password             -                            0
plain       late        ssh      out     password             -                            0
plain       unenrolled  sftp     out     password             unenrolled                   -
plain       locked      scp      out     password             stopped                      0
plain       ahead       master   out     password             wrong                        1
plain       expired     ssh      out     password             accepted                     0
END
}

table() {
	if [ "${FULL-}" = 1 ]; then
		cells | sed -e '/^#/d' -e '/^$/d' | while read -r way what _ rest; do
			for client in ssh sftp scp master; do
				echo "$way $what $client $rest"
			done
		done
	else
		cells
	fi
}

enter_by() {
	service=vipotp-trial kind=$1 options=
	case $1 in
	publickey | exempt)
		service=vipotp-trial-publickey kind=key
		options="-o PubkeyAuthentication=yes -i $trial/client_key"
		;;
	field) service=vipotp-trial-field ;;
	plain) service=vipotp-trial-plain ;;
	esac
	[ "$what" != late ] || service=$service-late
}

play() {
	[ "$1" = unenrolled ] || enroll "$user"
	case $1 in
	right)
		press
		log_in "$code" ''
		;;
	expired)
		chage -d 0 "$user"
		press
		[ "$way" != exempt ] || code=
		log_in "$code" ''
		;;
	wrong)
		guess
		log_in "$code" $((code + 1))
		;;
	replayed)
		press
		log_in "$code" ''
		: >"$cell/asked"
		log_in "$code" "$code"
		;;
	aborted) log_in @hangup '' ;;
	late)
		press
		log_in "@when ! pgrep -f '$user \[priv\]'@$code" ''
		;;
	unenrolled) log_in 123456 654321 ;;
	locked)
		vipotp lock "$user" --reason test --yes
		press
		first=$code
		press
		log_in "$first" "$code"
		;;
	ahead)
		counter=$((counter + 20))
		press
		first=$code
		press
		log_in "$first" "$code"
		;;
	esac
}

# serve SERVICE FILE DROPIN: an sshd with that file of conf/pam.d, and one that has little patience.
serve() {
	install_service "$2" "$1"
	install_service "$2" "$1-late"
	hurry "$1"
	{ echo 'LoginGraceTime 6'; cat "$3"; } >"$trial/late.conf"
	if ! start_sshd "$1" "$3" || ! start_sshd "$1-late" "$trial/late.conf"; then
		bail_out "sshd: $(cat "$trial_log")"
	fi
}

password=$(random_word)
put_build
lacking=$(absent sftp scp rsync setsid pgrep)
[ -z "$lacking" ] || skip_all "not installed:$lacking"
read_table
install -d -m 755 "${VIPOTP_SYSCONFDIR:-/etc}/vipotp"
cat >"${VIPOTP_SYSCONFDIR:-/etc}/vipotp/vipotp.conf" <<'END'
policy = { fail_delay = 0; };
exempt = ( { groups = [ "vipotp-exempt" ]; networks = [ "127.0.0.1/32" ];
	services = [ "vipotp-trial-publickey", "vipotp-trial-publickey-late" ]; } );
END
dropin=$top_srcdir/conf/sshd_config.d/00-vipotp.conf
sed -e 's/^AuthenticationMethods/#&/' -e 's/^#\(AuthenticationMethods publickey\)/\1/' "$dropin" >"$trial/publickey.conf"
serve vipotp-trial sshd "$dropin"
serve vipotp-trial-publickey sshd-publickey "$trial/publickey.conf"
serve vipotp-trial-field one-field "$dropin"
sed -e 's/^PasswordAuthentication/#&/' -e 's/^#\(PasswordAuthentication yes\)/\1/' -e 's/^AuthenticationMethods/#&/' \
	-e 's/^#\(AuthenticationMethods password\)/\1/' "$dropin" >"$trial/plain.conf"
serve vipotp-trial-plain one-field "$trial/plain.conf"
play_rows .
hold_rows

# ---- a connection that others share --------------------------------------------------------------------

user=vipotp-alice
new_user "$user" "$password"
enroll "$user"

over_and_anew() {
	cell=$trial/shared
	mkdir "$cell"
	what=shared
	enter_by password
	set -- -o ControlMaster=auto -o ControlPersist=60 -o "ControlPath=$cell/master"
	press
	ask_ssh "$user@$service" "$password" "$code" "$@"
	in_as "$user"
	logged verdict=accepted
	ask_ssh "$user@$service" '' '' "$@"
	in_as "$user"
	! printf '%s\n' "$shown" | grep -qF 'Password:' || complain 'a password was asked for'
	not_asked
	not_logged
	over_master -O exit "$user@$service" >"$cell/exit"
	press
	ask_ssh "$user@$service" "$password" "$code" "$@"
	in_as "$user"
	asked
	logged verdict=accepted
	over_master -O exit "$user@$service" >"$cell/exit"
}
point 'ControlMaster: another session asks nothing, and a new master asks again' over_and_anew

# ---- programs, with nobody at the keyboard --------------------------------------------------------------

programs='ssh script scp scp-O sftp rsync ansible'
robot=vipotp-robot
to=$robot@vipotp-trial-robots

# As the drop-in says it, with a robot of ours and this address.
sed -e "s|^#\(Match User\) ansible Address 192\.0\.2\.0/24|\1 $robot Address 127.0.0.1/32|" "$trial/publickey.conf" |
	sed "/^Match User $robot/,\$s/^#\(    AuthenticationMethods publickey\)\$/\1/" >"$trial/robots.conf"
new_user "$robot" "$password"
authorize "$robot"
install_service sshd-publickey vipotp-trial-robots
start_sshd vipotp-trial-robots "$trial/robots.conf" || bail_out "sshd: $(cat "$trial_log")"

# run PROGRAM FROM: it fetches the greeting; nobody can answer it. ansible sets the dialogue aside in its own way.
# shellcheck disable=SC2086 # options are words
run() {
	options="-F $trial/ssh_config -o BatchMode=yes -o PubkeyAuthentication=yes -i $trial/client_key -o BindAddress=$2"
	got=$trial/got.$1.$2
	case $1 in
	ssh) ssh $options "$to" cat greeting >"$got" ;;
	script) echo 'cat greeting' | ssh $options "$to" /bin/sh -s >"$got" ;;
	scp) scp $options "$to:greeting" "$got" ;;
	scp-O) scp -O $options "$to:greeting" "$got" ;;
	sftp) echo "get greeting $got" | sftp -b - $options "$to" ;;
	rsync) rsync --rsh "ssh $options" "$to:greeting" "$got" ;;
	ansible)
		options="${options%%-o BatchMode=yes*}-o KbdInteractiveAuthentication=no -o PasswordAuthentication=no \
			-o PreferredAuthentications=gssapi-with-mic,gssapi-keyex,hostbased,publickey ${options##*-o BatchMode=yes}"
		# A task as it is sent: by one connection that stays, a file put in place and then run.
		options="$options -o ControlMaster=auto -o ControlPersist=60 -o ControlPath=$trial/ansible.$2"
		echo 'cat greeting' >"$trial/task.$2"
		echo "put $trial/task.$2 task" | sftp -o BatchMode=no -b - $options "$to" && ssh $options "$to" /bin/sh task >"$got"
		;;
	esac
}

# played PROGRAM FROM: the same, without a terminal; what it says and its status go to files.
played() {
	(
		run "$1" "$2"
		echo $? >"$trial/status.$1.$2"
	) >"$trial/says.$1.$2" 2>&1
}

let_in() {
	[ "$(cat "$trial/status.$1.127.0.0.1")" = 0 ] || cat "$trial/says.$1.127.0.0.1"
	cmp "$trial/got.$1.127.0.0.1" "$trial/home/$robot/greeting"
}

turned_away() {
	[ "$(cat "$trial/status.$1.127.0.0.2")" != 0 ] || echo 'exit status 0'
	[ ! -s "$trial/got.$1.127.0.0.2" ] || echo 'it fetched something'
	grep -qF "$robot@127.0.0.1: Permission denied (keyboard-interactive)." "$trial/says.$1.127.0.0.2" ||
		cat "$trial/says.$1.127.0.0.2"
}

under_way=
for from in 127.0.0.1 127.0.0.2; do
	for program in $programs; do
		played "$program" "$from" </dev/null &
		under_way="$under_way $!"
	done
done
# shellcheck disable=SC2086 # process ids are words
wait $under_way
for program in $programs; do
	point "$program: works from the network that the drop-in names" let_in "$program"
	point "$program: fails from elsewhere, and says what it lacks" turned_away "$program"
done

not_a_line() {
	read_log
	grep -q "Accepted publickey for $robot from 127.0.0.1 " "$trial_news" || echo 'sshd logged no login'
	! grep -F ' event=' "$trial_news"
}
point 'of all these logins the module saw none' not_a_line

# `exempt` in vipotp.conf is PAM's, and so for clients that get as far as PAM.
usermod --append --groups vipotp-exempt "$robot"
to=$robot@vipotp-trial-publickey

without_batch_mode() {
	setsid --wait ssh -F "$trial/ssh_config" -o PubkeyAuthentication=yes -i "$trial/client_key" "$to" cat greeting \
		</dev/null >"$trial/got.exempt" || echo 'no session'
	cmp "$trial/got.exempt" "$trial/home/$robot/greeting"
	status=0 shown=
	read_log
	logged "user=$robot" verdict=exempt
}
point 'exempt in vipotp.conf lets in a client without terminal that gets as far as PAM' without_batch_mode

with_batch_mode() {
	played ssh 127.0.0.1
	[ "$(cat "$trial/status.ssh.127.0.0.1")" != 0 ] || echo 'exit status 0'
	grep -qF 'Permission denied (keyboard-interactive).' "$trial/says.ssh.127.0.0.1" || cat "$trial/says.ssh.127.0.0.1"
	status=0 shown=
	read_log
	not_logged
}
point 'exempt in vipotp.conf does not reach a client with BatchMode' with_batch_mode

finish
