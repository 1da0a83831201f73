/* SPDX-License-Identifier: BSD-2-Clause */
#include "process.h"

#include "language/language.h"
#include "speech.h"
#include "terminal/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static char output[16384]; /* ours, so that a key printed through it can be wiped */

/*
 * A standard stream that the caller closed must not become the number of a record's descriptor; what replaces it
 * reads as empty, and refuses writes so that lost output shows.
 */
static void occupy_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		abort();
	(void)close(fd);
}

void process_begin(void)
{
	static const struct rlimit none = {0, 0};

	occupy_standard_streams();
	speech_choose(LANGUAGE_AUTO);
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)setvbuf(stdout, output, isatty(STDOUT_FILENO) == 1 ? _IOLBF : _IOFBF, sizeof output);
}

int process_end(enum command_exit result)
{
	enum command_exit flushed = process_flush();

	explicit_bzero(output, sizeof output);
	return (int)(flushed == COMMAND_DONE ? result : flushed);
}

enum command_exit process_flush(void)
{
	bool lost = ferror(stdout) != 0;

	errno = 0;
	if (fflush(stdout) == 0 && !lost)
		return COMMAND_DONE;
	terminal_error(_("Cannot write to standard output: %s."),
	               errno == 0 ? _("an earlier write failed") : strerror(errno));
	return COMMAND_UNAVAILABLE;
}

int64_t process_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
