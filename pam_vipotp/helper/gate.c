/* SPDX-License-Identifier: BSD-2-Clause */
#include "gate.h"

#include "language/language.h"
#include "terminal/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool is_ours(const char *variable, long wanted)
{
	const char *value = getenv(variable);
	char *end = NULL;

	return value != NULL && *value != '\0' && strtol(value, &end, 10) == wanted && *end == '\0';
}

static bool listens(int fd)
{
	int type = 0, accepts = 0;
	socklen_t one = sizeof type, two = sizeof accepts;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &one) == 0 && type == SOCK_SEQPACKET &&
	       getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &two) == 0 && accepts != 0;
}

enum command_exit gate_inherit(struct gate *gate)
{
	*gate = (struct gate){.fd = GATE_INHERITED, .dir = -1};
	if (getenv("LISTEN_FDS") == NULL || !is_ours("LISTEN_PID", getpid())) {
		terminal_error(_("There is no socket to listen at. Let systemd start it (\"systemctl enable --now "
		                 "vipotp-helper.socket\"), or say --listen."));
		return COMMAND_USAGE;
	}
	if (!is_ours("LISTEN_FDS", 1) || !listens(GATE_INHERITED) || fcntl(gate->fd, F_SETFD, FD_CLOEXEC) != 0 ||
	    fcntl(gate->fd, F_SETFL, O_NONBLOCK) != 0) {
		terminal_error(_("What was handed over is not one listening socket for sequential packets. See "
		                 "vipotp-helper.socket."));
		return COMMAND_UNAVAILABLE;
	}
	return COMMAND_DONE;
}

/* What stands at the path: a socket at which nobody listens is removed. */
static enum command_exit clear_path(const struct sockaddr_un *address, struct gate *gate)
{
	struct stat found;
	int fd, error;

	if (fstatat(gate->dir, gate->name, &found, AT_SYMLINK_NOFOLLOW) != 0)
		return COMMAND_DONE;
	if (!S_ISSOCK(found.st_mode)) {
		terminal_error(_("%s is there and is no socket."), address->sun_path);
		return COMMAND_EXISTS;
	}
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	error = connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 ? 0 : errno;
	if (fd >= 0)
		(void)close(fd);
	if (error != ECONNREFUSED) {
		terminal_error(_("%s is in use: another vipotp-helper or systemd listens there."), address->sun_path);
		return COMMAND_EXISTS;
	}
	(void)unlinkat(gate->dir, gate->name, 0);
	return COMMAND_DONE;
}

static enum command_exit open_dir(char *path, struct gate *gate)
{
	struct otp_error error;
	char *slash = strrchr(path, '/');

	*slash = '\0';
	if (slash != path && mkdir(path, 0755) != 0 && errno != EEXIST) {
		terminal_error(_("%s cannot be made: %s."), path, strerror(errno));
		return COMMAND_UNAVAILABLE;
	}
	if (otp_safe_open_dir(slash == path ? "/" : path, &gate->dir, &error) != OTP_OK) {
		gate->dir = -1;
		terminal_error(_("The socket's directory is not safe."));
		terminal_error("%s", error.what);
		return COMMAND_UNAVAILABLE;
	}
	return COMMAND_DONE;
}

static enum command_exit listen_at(const struct sockaddr_un *address, struct gate *gate)
{
	mode_t before = umask(0111); /* everybody may connect; SO_PEERCRED tells who does */
	bool listening;

	gate->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	listening = gate->fd >= 0 && bind(gate->fd, (const struct sockaddr *)address, sizeof *address) == 0 &&
	            listen(gate->fd, SOMAXCONN) == 0;
	(void)umask(before);
	if (!listening) {
		terminal_error(_("Cannot listen at %s: %s."), address->sun_path, strerror(errno));
		return COMMAND_UNAVAILABLE;
	}
	return COMMAND_DONE;
}

enum command_exit gate_make(const char *path, struct gate *gate)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char dir[sizeof address.sun_path];
	enum command_exit result;

	*gate = (struct gate){.fd = -1, .dir = -1};
	if (*path != '/' || strlen(path) >= sizeof address.sun_path || path[strlen(path) - 1] == '/') {
		terminal_error(_("The socket's path must be absolute and no longer than %zu bytes."),
		               sizeof address.sun_path - 1);
		return COMMAND_USAGE;
	}
	(void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	(void)snprintf(dir, sizeof dir, "%s", path);
	gate->name = strrchr(path, '/') + 1;
	if ((result = open_dir(dir, gate)) == COMMAND_DONE && (result = clear_path(&address, gate)) == COMMAND_DONE)
		result = listen_at(&address, gate);
	if (result != COMMAND_DONE) {
		if (gate->fd >= 0)
			(void)close(gate->fd);
		if (gate->dir >= 0)
			(void)close(gate->dir);
	}
	return result;
}

void gate_close(struct gate *gate)
{
	(void)close(gate->fd);
	if (gate->dir < 0)
		return;
	(void)unlinkat(gate->dir, gate->name, 0);
	(void)close(gate->dir);
}
