/* SPDX-License-Identifier: BSD-2-Clause */
#include "load.h"

#include "language/language.h"
#include "terminal/terminal.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ROOM_AT_FIRST = 64 * 1024 };

/* Pages, not malloc: as they move nothing is copied, so that no keys stay behind where the text was before. */
static bool grow(struct load *load, size_t room)
{
	void *text = load->text == NULL ? mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
	                                : mremap(load->text, load->room, room, MREMAP_MAYMOVE);

	if (text == MAP_FAILED)
		return false;
	load->text = text;
	load->room = room;
	return true;
}

/* Up to the end, growing as it comes: a pipe has no length, and a file may have a new one. */
static enum command_exit take(int fd, const char *where, struct load *load)
{
	ssize_t n;

	for (;;) {
		if (load->len + 1 >= load->room && !grow(load, 2 * load->room)) {
			terminal_error(_("Memory ran out."));
			return COMMAND_UNAVAILABLE;
		}
		n = read(fd, load->text + load->len, load->room - load->len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			terminal_error(_("Cannot read %s: %s."), where, strerror(errno));
			return COMMAND_UNAVAILABLE;
		}
		if (n == 0)
			return COMMAND_DONE; /* fresh pages are zero: the NUL is there */
		load->len += (size_t)n;
		if (load->len > OTP_FOREIGN_MAX) {
			terminal_error(_("%s has more than %d MiB. Import it in parts."), where,
			               OTP_FOREIGN_MAX / 1024 / 1024);
			return COMMAND_USAGE;
		}
	}
}

static enum command_exit open_file(const char *file, int *fd, struct stat *st)
{
	char path[SETTINGS_PATH_MAX + 1];
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;

	if (!command_absolute(file, path)) {
		terminal_error(_("The path \"%s\" is too long."), file);
		return COMMAND_USAGE;
	}
	status = otp_safe_open(path, O_RDONLY, 0600, OTP_FOREIGN_MAX, fd, st, &error);
	if (status == OTP_OK)
		return COMMAND_DONE;
	terminal_error("%s", error.what);
	if (status == OTP_E_UNSAFE)
		terminal_error(
		    _("A file that holds a key must be root's alone. Or give it on standard input: < \"%s\"."), path);
	return status == OTP_E_NOT_FOUND ? COMMAND_NOT_FOUND : COMMAND_UNAVAILABLE;
}

enum command_exit load_file(const char *file, struct load *load)
{
	struct stat st = {.st_size = 0};
	int fd = STDIN_FILENO;
	size_t room = ROOM_AT_FIRST;
	enum command_exit result;

	*load = (struct load){.text = NULL};
	if (file != NULL && (result = open_file(file, &fd, &st)) != COMMAND_DONE)
		return result;
	if ((size_t)st.st_size + 2 > room)
		room = (size_t)st.st_size + 2; /* the NUL, and a byte to see that nothing follows */
	if (grow(load, room)) {
		result = take(fd, file != NULL ? file : _("standard input"), load);
	} else {
		terminal_error(_("Memory ran out."));
		result = COMMAND_UNAVAILABLE;
	}
	if (file != NULL)
		(void)close(fd);
	return result;
}

void load_wipe(struct load *load)
{
	if (load->text != NULL) {
		explicit_bzero(load->text, load->len);
		(void)munmap(load->text, load->room);
	}
	*load = (struct load){.text = NULL};
}
