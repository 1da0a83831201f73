/* SPDX-License-Identifier: BSD-2-Clause */
#include "scratch.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/run/vipotp-test-XXXXXX";

void scratch_begin(void)
{
	if (geteuid() != 0) {
		(void)printf("1..0 # SKIP needs root: settings files must be root's\n");
		exit(0);
	}
	if (mkdtemp(directory) == NULL) {
		(void)printf("1..0 # SKIP cannot make a directory in /run: %s\n", strerror(errno));
		exit(0);
	}
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

void scratch_end(void)
{
	if (nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
		err(1, "%s", directory);
}

const char *scratch_path(const char *name)
{
	static char path[SCRATCH_PATH_MAX];

	(void)snprintf(path, sizeof path, "%s/%s", directory, name);
	return path;
}

const char *scratch_write(const char *name, const void *bytes, size_t len, mode_t mode)
{
	const char *path = scratch_path(name);
	int fd;

	(void)unlink(path);
	if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0 ||
	    write(fd, bytes, len) != (ssize_t)len || fchmod(fd, mode) != 0 || close(fd) != 0)
		err(1, "%s", path);
	return path;
}
