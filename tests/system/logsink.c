/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * logsink SOCKET FILE: a syslog receiver for the sandbox. Each datagram becomes one line of FILE, priority first,
 * as it was sent. Returns once SOCKET is bound; the receiver lives on in the background until it is killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { DATAGRAM_MAX = 8192 };

/* A datagram stays one line: what would look like another line does not pass for one. */
static size_t one_line(char *text, size_t length)
{
	while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\0'))
		length--;
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)text[i] < ' ')
			text[i] = '?';
	text[length] = '\n';
	return length + 1;
}

static int receive(int from, int to)
{
	char text[DATAGRAM_MAX + 1];

	for (;;) {
		const ssize_t got = recv(from, text, DATAGRAM_MAX, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return EXIT_FAILURE;
		const size_t length = one_line(text, (size_t)got);

		/* One write per line, so that a reader never sees half of one. */
		if (write(to, text, length) != (ssize_t)length)
			return EXIT_FAILURE;
	}
}

static int bound_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, path, strlen(path) + 1);
	/* Every user of the sandbox logs. */
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 || chmod(path, 0666) != 0)
		return -1;
	return fd;
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: logsink SOCKET FILE\n", stderr);
		return 2;
	}
	const int to = open(argv[2], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	const int from = bound_socket(argv[1]);

	if (to < 0 || from < 0) {
		perror(to < 0 ? argv[2] : argv[1]);
		return EXIT_FAILURE;
	}
	switch (fork()) {
	case -1:
		perror("fork");
		return EXIT_FAILURE;
	case 0:
		/* Whoever started us may be waiting for the end of its output. */
		close(STDOUT_FILENO);
		return receive(from, to);
	default:
		return EXIT_SUCCESS;
	}
}
