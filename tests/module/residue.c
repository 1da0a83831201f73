/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preloaded, it looks into every block of memory that is given back, and tells on standard error which library does so
 * while the block holds a secret: "residue: pam_vipotp.so". The secret is in the environment, RESIDUE, as hexadecimal
 * digits, so that the environment does not hold it. Used by split.sh.
 */
#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

extern void __libc_free(void *block);

static unsigned char secret[128];
static size_t len;

__attribute__((constructor)) static void read_secret(void)
{
	const char *hex = getenv("RESIDUE");
	unsigned byte;

	for (; hex != NULL && len < sizeof secret && sscanf(hex, "%2x", &byte) == 1; hex += 2)
		secret[len++] = (unsigned char)byte;
}

static void tell(const void *caller)
{
	Dl_info library;
	char line[256];
	const char *path = dladdr(caller, &library) != 0 ? library.dli_fname : "unknown";
	const char *slash = strrchr(path, '/');
	int n = snprintf(line, sizeof line, "residue: %s\n", slash != NULL ? slash + 1 : path);

	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		_exit(2);
}

EXPORTED void free(void *block)
{
	if (block != NULL && len > 0 && memmem(block, malloc_usable_size(block), secret, len) != NULL)
		tell(__builtin_return_address(0));
	__libc_free(block);
}
