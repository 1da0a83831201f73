/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * remains: a process that goes through a transaction in which a key is shown; and a look into all of a process's memory
 * for that key (product §10, rule 4). Used by enroll_qr.sh.
 *
 *   remains go KEYFILE CONFDIR SERVICE USER ANSWER...   answers as knock takes them; one of them writes the key to
 *                                                       KEYFILE, in base32. Afterwards it looks into itself
 *   remains look KEYFILE PID                            for the key as text, in another process
 *
 * Prints "gone", or where the key was found. `go` looks for the key's bytes, too, and prints "found" for each of the
 * two if it finds it once it has put it into its memory itself, without which the first word would mean nothing.
 */
#include "visit.h"

#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In base32, and its bytes. Kept masked, so that it is not what is found. */
enum { TEXT = 32, MASK = 0x5a, CHUNK = 1 << 16 };

/* What is freed stays in the process, below this. */
enum { HEAP = 1 << 24 };

struct wanted {
	size_t len;
	unsigned char masked[TEXT];
};

static unsigned char chunk[CHUNK + TEXT];

static void read_key(const char *path, struct wanted *text, struct wanted *bytes)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned held = 0, value = 0;

	text->len = TEXT;
	bytes->len = 0;
	for (size_t i = 0; i < TEXT; i++) {
		const char *place;
		char c;

		if (fd < 0 || read(fd, &c, 1) != 1 || c == '\0' || (place = strchr(alphabet, c)) == NULL)
			visit_unable(path);
		text->masked[i] = (unsigned char)(c ^ MASK);
		value = (value << 5 | (unsigned)(place - alphabet)) & 0xfff;
		if ((held += 5) >= 8) {
			held -= 8;
			bytes->masked[bytes->len++] = (unsigned char)((value >> held & 0xff) ^ MASK);
		}
	}
	(void)close(fd);
}

static bool is_here(const unsigned char *at, const struct wanted *wanted)
{
	for (size_t i = 0; i < wanted->len; i++)
		if ((at[i] ^ MASK) != wanted->masked[i])
			return false;
	return true;
}

/* Pieces overlap by the longest of what is wanted. Our own copy of the piece is passed over. */
static bool search_range(int memory, uintptr_t from, uintptr_t to, const struct wanted wanted[2])
{
	for (uintptr_t at = from; at < to; at += CHUNK) {
		size_t len = to - at < sizeof chunk ? to - at : sizeof chunk;
		ssize_t n = pread(memory, chunk, len, (off_t)at);

		for (ssize_t i = 0; i < n; i++) {
			uintptr_t place = at + (uintptr_t)i;

			if (place >= (uintptr_t)chunk && place < (uintptr_t)chunk + sizeof chunk)
				continue;
			for (int kind = 0; kind < 2; kind++)
				if (wanted[kind].len > 0 && n - i >= (ssize_t)wanted[kind].len &&
				    is_here(chunk + i, &wanted[kind]))
					return true;
		}
	}
	return false;
}

/* A process's directory in /proc. A wanted thing of no length is found nowhere. */
static bool search(const char *process, const struct wanted wanted[2], bool aloud)
{
	char path[64], line[512];
	FILE *maps;
	int memory;
	bool found = false;

	(void)snprintf(path, sizeof path, "%s/maps", process);
	maps = fopen(path, "re");
	(void)snprintf(path, sizeof path, "%s/mem", process);
	memory = open(path, O_RDONLY | O_CLOEXEC);

	if (maps == NULL || memory < 0)
		visit_unable(process);
	while (fgets(line, sizeof line, maps) != NULL) {
		uintptr_t from, to;

		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " r", &from, &to) != 2 || strstr(line, "[vvar]") != NULL ||
		    !search_range(memory, from, to, wanted))
			continue;
		found = true;
		if (aloud)
			(void)printf("found in %s", line);
	}
	(void)fclose(maps);
	(void)close(memory);
	return found;
}

static int look(const char *key_file, const char *pid)
{
	struct wanted wanted[2];
	char process[64];

	read_key(key_file, &wanted[0], &wanted[1]);
	wanted[1].len = 0;
	(void)snprintf(process, sizeof process, "/proc/%s", pid);
	if (!search(process, wanted, true))
		(void)puts("gone");
	return EXIT_SUCCESS;
}

static int go(const char *key_file, struct visit *one)
{
	static const char self[] = "/proc/self";
	struct wanted wanted[2];
	unsigned char *copy;

	if (mallopt(M_TRIM_THRESHOLD, HEAP) != 1 || mallopt(M_MMAP_THRESHOLD, HEAP) != 1 ||
	    (copy = malloc(TEXT)) == NULL)
		visit_unable("memory");
	(void)visit(one);
	read_key(key_file, &wanted[0], &wanted[1]);
	if (!search(self, wanted, true))
		(void)puts("gone");
	for (int kind = 0; kind < 2; kind++) {
		for (size_t i = 0; i < wanted[kind].len; i++)
			copy[i] = wanted[kind].masked[i] ^ MASK;
		if (search(self, wanted, false))
			(void)puts("found");
	}
	free(copy);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct plan plan = {.calls = "authenticate", .authtok = "a password"};
	struct visit one = {.plan = &plan};

	if (argc == 4 && strcmp(argv[1], "look") == 0)
		return look(argv[2], argv[3]);
	if (argc < 7 || strcmp(argv[1], "go") != 0)
		return VISIT_UNABLE;
	plan.confdir = argv[3];
	plan.service = argv[4];
	one.user = argv[5];
	one.answers = argv + 6;
	one.n_answers = argc - 6;
	return go(argv[2], &one);
}
