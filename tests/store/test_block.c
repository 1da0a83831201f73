/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a power cut, a death or a failing disk may leave of a record's file (product §9.1, libotp/store/block.h).
 *
 * The file backend's own writes are watched: pwritev2 is wrapped by the linker (-Wl,--wrap). The file stands for the
 * page cache; `disk` holds what a power cut would leave. A durable write carries its block from the one to the other,
 * sector by sector, and may be cut in between at any of them; a write without sync may or may not get there. After
 * every single write every image that a cut could leave now is read back: it must be a state that was answered last, or
 * one that was tried after it.
 */
#include "../settings/scratch.h"
#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>

ssize_t __real_pwritev2(int fd, const struct iovec *iov, int n, off_t offset, int flags);
ssize_t __wrap_pwritev2(int fd, const struct iovec *iov, int n, off_t offset, int flags);
int __real_fsync(int fd);
int __wrap_fsync(int fd);

static const struct otp_block_key key = {.key = "a subkey of the sealing key....", .space = "users"};
static const char name[] = "alice";

enum { SECTOR = 512, SECTORS = OTP_BLOCK / SECTOR, BLOCKS = OTP_FILE_SIZE / OTP_BLOCK };

/* What becomes of a durable write. */
enum fate {
	SUCCEEDS,
	DIES_BEFORE,       /* the process is killed before the call */
	DIES_IN_CACHE,     /* within it: the page cache has the bytes, the disk not */
	DIES_DURABLE,      /* after it */
	DIES_SETTLED,      /* after the hint that follows */
	FAILS_LOST,        /* EIO; nothing got to the disk */
	FAILS_LANDED,      /* EIO; everything did */
	FAILS_HEAD,        /* EIO; the first sector did */
	FAILS_TAIL,        /* EIO; all but the first did */
	FAILS_AND_DIES,    /* EIO; killed before the old bytes are put back */
	FAILS_NO_PUT_BACK, /* EIO, and putting the old bytes back fails too */
	FATES,
};

static struct {
	bool watching;
	uint8_t disk[OTP_FILE_SIZE];
	uint8_t cache[OTP_FILE_SIZE]; /* the file's bytes, as last read */
	enum fate fate;
	int fated;    /* which durable write of the update the fate meets: 0 or 1 */
	int durables; /* durable writes of the update so far */
	bool met;     /* the fate has been met */
	sigjmp_buf death;
	int fd;
	uint64_t answered, tried; /* numbers of states */
	unsigned long images, read, deaths, failures;
	int dir_syncs;
	bool dir_sync_fails;
	char record[SCRATCH_PATH_MAX];
} world;

/* ---- states to tell apart ------------------------------------------------------------------------------- */

/* Sparse states differ in eight bytes, as those of two logins do; dense ones in all. */
static bool dense;

static void print_state(uint64_t number, struct otp_stored *stored)
{
	stored->state_len = OTP_STATE_MAX;
	memset(stored->state, dense ? (int)(number % 251) + 1 : 's', OTP_STATE_MAX);
	memcpy(stored->state, &number, sizeof number);
	memcpy(stored->state + OTP_STATE_MAX - sizeof number, &number, sizeof number);
}

static uint64_t number_of(const struct otp_stored *stored)
{
	struct otp_stored expected;
	uint64_t number;

	assert_int_equal(stored->state_len, OTP_STATE_MAX);
	memcpy(&number, stored->state, sizeof number);
	print_state(number, &expected);
	assert_memory_equal(stored->state, expected.state, OTP_STATE_MAX); /* no mixture */
	return number;
}

/* ---- the disk ------------------------------------------------------------------------------------------- */

static void read_cache(void)
{
	int fd = open(world.record, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, world.cache, sizeof world.cache, 0), sizeof world.cache);
	assert_int_equal(close(fd), 0);
}

static void write_cache(const uint8_t bytes[OTP_FILE_SIZE])
{
	int fd = open(world.record, O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, OTP_FILE_SIZE, 0), OTP_FILE_SIZE);
	assert_int_equal(close(fd), 0);
	read_cache();
}

/* The chosen sectors of a block of the cache get to the disk. */
static void land(unsigned block, unsigned sectors)
{
	for (unsigned s = 0; s < SECTORS; s++)
		if ((sectors >> s & 1) != 0)
			memcpy(world.disk + block * OTP_BLOCK + s * SECTOR,
			       world.cache + block * OTP_BLOCK + s * SECTOR, SECTOR);
}

/* Which sectors of a block the disk lacks. */
static unsigned lacking(unsigned block)
{
	unsigned sectors = 0;

	for (unsigned s = 0; s < SECTORS; s++)
		if (memcmp(world.disk + block * OTP_BLOCK + s * SECTOR, world.cache + block * OTP_BLOCK + s * SECTOR,
		           SECTOR) != 0)
			sectors |= 1U << s;
	return sectors;
}

static uint64_t read_image(const struct otp_image *image)
{
	struct otp_stored stored;
	struct otp_slot slot;
	struct otp_error error = {0};

	world.read++;
	if (otp_block_read(&key, name, image, &stored, &slot, name, &error) != OTP_OK)
		fail_msg("answered %lu, tried %lu: %s", (unsigned long)world.answered, (unsigned long)world.tried,
		         error.what);
	return number_of(&stored);
}

/* The next choice among the bits of a mask, in counting order; 0 after the last. */
static unsigned next_choice(unsigned choice, unsigned mask)
{
	return (choice - mask) & mask;
}

/*
 * Histories meet the same images again and again: what each says is read once and kept under a hash of its sectors. The
 * table is for one file, whose facts never change.
 */
static struct known {
	uint64_t hash, number;
} known[1 << 16];

static uint64_t hash_bytes(uint64_t hash, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i += sizeof hash) {
		uint64_t word;

		memcpy(&word, bytes + i, sizeof word);
		hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		hash ^= hash >> 29;
	}
	return hash;
}

/* What the disk would say if these sectors got there. */
static uint64_t read_after(unsigned in_a, unsigned in_b, const uint64_t old[2 * SECTORS],
                           const uint64_t new[2 * SECTORS])
{
	uint8_t disk[OTP_FILE_SIZE];
	struct otp_image image;
	struct known *entry;
	uint64_t hash = 0;

	world.images++;
	for (unsigned s = 0; s < 2 * SECTORS; s++) {
		bool landed = ((s < SECTORS ? in_a >> s : in_b >> (s - SECTORS)) & 1) != 0;

		hash = hash_bytes(hash, (const uint8_t *)(landed ? &new[s] : &old[s]), sizeof hash);
	}
	hash |= 1;
	for (entry = &known[hash % (sizeof known / sizeof *known)]; entry->hash != 0 && entry->hash != hash;)
		entry = entry + 1 == known + sizeof known / sizeof *known ? known : entry + 1;
	if (entry->hash == hash)
		return entry->number;
	memcpy(disk, world.disk, sizeof disk);
	land(1, in_a);
	land(2, in_b);
	memcpy(image.bytes, world.disk, sizeof image.bytes);
	memcpy(world.disk, disk, sizeof disk);
	*entry = (struct known){hash, read_image(&image)};
	return entry->number;
}

/* The power is cut now: every choice of what got to the disk is looked at. */
static void cut_everywhere(void)
{
	uint64_t old[2 * SECTORS], new[2 * SECTORS];
	unsigned a = lacking(1), b = lacking(2), in_a = 0, in_b = 0;

	assert_int_equal(lacking(0), 0); /* no login writes facts */
	for (unsigned s = 0; s < 2 * SECTORS; s++) {
		old[s] = hash_bytes(1, world.disk + OTP_BLOCK + s * SECTOR, SECTOR);
		new[s] = hash_bytes(1, world.cache + OTP_BLOCK + s * SECTOR, SECTOR);
	}
	do {
		do {
			uint64_t number = read_after(in_a, in_b, old, new);

			if (number < world.answered || number > world.tried)
				fail_msg("a cut leaves state %lu; answered was %lu", (unsigned long)number,
				         (unsigned long)world.answered);
		} while ((in_b = next_choice(in_b, b)) != 0);
	} while ((in_a = next_choice(in_a, a)) != 0);
}

/* ---- the watched calls ---------------------------------------------------------------------------------- */

static void die(void)
{
	world.deaths++;
	siglongjmp(world.death, 1);
}

static ssize_t fail_write(void)
{
	world.failures++;
	errno = EIO;
	return -1;
}

static ssize_t durable_write(const struct iovec *iov, off_t offset)
{
	unsigned block = (unsigned)(offset / OTP_BLOCK);
	bool fated = world.durables++ == world.fated && world.fate != SUCCEEDS;
	ssize_t written;

	world.met = world.met || fated;
	if (fated && world.fate == DIES_BEFORE)
		die();
	written = __real_pwritev2(world.fd, iov, 1, offset, 0);
	assert_int_equal(written, iov->iov_len);
	read_cache();
	cut_everywhere();
	if (!fated || world.fate == DIES_DURABLE || world.fate == DIES_SETTLED || world.fate == FAILS_LANDED)
		land(block, ~0U);
	else if (world.fate == FAILS_HEAD)
		land(block, 1);
	else if (world.fate == FAILS_TAIL)
		land(block, ~1U);
	if (fated && (world.fate == DIES_DURABLE || world.fate == DIES_IN_CACHE))
		die();
	return fated && world.fate >= FAILS_LOST ? fail_write() : written;
}

/* A write without sync: the hint after a good write, or the old bytes put back after a bad one. */
static ssize_t lazy_write(const struct iovec *iov, off_t offset)
{
	bool fated = world.met && world.durables == world.fated + 1;
	ssize_t written;

	if (fated && world.fate == FAILS_AND_DIES)
		die();
	if (fated && world.fate == FAILS_NO_PUT_BACK)
		return fail_write();
	written = __real_pwritev2(world.fd, iov, 1, offset, 0);
	read_cache();
	cut_everywhere();
	if (fated && world.fate == DIES_SETTLED)
		die();
	return written;
}

ssize_t __wrap_pwritev2(int fd, const struct iovec *iov, int n, off_t offset, int flags)
{
	if (!world.watching)
		return __real_pwritev2(fd, iov, n, offset, flags);
	world.fd = fd;
	assert_int_equal(n, 1);
	assert_true(offset >= OTP_BLOCK && iov->iov_len <= OTP_BLOCK - (size_t)offset % OTP_BLOCK); /* one block */
	return (flags & RWF_DSYNC) != 0 ? durable_write(iov, offset) : lazy_write(iov, offset);
}

int __wrap_fsync(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	if (S_ISDIR(st.st_mode) && world.watching) {
		world.dir_syncs++;
		if (world.dir_sync_fails) {
			errno = EIO;
			return -1;
		}
	}
	return __real_fsync(fd);
}

/* ---- histories ------------------------------------------------------------------------------------------ */

static struct otp_store *store;
static uint8_t fresh_cache[OTP_FILE_SIZE]; /* of a new file: its first slot is settled in the cache */

static enum otp_status number_next(void *arg, struct otp_stored *stored, bool *write, struct otp_error *error)
{
	(void)arg;
	(void)error;
	assert_in_range(number_of(stored), world.answered, world.tried); /* the cache loses nothing either */
	print_state(++world.tried, stored);
	*write = true;
	return OTP_OK;
}

static enum otp_status update_or_die(void)
{
	if (sigsetjmp(world.death, 1) == 0)
		return otp_store_update(store, name, number_next, NULL, NULL);
	(void)close(world.fd); /* as death does, and the lock ends with it */
	return OTP_E_IO;
}

/* One login, met by a fate at its first or second durable write. */
static void update(enum fate fate, int fated)
{
	enum otp_status status;

	world.fate = fate;
	world.fated = fated;
	world.durables = 0;
	world.met = false;
	world.watching = true;
	status = update_or_die();
	world.watching = false;
	assert_true(world.durables > 0);
	if (status == OTP_OK)
		world.answered = world.tried;
	assert_true(status == OTP_OK || world.met);
	cut_everywhere();
}

/* The power is cut, and comes back: what the disk has is what the cache will have. */
static void cut(unsigned sectors)
{
	land(1, sectors);
	land(2, sectors);
	write_cache(world.disk);
}

static void begin_history(void)
{
	struct otp_stored first = {.facts_len = 5, .facts = "facts"};

	(void)unlink(world.record);
	memset(known, 0, sizeof known);
	world.watching = world.dir_sync_fails = false;
	world.answered = world.tried = 1;
	print_state(1, &first);
	assert_int_equal(otp_store_create(store, name, &first, NULL), OTP_OK);
	read_cache();
	memcpy(fresh_cache, world.cache, sizeof fresh_cache);
}

/* A new file: the disk has it all but for the hint, which came after the sync. */
static void rewind_history(void)
{
	world.answered = world.tried = 1;
	memcpy(world.disk, fresh_cache, sizeof world.disk);
	memset(world.disk + otp_block_offset(0) + OTP_SETTLED_AT, 0, OTP_SETTLED_SIZE);
	write_cache(fresh_cache);
}

static const unsigned cuts[] = {0, 0xFF, 0x01, 0xFE, 0x02, 0x7F, 0x80};

enum { CUTS = sizeof cuts / sizeof *cuts, EVENTS = 2 * FATES + CUTS };

/* Event n of EVENTS: a login with its fate, or a cut. */
static void happen(unsigned n)
{
	if (n < 2 * FATES)
		update((enum fate)(n / 2), (int)(n % 2));
	else
		cut(cuts[n - 2 * FATES]);
}

/* Every history of so many events, each followed by two good logins. stride > 1 takes a sample. */
static void every_history(unsigned events, unsigned stride)
{
	unsigned long all = 1;

	for (unsigned i = 0; i < events; i++)
		all *= EVENTS;
	for (unsigned long h = 0; h < all; h += stride) {
		unsigned long rest = h;

		rewind_history();
		for (unsigned i = 0; i < events; i++, rest /= EVENTS)
			happen((unsigned)(rest % EVENTS));
		update(SUCCEEDS, 0);
		assert_int_equal(world.answered, world.tried);
		update(SUCCEEDS, 0);
		assert_int_equal(world.answered, world.tried);
	}
}

static bool full(void)
{
	return getenv("FULL") != NULL;
}

/* Under a tool that slows the program thirtyfold a sample shows whether memory is touched amiss. */
static bool sparse(void)
{
	return getenv("SPARSE") != NULL;
}

static void no_history_loses_what_was_answered(void **state)
{
	(void)state;
	for (int pass = 0; pass < 2; pass++) {
		dense = pass == 1;
		begin_history();
		every_history(1, 1);
		every_history(2, sparse() ? 7 : 1);
		every_history(3, full() ? 1 : sparse() ? 2999 : 199);
	}
	printf("# torn writes: %lu images, %lu of them different, after %lu deaths and %lu failed writes\n",
	       world.images, world.read, world.deaths, world.failures);
	assert_true(world.read > (sparse() ? 100 : 1000) && world.deaths > (sparse() ? 10 : 100) &&
	            world.failures > (sparse() ? 10 : 100));
}

static void a_write_that_fails_leaves_the_old_state_in_force(void **state)
{
	static const enum fate fates[] = {FAILS_LOST, FAILS_LANDED, FAILS_HEAD, FAILS_TAIL};

	(void)state;
	dense = false;
	begin_history();
	rewind_history();
	for (size_t i = 0; i < sizeof fates / sizeof *fates; i++) {
		struct otp_stored stored;

		update(fates[i], 0);
		assert_int_not_equal(world.answered, world.tried);
		assert_int_equal(otp_store_load(store, name, &stored, NULL), OTP_OK);
		assert_int_equal(number_of(&stored), world.answered);
		update(SUCCEEDS, 0);
	}
}

/*
 * A file whose maker died between the rename and the sync of the directory: its first slot is not settled. Before a
 * login on it is answered, its name must be durable.
 */
static void a_new_file_has_its_name_made_durable_before_a_login_is_answered(void **state)
{
	(void)state;
	begin_history();
	rewind_history();
	write_cache(world.disk);
	world.dir_sync_fails = true;
	world.watching = true;
	world.fate = SUCCEEDS;
	world.dir_syncs = 0;
	assert_int_equal(otp_store_update(store, name, number_next, NULL, NULL), OTP_E_IO);
	assert_int_equal(world.dir_syncs, 1);
	world.dir_sync_fails = false;
	assert_int_equal(otp_store_update(store, name, number_next, NULL, NULL), OTP_OK);
	assert_int_equal(world.dir_syncs, 2);
	assert_int_equal(otp_store_update(store, name, number_next, NULL, NULL), OTP_OK);
	assert_int_equal(world.dir_syncs, 2); /* once is enough */
	world.watching = false;
}

/* ---- damage --------------------------------------------------------------------------------------------- */

/* Whether a byte is more than padding; of that a sample will do. */
static bool matters(size_t at)
{
	return at % OTP_BLOCK < OTP_SLOT_SIZE || at % OTP_BLOCK / 16 == OTP_SETTLED_AT / 16 || at % 16 == 0;
}

/* Every bit of the file, or one of each byte, turned: the newest state, or an error; never an older state. */
static void turn_bits(const uint8_t good[OTP_FILE_SIZE], uint64_t newest)
{
	struct otp_image image;
	unsigned long refused = 0, read = 0;

	memcpy(image.bytes, good, sizeof image.bytes);
	for (size_t bit = 0; bit < OTP_FILE_SIZE * 8UL; bit += full() ? 1 : sparse() ? 264 : 8) {
		size_t at = bit / 8;
		uint8_t mask = (uint8_t)(1U << (full() ? bit % 8 : at * 5 % 8));
		struct otp_stored stored;
		struct otp_slot slot;

		if (!full() && !matters(at))
			continue;
		image.bytes[at] ^= mask;
		switch (otp_block_read(&key, name, &image, &stored, &slot, name, NULL)) {
		case OTP_OK:
			assert_int_equal(number_of(&stored), newest);
			read++;
			break;
		case OTP_E_CORRUPT:
			refused++;
			break;
		default:
			fail_msg("byte %zu: neither read nor refused", at);
		}
		image.bytes[at] ^= mask;
	}
	assert_true(refused > 0 && read > 0);
	printf("# turned bits: %lu refused, %lu read as the newest state\n", refused, read);
}

static void a_turned_bit_never_brings_an_older_state_back(void **state)
{
	(void)state;
	dense = false;
	begin_history();
	rewind_history();
	turn_bits(world.cache, 1);
	for (int i = 0; i < 2; i++) {
		update(SUCCEEDS, 0);
		turn_bits(world.cache, world.tried);
	}
}

static void a_block_that_is_gone_never_brings_an_older_state_back(void **state)
{
	struct otp_image image;
	struct otp_stored stored;
	struct otp_slot slot;

	(void)state;
	begin_history();
	rewind_history();
	for (int i = 0; i < 3; i++) {
		update(SUCCEEDS, 0);
		for (unsigned s = 0; s < 3; s++) { /* the sectors of the newest slot itself */
			unsigned newest = (unsigned)(world.tried % 2 == 1 ? 1 : 2);

			memcpy(image.bytes, world.cache, sizeof image.bytes);
			memset(image.bytes + newest * OTP_BLOCK + s * SECTOR, 0, SECTOR);
			assert_int_equal(otp_block_read(&key, name, &image, &stored, &slot, name, NULL), OTP_E_CORRUPT);
		}
	}
}

/* ---- what does not belong together ---------------------------------------------------------------------- */

static enum otp_status read_as(const struct otp_block_key *as_key, const char *as_name, const struct otp_image *image)
{
	struct otp_stored stored;
	struct otp_slot slot;

	return otp_block_read(as_key, as_name, image, &stored, &slot, as_name, NULL);
}

static void new_image(uint64_t number, struct otp_image *image)
{
	struct otp_stored stored = {.facts_len = 5, .facts = "facts"};

	print_state(number, &stored);
	assert_int_equal(otp_block_new(&key, name, &stored, image), OTP_OK);
}

static void set_slot(struct otp_image *image, unsigned i, uint64_t sequence, uint64_t number)
{
	struct otp_stored stored;

	print_state(number, &stored);
	assert_int_equal(otp_block_slot(&key, name, image, sequence, &stored, image->bytes + otp_block_offset(i)),
	                 OTP_OK);
	otp_block_settled(sequence, image->bytes + otp_block_offset(i) + OTP_SETTLED_AT);
}

static void another_name_space_or_key_is_refused(void **state)
{
	static const char *const names[] = {"alicf", "alic", "alicea", "", "Alice"};
	struct otp_image image;
	struct otp_block_key other;

	(void)state;
	new_image(1, &image);
	assert_int_equal(read_as(&key, name, &image), OTP_OK);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_int_equal(read_as(&key, names[i], &image), OTP_E_CORRUPT);
	other = key;
	(void)snprintf(other.space, sizeof other.space, "tokens");
	assert_int_equal(read_as(&other, name, &image), OTP_E_CORRUPT);
	for (size_t bit = 0; bit < 8 * sizeof key.key; bit++) {
		other = key;
		other.key[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_int_equal(read_as(&other, name, &image), OTP_E_CORRUPT);
	}
}

/* "users" + "xalice" must not read as "usersx" + "alice". */
static void no_two_inputs_read_alike(void **state)
{
	struct otp_block_key shifted = key;
	struct otp_stored stored = {.facts_len = 5, .facts = "facts"};
	struct otp_image image;

	(void)state;
	print_state(1, &stored);
	(void)snprintf(shifted.space, sizeof shifted.space, "usersa");
	assert_int_equal(otp_block_new(&shifted, "lice", &stored, &image), OTP_OK);
	assert_int_equal(read_as(&shifted, "lice", &image), OTP_OK);
	assert_int_equal(read_as(&key, name, &image), OTP_E_CORRUPT);
}

static void the_newer_slot_is_in_force_wherever_it_lies(void **state)
{
	struct otp_image image;

	(void)state;
	for (unsigned newer = 0; newer < 2; newer++) {
		new_image(1, &image);
		set_slot(&image, newer, 7, 70);
		set_slot(&image, 1 - newer, 6, 60);
		assert_int_equal(read_image(&image), 70);
		set_slot(&image, newer, (uint64_t)1 << 40, 71);
		assert_int_equal(read_image(&image), 71);
	}
}

static void a_slot_of_an_older_generation_is_refused(void **state)
{
	struct otp_image old, image;

	(void)state;
	new_image(1, &old);
	set_slot(&old, 0, 9, 90);
	set_slot(&old, 1, 8, 80);
	for (unsigned slot = 0; slot < OTP_SLOTS; slot++) {
		new_image(100, &image);
		set_slot(&image, 1 - slot, 20, 200);
		memcpy(image.bytes + otp_block_offset(slot), old.bytes + otp_block_offset(slot), OTP_BLOCK);
		assert_int_equal(read_image(&image), 200);
		memcpy(image.bytes + otp_block_offset(1 - slot), old.bytes + otp_block_offset(1 - slot), OTP_BLOCK);
		assert_int_equal(read_as(&key, name, &image), OTP_E_CORRUPT);
	}
	new_image(100, &image);
	memcpy(image.bytes, old.bytes, OTP_BLOCK); /* the older facts over the newer slots */
	assert_int_equal(read_as(&key, name, &image), OTP_E_CORRUPT);
}

static void two_new_files_have_nothing_in_common(void **state)
{
	struct otp_image one, two;

	(void)state;
	new_image(1, &one);
	new_image(1, &two);
	memcpy(two.bytes + otp_block_offset(0), one.bytes + otp_block_offset(0), OTP_BLOCK);
	assert_int_equal(read_as(&key, name, &two), OTP_E_CORRUPT);
}

static void two_bad_slots_are_refused(void **state)
{
	struct otp_image image;

	(void)state;
	new_image(1, &image);
	set_slot(&image, 0, 5, 50);
	set_slot(&image, 1, 6, 60);
	for (unsigned i = 0; i < OTP_SLOTS; i++)
		image.bytes[otp_block_offset(i) + 100] ^= 1;
	assert_int_equal(read_as(&key, name, &image), OTP_E_CORRUPT);
	memset(image.bytes + otp_block_offset(0), 0, 2 * OTP_BLOCK);
	assert_int_equal(read_as(&key, name, &image), OTP_E_CORRUPT);
	memset(image.bytes, 0, sizeof image.bytes);
	assert_int_equal(read_as(&key, name, &image), OTP_E_CORRUPT);
	memset(image.bytes, 0xFF, sizeof image.bytes);
	assert_int_equal(read_as(&key, name, &image), OTP_E_CORRUPT);
}

static void impossible_lengths_are_refused(void **state)
{
	static const uint8_t lengths[][4] = {
	    {0, 0, 0x0E, 0x01}, {0, 0, 0x10, 0}, {0x7F, 0xFF, 0xFF, 0xFF}, {0xFF, 0xFF, 0xFF, 0xFF}};
	struct otp_image image;

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		new_image(1, &image);
		memcpy(image.bytes + 24, lengths[i], 4);
		assert_int_equal(read_as(&key, name, &image), OTP_E_CORRUPT);
		new_image(1, &image);
		memcpy(image.bytes + OTP_BLOCK + 8, lengths[i], 4);
		assert_int_equal(read_as(&key, name, &image), OTP_E_CORRUPT);
	}
}

static void another_magic_or_version_is_refused(void **state)
{
	struct otp_image image;

	(void)state;
	for (size_t at = 0; at < 8; at++) {
		new_image(1, &image);
		image.bytes[at]++;
		assert_int_equal(read_as(&key, name, &image), OTP_E_CORRUPT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_history_loses_what_was_answered),
	    cmocka_unit_test(a_write_that_fails_leaves_the_old_state_in_force),
	    cmocka_unit_test(a_new_file_has_its_name_made_durable_before_a_login_is_answered),
	    cmocka_unit_test(a_turned_bit_never_brings_an_older_state_back),
	    cmocka_unit_test(a_block_that_is_gone_never_brings_an_older_state_back),
	    cmocka_unit_test(another_name_space_or_key_is_refused),
	    cmocka_unit_test(no_two_inputs_read_alike),
	    cmocka_unit_test(the_newer_slot_is_in_force_wherever_it_lies),
	    cmocka_unit_test(a_slot_of_an_older_generation_is_refused),
	    cmocka_unit_test(two_new_files_have_nothing_in_common),
	    cmocka_unit_test(two_bad_slots_are_refused),
	    cmocka_unit_test(impossible_lengths_are_refused),
	    cmocka_unit_test(another_magic_or_version_is_refused),
	};
	int failed;

	scratch_begin();
	(void)snprintf(world.record, sizeof world.record, "%s/users/%s", scratch_path("store"), name);
	if (otp_store_file_make(scratch_path("store"), "users", NULL) != OTP_OK ||
	    otp_store_file_open(scratch_path("store"), &key, &store, NULL) != OTP_OK)
		failed = 1;
	else
		failed = cmocka_run_group_tests(tests, NULL, NULL);
	otp_store_close(&store);
	scratch_end();
	return failed;
}
