/* SPDX-License-Identifier: BSD-2-Clause */
#include "listen.h"

#include "channel.h"
#include "confine.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

/* Root's places are kept for root: however many users call at once, and whoever they are, they do not take them. */
enum { PLACES = LISTEN_CALLERS + LISTEN_OF_ONE };

/* No request's process lives longer; its own clocks are shorter. */
enum { LIFE = (REQUEST_PATIENCE + REQUEST_WORK + SESSION_LIFE + 2 * SESSION_UNWIND + 10) * 1000 };

enum { LOOK_AROUND = 5000 }; /* ms between looks for what is overdue */

enum { ORPHANS_LIST = 4096 }; /* bytes of process IDs; the others' turn comes when these have gone */

struct child {
	pid_t pid; /* 0: the place is free */
	uint32_t uid;
	int64_t until;
};

struct listener {
	const struct service *service;
	int gate, signals;
	struct child child[PLACES];
	int64_t called; /* when somebody last did, or a process ended */
	int64_t complained;
};

static struct child *free_place(struct listener *listener, uint32_t uid)
{
	struct child *place = NULL;
	size_t of_one = 0, of_users = 0;

	for (size_t i = 0; i < PLACES; i++) {
		struct child *child = &listener->child[i];

		if (child->pid == 0) {
			place = child;
			continue;
		}
		of_one += child->uid == uid;
		of_users += child->uid != 0;
	}
	return of_one < LISTEN_OF_ONE && (uid == 0 || of_users < LISTEN_CALLERS) ? place : NULL;
}

/* A caller who is turned away is told so at once; of many, one a minute is logged. */
static void turn_away(struct listener *listener, int connection, uint32_t uid)
{
	struct packet answer = {.len = 0};
	struct otp_error error;
	int64_t now = channel_now();

	(void)otp_fail(&error, OTP_E_BUSY, "vipotp-helper has too many requests of this user, or at all");
	protocol_answer(&answer, error.status, &error);
	(void)!channel_send(connection, &answer, NULL, now);
	if (listener->complained == 0 || now - listener->complained >= 60000) {
		listener->complained = now;
		syslog(LOG_WARNING, "event=helper uid=%u user=- verdict=busy reason=\"%s\"", (unsigned)uid, error.what);
	}
}

static _Noreturn void become_request(const struct listener *listener, int connection, uint32_t uid, int parent)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)close(listener->gate);
	(void)close(listener->signals);
	if (!confine_child(parent))
		_exit(1);
	request_serve(listener->service, connection, uid);
}

static void receive_caller(struct listener *listener)
{
	int connection = accept4(listener->gate, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), parent = getpid();
	static const struct timespec pause = {0, 10000000};
	struct ucred peer;
	socklen_t len = sizeof peer;
	struct child *place;
	pid_t pid = -1;

	if (connection < 0) {
		if (errno != EAGAIN) /* what the system lacks may be back in a moment */
			(void)nanosleep(&pause, NULL);
		return;
	}
	listener->called = channel_now();
	if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0) {
		if ((place = free_place(listener, peer.uid)) != NULL && (pid = fork()) == 0)
			become_request(listener, connection, peer.uid, parent);
		if (pid > 0)
			*place = (struct child){pid, peer.uid, listener->called + LIFE};
		else
			turn_away(listener, connection, peer.uid);
	}
	(void)close(connection);
}

/* What a process of ours has started is of its group; it is ended before its number can become another's. */
static void bury(struct listener *listener, pid_t pid)
{
	for (size_t i = 0; i < PLACES; i++)
		if (listener->child[i].pid == pid) {
			(void)kill(-pid, SIGKILL);
			listener->child[i].pid = 0;
			listener->called = channel_now();
		}
	(void)waitpid(pid, NULL, 0);
}

static bool is_request(const struct listener *listener, pid_t pid)
{
	for (size_t i = 0; i < PLACES; i++)
		if (listener->child[i].pid == pid)
			return true;
	return false;
}

/*
 * What a PAM module started and left behind, in a group of its own perhaps, has come to us. Where the kernel does not
 * list children, what is of no request's group stays until it ends by itself or systemd ends it with us.
 */
static void end_orphans(const struct listener *listener)
{
	FILE *children = fopen("/proc/thread-self/children", "re");
	char list[ORPHANS_LIST], *end;
	long pid;

	if (children == NULL)
		return;
	list[fread(list, 1, sizeof list - 1, children)] = '\0';
	for (char *at = list; (pid = strtol(at, &end, 10)) > 0; at = end)
		if (!is_request(listener, (pid_t)pid))
			(void)kill((pid_t)pid, SIGKILL);
	(void)fclose(children);
}

static void bury_dead(struct listener *listener)
{
	siginfo_t dead = {.si_pid = 0};
	bool any = false;

	while (waitid(P_ALL, 0, &dead, WEXITED | WNOHANG | WNOWAIT) == 0 && dead.si_pid != 0) {
		bury(listener, dead.si_pid);
		dead.si_pid = 0;
		any = true;
	}
	if (any)
		end_orphans(listener);
}

static void end_overdue(const struct listener *listener, int64_t now)
{
	for (size_t i = 0; i < PLACES; i++) {
		const struct child *child = &listener->child[i];

		if (child->pid != 0 && child->until <= now)
			(void)kill(-child->pid, SIGKILL);
	}
}

/* Each is killed, and so are its children, who ask for that when their parent dies, and theirs, who come to us. */
static void end_all(struct listener *listener)
{
	static const struct timespec pause = {0, 1000000};
	int64_t until = channel_now() + 2000;
	siginfo_t any;

	for (size_t i = 0; i < PLACES; i++)
		if (listener->child[i].pid != 0)
			(void)kill(listener->child[i].pid, SIGKILL);
	do {
		bury_dead(listener);
		(void)nanosleep(&pause, NULL);
	} while (waitid(P_ALL, 0, &any, WEXITED | WNOHANG | WNOWAIT) == 0 && channel_now() < until);
}

static bool is_empty(const struct listener *listener)
{
	for (size_t i = 0; i < PLACES; i++)
		if (listener->child[i].pid != 0)
			return false;
	return true;
}

/* Nobody is here, nobody has been for a while, and nobody is about to give his next code. */
static bool is_idle(const struct listener *listener, int64_t now)
{
	struct timespec clock;

	(void)clock_gettime(CLOCK_REALTIME, &clock);
	return is_empty(listener) && now - listener->called >= LISTEN_IDLE * 1000 &&
	       !tickets_any(listener->service->tickets, (int64_t)clock.tv_sec * 1000 + clock.tv_nsec / 1000000);
}

/* True: SIGTERM or SIGINT came. */
static bool read_signals(struct listener *listener)
{
	struct signalfd_siginfo info;
	bool end = false;

	while (read(listener->signals, &info, sizeof info) == sizeof info)
		end |= info.ssi_signo != SIGCHLD;
	bury_dead(listener);
	return end;
}

static bool prepare(struct listener *listener)
{
	sigset_t wanted;

	(void)sigemptyset(&wanted);
	(void)sigaddset(&wanted, SIGTERM);
	(void)sigaddset(&wanted, SIGINT);
	(void)sigaddset(&wanted, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &wanted, NULL) != 0)
		return false;
	listener->signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
	listener->called = channel_now();
	return listener->signals >= 0 && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
}

bool listen_serve(const struct service *service, int gate, bool ends_idle)
{
	struct listener listener = {.service = service, .gate = gate};
	bool end = false;

	if (!prepare(&listener))
		return false;
	while (!end && !(ends_idle && is_idle(&listener, channel_now()))) {
		struct pollfd fds[2] = {{.fd = listener.signals, .events = POLLIN}, {.fd = gate, .events = POLLIN}};

		if (poll(fds, 2, ends_idle || !is_empty(&listener) ? LOOK_AROUND : -1) < 0 && errno != EINTR)
			break;
		end_overdue(&listener, channel_now());
		end = read_signals(&listener);
		if (!end && fds[1].revents != 0)
			receive_caller(&listener);
	}
	end_all(&listener);
	(void)close(listener.signals);
	return true;
}
