#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# status tells where the tokens serve: the PAM files that name the module (product §3). On an /etc of our own, in a
# mount namespace that ends with the test.
. "$(dirname "$0")/scene.sh"
if [ -z "${SERVICES_INSIDE-}" ]; then
	unshare -m true 2>/dev/null || skip_all "this machine does not let root make a mount namespace"
	SERVICES_INSIDE=1 VIPOTP=$VIPOTP unshare -m --propagation private sh "$0"
	exit
fi
mkdir "$scene/etc" "$scene/etc/pam.d"
cp -a /etc/passwd /etc/group /etc/nsswitch.conf /etc/ld.so.cache "$scene/etc/" 2>/dev/null
mount --bind "$scene/etc" /etc || skip_all "/etc cannot be replaced"
leave() {
	umount -l /etc
	rm -rf "$scene"
}
trap leave EXIT

bind_event daemon
run status daemon
expect "no file names it" exit 0 out "Services           none names pam_vipotp"
cat >/etc/pam.d/sshd <<-'END'
	# auth required pam_unix.so
	auth requisite pam_unix.so
	auth required pam_vipotp.so quiet
END
echo 'auth	[success=1 default=die]	/usr/lib/security/pam_vipotp.so' >/etc/pam.d/sudo
echo '-auth required pam_vipotp' >/etc/pam.d/login
echo '#auth required pam_vipotp.so' >/etc/pam.d/comment
echo 'auth required pam_unix.so # not pam_vipotp.so' >/etc/pam.d/trailing
echo 'auth required pam_vipotp2.so' >/etc/pam.d/other
echo 'auth required my_pam_vipotp.so' >/etc/pam.d/another
echo 'auth required pam_vipotp.so' >/etc/pam.d/sshd~
echo 'auth required pam_vipotp.so' >/etc/pam.d/sshd.dpkg-old
echo 'auth required pam_vipotp.so' >/etc/pam.d/.hidden
printf 'auth required pam_vipotp.so' >/etc/pam.d/su
ln -s su /etc/pam.d/su-l
ln -s nowhere /etc/pam.d/dangling
mkfifo /etc/pam.d/fifo
mkdir /etc/pam.d/pam_vipotp.so
echo 'imap auth required pam_vipotp.so' >/etc/pam.conf
run status daemon
expect "those that do, by name; comments, other modules and backups are none" exit 0 \
	out-line "  Services           login, sshd, su, su-l, sudo"
run status --json
point "as JSON" json '.[0].services == ["login", "sshd", "su", "su-l", "sudo"]'
rm -r /etc/pam.d
cat >/etc/pam.conf <<-'END'
	# sshd auth required pam_vipotp.so
	imap	auth	required	pam_vipotp.so
	other auth required pam_unix.so
	  ftp auth required pam_vipotp.so
	imap auth required pam_vipotp.so
END
run status daemon
expect "without that directory /etc/pam.conf counts" exit 0 out-line "  Services           ftp, imap"
rm /etc/pam.conf
run status daemon
expect "a host without either" exit 0 out "none names pam_vipotp"
finish
