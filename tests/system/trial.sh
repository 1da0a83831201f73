# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# What quickstart and the system tests do inside the sandbox: users, tokens, the real sshd and sudo with the files of
# conf/, dialogues on a terminal, the log. Sourced, with top_srcdir set to the source tree.
# shellcheck disable=SC2154 # top_srcdir

trial=${VIPOTP_TRIAL:?trial.sh is for scripts that sandbox.sh runs}
trial_log=$trial/log
trial_news=$trial/news

# Names of the programs among the arguments that are not here.
absent() {
	for program; do
		command -v "$program" >/dev/null || printf ' %s' "$program"
	done
}

# Where PAM on this machine looks for its modules.
pam_directory() {
	for directory in /usr/lib64/security "/usr/lib/$(cc -print-multiarch 2>/dev/null)/security" /usr/lib/security; do
		if [ -e "$directory/pam_unix.so" ]; then
			echo "$directory"
			return
		fi
	done
	return 1
}

# start_log LOGSINK
start_log() {
	"$1" /dev/log "$trial_log"
	trial_mark=0
}

# read_log: $trial_news is the file of what was logged since this was called before. A datagram of our own, sent last,
# tells that all the earlier ones have arrived.
read_log() {
	trial_mark=$((trial_mark + 1))
	logger -u /dev/log -t trial "mark $trial_mark of $$"
	trial_patience=100
	until grep -q "mark $trial_mark of $$\$" "$trial_log"; do
		trial_patience=$((trial_patience - 1))
		[ "$trial_patience" -gt 0 ] || return 1
		sleep 0.05
	done
	awk -v last="mark $((trial_mark - 1)) of $$\$" '
		$0 ~ last { text = ""; next }
		{ text = text $0 "\n" }
		END { printf "%s", text }' "$trial_log" >"$trial_news"
}

# new_user NAME PASSWORD
new_user() {
	mkdir -p "$trial/home"
	useradd --create-home --home-dir "$trial/home/$1" --shell /bin/sh "$1"
	# With a method of its own chpasswd does not ask the machine's PAM stack whether it likes the password.
	printf '%s:%s\n' "$1" "$2" | chpasswd --crypt-method SHA512
}

random_word() {
	head -c 15 /dev/urandom | base32
}

# 20 bytes, in base32: without padding.
new_key() {
	head -c 20 /dev/urandom | base32
}

# event_code KEY COUNTER, time_code KEY SECONDS: codes as another program computes them.
event_code() {
	printf '%s\n' "$1" | oathtool --hotp --base32 --counter="$2" -
}

time_code() {
	printf '%s\n' "$1" | oathtool --totp --base32 --now="@$2" -
}

# install_service FILE SERVICE: an example of conf/pam.d, as it is, for a service of our own.
install_service() {
	install -m 0644 "$top_srcdir/conf/pam.d/$1" "/etc/pam.d/$2"
}

# install_sudo SERVICE USER...: sudo asks by that service, each time, once.
install_sudo() {
	{
		echo 'Defaults env_reset, use_pty, lecture=never, timestamp_timeout=0, passwd_tries=1'
		echo 'Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"'
		echo "Defaults pam_service=$1, pam_login_service=$1"
		shift
		for user; do
			echo "$user ALL=(ALL:ALL) ALL"
		done
	} >"$trial/sudoers"
	# sudo complains about a host that does not know its own name.
	echo "127.0.0.1 localhost $(uname -n)" >>/etc/hosts
	visudo -c -q -f "$trial/sudoers" && install -m 0440 "$trial/sudoers" /etc/sudoers
}

# start_sshd SERVICE DROPIN: the real sshd on the loopback interface, under the PAM service SERVICE, with DROPIN read
# first as sshd_config.d is. Afterwards `ssh -F $trial/ssh_config USER@SERVICE` reaches it.
start_sshd() {
	mkdir -p "$trial/bin" "$trial/$1"
	ln -s "$(command -v sshd)" "$trial/bin/$1"
	ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$trial/$1/host_key"
	cat >"$trial/$1/sshd_config" <<-END
		Include $2
		ListenAddress 127.0.0.1
		HostKey $trial/$1/host_key
		PidFile none
		UseDNS no
		PrintMotd no
		Subsystem sftp internal-sftp
		MaxStartups 100
	END
	# Before OpenSSH 9.8 the service is named after the program, from then on after this word; and addresses that fail
	# are shut out for a while, which here would be all of them.
	for trial_setting in "PAMServiceName $1" 'PerSourcePenalties no'; do
		if "$trial/bin/$1" -t -f "$trial/$1/sshd_config" -o "$trial_setting" 2>/dev/null; then
			echo "$trial_setting" >>"$trial/$1/sshd_config"
		fi
	done
	"$trial/bin/$1" -t -f "$trial/$1/sshd_config" || return
	trial_tries=20
	until listen_somewhere "$1"; do
		trial_tries=$((trial_tries - 1))
		[ "$trial_tries" -gt 0 ] || return 1
	done
	client_config "$1"
}

# One port, drawn by lot; it may be taken.
listen_somewhere() {
	trial_port=$(($(od -An -N2 -tu2 /dev/urandom) % 20000 + 20000))
	"$trial/bin/$1" -D -p "$trial_port" -f "$trial/$1/sshd_config" 2>>"$trial/$1/errors" &
	trial_sshd=$!
	trial_patience=100
	# Another server may answer on that port: ours says so itself.
	until grep -qF "[$trial_sshd]: Server listening on 127.0.0.1 port $trial_port." "$trial_log"; do
		trial_patience=$((trial_patience - 1))
		if ! kill -0 "$trial_sshd" 2>/dev/null || [ "$trial_patience" -eq 0 ]; then
			return 1
		fi
		sleep 0.05
	done
}

# A client that takes nothing from the machine's or root's own settings.
client_config() {
	cat >>"$trial/ssh_config" <<-END
		Host $1
		    HostName 127.0.0.1
		    HostKeyAlias $1
		    Port $trial_port
		    UserKnownHostsFile $trial/known_hosts
		    GlobalKnownHostsFile none
		    StrictHostKeyChecking yes
		    IdentityAgent none
		    IdentitiesOnly yes
		    PubkeyAuthentication no
		    NumberOfPasswordPrompts 1
		    ConnectTimeout 10
		    LogLevel ERROR
	END
	echo "$1 $(cut -d' ' -f1-2 "$trial/$1/host_key.pub")" >>"$trial/known_hosts"
}

# dialog WORDS ANSWER [WORDS ANSWER...] -- COMMAND [ARG...]: see dialog.exp.
dialog() {
	trial_lines=
	while [ "$1" != -- ]; do
		trial_lines="$trial_lines$1
$2
"
		shift 2
	done
	shift
	trial_status=0
	trial_shown=$(printf '%s' "$trial_lines" | command expect -f "$top_srcdir/tests/system/dialog.exp" "$@") || trial_status=$?
	printf '%s\n' "$trial_shown" | tr -d '\r'
	return "$trial_status"
}
