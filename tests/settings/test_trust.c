/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which settings files are believed (product §9.1), and what reading one leaves behind in sshd or sudo: nothing (§10,
 * rule 8).
 */
#include "scratch.h"
#include "settings.h"

#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char good[] = "contact = \"believed\";\n";
static const char wrong[] = "policy = { look_ahead = 99; };\n";

/* Read the file; a refusal names it, or the directory that it is about. */
static enum otp_status status_of(const char *name)
{
	char culprit[SCRATCH_PATH_MAX];
	struct settings settings;
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status = settings_read(scratch_path(name), NULL, &settings, &error);

	assert_int_equal(error.status, status);
	(void)snprintf(culprit, sizeof culprit, "%.*s", (int)strcspn(name, "/"), name);
	if (status != OTP_OK)
		assert_non_null(strstr(error.what, culprit));
	else
		assert_string_equal(settings.contact, "believed");
	return status;
}

/* ---- trust ---- */

static void only_root_may_write_the_file(void **state)
{
	static const mode_t safe[] = {0644, 0640, 0600, 0400, 0444};
	static const mode_t unsafe[] = {0664, 0646, 0666, 0620, 0602, 0777, 04644};

	(void)state;
	for (size_t i = 0; i < sizeof safe / sizeof *safe; i++) {
		scratch_write("vipotp.conf", good, strlen(good), safe[i]);
		assert_int_equal(status_of("vipotp.conf"), OTP_OK);
	}
	for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++) {
		scratch_write("vipotp.conf", good, strlen(good), unsafe[i]);
		assert_int_equal(status_of("vipotp.conf"), OTP_E_UNSAFE);
	}
}

static void the_file_must_be_roots(void **state)
{
	(void)state;
	scratch_write("vipotp.conf", good, strlen(good), 0644);
	assert_int_equal(chown(scratch_path("vipotp.conf"), 65534, 0), 0);
	assert_int_equal(status_of("vipotp.conf"), OTP_E_UNSAFE);
}

static void links_are_not_followed(void **state)
{
	char other[SCRATCH_PATH_MAX];

	(void)state;
	(void)snprintf(other, sizeof other, "%s", scratch_write("original", good, strlen(good), 0644));
	assert_int_equal(symlink(other, scratch_path("symlink")), 0);
	assert_int_equal(status_of("symlink"), OTP_E_UNSAFE);
	assert_int_equal(symlink("nowhere", scratch_path("dangling")), 0);
	assert_int_equal(status_of("dangling"), OTP_E_UNSAFE);
	assert_int_equal(status_of("original"), OTP_OK);
	assert_int_equal(link(other, scratch_path("hardlink")), 0);
	assert_int_equal(status_of("hardlink"), OTP_E_UNSAFE);
	assert_int_equal(status_of("original"), OTP_E_UNSAFE);
}

/* Nobody writes to the FIFO: an open that waits would hang here. */
static void other_things_than_files_are_refused(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(scratch_path("fifo"), 0644), 0);
	assert_int_equal(status_of("fifo"), OTP_E_UNSAFE);
	assert_int_equal(mkdir(scratch_path("directory"), 0755), 0);
	assert_int_equal(status_of("directory"), OTP_E_UNSAFE);
}

static void the_directory_must_be_safe(void **state)
{
	char inside[SCRATCH_PATH_MAX];

	(void)state;
	assert_int_equal(mkdir(scratch_path("open"), 0755), 0);
	scratch_write("open/vipotp.conf", good, strlen(good), 0644);
	assert_int_equal(status_of("open/vipotp.conf"), OTP_OK);
	assert_int_equal(chmod(scratch_path("open"), 0775), 0);
	assert_int_equal(status_of("open/vipotp.conf"), OTP_E_UNSAFE);
	assert_int_equal(chmod(scratch_path("open"), 01777), 0);
	assert_int_equal(status_of("open/vipotp.conf"), OTP_E_UNSAFE);
	assert_int_equal(chmod(scratch_path("open"), 0755), 0);
	(void)snprintf(inside, sizeof inside, "%s", scratch_path("open"));
	assert_int_equal(symlink(inside, scratch_path("linked")), 0);
	assert_int_equal(status_of("linked/vipotp.conf"), OTP_E_UNSAFE);
	assert_int_equal(unlink(scratch_path("open/vipotp.conf")), 0);
}

static void files_have_64_kib_at_most(void **state)
{
	enum { MOST = 64 * 1024 };
	char *text = malloc(MOST + 1);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', MOST + 1);
	memcpy(text + MOST - strlen(good), good, strlen(good));
	scratch_write("vipotp.conf", text, MOST, 0644);
	assert_int_equal(status_of("vipotp.conf"), OTP_OK);
	scratch_write("vipotp.conf", text, MOST + 1, 0644);
	assert_int_equal(status_of("vipotp.conf"), OTP_E_UNSAFE);
	free(text);
}

/* ---- the host ---- */

/* Read files of every fate: good, wrong in meaning, in syntax, before parsing, absent, unsafe. */
static void read_everything(void)
{
	static const char *const texts[] = {good, wrong, "policy = {\n drift 5; };",
	                                    "policy = { drift = 1; drift = 1; };", "contact = \"open"};
	struct settings settings;
	struct otp_error error;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *file = scratch_write("vipotp.conf", texts[i], strlen(texts[i]), 0644);

		assert_int_equal(settings_read(file, "sshd", &settings, &error), i == 0 ? OTP_OK : OTP_E_INVALID);
	}
	assert_int_equal(status_of("absent"), OTP_E_NOT_FOUND);
	assert_int_equal(chmod(scratch_path("vipotp.conf"), 0666), 0);
	assert_int_equal(status_of("vipotp.conf"), OTP_E_UNSAFE);
}

/* libconfig 1.5 would leave the thread with the global locale. */
static void the_locale_is_as_before(void **state)
{
	locale_t own = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
	locale_t before;

	(void)state;
	assert_true(own != (locale_t)0);
	before = uselocale(own);
	read_everything();
	assert_true(uselocale((locale_t)0) == own);
	(void)uselocale(LC_GLOBAL_LOCALE);
	read_everything();
	assert_true(uselocale((locale_t)0) == LC_GLOBAL_LOCALE);
	assert_string_equal(setlocale(LC_ALL, NULL), "C");
	(void)uselocale(before);
	freelocale(own);
}

static unsigned open_descriptors(void)
{
	DIR *entries = opendir("/proc/self/fd");
	unsigned n = 0;

	assert_non_null(entries);
	while (readdir(entries) != NULL)
		n++;
	(void)closedir(entries);
	return n;
}

static void no_descriptor_stays_open(void **state)
{
	unsigned before = open_descriptors();

	(void)state;
	read_everything();
	assert_int_equal(open_descriptors(), before);
}

/* Bytes that malloc has given out. The first reading lets the C library make what it keeps for itself. */
static void no_memory_stays_taken(void **state)
{
	size_t before;

	(void)state;
	read_everything();
	before = mallinfo2().uordblks;
	read_everything();
	assert_int_equal(mallinfo2().uordblks, before);
}

/* What a library might print goes to the peer of a network service. */
static void nothing_is_printed(void **state)
{
	int out = open(scratch_path("printed"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int saved_out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	int saved_err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	struct stat st;

	(void)state;
	assert_true(out >= 0 && saved_out >= 0 && saved_err >= 0);
	(void)fflush(NULL);
	(void)dup2(out, STDOUT_FILENO);
	(void)dup2(out, STDERR_FILENO);
	read_everything();
	(void)fflush(NULL);
	(void)dup2(saved_out, STDOUT_FILENO);
	(void)dup2(saved_err, STDERR_FILENO);
	(void)close(saved_out);
	(void)close(saved_err);
	assert_int_equal(fstat(out, &st), 0);
	assert_int_equal(st.st_size, 0);
	(void)close(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_root_may_write_the_file), cmocka_unit_test(the_file_must_be_roots),
	    cmocka_unit_test(links_are_not_followed),       cmocka_unit_test(other_things_than_files_are_refused),
	    cmocka_unit_test(the_directory_must_be_safe),   cmocka_unit_test(files_have_64_kib_at_most),
	    cmocka_unit_test(the_locale_is_as_before),      cmocka_unit_test(no_descriptor_stays_open),
	    cmocka_unit_test(no_memory_stays_taken),        cmocka_unit_test(nothing_is_printed),
	};
	int failed;

	scratch_begin();
	failed = cmocka_run_group_tests_name("settings: trust and trace", tests, NULL, NULL);
	scratch_end();
	return failed;
}
