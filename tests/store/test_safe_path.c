/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The path rules (product §9.1, §10 rule 5): each MUST of libotp/store/safe_path.h, by a test named after it. What is
 * refused must be refused without waiting, and must leave no descriptor behind.
 */
#include "../settings/scratch.h"
#include "store/safe_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH_LEN = SCRATCH_PATH_MAX, MAX_SIZE = 100 };

/* The way to the file: every one of these is a component that a test makes bad. */
static const char *const components[] = {"one", "one/two", "one/two/three"};
enum { COMPONENTS = sizeof components / sizeof *components };

static char file[PATH_LEN]; /* one/two/three/file, 0600, ten bytes */

static void path_to(const char *name, char path[PATH_LEN])
{
	(void)snprintf(path, PATH_LEN, "%s", scratch_path(name));
}

static int begin(void **state)
{
	(void)state;
	for (size_t i = 0; i < COMPONENTS; i++)
		if (mkdir(scratch_path(components[i]), 0755) != 0)
			return -1;
	path_to("one/two/three/file", file);
	(void)scratch_write("one/two/three/file", "ten bytes.", 10, 0600);
	return 0;
}

static int end(void **state)
{
	char path[PATH_LEN];

	(void)state;
	path_to("one", path);
	if (chown(path, 0, 0) != 0)
		return -1;
	(void)snprintf(path, sizeof path, "rm -rf '%s'", scratch_path("one"));
	return system(path) == 0 ? 0 : -1; /* NOLINT(cert-env33-c): the path is ours */
}

static size_t open_descriptors(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* Open and close; what was opened is close-on-exec, what was not left nothing open. */
static enum otp_status open_as(const char *path, int flags, mode_t allowed)
{
	size_t before = open_descriptors();
	struct otp_error error = {0};
	int fd = 4711;
	enum otp_status status = otp_safe_open(path, flags, allowed, MAX_SIZE, &fd, NULL, &error);

	if (status == OTP_OK) {
		assert_true(fcntl(fd, F_GETFD) == FD_CLOEXEC);
		assert_int_equal(close(fd), 0);
	} else {
		assert_int_equal(fd, -1);
		assert_int_equal(error.status, status);
		assert_string_not_equal(error.what, "");
	}
	assert_int_equal(open_descriptors(), before);
	return status;
}

static enum otp_status open_file(const char *path)
{
	enum otp_status status = open_as(path, O_RDONLY, 0600);

	assert_int_equal(open_as(path, O_RDWR, 0600), status);
	return status;
}

static enum otp_status open_dir(const char *path)
{
	size_t before = open_descriptors();
	struct otp_error error = {0};
	int fd = 4711;
	enum otp_status status = otp_safe_open_dir(path, &fd, &error);

	if (status == OTP_OK) {
		assert_true(fcntl(fd, F_GETFD) == FD_CLOEXEC);
		assert_int_equal(close(fd), 0);
	} else {
		assert_int_equal(fd, -1);
		assert_int_equal(error.status, status);
		assert_string_not_equal(error.what, "");
	}
	assert_int_equal(open_descriptors(), before);
	return status;
}

/* Both doors, from the component on. */
static void assert_way(size_t component, enum otp_status expected)
{
	char path[PATH_LEN];

	for (size_t i = 0; i < COMPONENTS; i++) {
		path_to(components[i], path);
		assert_int_equal(open_dir(path), i < component ? OTP_OK : expected);
	}
	assert_int_equal(open_file(file), expected);
}

static void a_safe_way_is_open(void **state)
{
	(void)state;
	assert_way(COMPONENTS, OTP_OK);
	assert_int_equal(open_dir("/"), OTP_OK);
}

/* ---- every directory from the root on is root's and writable by nobody else ------------------------------ */

static void a_directory_of_another_owner_is_refused_at_each_component(void **state)
{
	char path[PATH_LEN];

	(void)state;
	for (size_t i = 0; i < COMPONENTS; i++) {
		path_to(components[i], path);
		assert_int_equal(chown(path, 1, 0), 0);
		assert_way(i, OTP_E_UNSAFE);
		assert_int_equal(chown(path, 0, 1), 0); /* a group that may not write is no danger */
		assert_way(COMPONENTS, OTP_OK);
	}
}

static void a_directory_that_others_may_write_is_refused_at_each_component(void **state)
{
	static const mode_t modes[] = {0775, 0757, 0777, 01777, 02775, 0720, 0702};
	char path[PATH_LEN];

	(void)state;
	for (size_t i = 0; i < COMPONENTS; i++) {
		path_to(components[i], path);
		for (size_t m = 0; m < sizeof modes / sizeof *modes; m++) {
			assert_int_equal(chmod(path, modes[m]), 0);
			assert_way(i, OTP_E_UNSAFE);
		}
		assert_int_equal(chmod(path, 0700), 0);
		assert_way(COMPONENTS, OTP_OK);
	}
	assert_int_equal(open_as("/tmp/any", O_RDONLY, 0600), OTP_E_UNSAFE);
}

/* ---- no symbolic link is followed, at any component ------------------------------------------------------- */

static void a_symbolic_link_is_refused_at_each_component(void **state)
{
	char path[PATH_LEN], moved[PATH_LEN + 8];

	(void)state;
	for (size_t i = 0; i < COMPONENTS; i++) {
		path_to(components[i], path);
		(void)snprintf(moved, sizeof moved, "%s.moved", path);
		assert_int_equal(rename(path, moved), 0);
		assert_int_equal(symlink(moved, path), 0);
		assert_way(i, OTP_E_UNSAFE);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(symlink(strrchr(moved, '/') + 1, path), 0);
		assert_way(i, OTP_E_UNSAFE);
		assert_int_equal(unlink(path), 0);
		assert_int_equal(rename(moved, path), 0);
	}
	assert_way(COMPONENTS, OTP_OK);
}

static void a_symbolic_link_is_refused_as_the_file(void **state)
{
	char path[PATH_LEN], target[PATH_LEN + 8];
	struct stat st;

	(void)state;
	path_to("one/two/three/link", path);
	assert_int_equal(symlink(file, path), 0);
	assert_int_equal(open_file(path), OTP_E_UNSAFE);
	assert_int_equal(unlink(path), 0);
	(void)snprintf(target, sizeof target, "%s.target", path);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(open_file(path), OTP_E_UNSAFE);
	assert_int_equal(open_as(path, O_RDWR | O_CREAT, 0600), OTP_E_UNSAFE); /* and nothing is made behind it */
	assert_int_equal(stat(target, &st), -1);
}

/* ---- what is opened is judged by its descriptor ----------------------------------------------------------- */

static void a_file_of_another_owner_is_refused(void **state)
{
	(void)state;
	assert_int_equal(chown(file, 1, 0), 0);
	assert_int_equal(open_file(file), OTP_E_UNSAFE);
	assert_int_equal(chown(file, 0, 1), 0); /* whose group its mode gives nothing */
	assert_int_equal(open_file(file), OTP_OK);
}

static void a_mode_bit_outside_the_allowed_is_refused(void **state)
{
	static const mode_t allowed[] = {0600, 0644, 0400};

	(void)state;
	for (size_t a = 0; a < sizeof allowed / sizeof *allowed; a++)
		for (mode_t bit = 1; bit <= 04000; bit <<= 1) {
			mode_t mode = (0400 & allowed[a]) | bit;

			assert_int_equal(chmod(file, mode), 0);
			assert_int_equal(open_as(file, O_RDONLY, allowed[a]),
			                 (mode & ~allowed[a]) == 0 ? OTP_OK : OTP_E_UNSAFE);
		}
}

static void a_file_with_a_second_name_is_refused(void **state)
{
	char second[PATH_LEN];

	(void)state;
	path_to("one/second", second);
	assert_int_equal(link(file, second), 0);
	assert_int_equal(open_file(file), OTP_E_UNSAFE);
	assert_int_equal(open_file(second), OTP_E_UNSAFE);
	assert_int_equal(unlink(second), 0);
	assert_int_equal(open_file(file), OTP_OK);
}

static void a_file_that_is_too_large_is_refused(void **state)
{
	(void)state;
	assert_int_equal(truncate(file, MAX_SIZE), 0);
	assert_int_equal(open_file(file), OTP_OK);
	assert_int_equal(truncate(file, MAX_SIZE + 1), 0);
	assert_int_equal(open_file(file), OTP_E_UNSAFE);
	assert_int_equal(truncate(file, (off_t)1 << 40), 0);
	assert_int_equal(open_file(file), OTP_E_UNSAFE);
	assert_int_equal(truncate(file, 0), 0);
	assert_int_equal(open_file(file), OTP_OK);
}

static void a_directory_is_no_file(void **state)
{
	char path[PATH_LEN];

	(void)state;
	path_to("one/two", path);
	assert_int_equal(open_file(path), OTP_E_UNSAFE);
}

static void a_file_is_no_directory(void **state)
{
	char below[PATH_LEN + 8];

	(void)state;
	assert_int_equal(open_dir(file), OTP_E_UNSAFE);
	(void)snprintf(below, sizeof below, "%s/below", file);
	assert_int_equal(open_file(below), OTP_E_UNSAFE);
}

static void a_socket_is_refused(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char path[PATH_LEN];
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	path_to("one/socket", path);
	assert_true(strlen(path) < sizeof address.sun_path);
	memcpy(address.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(open_file(path), OTP_E_UNSAFE);
	assert_int_equal(close(fd), 0);
}

/* ---- nothing that is opened can block, and every descriptor is close-on-exec ------------------------------ */

static void a_fifo_is_refused_and_does_not_block(void **state)
{
	char path[PATH_LEN];

	(void)state;
	path_to("one/fifo", path);
	assert_int_equal(mkfifo(path, 0600), 0);
	(void)alarm(60); /* a wait would be for ever */
	assert_int_equal(open_as(path, O_RDONLY, 0600), OTP_E_UNSAFE);
	assert_int_equal(open_as(path, O_WRONLY, 0600), OTP_E_UNSAFE);
	assert_int_equal(open_as(path, O_RDWR, 0600), OTP_E_UNSAFE);
	assert_int_equal(open_as(path, O_RDWR | O_CREAT, 0600), OTP_E_UNSAFE);
	assert_int_equal(open_dir(path), OTP_E_UNSAFE);
	(void)alarm(0);
}

static void a_device_is_refused(void **state)
{
	static const struct {
		mode_t type;
		unsigned major, minor;
	} devices[] = {{S_IFCHR, 1, 3}, {S_IFCHR, 5, 0}, {S_IFBLK, 7, 99}};
	struct statvfs where;
	char path[PATH_LEN];

	(void)state;
	assert_int_equal(statvfs(scratch_path("one"), &where), 0);
	path_to("one/device", path);
	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
		if (mknod(path, devices[i].type | 0600, makedev(devices[i].major, devices[i].minor)) != 0) {
			print_message("# no device can be made here: %s\n", strerror(errno));
			return;
		}
		(void)alarm(60);
		assert_int_not_equal(open_as(path, O_RDONLY, 0600), OTP_OK);
		assert_int_not_equal(open_as(path, O_RDWR, 0600), OTP_OK);
		(void)alarm(0);
		if (i == 0 && (where.f_flag & ST_NODEV) == 0)
			assert_int_equal(open_as(path, O_RDWR, 0600), OTP_E_UNSAFE);
		assert_int_equal(unlink(path), 0);
	}
}

static void what_is_opened_is_what_was_asked_for(void **state)
{
	struct stat st, expected;
	char bytes[16];
	int fd;

	(void)state;
	assert_int_equal(otp_safe_open(file, O_RDONLY, 0600, MAX_SIZE, &fd, &st, NULL), OTP_OK);
	assert_int_equal(stat(file, &expected), 0);
	assert_int_equal(st.st_ino, expected.st_ino);
	assert_int_equal(st.st_size, 10);
	assert_int_equal(read(fd, bytes, sizeof bytes), 10);
	assert_memory_equal(bytes, "ten bytes.", 10);
	assert_int_equal(close(fd), 0);
}

static void in_an_open_directory_the_same_rules_hold(void **state)
{
	char path[PATH_LEN], link_path[PATH_LEN];
	struct stat st;
	int dir, fd;

	(void)state;
	path_to("one/two/three", path);
	assert_int_equal(otp_safe_open_dir(path, &dir, NULL), OTP_OK);
	assert_int_equal(otp_safe_open_at(dir, "file", O_RDWR, 0600, MAX_SIZE, &fd, &st, "it", NULL), OTP_OK);
	assert_true(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	assert_int_equal(close(fd), 0);
	path_to("one/two/three/link", link_path);
	assert_int_equal(symlink("file", link_path), 0);
	assert_int_equal(otp_safe_open_at(dir, "link", O_RDWR, 0600, MAX_SIZE, &fd, &st, "it", NULL), OTP_E_UNSAFE);
	assert_int_equal(fd, -1);
	assert_int_equal(otp_safe_open_at(dir, "none", O_RDWR, 0600, MAX_SIZE, &fd, &st, "it", NULL), OTP_E_NOT_FOUND);
	assert_int_equal(otp_safe_open_at(dir, "made", O_RDWR | O_CREAT, 0600, MAX_SIZE, &fd, &st, "it", NULL), OTP_OK);
	assert_int_equal(st.st_mode & 07777 & ~(mode_t)0600, 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(close(dir), 0);
}

/* ---- paths -------------------------------------------------------------------------------------------------- */

static void a_relative_path_is_refused(void **state)
{
	static const char *const paths[] = {"", "file", "one/two", "./file", "../etc/passwd", "."};

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		assert_int_equal(open_as(paths[i], O_RDONLY, 0644), OTP_E_INVALID);
		assert_int_equal(open_dir(paths[i]), OTP_E_INVALID);
		assert_int_equal(otp_safe_make_dir(paths[i], NULL), OTP_E_INVALID);
	}
	assert_int_equal(open_as("/etc/", O_RDONLY, 0644), OTP_E_INVALID);
	assert_int_equal(open_as("/", O_RDONLY, 0644), OTP_E_INVALID);
}

static void a_path_may_be_written_in_any_way(void **state)
{
	char path[2 * PATH_LEN];

	(void)state;
	(void)snprintf(path, sizeof path, "///%s//.//two/./three///", scratch_path("one"));
	assert_int_equal(open_dir(path), OTP_OK);
	(void)snprintf(path, sizeof path, "%s/two/../two/three/file", scratch_path("one"));
	assert_int_equal(open_file(path), OTP_OK);
}

static void what_is_absent_is_not_found(void **state)
{
	char path[PATH_LEN];

	(void)state;
	path_to("one/two/none", path);
	assert_int_equal(open_file(path), OTP_E_NOT_FOUND);
	assert_int_equal(open_dir(path), OTP_E_NOT_FOUND);
	path_to("one/none/three/file", path);
	assert_int_equal(open_file(path), OTP_E_NOT_FOUND);
	assert_int_equal(open_dir(path), OTP_E_NOT_FOUND);
}

static void a_path_that_is_too_long_is_refused(void **state)
{
	char path[PATH_MAX + 32];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/%0300d", scratch_path("one"), 0);
	assert_int_not_equal(open_dir(path), OTP_OK);
	assert_int_not_equal(open_file(path), OTP_OK);
	memset(path, '/', sizeof path);
	path[sizeof path - 2] = 'x';
	path[sizeof path - 1] = '\0';
	assert_int_not_equal(open_file(path), OTP_OK);
	path[1] = 'r'; /* /r/…: another first component */
	assert_int_not_equal(open_dir(path), OTP_OK);
}

/* ---- making a directory ------------------------------------------------------------------------------------- */

static void a_directory_is_made_for_root_alone(void **state)
{
	static const mode_t masks[] = {0, 022, 077};
	char path[PATH_LEN], name[16];
	struct stat st;

	(void)state;
	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		mode_t before = umask(masks[i]);

		(void)snprintf(name, sizeof name, "one/made-%zu", i);
		path_to(name, path);
		assert_int_equal(otp_safe_make_dir(path, NULL), OTP_OK);
		assert_int_equal(umask(before), masks[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_true(S_ISDIR(st.st_mode));
		assert_int_equal(st.st_mode & 07777, 0700);
		assert_int_equal(otp_safe_make_dir(path, NULL), OTP_OK); /* it is there already */
		assert_int_equal(open_dir(path), OTP_OK);
	}
}

static void no_directory_is_made_on_an_unsafe_way(void **state)
{
	char path[PATH_LEN], link_path[PATH_LEN];
	struct stat st;

	(void)state;
	path_to("one/two", path);
	assert_int_equal(chmod(path, 0777), 0);
	path_to("one/two/made", path);
	assert_int_equal(otp_safe_make_dir(path, NULL), OTP_E_UNSAFE);
	assert_int_equal(stat(path, &st), -1);
	path_to("one/two", path);
	assert_int_equal(chmod(path, 0755), 0);
	path_to("one/link", link_path);
	assert_int_equal(symlink("two", link_path), 0);
	path_to("one/link/made", path);
	assert_int_equal(otp_safe_make_dir(path, NULL), OTP_E_UNSAFE);
	path_to("one/two/made", path);
	assert_int_equal(stat(path, &st), -1);
	path_to("one/none/made", path);
	assert_int_equal(otp_safe_make_dir(path, NULL), OTP_E_NOT_FOUND);
}

/* Whatever umask and group the host has: a login makes it, and a service is reached through it. */
static void a_shared_directory_is_made_for_everybody_to_pass(void **state)
{
	static const mode_t masks[] = {0, 022, 077, 0777};

	(void)state;
	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
		char name[16], path[PATH_LEN];
		mode_t before = umask(masks[i]);
		struct stat st;

		(void)snprintf(name, sizeof name, "one/shared-%zu", i);
		path_to(name, path);
		assert_int_equal(setegid(1), 0);
		assert_int_equal(otp_safe_make_shared_dir(path, NULL), OTP_OK);
		assert_int_equal(setegid(0), 0);
		assert_int_equal(umask(before), masks[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode, S_IFDIR | 0755);
		assert_int_equal(st.st_uid, 0);
		assert_int_equal(st.st_gid, 0);
		assert_int_equal(chmod(path, 0750), 0);
		assert_int_equal(otp_safe_make_shared_dir(path, NULL), OTP_OK); /* there already: it stays as it is */
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode, S_IFDIR | 0750);
	}
}

static void no_shared_directory_is_made_on_an_unsafe_way(void **state)
{
	char path[PATH_LEN], link_path[PATH_LEN];
	size_t before = open_descriptors();
	struct stat st;

	(void)state;
	path_to("one/link", link_path);
	assert_int_equal(symlink("two", link_path), 0);
	path_to("one/link/made", path);
	assert_int_equal(otp_safe_make_shared_dir(path, NULL), OTP_E_UNSAFE);
	path_to("one/two", path);
	assert_int_equal(chmod(path, 0777), 0);
	path_to("one/two/made", path);
	assert_int_equal(otp_safe_make_shared_dir(path, NULL), OTP_E_UNSAFE);
	assert_int_equal(stat(path, &st), -1);
	/* A link in its place is neither followed nor changed; to open it is refused by its own rule. */
	assert_int_equal(otp_safe_make_shared_dir(link_path, NULL), OTP_OK);
	assert_int_equal(stat(link_path, &st), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0777);
	assert_int_equal(open_descriptors(), before);
}

#define RULE(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    RULE(a_safe_way_is_open),
	    RULE(a_directory_of_another_owner_is_refused_at_each_component),
	    RULE(a_directory_that_others_may_write_is_refused_at_each_component),
	    RULE(a_symbolic_link_is_refused_at_each_component),
	    RULE(a_symbolic_link_is_refused_as_the_file),
	    RULE(a_file_of_another_owner_is_refused),
	    RULE(a_mode_bit_outside_the_allowed_is_refused),
	    RULE(a_file_with_a_second_name_is_refused),
	    RULE(a_file_that_is_too_large_is_refused),
	    RULE(a_directory_is_no_file),
	    RULE(a_file_is_no_directory),
	    RULE(a_socket_is_refused),
	    RULE(a_fifo_is_refused_and_does_not_block),
	    RULE(a_device_is_refused),
	    RULE(what_is_opened_is_what_was_asked_for),
	    RULE(in_an_open_directory_the_same_rules_hold),
	    RULE(a_relative_path_is_refused),
	    RULE(a_path_may_be_written_in_any_way),
	    RULE(what_is_absent_is_not_found),
	    RULE(a_path_that_is_too_long_is_refused),
	    RULE(a_directory_is_made_for_root_alone),
	    RULE(no_directory_is_made_on_an_unsafe_way),
	    RULE(a_shared_directory_is_made_for_everybody_to_pass),
	    RULE(no_shared_directory_is_made_on_an_unsafe_way),
	};
	int failed;

	scratch_begin();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scratch_end();
	return failed;
}
