/* SPDX-License-Identifier: BSD-2-Clause */
#include "services.h"

#include "language/language.h"
#include "terminal/terminal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char directory[] = "/etc/pam.d", single_file[] = "/etc/pam.conf", module[] = "pam_vipotp";

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void add(struct services *services, const char *name, size_t len)
{
	char *room = services->name[services->n];

	if (services->n == SERVICES_MAX || len == 0 || len > SERVICES_NAME_MAX)
		return;
	memcpy(room, name, len);
	room[len] = '\0';
	for (size_t i = 0; i < services->n; i++)
		if (strcmp(services->name[i], room) == 0)
			return;
	services->n++;
}

/* Whether a line of a PAM file, comments cut off, has the module's name, with or without path and .so. */
static bool names_module(char *line)
{
	const char *found = line;

	line[strcspn(line, "#\n")] = '\0';
	while ((found = strstr(found, module)) != NULL) {
		const char *end = found + sizeof module - 1;
		bool begins = found == line || strchr(" \t/-", found[-1]) != NULL;

		if (strncmp(end, ".so", 3) == 0)
			end += 3;
		if (begins && strchr(" \t", *end) != NULL) /* or the line's end */
			return true;
		found++;
	}
	return false;
}

/* service NULL: each line's first word is its service. False: errno says why. */
static bool read_file(int dir, const char *name, const char *service, struct services *services)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), reason;
	char *line = NULL;
	size_t size = 0;
	struct stat st;
	FILE *file;
	bool good;

	if (fd < 0)
		return errno == ENOENT; /* also gone since the directory was read */
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (file = fdopen(fd, "r")) == NULL) {
		(void)close(fd);
		return true; /* libpam reads nothing from it either */
	}
	errno = 0;
	while (getline(&line, &size, file) > 0) {
		const char *word = line + strspn(line, " \t");

		if (names_module(line))
			add(services, service != NULL ? service : word,
			    service != NULL ? strlen(service) : strcspn(word, " \t"));
	}
	good = ferror(file) == 0;
	reason = errno;
	free(line);
	(void)fclose(file);
	errno = reason;
	return good;
}

/* Backups of editors and packages are no services, though libpam would take them for some. */
static bool is_service(const char *name)
{
	return name[0] != '.' && strchr(name, '~') == NULL && strstr(name, ".dpkg-") == NULL &&
	       strstr(name, ".rpm") == NULL;
}

static enum command_exit unreadable(const char *path)
{
	terminal_error(_("Cannot read %s: %s."), path, strerror(errno));
	return COMMAND_UNAVAILABLE;
}

static enum command_exit read_directory(DIR *dir, struct services *services)
{
	enum command_exit result = COMMAND_DONE;
	const struct dirent *entry;

	while (errno = 0, (entry = readdir(dir)) != NULL)
		if (is_service(entry->d_name) && !read_file(dirfd(dir), entry->d_name, entry->d_name, services))
			result = unreadable(directory);
	return errno != 0 ? unreadable(directory) : result;
}

enum command_exit services_read(struct services *services)
{
	enum command_exit result = COMMAND_DONE;
	DIR *dir = opendir(directory);

	memset(services, 0, sizeof *services);
	if (dir != NULL) {
		result = read_directory(dir, services);
		(void)closedir(dir);
	} else if (errno != ENOENT) {
		result = unreadable(directory);
	} else if (!read_file(AT_FDCWD, single_file, NULL, services)) { /* read by libpam without the directory only */
		result = unreadable(single_file);
	}
	qsort(services->name, services->n, sizeof services->name[0], by_name);
	return result;
}
