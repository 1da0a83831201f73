# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# The scene of the helper's tests, sourced by each: that of the module's tests (tests/module/door.sh), and in it users with
# passwords, the service, and what they may do without root: knock at the module's door, ask, run vipotp. Accounts and
# PAM files are a copy on write that ends with the test. It takes CAP_SYS_ADMIN.
# shellcheck disable=SC2154 # top_builddir and the like
. "$(dirname "$0")/../module/door.sh"

[ "${1-}" = inside ] || skip_all 'no mount namespace, so no accounts of our own (CAP_SYS_ADMIN is needed)'
for tool in python3 setpriv useradd chpasswd; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
helper=$top_builddir/vipotp-helper
if grep -q __asan_init "$PAM_VIPOTP"; then
	skip_all 'a module built with AddressSanitizer ends a host without it'
fi

mkdir "$room/layer" "$room/work" "$room/bin" "$room/pam"
mount -t overlay -o "lowerdir=/etc,upperdir=$room/layer,workdir=$room/work" overlay /etc ||
	bail_out 'no copy on write of /etc'
# Where users can reach it.
chmod 0755 "$room"
chmod 1777 "$room/tmp"
cp "$PAM_VIPOTP" "$driver" "$top_builddir/tests/helper/ask" "$room/bin/" || bail_out 'not built'
chmod 0755 "$room"/bin/*

alice=vipotp-alice
bob=vipotp-bob
password=$(head -c 15 /dev/urandom | base32)
for user in $alice $bob; do
	useradd --no-create-home --no-log-init --shell /bin/sh $user || bail_out "no user $user"
	# With a method of its own chpasswd does not ask the machine's PAM stack whether it likes the password.
	printf '%s:%s\n' $user "$password" | chpasswd --crypt-method SHA512 || bail_out 'no password'
done

# pam_service LINE...: what the helper asks; without the delay after a wrong password, which one point is about.
pam_service() {
	printf '%s\n' "$@" >/etc/pam.d/vipotp
}
normal_service() {
	pam_service 'auth required pam_unix.so nodelay' 'account required pam_unix.so'
}
normal_service

# A stack as a locker has it; and with the password already known, as it is for a module behind others.
cat >"$room/pam/locker" <<-END
	auth requisite pam_unix.so nodelay
	auth required $room/bin/pam_vipotp.so config=$conf
	account required pam_permit.so
END
: >"$room/pam/other"

# ---- the service ------------------------------------------------------------------------------------

socket=/run/vipotp/socket
service=

# start_helper [ARGUMENT...]: service is its process.
start_helper() {
	"$helper" --listen --config "$conf" "$@" >"$room/helper.out" 2>&1 &
	service=$!
	patience=1000
	until [ -S "$socket" ] && python3 "$here/rude.py" there "$socket"; do
		patience=$((patience - 1))
		[ "$patience" -gt 0 ] && kill -0 "$service" 2>/dev/null || bail_out "no service: $(cat "$room/helper.out")"
		sleep 0.01
	done
}

stop_helper() {
	kill "$service"
	wait "$service"
	service_status=$?
	service=
}

# Processes of the service beside the one that listens: requests. none_left waits for them to be gone.
requests() {
	ps -e -o pid=,ppid=,stat=,args= |
		awk -v service="$service" '$2 == service || ($4 ~ /vipotp-helper$/ && $1 != service)'
}

none_left() {
	patience=500
	while [ -n "$(requests)" ]; do
		patience=$((patience - 1))
		if [ "$patience" -eq 0 ]; then
			echo 'left:'
			requests
			return
		fi
		sleep 0.01
	done
}

# ---- what users do ----------------------------------------------------------------------------------

# as USER COMMAND...
as() {
	whom=$1
	shift
	in_time setpriv --reuid "$whom" --regid "$(id -g "$whom")" --init-groups env -i TMPDIR="$room/tmp" PATH="$PATH" "$@"
}

# knock_as USER ANSWER...: at the door of the module in a process of his. As look of door.sh.
knock_as() {
	user=$1
	shift
	[ -z "$unread" ] || read_log
	shown=$(as "$user" "$room/bin/knock" -d "$room/pam" -s locker -u "$user" "$@" 2>&1)
	read_log
}

# ask_as USER ARGUMENT...
ask_as() {
	user=$1
	shift
	[ -z "$unread" ] || read_log
	shown=$(as "$user" "$room/bin/ask" "$@" 2>&1)
	read_log
}

# field NAME: of what ask printed.
field() {
	printf '%s\n' "$shown" | sed -n "s/^$1 //p"
}
