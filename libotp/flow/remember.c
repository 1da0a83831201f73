/* SPDX-License-Identifier: BSD-2-Clause */
#include "remember.h"

#include "../credential/big_endian.h"
#include "../credential/record.h"
#include "../store/file.h"
#include "../store/safe_path.h"
#include "held.h"

#include <openssl/evp.h>
#include <string.h>

static const char space[] = "remembered";

enum { ATTEMPTS = 5, TIE_LEN = 32 };

_Static_assert((int)OTP_RECORD_REMEMBERED_FACTS <= (int)OTP_FACTS_MAX, "facts fit the store");
_Static_assert((int)OTP_RECORD_REMEMBERED_STATE_MAX <= (int)OTP_STATE_MAX, "state fits the store");
_Static_assert(sizeof((struct otp_remembered *)0)->generation == OTP_GENERATION_LEN, "a record holds a generation");
_Static_assert(sizeof((struct otp_remembered *)0)->boot_id == sizeof((struct otp_moment *)0)->boot_id,
               "a record holds a boot ID");

/* Each text with its length before it, so that no two lists of texts read alike. */
static bool hash_text(EVP_MD_CTX *ctx, const char *text)
{
	uint8_t len[8];

	big_endian_put(len, strlen(text), sizeof len);
	return EVP_DigestUpdate(ctx, len, sizeof len) == 1 && EVP_DigestUpdate(ctx, text, strlen(text)) == 1;
}

/* What a login is tied to, beside its user. It need not be secret: the record is authenticated, and root's alone. */
static enum otp_status tie_of(const struct otp_recurrent *login, uint8_t tie[TIE_LEN], struct otp_error *error)
{
	EVP_MD_CTX *ctx;
	enum otp_status status = OTP_E_CRYPTO;

	if (*login->proof == '\0')
		return otp_fail(error, OTP_E_INVALID, "a login without a key or a session cannot be remembered");
	if ((ctx = EVP_MD_CTX_new()) == NULL)
		return otp_fail(error, OTP_E_NOMEM, "out of memory");
	if (EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
	    hash_text(ctx, login->reach == OTP_REMOTE ? "remote" : "local") && hash_text(ctx, login->service) &&
	    hash_text(ctx, login->host) && hash_text(ctx, login->proof) && EVP_DigestFinal_ex(ctx, tie, NULL) == 1)
		status = OTP_OK;
	EVP_MD_CTX_free(ctx);
	return status == OTP_OK ? OTP_OK : otp_fail(error, status, "what binds the login cannot be hashed");
}

static enum otp_status parse(const struct otp_stored *stored, const char *user, struct otp_remembered *remembered,
                             struct otp_error *error)
{
	enum otp_status status = otp_record_parse_remembered(stored->facts, stored->facts_len, stored->state,
	                                                     stored->state_len, remembered, error);

	if (status == OTP_OK && strcmp(remembered->user, user) != 0)
		status = otp_fail(error, OTP_E_CORRUPT, "the record of remembered logins is another user's");
	return status;
}

/* Both clocks, for one of them may have been set. */
static bool is_in_force(const struct otp_remembered_login *login, const struct otp_moment *now)
{
	return login->given.epoch <= now->epoch && now->epoch < login->ends.epoch && login->given.boot <= now->boot &&
	       now->boot < login->ends.boot;
}

/* ---- remembering -------------------------------------------------------------------------------------------- */

/* What is to be written, and what must be as it is for anything else in the record to stay. */
struct entry {
	struct otp_remembered head; /* without logins */
	struct otp_remembered_login login;
	const struct otp_moment *now;
};

static bool is_of_now(const struct otp_remembered *remembered, const struct otp_remembered *head)
{
	return remembered->uid == head->uid &&
	       memcmp(remembered->generation, head->generation, sizeof head->generation) == 0 &&
	       memcmp(remembered->boot_id, head->boot_id, sizeof head->boot_id) == 0;
}

/* Keep what is in force and not about the same login; the array is in the order of writing. */
static void enter(const struct entry *entry, struct otp_remembered *remembered)
{
	size_t kept = 0;

	if (!is_of_now(remembered, &entry->head))
		*remembered = entry->head;
	for (size_t i = 0; i < remembered->n; i++) {
		const struct otp_remembered_login *login = &remembered->login[i];

		if (is_in_force(login, entry->now) && memcmp(login->tie, entry->login.tie, TIE_LEN) != 0)
			remembered->login[kept++] = *login;
	}
	if (kept == OTP_REMEMBERED_MAX) {
		size_t first = 0;

		for (size_t i = 1; i < kept; i++)
			if (remembered->login[i].ends.boot < remembered->login[first].ends.boot)
				first = i;
		remembered->login[first] = remembered->login[--kept];
	}
	remembered->login[kept++] = entry->login;
	remembered->n = kept;
}

static enum otp_status enter_step(void *arg, struct otp_stored *stored, bool *write, struct otp_error *error)
{
	const struct entry *entry = arg;
	struct otp_remembered remembered;
	enum otp_status status = parse(stored, entry->head.user, &remembered, error);

	if (status != OTP_OK)
		return status;
	enter(entry, &remembered);
	stored->state_len = otp_record_print_remembered_state(&remembered, stored->state);
	*write = true;
	return OTP_OK;
}

static enum otp_status create(struct otp_store *store, const struct entry *entry, struct otp_error *error)
{
	struct otp_remembered remembered = entry->head;
	struct otp_stored stored;

	memset(&stored, 0, sizeof stored);
	enter(entry, &remembered);
	stored.facts_len = otp_record_print_remembered_facts(&remembered, stored.facts);
	stored.state_len = otp_record_print_remembered_state(&remembered, stored.state);
	return otp_store_create(store, remembered.user, &stored, error);
}

/*
 * Another login of the user may create the record, and `vipotp forget` take it away, at any moment. One that cannot be
 * read is taken away too: nobody loses more than one code by it.
 */
static enum otp_status write_entry(struct otp_store *store, const char *run_dir, struct entry *entry,
                                   struct otp_error *error)
{
	const char *user = entry->head.user;

	for (int attempt = 1;; attempt++) {
		enum otp_status status = otp_store_update(store, user, enter_step, entry, error);

		if (status == OTP_E_CORRUPT && (status = otp_store_file_discard(run_dir, space, user, error)) == OTP_OK)
			status = OTP_E_NOT_FOUND;
		if (status == OTP_E_NOT_FOUND)
			status = create(store, entry, error);
		if (status != OTP_E_EXISTS)
			return status;
		if (attempt == ATTEMPTS)
			return otp_fail(error, OTP_E_CHANGED, "%s: logins of this user come and go too fast", user);
	}
}

static enum otp_status make_entry(const struct otp_recurrent *login, const uint8_t generation[OTP_GENERATION_LEN],
                                  const struct otp_moment *now, int64_t length, struct entry *entry,
                                  struct otp_error *error)
{
	struct otp_remembered *head = &entry->head;

	memset(entry, 0, sizeof *entry);
	if (length <= 0 || now->epoch < 0 || now->boot < 0)
		return otp_fail(error, OTP_E_INVALID, "a login cannot be remembered for no time, or before 1970");
	if (strnlen(login->user, OTP_USER_MAX + 1) > OTP_USER_MAX)
		return otp_fail(error, OTP_E_LIMIT, "the user's name is longer than %d bytes", OTP_USER_MAX);
	memcpy(head->user, login->user, strlen(login->user) + 1);
	head->uid = login->uid;
	memcpy(head->generation, generation, sizeof head->generation);
	memcpy(head->boot_id, now->boot_id, sizeof head->boot_id);
	entry->login.given = (struct otp_two_clocks){now->epoch, now->boot};
	entry->login.ends = (struct otp_two_clocks){now->epoch + length, now->boot + length};
	entry->now = now;
	return tie_of(login, entry->login.tie, error);
}

enum otp_status otp_remember(const struct otp_vault *vault, const char *run_dir, const struct otp_recurrent *login,
                             const uint8_t generation[OTP_GENERATION_LEN], const struct otp_moment *now, int64_t length,
                             struct otp_error *error)
{
	struct otp_store *store = NULL;
	struct entry entry;
	enum otp_status status;

	if ((status = make_entry(login, generation, now, length, &entry, error)) == OTP_OK &&
	    (status = otp_safe_make_shared_dir(run_dir, error)) == OTP_OK &&
	    (status = otp_store_file_make(run_dir, space, error)) == OTP_OK &&
	    (status = otp_vault_space(vault, run_dir, space, &store, error)) == OTP_OK)
		status = write_entry(store, run_dir, &entry, error);
	otp_store_close(&store);
	return status;
}

/* ---- being remembered --------------------------------------------------------------------------------------- */

static enum otp_status load(const struct otp_vault *vault, const char *run_dir, const char *user,
                            struct otp_remembered *remembered, struct otp_error *error)
{
	struct otp_store *store = NULL;
	struct otp_stored stored;
	enum otp_status status;

	if ((status = otp_vault_space(vault, run_dir, space, &store, error)) == OTP_OK &&
	    (status = otp_store_load(store, user, &stored, error)) == OTP_OK)
		status = parse(&stored, user, remembered, error);
	otp_store_close(&store);
	return status;
}

/* Whether the user's record is still the one that accepted the codes. */
static enum otp_status check_user(struct otp_vault *vault, const struct otp_remembered *remembered, bool *same,
                                  struct otp_error *error)
{
	struct otp_held held;
	enum otp_status status = otp_held_load_user(vault, remembered->user, &held, error);

	*same = status == OTP_OK && held.credential.uid == remembered->uid &&
	        memcmp(held.revision.bytes, remembered->generation, sizeof remembered->generation) == 0;
	otp_held_wipe(&held);
	return status == OTP_E_NOT_FOUND ? OTP_OK : status;
}

/* When the code of this login was given; -1 for a login that is not remembered, or not in this boot, or no more. */
static int64_t find(const struct otp_remembered *remembered, const uint8_t tie[TIE_LEN], const struct otp_moment *now,
                    int64_t length)
{
	if (memcmp(remembered->boot_id, now->boot_id, sizeof now->boot_id) != 0)
		return -1;
	for (size_t i = 0; i < remembered->n; i++) {
		const struct otp_remembered_login *login = &remembered->login[i];

		if (memcmp(login->tie, tie, TIE_LEN) == 0 && is_in_force(login, now) &&
		    now->epoch - login->given.epoch < length && now->boot - login->given.boot < length)
			return login->given.epoch;
	}
	return -1;
}

enum otp_status otp_remembered(struct otp_vault *vault, const char *run_dir, const struct otp_recurrent *login,
                               const struct otp_moment *now, int64_t length, int64_t *since, struct otp_error *error)
{
	struct otp_remembered remembered;
	uint8_t tie[TIE_LEN];
	int64_t given;
	bool same = false;
	enum otp_status status;

	*since = -1;
	if ((status = tie_of(login, tie, error)) != OTP_OK)
		return status;
	if ((status = load(vault, run_dir, login->user, &remembered, error)) != OTP_OK)
		return status == OTP_E_NOT_FOUND ? OTP_OK : status;
	if (remembered.uid != login->uid || (given = find(&remembered, tie, now, length)) < 0)
		return OTP_OK;
	/* Last, so that a change of the facts is not overlooked while the rest is read. */
	if ((status = check_user(vault, &remembered, &same, error)) == OTP_OK && same)
		*since = given;
	return status;
}

enum otp_status otp_forget(struct otp_vault *vault, const char *run_dir, const char *user, struct otp_error *error)
{
	enum otp_status status = otp_held_renew(vault, user, error);
	/* Afterwards: what a login writes in between is of the new revision, and goes with the rest. */
	enum otp_status removed = otp_store_file_discard(run_dir, space, user, NULL);

	(void)removed; /* see the header */
	return status;
}
