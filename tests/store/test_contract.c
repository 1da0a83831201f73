/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The store contract (product §9, libotp/store/store.h): one suite for every backend. What needs other processes or
 * another opening of the same store is in test_file.c.
 */
#include "../settings/scratch.h"
#include "store/file.h"
#include "store/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct otp_store *store;

static int begin_file(void **state)
{
	static const struct otp_block_key key = {.key = "a subkey of the sealing key....", .space = "users"};
	static unsigned tests;
	char name[16];

	(void)state;
	(void)snprintf(name, sizeof name, "store-%u", ++tests);
	if (otp_store_file_make(scratch_path(name), key.space, NULL) != OTP_OK)
		return -1;
	return otp_store_file_open(scratch_path(name), &key, &store, NULL) == OTP_OK ? 0 : -1;
}

static int begin_memory(void **state)
{
	(void)state;
	return otp_store_memory_open(&store) == OTP_OK ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	otp_store_close(&store);
	return store == NULL ? 0 : -1;
}

/* ---- records to tell apart ------------------------------------------------------------------------------ */

static struct otp_stored record_of(const char *facts, const char *state)
{
	struct otp_stored stored = {.facts_len = strlen(facts), .state_len = strlen(state)};

	memcpy(stored.facts, facts, stored.facts_len);
	memcpy(stored.state, state, stored.state_len);
	return stored;
}

static void create(const char *name, const char *facts, const char *state)
{
	struct otp_stored stored = record_of(facts, state);

	assert_int_equal(otp_store_create(store, name, &stored, NULL), OTP_OK);
}

static struct otp_stored load(const char *name)
{
	struct otp_stored stored;
	struct otp_error error = {0};

	if (otp_store_load(store, name, &stored, &error) != OTP_OK)
		fail_msg("%s: %s", name, error.what);
	return stored;
}

static void assert_content(const struct otp_stored *stored, const char *facts, const char *state)
{
	assert_int_equal(stored->facts_len, strlen(facts));
	assert_memory_equal(stored->facts, facts, stored->facts_len);
	assert_int_equal(stored->state_len, strlen(state));
	assert_memory_equal(stored->state, state, stored->state_len);
}

static void assert_stored(const char *name, const char *facts, const char *state)
{
	struct otp_stored stored = load(name);

	assert_content(&stored, facts, state);
}

static bool same_revision(const struct otp_stored *a, const struct otp_stored *b)
{
	return memcmp(&a->revision, &b->revision, sizeof a->revision) == 0;
}

/* A step that sets the state to a text, says whether to write, and ends with a status. */
struct step {
	const char *state;
	bool write;
	enum otp_status status;
	unsigned calls;
	struct otp_stored seen;
};

static enum otp_status set_state(void *arg, struct otp_stored *stored, bool *write, struct otp_error *error)
{
	struct step *step = arg;

	step->calls++;
	step->seen = *stored;
	stored->state_len = strlen(step->state);
	memcpy(stored->state, step->state, stored->state_len);
	*write = step->write;
	return step->status == OTP_OK ? OTP_OK : otp_fail(error, step->status, "the step refuses");
}

static void update(const char *name, const char *state)
{
	struct step step = {.state = state, .write = true};

	assert_int_equal(otp_store_update(store, name, set_state, &step, NULL), OTP_OK);
	assert_int_equal(step.calls, 1);
}

enum { LISTED_MAX = 64 };

struct listing {
	size_t n;
	char name[LISTED_MAX][OTP_NAME_MAX + 1];
	enum otp_status answer;
};

static enum otp_status note_name(void *arg, const char *name)
{
	struct listing *listing = arg;

	assert_true(listing->n < LISTED_MAX);
	(void)snprintf(listing->name[listing->n++], OTP_NAME_MAX + 1, "%s", name);
	return listing->answer;
}

static size_t times_listed(const char *name)
{
	struct listing listing = {0};
	size_t times = 0;

	assert_int_equal(otp_store_list(store, note_name, &listing, NULL), OTP_OK);
	for (size_t i = 0; i < listing.n; i++)
		times += strcmp(listing.name[i], name) == 0;
	return times;
}

/* ---- the contract --------------------------------------------------------------------------------------- */

static void what_is_missing_is_not_found_and_never_empty(void **state)
{
	struct otp_stored stored = record_of("facts", "state");
	struct otp_revision revision = {{0}};
	struct step step = {.state = "new", .write = true};
	struct listing listing = {0};

	(void)state;
	assert_int_equal(otp_store_load(store, "nobody", &stored, NULL), OTP_E_NOT_FOUND);
	assert_int_equal(otp_store_update(store, "nobody", set_state, &step, NULL), OTP_E_NOT_FOUND);
	assert_int_equal(step.calls, 0);
	assert_int_equal(otp_store_replace(store, "nobody", &stored, NULL), OTP_E_NOT_FOUND);
	assert_int_equal(otp_store_remove(store, "nobody", &revision, NULL), OTP_E_NOT_FOUND);
	assert_int_equal(otp_store_list(store, note_name, &listing, NULL), OTP_OK);
	assert_int_equal(listing.n, 0);
	assert_int_equal(otp_store_load(store, "nobody", &stored, NULL), OTP_E_NOT_FOUND);
}

static void what_was_created_is_loaded(void **state)
{
	(void)state;
	create("alice", "facts of alice", "state of alice");
	create("bob", "facts of bob", "state of bob");
	assert_stored("alice", "facts of alice", "state of alice");
	assert_stored("bob", "facts of bob", "state of bob");
}

static void create_never_goes_over_an_existing_record(void **state)
{
	struct otp_stored other = record_of("others", "other");
	struct otp_stored before;

	(void)state;
	create("alice", "facts", "state");
	before = load("alice");
	other.revision = before.revision;
	assert_int_equal(otp_store_create(store, "alice", &other, NULL), OTP_E_EXISTS);
	assert_stored("alice", "facts", "state");
	update("alice", "newer");
	assert_int_equal(otp_store_create(store, "alice", &other, NULL), OTP_E_EXISTS);
	assert_stored("alice", "facts", "newer");
}

static void update_writes_the_state_and_keeps_the_facts(void **state)
{
	(void)state;
	create("alice", "facts", "1");
	create("bob", "facts of bob", "state of bob");
	for (int i = 2; i < 12; i++) {
		char before[8], after[8];
		struct step step = {.state = after, .write = true};

		(void)snprintf(before, sizeof before, "%d", i - 1);
		(void)snprintf(after, sizeof after, "%d", i);
		assert_int_equal(otp_store_update(store, "alice", set_state, &step, NULL), OTP_OK);
		assert_int_equal(step.calls, 1);
		assert_content(&step.seen, "facts", before); /* the newest, each time */
		assert_stored("alice", "facts", after);
	}
	assert_stored("bob", "facts of bob", "state of bob");
}

static void update_without_write_keeps_everything(void **state)
{
	struct step step = {.state = "not to be seen", .write = false};
	struct otp_stored before, after;

	(void)state;
	create("alice", "facts", "state");
	before = load("alice");
	assert_int_equal(otp_store_update(store, "alice", set_state, &step, NULL), OTP_OK);
	assert_int_equal(step.calls, 1);
	after = load("alice");
	assert_content(&after, "facts", "state");
	assert_true(same_revision(&before, &after));
}

static void update_whose_step_fails_writes_nothing(void **state)
{
	static const enum otp_status failures[] = {OTP_E_FOREIGN, OTP_E_NOT_FOUND, OTP_E_CHANGED, OTP_E_CRYPTO};
	struct otp_stored before, after;

	(void)state;
	create("alice", "facts", "state");
	before = load("alice");
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		struct step step = {.state = "not to be seen", .write = true, .status = failures[i]};
		struct otp_error error = {0};

		assert_int_equal(otp_store_update(store, "alice", set_state, &step, &error), failures[i]);
		assert_int_equal(step.calls, 1);
		assert_string_equal(error.what, "the step refuses");
		after = load("alice");
		assert_content(&after, "facts", "state");
		assert_true(same_revision(&before, &after));
	}
}

static enum otp_status overflow(void *arg, struct otp_stored *stored, bool *write, struct otp_error *error)
{
	(void)arg;
	(void)error;
	stored->state_len = OTP_STATE_MAX + 1;
	*write = true;
	return OTP_OK;
}

static void update_refuses_a_state_that_does_not_fit(void **state)
{
	(void)state;
	create("alice", "facts", "state");
	assert_int_equal(otp_store_update(store, "alice", overflow, NULL, NULL), OTP_E_LIMIT);
	assert_stored("alice", "facts", "state");
}

static void replace_changes_facts_and_state_at_once(void **state)
{
	struct otp_stored stored;

	(void)state;
	create("alice", "facts", "state");
	for (int i = 0; i < 3; i++) {
		char facts[16], new_state[16];
		struct otp_stored next;

		stored = load("alice");
		(void)snprintf(facts, sizeof facts, "facts %d", i);
		(void)snprintf(new_state, sizeof new_state, "state %d", i);
		next = record_of(facts, new_state);
		next.revision = stored.revision;
		assert_int_equal(otp_store_replace(store, "alice", &next, NULL), OTP_OK);
		assert_stored("alice", facts, new_state);
		update("alice", "by an update");
		assert_stored("alice", facts, "by an update");
	}
}

static void replace_only_if_unchanged(void **state)
{
	struct otp_stored read, other = record_of("other facts", "other state");

	(void)state;
	create("alice", "facts", "state");
	read = load("alice");
	update("alice", "newer");
	other.revision = read.revision;
	assert_int_equal(otp_store_replace(store, "alice", &other, NULL), OTP_E_CHANGED);
	assert_stored("alice", "facts", "newer");
	update("alice", "state"); /* the same bytes again are a change all the same */
	assert_int_equal(otp_store_replace(store, "alice", &other, NULL), OTP_E_CHANGED);
	assert_stored("alice", "facts", "state");
	read = load("alice");
	other.revision = read.revision;
	assert_int_equal(otp_store_replace(store, "alice", &other, NULL), OTP_OK);
	assert_int_equal(otp_store_replace(store, "alice", &other, NULL), OTP_E_CHANGED);
	assert_stored("alice", "other facts", "other state");
}

static void remove_only_if_unchanged(void **state)
{
	struct otp_stored read;

	(void)state;
	create("alice", "facts", "state");
	create("bob", "facts", "state");
	read = load("alice");
	update("alice", "newer");
	assert_int_equal(otp_store_remove(store, "alice", &read.revision, NULL), OTP_E_CHANGED);
	assert_stored("alice", "facts", "newer");
	read = load("bob");
	assert_int_equal(otp_store_remove(store, "alice", &read.revision, NULL), OTP_E_CHANGED);
	read = load("alice");
	assert_int_equal(otp_store_remove(store, "alice", &read.revision, NULL), OTP_OK);
	assert_int_equal(otp_store_load(store, "alice", &read, NULL), OTP_E_NOT_FOUND);
	assert_stored("bob", "facts", "state");
}

static void a_record_made_anew_is_another_one(void **state)
{
	struct otp_stored old, made;

	(void)state;
	create("alice", "facts", "state");
	old = load("alice");
	assert_int_equal(otp_store_remove(store, "alice", &old.revision, NULL), OTP_OK);
	create("alice", "facts", "state");
	made = load("alice");
	assert_false(same_revision(&old, &made));
	assert_int_equal(otp_store_replace(store, "alice", &old, NULL), OTP_E_CHANGED);
	assert_int_equal(otp_store_remove(store, "alice", &old.revision, NULL), OTP_E_CHANGED);
	assert_stored("alice", "facts", "state");
}

static bool same_writing(const struct otp_stored *a, const struct otp_stored *b)
{
	return memcmp(a->revision.bytes, b->revision.bytes, OTP_REVISION_FACTS) == 0;
}

/* What was allowed under a writing of the facts ends with it, also when the same facts come back. */
static void a_writing_of_the_facts_has_a_name_of_its_own(void **state)
{
	enum { WRITINGS = 6 };
	struct otp_stored read[WRITINGS];

	(void)state;
	create("bob", "facts", "state");
	for (size_t i = 0; i < WRITINGS; i++) {
		struct otp_stored updated;

		if (i == 0)
			create("alice", "facts", "state");
		else if (i == 3)
			assert_int_equal(otp_store_remove(store, "alice", &read[2].revision, NULL), OTP_OK);
		else
			assert_int_equal(otp_store_replace(store, "alice", &read[i - 1], NULL), OTP_OK);
		if (i == 3)
			create("alice", "facts", "state");
		update("alice", "newer");
		update("alice", "state");
		read[i] = load("alice");
		update("alice", "state");
		updated = load("alice");
		assert_true(same_writing(&read[i], &updated));
		read[i] = updated;
		for (size_t j = 0; j < i; j++)
			assert_false(same_writing(&read[i], &read[j]));
		updated = load("bob");
		assert_false(same_writing(&read[i], &updated));
	}
}

static void the_revision_differs_after_every_change(void **state)
{
	enum { CHANGES = 12 };
	struct otp_stored read[CHANGES];

	(void)state;
	create("alice", "facts", "state");
	for (size_t i = 0; i < CHANGES; i++) {
		struct otp_stored again;

		read[i] = load("alice");
		again = load("alice");
		assert_true(same_revision(&read[i], &again));
		for (size_t j = 0; j < i; j++)
			assert_false(same_revision(&read[j], &read[i]));
		if (i % 3 == 2)
			assert_int_equal(otp_store_replace(store, "alice", &again, NULL), OTP_OK);
		else
			update("alice", "state");
	}
}

static void list_gives_every_name_once(void **state)
{
	struct otp_stored stored;

	(void)state;
	create("alice", "a", "a");
	create("bob", "b", "b");
	create("carol", "c", "c");
	update("bob", "newer");
	stored = load("carol");
	assert_int_equal(otp_store_remove(store, "carol", &stored.revision, NULL), OTP_OK);
	stored = load("alice");
	assert_int_equal(otp_store_replace(store, "alice", &stored, NULL), OTP_OK);
	assert_int_equal(times_listed("alice"), 1);
	assert_int_equal(times_listed("bob"), 1);
	assert_int_equal(times_listed("carol"), 0);
}

static void list_ends_when_the_visitor_says_so(void **state)
{
	struct listing listing = {.answer = OTP_E_LIMIT};

	(void)state;
	create("alice", "a", "a");
	create("bob", "b", "b");
	assert_int_equal(otp_store_list(store, note_name, &listing, NULL), OTP_E_LIMIT);
	assert_int_equal(listing.n, 1);
}

static void names_of_all_kinds_lead_to_their_own_records(void **state)
{
	static const char *const names[] = {
	    ".",           "..",        "...",          "a/b",        "a%2Fb",  "a%2fb",    "/",
	    "/etc/passwd", "%2F",       "../../etc/up", "-x",         "--help", ".hidden",  ".a.new",
	    "a",           "A",         "%41",          "%",          "%%",     "%4",       " ",
	    "a b",         "a ",        "\t",           "\n",         "a\nb",   "\x01\x1f", "\x7f",
	    "*",           "?",         "$HOME",        "`id`",       "a.new",  "users",    "日本語",
	    "é",           "e\xcc\x81", "\xff\xfe",     "'\"",        "\\",     "DOM\\ann", "ann@example",
	    "a,b;c|d&e>f", "0",         "CON",          "lost+found", "~",      "#",
	};
	enum { N = sizeof names / sizeof *names };

	(void)state;
	for (size_t i = 0; i < N; i++) {
		struct otp_stored stored;

		if (otp_store_load(store, names[i], &stored, NULL) != OTP_E_NOT_FOUND)
			fail_msg("found before it was made: \"%s\"", names[i]);
		create(names[i], names[i], "state");
	}
	for (size_t i = 0; i < N; i++)
		update(names[i], names[N - 1 - i]);
	for (size_t i = 0; i < N; i++) {
		assert_stored(names[i], names[i], names[N - 1 - i]);
		if (times_listed(names[i]) != 1)
			fail_msg("listed %zu times: \"%s\"", times_listed(names[i]), names[i]);
	}
}

/* One name of len bytes: it works, or it is OTP_E_LIMIT to every call; it is never somebody else's or missing. */
static void try_long_name(char byte, size_t len)
{
	char name[OTP_NAME_MAX + 2];
	struct otp_stored stored = record_of("facts", "state"), read;
	struct step step = {.state = "newer", .write = true};

	memset(name, byte, len);
	name[len] = '\0';
	if (otp_store_create(store, name, &stored, NULL) == OTP_OK) {
		update(name, "newer");
		read = load(name);
		assert_content(&read, "facts", "newer");
		assert_int_equal(times_listed(name), 1);
		assert_int_equal(otp_store_remove(store, name, &read.revision, NULL), OTP_OK);
		return;
	}
	assert_int_equal(otp_store_create(store, name, &stored, NULL), OTP_E_LIMIT);
	assert_int_equal(otp_store_load(store, name, &read, NULL), OTP_E_LIMIT);
	assert_int_equal(otp_store_update(store, name, set_state, &step, NULL), OTP_E_LIMIT);
	assert_int_equal(otp_store_replace(store, name, &stored, NULL), OTP_E_LIMIT);
	assert_int_equal(otp_store_remove(store, name, &stored.revision, NULL), OTP_E_LIMIT);
	assert_int_equal(step.calls, 0);
}

static void names_up_to_the_longest(void **state)
{
	char name[OTP_NAME_MAX + 2];
	struct otp_stored stored = record_of("facts", "state");

	(void)state;
	for (size_t len = OTP_NAME_MAX - 10; len <= OTP_NAME_MAX; len++)
		try_long_name('n', len);
	for (size_t len = 80; len <= OTP_NAME_MAX; len += 5)
		try_long_name('\xe3', len);
	memset(name, 'n', sizeof name);
	name[240] = '\0';
	create(name, "240 bytes", "fit every backend");
	name[240] = 'n';
	name[OTP_NAME_MAX + 1] = '\0';
	assert_int_equal(otp_store_create(store, name, &stored, NULL), OTP_E_INVALID);
	assert_int_equal(otp_store_load(store, name, &stored, NULL), OTP_E_INVALID);
	assert_int_equal(otp_store_create(store, "", &stored, NULL), OTP_E_INVALID);
	assert_int_equal(otp_store_load(store, "", &stored, NULL), OTP_E_INVALID);
}

static void the_largest_and_the_smallest_blobs(void **state)
{
	struct otp_stored largest = {.facts_len = OTP_FACTS_MAX, .state_len = OTP_STATE_MAX}, read;

	(void)state;
	for (size_t i = 0; i < OTP_FACTS_MAX; i++)
		largest.facts[i] = (uint8_t)(i * 7 + 1);
	for (size_t i = 0; i < OTP_STATE_MAX; i++)
		largest.state[i] = (uint8_t)(i * 5 + 3);
	assert_int_equal(otp_store_create(store, "largest", &largest, NULL), OTP_OK);
	read = load("largest");
	assert_int_equal(read.facts_len, OTP_FACTS_MAX);
	assert_memory_equal(read.facts, largest.facts, OTP_FACTS_MAX);
	assert_int_equal(read.state_len, OTP_STATE_MAX);
	assert_memory_equal(read.state, largest.state, OTP_STATE_MAX);

	create("smallest", "", ""); /* nothing stored is not nothing there */
	assert_stored("smallest", "", "");
	assert_int_equal(times_listed("smallest"), 1);

	largest.facts_len++;
	assert_int_equal(otp_store_create(store, "larger", &largest, NULL), OTP_E_LIMIT);
	largest.facts_len--;
	largest.state_len++;
	assert_int_equal(otp_store_create(store, "larger", &largest, NULL), OTP_E_LIMIT);
	largest.revision = read.revision;
	assert_int_equal(otp_store_replace(store, "largest", &largest, NULL), OTP_E_LIMIT);
	assert_int_equal(times_listed("larger"), 0);
}

static void a_state_may_shrink_and_grow(void **state)
{
	(void)state;
	create("alice", "facts", "a long state that is to leave nothing behind");
	update("alice", "b");
	assert_stored("alice", "facts", "b");
	update("alice", "");
	assert_stored("alice", "facts", "");
	update("alice", "a longer state than any of those that came before it");
	assert_stored("alice", "facts", "a longer state than any of those that came before it");
}

static void updates_go_on_between_begin_and_end(void **state)
{
	(void)state;
	create("alice", "facts", "state");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(otp_store_begin(store, NULL), OTP_OK);
		update("alice", "within");
		assert_stored("alice", "facts", "within");
		otp_store_end(store);
		update("alice", "after");
	}
	assert_stored("alice", "facts", "after");
}

static void an_error_says_what_and_where(void **state)
{
	struct otp_stored stored;
	struct otp_error error;

	(void)state;
	memset(&error, 0, sizeof error);
	assert_int_equal(otp_store_load(store, "nobody", &stored, &error), OTP_E_NOT_FOUND);
	assert_int_equal(error.status, OTP_E_NOT_FOUND);
	assert_non_null(strstr(error.what, "nobody"));
	create("alice", "facts", "state");
	memset(&error, 0, sizeof error);
	stored = load("alice");
	update("alice", "newer");
	assert_int_equal(otp_store_replace(store, "alice", &stored, &error), OTP_E_CHANGED);
	assert_int_equal(error.status, OTP_E_CHANGED);
	assert_non_null(strstr(error.what, "alice"));
}

/* ---- every backend ---------------------------------------------------------------------------------------- */

#define ON_EVERY_BACKEND(test)                                                                                         \
	{"file: " #test, test, begin_file, end, NULL},                                                                 \
	{                                                                                                              \
		"memory: " #test, test, begin_memory, end, NULL                                                        \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_EVERY_BACKEND(what_is_missing_is_not_found_and_never_empty),
	    ON_EVERY_BACKEND(what_was_created_is_loaded),
	    ON_EVERY_BACKEND(create_never_goes_over_an_existing_record),
	    ON_EVERY_BACKEND(update_writes_the_state_and_keeps_the_facts),
	    ON_EVERY_BACKEND(update_without_write_keeps_everything),
	    ON_EVERY_BACKEND(update_whose_step_fails_writes_nothing),
	    ON_EVERY_BACKEND(update_refuses_a_state_that_does_not_fit),
	    ON_EVERY_BACKEND(replace_changes_facts_and_state_at_once),
	    ON_EVERY_BACKEND(replace_only_if_unchanged),
	    ON_EVERY_BACKEND(remove_only_if_unchanged),
	    ON_EVERY_BACKEND(a_record_made_anew_is_another_one),
	    ON_EVERY_BACKEND(a_writing_of_the_facts_has_a_name_of_its_own),
	    ON_EVERY_BACKEND(the_revision_differs_after_every_change),
	    ON_EVERY_BACKEND(list_gives_every_name_once),
	    ON_EVERY_BACKEND(list_ends_when_the_visitor_says_so),
	    ON_EVERY_BACKEND(names_of_all_kinds_lead_to_their_own_records),
	    ON_EVERY_BACKEND(names_up_to_the_longest),
	    ON_EVERY_BACKEND(the_largest_and_the_smallest_blobs),
	    ON_EVERY_BACKEND(a_state_may_shrink_and_grow),
	    ON_EVERY_BACKEND(updates_go_on_between_begin_and_end),
	    ON_EVERY_BACKEND(an_error_says_what_and_where),
	};
	int failed;

	scratch_begin();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	scratch_end();
	return failed;
}
