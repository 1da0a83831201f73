/* SPDX-License-Identifier: BSD-2-Clause */
#include "channel.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Room for the descriptors that go along, aligned as a header of them must be. */
union ancillary {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(CHANNEL_STREAMS * sizeof(int))];
};

int64_t channel_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool channel_wait(int fd, short events, int64_t deadline)
{
	struct pollfd one = {.fd = fd, .events = events};

	for (;;) {
		int64_t left = deadline - channel_now();
		int ready = poll(&one, 1, left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left);

		if (ready > 0)
			return true;
		if (ready == 0 || errno != EINTR) {
			errno = ready == 0 ? ETIMEDOUT : errno;
			return false;
		}
	}
}

static bool is_passing(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

bool channel_send(int fd, const struct packet *packet, const int *streams, int64_t deadline)
{
	union ancillary room;
	struct iovec bytes = {.iov_base = (void *)(uintptr_t)packet->bytes, .iov_len = packet->len};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};

	if (packet->bad) {
		errno = EMSGSIZE;
		return false;
	}
	if (streams != NULL) {
		memset(&room, 0, sizeof room);
		room.header.cmsg_level = SOL_SOCKET;
		room.header.cmsg_type = SCM_RIGHTS;
		room.header.cmsg_len = CMSG_LEN(CHANNEL_STREAMS * sizeof(int));
		memcpy(CMSG_DATA(&room.header), streams, CHANNEL_STREAMS * sizeof(int));
		message.msg_control = &room;
		message.msg_controllen = sizeof room;
	}
	while (sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		if (!is_passing(errno) || !channel_wait(fd, POLLOUT, deadline))
			return false;
	return true;
}

/* However many came: those that are wanted are kept, any others closed. */
static void take_streams(struct msghdr *message, int *streams)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	int got[CHANNEL_STREAMS];
	size_t n;

	if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
		return;
	n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(got, CMSG_DATA(header), n * sizeof(int));
	if (n == CHANNEL_STREAMS)
		memcpy(streams, got, sizeof got);
	else
		while (n > 0)
			(void)close(got[--n]);
}

/*
 * Of a connection that was closed with something unread in it the kernel says ECONNRESET first; what was said before,
 * as that there is too much to do, can still be read behind that.
 */
static ssize_t receive(int fd, struct msghdr *message, int64_t deadline)
{
	size_t room = message->msg_controllen;
	bool reset = false;
	ssize_t got;

	for (;;) {
		message->msg_controllen = room;
		got = recvmsg(fd, message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (got >= 0)
			return got;
		if (errno == ECONNRESET && !reset)
			reset = true;
		else if (!is_passing(errno) || !channel_wait(fd, POLLIN, deadline))
			return -1;
	}
}

bool channel_receive(int fd, struct packet *packet, int *streams, int64_t deadline)
{
	union ancillary room;
	struct iovec bytes = {.iov_base = packet->bytes, .iov_len = sizeof packet->bytes};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
	ssize_t got;

	if (streams != NULL) {
		message.msg_control = &room;
		message.msg_controllen = CMSG_LEN(CHANNEL_STREAMS * sizeof(int)); /* a fourth has no room */
		for (int i = 0; i < CHANNEL_STREAMS; i++)
			streams[i] = -1;
	}
	if ((got = receive(fd, &message, deadline)) < 0)
		return false;
	if (streams != NULL)
		take_streams(&message, streams);
	packet->len = (size_t)got;
	packet->bad = ((unsigned)message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
	if (got > 0 && !packet->bad)
		return true;
	for (int i = 0; streams != NULL && i < CHANNEL_STREAMS; i++)
		if (streams[i] >= 0)
			(void)close(streams[i]);
	errno = packet->bad ? EBADMSG : ECONNRESET;
	return false;
}
