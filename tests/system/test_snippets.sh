#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Every file of conf/pam.d as it is shipped, in the program that it is for: who gets in, what is asked, and what the log
# says (product §3, §6.2, §6.5, §6.6). A file without all its rows is a failure.
. "$(dirname "$0")/scene.sh"
. "$here/cells.sh"

# right: password and code, or key and code. wrong-code: twice. wrong-password, both-wrong: with a right code, and with
# a wrong one; the key counts as the password where there is none. exempt: in vipotp.conf; exempt-wrong: with a wrong
# password. again: a second login where vipotp.conf says `remember`, in the same session if it is from here. expired: the
# password. unavailable: the key of the records is gone; exempt-unavailable: for somebody exempt.
table() {
	cat <<'END'
# file           situation            client    outcome asked                  log                      charged

login            right                login     in      password,code          accepted                 0
login            wrong-code           login     out     password,code,next     wrong,wrong              2
login            wrong-password       login     out     password               -                        0
login            both-wrong           login     out     password               -                        0
login            exempt               login     in      password               exempt                   0
login            exempt-wrong         login     out     password               -                        0
login            again                login     in      password,code          accepted,accepted        0
login            expired              login     in      password,code,change   accepted                 0
login            unavailable          login     out     password,code,next     unavailable,unavailable  0
login            exempt-unavailable   login     in      password               exempt                   -

one-field        right                locker    in      field                  accepted                 0
one-field        wrong-code           locker    out     field                  wrong                    1
one-field        wrong-password       locker    out     field                  -                        0
one-field        both-wrong           locker    out     field                  -                        0
one-field        exempt               locker    in      password               exempt                   0
one-field        exempt-wrong         locker    out     password               -                        0
one-field        again                locker    in      field                  accepted,accepted        0
one-field        unavailable          locker    out     field                  unavailable              0
one-field        exempt-unavailable   locker    in      password               exempt                   -

sshd             right                ssh       in      password,code          accepted                 0
sshd             wrong-code           ssh       out     password,code,next     wrong,wrong              2
sshd             wrong-password       ssh       out     password               -                        0
sshd             both-wrong           ssh       out     password               -                        0
sshd             exempt               ssh       in      password               exempt                   0
sshd             exempt-wrong         ssh       out     password               -                        0
sshd             again                ssh       in      password,code          accepted,accepted        0
sshd             expired              ssh       in      password,code,change   accepted                 0
sshd             unavailable          ssh       out     password,code,next     unavailable,unavailable  0
sshd             exempt-unavailable   ssh       in      password               exempt                   -

sshd-publickey   right                ssh       in      code                   accepted                 0
sshd-publickey   wrong-code           ssh       out     code,next              wrong,wrong              2
sshd-publickey   wrong-password       ssh       out     -                      -                        0
sshd-publickey   both-wrong           ssh       out     -                      -                        0
sshd-publickey   exempt               ssh       in      -                      exempt                   0
sshd-publickey   exempt-wrong         ssh       out     -                      -                        0
sshd-publickey   again                ssh       in      -                      accepted,remembered      0
sshd-publickey   expired              ssh       in      code,change            accepted                 0
sshd-publickey   unavailable          ssh       out     code,next              unavailable,unavailable  0
sshd-publickey   exempt-unavailable   ssh       in      -                      exempt                   -

su               right                su        in      password,code          accepted                 0
su               wrong-code           su        out     password,code,next     wrong,wrong              2
su               wrong-password       su        out     password               -                        0
su               both-wrong           su        out     password               -                        0
su               exempt               su        in      password               exempt                   0
su               exempt-wrong         su        out     password               -                        0
su               again                su        in      password               accepted,remembered      0
su               expired              su        in      password,code,change   accepted                 0
su               unavailable          su        out     password,code,next     unavailable,unavailable  0
su               exempt-unavailable   su        in      password               exempt                   -

sudo             right                sudo      in      password,code          accepted                 0
sudo             wrong-code           sudo      out     password,code,next     wrong,wrong              2
sudo             wrong-password       sudo      out     password               -                        0
sudo             both-wrong           sudo      out     password               -                        0
sudo             exempt               sudo      in      password               exempt                   0
sudo             exempt-wrong         sudo      out     password               -                        0
sudo             again                sudo      in      password               accepted,remembered      0
sudo             expired              sudo      in      password,code,change   accepted                 0
sudo             unavailable          sudo      out     password,code,next     unavailable,unavailable  0
sudo             exempt-unavailable   sudo      in      password               exempt                   -

# The helper asks for no code: it checks the password, and judges the code itself.
vipotp           right                pamtester in      password               -                        0
vipotp           wrong-code           pamtester in      password               -                        0
vipotp           wrong-password       pamtester out     password               -                        0
vipotp           both-wrong           pamtester out     password               -                        0
vipotp           exempt               pamtester in      password               -                        0
vipotp           exempt-wrong         pamtester out     password               -                        0
vipotp           again                pamtester in      password               -                        0
vipotp           unavailable          pamtester in      password               -                        0
vipotp           exempt-unavailable   pamtester in      password               -                        -
END
}

enter_by() {
	kind=password options=
	case $1 in
	sshd) service=vipotp-trial ;;
	sshd-publickey)
		service=vipotp-trial-publickey kind=key
		options="-o PubkeyAuthentication=yes -i $trial/client_key"
		;;
	one-field) service=$1 kind=field ;;
	sudo) service=vipotp-trial-sudo ;;
	*) service=$1 ;;
	esac
}

play() {
	case $1 in
	exempt-unavailable) ;;
	unavailable) . "$cell/token" ;;
	*) enroll "$user" ;;
	esac
	# Whom the first listing does not ask, the password is asked of as ever.
	[ "$kind-${1%%-*}" != field-exempt ] || kind=password
	press
	case $1 in
	right) log_in "$code" '' ;;
	expired)
		chage -d 0 "$user"
		log_in "$code" ''
		;;
	again)
		# What is typed here belongs to a session of the user who types it; login begins one.
		case $client in
		su) echo "$(id -u "$caller")" >/proc/self/loginuid ;;
		sudo) echo "$(id -u "$user")" >/proc/self/loginuid ;;
		esac
		log_in "$code" ''
		: >"$cell/asked"
		press
		log_in "$code" ''
		;;
	wrong-code)
		guess
		log_in "$code" $((code + 1))
		;;
	wrong-password | both-wrong | exempt-wrong)
		[ "$1" != both-wrong ] || guess
		[ "$kind" != key ] || options="-o PubkeyAuthentication=yes -i $trial/other_key"
		log_in "$code" '' "not $password"
		;;
	exempt*) log_in '' '' ;;
	unavailable)
		first=$code
		press
		log_in "$first" "$code"
		;;
	esac
}

password=$(random_word)
put_build
lacking=$(absent pamtester login su setsid pgrep)
[ -z "$lacking" ] || skip_all "not installed:$lacking"
read_table
ssh-keygen -q -t ed25519 -N '' -f "$trial/other_key"
install -d -m 755 "${VIPOTP_SYSCONFDIR:-/etc}/vipotp"
settings=${VIPOTP_SYSCONFDIR:-/etc}/vipotp/vipotp.conf
dropin=$top_srcdir/conf/sshd_config.d/00-vipotp.conf
sed -e 's/^AuthenticationMethods/#&/' -e 's/^#\(AuthenticationMethods publickey\)/\1/' "$dropin" >"$trial/publickey.conf"
for file in "$top_srcdir"/conf/pam.d/*; do
	enter_by "${file##*/}"
	install_service "${file##*/}" "$service"
done
start_sshd vipotp-trial "$dropin" || bail_out "sshd: $(cat "$trial_log")"
start_sshd vipotp-trial-publickey "$trial/publickey.conf" || bail_out "sshd: $(cat "$trial_log")"
mkdir -p /run/vipotp
"$top_builddir/vipotp-helper" --listen 2>"$trial/helper" &
install_sudo vipotp-trial-sudo "%$players" || bail_out 'sudo does not take our sudoers file'
# login would ask for another name.
sed -i 's/^LOGIN_RETRIES.*/LOGIN_RETRIES 1/' /etc/login.defs

exempt='exempt = ( { groups = [ "vipotp-exempt" ]; } );'
echo "$exempt" >"$settings"
while read -r number way what _; do
	user=vipotp-$number cell=$trial/cell.$number
	[ "$what" = unavailable ] || continue
	mkdir -p "$cell"
	enroll "$user" && echo "key=$key counter=$counter" >"$cell/token"
done <"$scratch/rows"
play_rows '^[0-9]+ [^ ]+ (right|wrong-code|wrong-password|both-wrong|exempt|exempt-wrong|expired) '

echo "policy = { remember = \"1h\"; };" >"$settings"
play_rows ' again '
echo "$exempt" >"$settings"

mv "${VIPOTP_SYSCONFDIR:-/etc}/vipotp/key" "$trial/key"
play_rows '[ -]unavailable '
mv "$trial/key" "${VIPOTP_SYSCONFDIR:-/etc}/vipotp/key"
hold_rows

every_file_is_in_the_table() {
	for file in "$top_srcdir"/conf/pam.d/*; do
		for situation in right wrong-code wrong-password both-wrong exempt exempt-wrong again unavailable \
			exempt-unavailable; do
			grep -qE "^[0-9]+ ${file##*/} +$situation " "$scratch/rows" || echo "${file##*/}: no row $situation"
		done
	done
}
point 'every file of conf/pam.d has all its rows' every_file_is_in_the_table

finish
