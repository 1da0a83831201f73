/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preloaded into knock: memory runs out. Between the getppid() calls that knock puts around libpam's functions, the
 * allocation whose number is in STARVE_AT fails, and with STARVE_FOR_GOOD every later one. STARVE_COUNT names a file
 * that receives how many there were. libcrypto and the account database are in use before, as they are in sshd: what
 * they do when their own beginnings fail is not the module's. Where a library does not look at its allocations and the
 * process dies of that, it says "died in LIBRARY" and exits with 3.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

/* glibc's own, which it exports for this. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *memory, size_t size);

static bool inside;
static unsigned long allocations, starve_at;
static bool for_good;

static bool starves(void)
{
	if (!inside)
		return false;
	allocations++;
	if (allocations != starve_at && !(for_good && starve_at != 0 && allocations > starve_at))
		return false;
	errno = ENOMEM;
	return true;
}

EXPORTED void *malloc(size_t size)
{
	return starves() ? NULL : __libc_malloc(size);
}

EXPORTED void *calloc(size_t n, size_t size)
{
	return starves() ? NULL : __libc_calloc(n, size);
}

EXPORTED void *realloc(void *memory, size_t size)
{
	return starves() ? NULL : __libc_realloc(memory, size);
}

/* Whose call it was: the first frame that is neither ours nor the C library's, which is handed the bad pointer. */
static void say_where(int signal)
{
	void *frames[32];
	int n = backtrace(frames, 32);

	(void)signal;
	for (int i = 0; i < n; i++) {
		Dl_info info;

		if (dladdr(frames[i], &info) == 0 || info.dli_fname == NULL ||
		    strstr(info.dli_fname, "starve") != NULL || strstr(info.dli_fname, "libc.so") != NULL)
			continue;
		(void)dprintf(STDERR_FILENO, "died in %s\n", info.dli_fname);
		break;
	}
	_exit(3);
}

static void watch_for_death(void)
{
	struct sigaction action = {.sa_handler = say_where};
	void *frame[1];

	(void)backtrace(frame, 1); /* loads what it needs now */
	if (sigaction(SIGSEGV, &action, NULL) != 0 || sigaction(SIGABRT, &action, NULL) != 0)
		abort();
}

static void use_libraries(void)
{
	static const char *const digests[] = {"SHA1", "SHA256"};
	unsigned char value[EVP_MAX_MD_SIZE];

	(void)getpwnam("root");
	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++)
		EVP_MD_free(EVP_MD_fetch(NULL, digests[i], NULL));
	EVP_CIPHER_free(EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL));
	if (HMAC(EVP_sha256(), "", 0, value, 0, value, NULL) == NULL)
		abort();
}

static void tell(void)
{
	const char *path = getenv("STARVE_COUNT");
	char line[32];
	int len = snprintf(line, sizeof line, "%lu\n", allocations);
	int fd = path != NULL ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

	if (fd >= 0 && (write(fd, line, (size_t)len) != len || close(fd) != 0))
		abort();
}

EXPORTED pid_t getppid(void)
{
	const char *at = getenv("STARVE_AT");

	if (inside) {
		inside = false;
		tell();
	} else {
		use_libraries();
		watch_for_death();
		starve_at = at != NULL ? strtoul(at, NULL, 10) : 0;
		for_good = getenv("STARVE_FOR_GOOD") != NULL;
		allocations = 0;
		inside = true;
	}
	return (pid_t)syscall(SYS_getppid);
}
