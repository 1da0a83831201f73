/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#define BROUGHT "UBHE00000003" /* a token that is not in the inventory */
#define SOON (NOW / 1000 + 3600)

struct given *given;

/* ---- looking, without ending the test ---------------------------------------------------------------------------- */

static char complaint[512];

__attribute__((format(printf, 1, 2))) static const char *complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(complaint, sizeof complaint, format, args);
	va_end(args);
	return complaint;
}

enum { UNAVAILABLE = 100 }; /* a verdict that is none, and the status added to it */

static int verdict_of(const char *user, const char *typed)
{
	struct otp_attempt attempt = attempt_of(user, typed, NOW);
	struct otp_outcome outcome;
	enum otp_status status = otp_login(vault, &limits, &attempt, &outcome, NULL);

	return status == OTP_OK ? (int)outcome.verdict : UNAVAILABLE + (int)status;
}

/* Whether a user has a token; -1: his record cannot be read. */
static int has(const char *user, const char *id)
{
	struct otp_user_report report;
	enum otp_status status = otp_user_report(vault, &limits, user, NOW, &report, NULL);

	if (status != OTP_OK)
		return status == OTP_E_NOT_FOUND ? 0 : -1;
	for (size_t i = 0; i < report.n; i++)
		if (strcmp(report.token[i].id.text, id) == 0)
			return 1;
	return 0;
}

static int tokens_of(const char *user)
{
	struct otp_user_report report;
	enum otp_status status = otp_user_report(vault, &limits, user, NOW, &report, NULL);

	return status == OTP_OK ? (int)report.n : status == OTP_E_NOT_FOUND ? 0 : -1;
}

static const char *const users[] = {"alice", "anna", "bob"};

/* Who has the token: one user, "" for nobody; NULL for two of them, or for a record that cannot be read. */
static const char *holder_of(const char *id)
{
	const char *holder = "";

	for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
		int his = has(users[i], id);

		if (his < 0 || (his == 1 && *holder != '\0'))
			return NULL;
		if (his == 1)
			holder = users[i];
	}
	return holder;
}

static enum otp_status check(const char *user, uint32_t uid, const char *id)
{
	struct otp_enrolment enrolment = {.user = user, .uid = uid, .token = id_of(id)};
	enum otp_kind kind;
	uint8_t digits;

	return otp_enroll_check(vault, &enrolment, &digits, &kind, NULL);
}

/* With one user or in the inventory, and the inventory says the same. */
static const char *token_is_whole(const char *id, bool may_be_unknown)
{
	const char *holder = holder_of(id);
	enum otp_status status = check("somebody", 9999, id);

	if (holder == NULL)
		return complain("%s is two users', or a record cannot be read", id);
	if (*holder != '\0')
		return status == OTP_E_BOUND ? NULL
		                             : complain("%s is %s's, but for the inventory: %d", id, holder, status);
	if (status == OTP_OK || status == OTP_E_STATE || status == OTP_E_RESERVED ||
	    (may_be_unknown && status == OTP_E_NOT_FOUND))
		return NULL;
	return complain("%s is nobody's, but for the inventory: %d", id, status);
}

static const char *tokens_are_whole(void)
{
	static const char *const ids[] = {EVENT_0, EVENT_1, EVENT_2};
	const char *wrong = token_is_whole(BROUGHT, true);

	for (size_t i = 0; wrong == NULL && i < 3; i++)
		wrong = token_is_whole(ids[i], false);
	return wrong;
}

/* The user logs in with the token's code at next, once, and not with the one before it. */
static const char *serves(const char *user, const char *id, int64_t next)
{
	int before = verdict_of(user, code_at(id, next - 1)), now = verdict_of(user, code_at(id, next));
	int again = verdict_of(user, code_at(id, next));

	if (before != OTP_REFUSED && before != OTP_REPLAYED)
		return complain("%s and the used code of %s: %d", user, id, before);
	return now == OTP_ACCEPTED && again == OTP_REPLAYED
	           ? NULL
	           : complain("%s and the next code of %s: %d, again %d", user, id, now, again);
}

static enum otp_status enroll_at(const char *user, uint32_t uid, const char *id, int64_t position,
                                 enum otp_verdict *verdict)
{
	const struct otp_enrolment enrolment = {
	    .user = user, .uid = uid, .token = id_of(id), .pair = pair_at(id, position)};
	struct otp_judgement judgement;
	enum otp_status status = otp_enroll(vault, &limits, &enrolment, &judgement, NULL);

	*verdict = judgement.verdict;
	return status;
}

/* The token is free: its used codes enrol nobody, the next ones do. */
static const char *is_free_at(const char *id, const char *user, int64_t next)
{
	enum otp_verdict used, fresh;
	enum otp_status one = enroll_at(user, 4711, id, next - 1, &used);
	enum otp_status two = enroll_at(user, 4711, id, next, &fresh);

	if (one != OTP_OK || used != OTP_REFUSED)
		return complain("%s: its used codes enrol: status %d, verdict %d", id, one, used);
	return two == OTP_OK && fresh == OTP_ACCEPTED
	           ? NULL
	           : complain("%s: its next codes do not enrol: status %d, verdict %d", id, two, fresh);
}

/* Bound to alice and serving, or free; with its position. */
static const char *bound_or_free(const char *id, int64_t next)
{
	const char *holder = holder_of(id);

	if (holder == NULL)
		return complain("%s has no one holder", id);
	return *holder != '\0' ? serves(holder, id, next) : is_free_at(id, "carol", next);
}

/* Of codes that were spent none serves, of the others all or none; how many serve. They are used up by the look. */
static int count_codes(const char *user, const struct otp_spare_code *codes, size_t n, uint16_t spent)
{
	int count = 0;
	bool was_locked;

	for (size_t i = 0; i < n; i++) {
		int verdict = verdict_of(user, codes[i].text);

		if (verdict == OTP_ACCEPTED && (spent >> i & 1) == 1)
			return -1;
		count += verdict == OTP_ACCEPTED;
		if (verdict == OTP_REFUSED && otp_unlock(vault, user, &was_locked, NULL) != OTP_OK)
			return -1; /* wrong ones would make the right ones wait */
	}
	return count;
}

/* ---- the state before -----------------------------------------------------------------------------------------------
 */

/* Alice has EVENT_0, used up to 5, and EVENT_1, used up to 3; EVENT_2 is free. Her first recovery code is spent. */
static void alice_with_two(void)
{
	add_token(EVENT_0);
	add_token(EVENT_1);
	add_token(EVENT_2);
	enroll("alice", EVENT_0, 0);
	enroll("alice", EVENT_1, 0);
	assert_int_equal(login("alice", code_at(EVENT_0, 5)), OTP_ACCEPTED);
	assert_int_equal(login("alice", code_at(EVENT_1, 3)), OTP_ACCEPTED);
	assert_int_equal(otp_codes_renew(vault, "alice", given->old, NULL), OTP_OK);
	assert_int_equal(login("alice", given->old[0].text), OTP_ACCEPTED);
}

static void change(const char *id, enum otp_change to)
{
	struct otp_token_id token = id_of(id);
	size_t changed;

	assert_int_equal(otp_change_user(vault, "alice", &token, to, to == OTP_DISABLE ? "lost" : NULL, &changed, NULL),
	                 OTP_OK);
}

static void alice_with_a_disabled_one(void)
{
	alice_with_two();
	change(EVENT_1, OTP_DISABLE);
}

static void alice_locked(void)
{
	alice_with_two();
	change(EVENT_0, OTP_LOCK);
}

static void alice_with_a_temporary_code(void)
{
	alice_with_two();
	assert_int_equal(otp_codes_lend(vault, "alice", SOON, false, &given->old_temporary, NULL), OTP_OK);
}

static void bob_invited(void)
{
	alice_with_two();
	assert_int_equal(otp_invite(vault, "bob", BOB, SOON, NULL), OTP_OK);
}

/* ---- release, enrol, rename -----------------------------------------------------------------------------------------
 */

static enum otp_status release_one(struct otp_error *error)
{
	struct otp_token_id token = id_of(EVENT_0);
	size_t released;

	return otp_release(vault, "alice", &token, &released, error);
}

static const char *judge_release_one(enum end end)
{
	const char *wrong = tokens_are_whole();

	if (end == DONE && has("alice", EVENT_0) != 0)
		return complain("released, and still alice's");
	if (wrong == NULL)
		wrong = serves("alice", EVENT_1, 4);
	return wrong == NULL ? bound_or_free(EVENT_0, 6) : wrong;
}

static enum otp_status release_all(struct otp_error *error)
{
	size_t released;

	return otp_release(vault, "alice", NULL, &released, error);
}

static const char *judge_release_all(enum end end)
{
	const char *wrong = tokens_are_whole();
	int n = tokens_of("alice");

	if (n != 0 && (n != 2 || end == DONE))
		return complain("alice has %d tokens", n);
	if (n == 2 && count_codes("alice", given->old, OTP_RECOVERY_MAX, 1) != OTP_RECOVERY_MAX - 1)
		return complain("not released, but her recovery codes are gone");
	if (wrong == NULL && n == 0 && check("somebody", 9999, EVENT_1) != OTP_E_STATE)
		return complain("the disabled token can be enrolled");
	return wrong == NULL ? bound_or_free(EVENT_0, 6) : wrong;
}

static enum otp_status replace_by(const char *id, const struct otp_seed *seed, struct otp_error *error)
{
	const struct otp_enrolment enrolment = {.user = "alice",
	                                        .uid = ALICE,
	                                        .token = id_of(id),
	                                        .seed = seed,
	                                        .how = OTP_ENROLL_REPLACE,
	                                        .pair = pair_at(id, 0)};
	struct otp_judgement judgement;

	return otp_enroll(vault, &limits, &enrolment, &judgement, error);
}

static enum otp_status replace_by_stocked(struct otp_error *error)
{
	return replace_by(EVENT_2, NULL, error);
}

static enum otp_status replace_by_brought(struct otp_error *error)
{
	struct otp_seed seed = seed_of(BROUGHT);

	return replace_by(BROUGHT, &seed, error);
}

/* Both old tokens are hers and serve, or the new one alone. */
static const char *judge_replaced_by(const char *id, enum end end)
{
	bool replaced = has("alice", id) == 1;
	const char *wrong = tokens_are_whole();
	enum otp_verdict verdict;

	if (wrong != NULL)
		return wrong;
	if (tokens_of("alice") != (replaced ? 1 : 2) || (end == DONE && !replaced))
		return complain("alice has %d tokens", tokens_of("alice"));
	if (count_codes("alice", given->old, OTP_RECOVERY_MAX, 1) != OTP_RECOVERY_MAX - 1)
		return complain("her recovery codes are gone");
	if (replaced && check("somebody", 9999, EVENT_1) != OTP_E_STATE)
		return complain("the disabled token can be enrolled");
	if (replaced)
		wrong = serves("alice", id, 2);
	else if (check("somebody", 9999, id) != OTP_E_NOT_FOUND &&
	         (enroll_at("dora", 4711, id, 2, &verdict) != OTP_OK || verdict != OTP_ACCEPTED))
		wrong = complain("not replaced, and nobody else gets the new token");
	return wrong == NULL ? bound_or_free(EVENT_0, 6) : wrong;
}

static const char *judge_replaced_by_stocked(enum end end)
{
	return judge_replaced_by(EVENT_2, end);
}

static const char *judge_replaced_by_brought(enum end end)
{
	return judge_replaced_by(BROUGHT, end);
}

static enum otp_status migrate(struct otp_error *error)
{
	struct otp_seed seed = seed_of(BROUGHT);
	const struct otp_enrolment enrolment = {.user = "bob", .uid = BOB, .seed = &seed, .pair = {.second_at = NOW}};

	seed.counter = 40;
	seed.scratches = 2;
	memcpy(seed.scratch[0], "00123456", 9);
	memcpy(seed.scratch[1], "87654321", 9);
	return otp_enroll_migrated(vault, &enrolment, error);
}

static const char *judge_migrated(enum end end)
{
	static const struct otp_spare_code scratches[] = {{"00123456"}, {"87654321"}};
	const char *wrong = tokens_are_whole();

	if (wrong != NULL)
		return wrong;
	if (end == DONE && has("bob", BROUGHT) != 1)
		return complain("not bound");
	if (has("bob", BROUGHT) != 1)
		return check("bob", BOB, BROUGHT) == OTP_E_NOT_FOUND ? NULL : is_free_at(BROUGHT, "dora", 40);
	if (count_codes("bob", scratches, 2, 0) != 2)
		return complain("bound without its scratch codes");
	return serves("bob", BROUGHT, 40);
}

static enum otp_status follow(struct otp_error *error)
{
	return otp_rename(vault, "alice", "anna", ALICE, error);
}

/* All is the old name's, or the new one's, or waits in the inventory for the new one. */
static const char *judge_renamed(enum end end)
{
	const char *wrong = tokens_are_whole(), *holder = holder_of(EVENT_0);

	if (wrong != NULL)
		return wrong;
	if (strcmp(holder, holder_of(EVENT_1)) != 0)
		return complain("one token is %s's, the other one %s's", holder, holder_of(EVENT_1));
	if (end == DONE && strcmp(holder, "anna") != 0)
		return complain("renamed, but the tokens are \"%s\"'s", holder);
	if (*holder != '\0') {
		if (tokens_of(holder) != 2 ||
		    count_codes(holder, given->old, OTP_RECOVERY_MAX, 1) != OTP_RECOVERY_MAX - 1)
			return complain("%s has not everything", holder);
		if (verdict_of(holder, code_at(EVENT_1, 4)) == OTP_ACCEPTED)
			return complain("%s's disabled token serves", holder);
		return serves(holder, EVENT_0, 6);
	}
	if (check("alice", ALICE, EVENT_0) != OTP_E_RESERVED || check("bob", BOB, EVENT_0) != OTP_E_RESERVED ||
	    check("anna", ALICE, EVENT_1) != OTP_E_STATE)
		return complain("half-way, the tokens do not wait for anna");
	return is_free_at(EVENT_0, "anna", 6);
}

/* ---- codes that need no token --------------------------------------------------------------------------------------
 */

static enum otp_status renew(struct otp_error *error)
{
	return otp_codes_renew(vault, "alice", given->fresh, error);
}

static const char *judge_renewed(enum end end)
{
	int old = count_codes("alice", given->old, OTP_RECOVERY_MAX, 1);
	int fresh = end == FAILED ? 0 : count_codes("alice", given->fresh, OTP_RECOVERY_MAX, 0);

	if (end == DONE ? old != 0 || fresh != OTP_RECOVERY_MAX
	                : !(old == OTP_RECOVERY_MAX - 1 && fresh == 0) && !(old == 0 && fresh == OTP_RECOVERY_MAX) &&
	                      !(end == FAILED && old == 0)) /* done after all, but the new ones were never shown */
		return complain("%d old codes serve, and %d new ones", old, fresh);
	return serves("alice", EVENT_0, 6);
}

static enum otp_status lend(struct otp_error *error)
{
	return otp_codes_lend(vault, "alice", SOON + 60, false, &given->fresh_temporary, error);
}

static const char *judge_lent(enum end end)
{
	int old = verdict_of("alice", given->old_temporary.text) == OTP_ACCEPTED;
	int fresh = verdict_of("alice", given->fresh_temporary.text) == OTP_ACCEPTED;

	if (end == DONE ? old == 1 || fresh == 0 : end == KILLED && old == fresh)
		return complain("the old code serves: %d, the new one: %d", old, fresh);
	if (count_codes("alice", given->old, OTP_RECOVERY_MAX, 1) != OTP_RECOVERY_MAX - 1)
		return complain("her recovery codes are gone");
	return serves("alice", EVENT_0, 6);
}

static enum otp_status end_it(struct otp_error *error)
{
	return otp_codes_end(vault, "alice", NOW, error);
}

static const char *judge_ended(enum end end)
{
	bool serves_on = verdict_of("alice", given->old_temporary.text) == OTP_ACCEPTED;

	return end == DONE && serves_on ? complain("the temporary code serves on") : serves("alice", EVENT_0, 6);
}

/* ---- states
 * ---------------------------------------------------------------------------------------------------------- */

static enum otp_status change_first(enum otp_change to, struct otp_error *error)
{
	struct otp_token_id token = id_of(EVENT_0);
	size_t changed;

	return otp_change_user(vault, "alice", &token, to, to == OTP_DISABLE ? "lost" : NULL, &changed, error);
}

static enum otp_status lock(struct otp_error *error)
{
	return change_first(OTP_LOCK, error);
}

static enum otp_status disable(struct otp_error *error)
{
	return change_first(OTP_DISABLE, error);
}

/* The first token is in the state before or in the one that was wanted; the other one serves in any case. */
static const char *judge_changed(enum end end, enum otp_token_status before, enum otp_token_status wanted)
{
	const char *wrong = tokens_are_whole();
	struct otp_user_report report;
	enum otp_token_status is;

	if (wrong != NULL || otp_user_report(vault, &limits, "alice", NOW, &report, NULL) != OTP_OK || report.n != 2)
		return wrong != NULL ? wrong : complain("alice's record");
	is = report.token[0].status;
	if (is != wanted && (is != before || end == DONE))
		return complain("the token's state is %d", (int)is);
	if ((verdict_of("alice", code_at(EVENT_0, 6)) == OTP_ACCEPTED) != (is == OTP_TOKEN_ENABLED) ||
	    verdict_of("alice", code_at(EVENT_0, 5)) == OTP_ACCEPTED)
		return complain("the token's state is %d, but its codes say another", (int)is);
	if (count_codes("alice", given->old, OTP_RECOVERY_MAX, 1) !=
	    (is == OTP_TOKEN_LOCKED ? 0 : OTP_RECOVERY_MAX - 1))
		return complain("the token's state is %d, but the recovery codes say another", (int)is);
	return NULL;
}

static const char *judge_locked(enum end end)
{
	const char *wrong = judge_changed(end, OTP_TOKEN_ENABLED, OTP_TOKEN_LOCKED);

	return wrong == NULL ? serves("alice", EVENT_1, 4) : wrong;
}

static const char *judge_disabled(enum end end)
{
	const char *wrong = judge_changed(end, OTP_TOKEN_ENABLED, OTP_TOKEN_DISABLED);

	return wrong == NULL ? serves("alice", EVENT_1, 4) : wrong;
}

static const char *judge_disabled_locked(enum end end)
{
	const char *wrong = judge_changed(end, OTP_TOKEN_LOCKED, OTP_TOKEN_DISABLED);

	return wrong == NULL ? serves("alice", EVENT_1, 4) : wrong;
}

static enum otp_status unlock(struct otp_error *error)
{
	bool was_locked;

	return otp_unlock(vault, "alice", &was_locked, error);
}

static const char *judge_unlocked(enum end end)
{
	enum otp_token_status is = OTP_TOKEN_LOCKED;
	struct otp_user_report report;

	if (otp_user_report(vault, &limits, "alice", NOW, &report, NULL) == OTP_OK)
		is = report.token[0].status;
	if (is != OTP_TOKEN_ENABLED && (is != OTP_TOKEN_LOCKED || end == DONE))
		return complain("the token's state is %d", (int)is);
	if ((verdict_of("alice", code_at(EVENT_0, 6)) == OTP_ACCEPTED) != (is == OTP_TOKEN_ENABLED))
		return complain("the token's state is %d, but its codes say another", (int)is);
	return serves("alice", EVENT_1, 4);
}

/* ---- the inventory
 * ----------------------------------------------------------------------------------------------------- */

static enum otp_status assign(struct otp_error *error)
{
	struct otp_token_id token = id_of(EVENT_2);

	return otp_token_assign(vault, &token, "bob", error);
}

static const char *judge_assigned(enum end end)
{
	const char *wrong = tokens_are_whole();
	enum otp_status others = check("carol", 4711, EVENT_2);

	if (wrong != NULL)
		return wrong;
	if (others != OTP_E_RESERVED && (others != OTP_OK || end == DONE))
		return complain("for others: %d", others);
	return check("bob", BOB, EVENT_2) == OTP_OK ? NULL : complain("bob cannot enrol it");
}

static enum otp_status disable_stocked(struct otp_error *error)
{
	struct otp_token_id token = id_of(EVENT_2);

	return otp_change_stocked(vault, &token, OTP_DISABLE, "recalled", error);
}

static const char *judge_disabled_stocked(enum end end)
{
	const char *wrong = tokens_are_whole();
	enum otp_status status = check("bob", BOB, EVENT_2);

	if (wrong != NULL)
		return wrong;
	return status == OTP_E_STATE || (status == OTP_OK && end != DONE) ? NULL : complain("for bob: %d", status);
}

static enum otp_status discard(struct otp_error *error)
{
	struct otp_token_id token = id_of(EVENT_2);

	return otp_token_remove(vault, &token, error);
}

static const char *judge_discarded(enum end end)
{
	enum otp_status status = check("bob", BOB, EVENT_2);

	return status == OTP_E_NOT_FOUND || (status == OTP_OK && end != DONE) ? NULL : complain("for bob: %d", status);
}

/* ---- invitations
 * -------------------------------------------------------------------------------------------------------- */

static int64_t invited_until(void)
{
	int64_t expires;
	enum otp_status status = otp_invitation(vault, "bob", BOB, NOW, &expires, NULL);

	return status == OTP_OK ? expires : status == OTP_E_NOT_FOUND ? 0 : -1;
}

static enum otp_status invite_anew(struct otp_error *error)
{
	return otp_invite(vault, "bob", BOB, SOON + 60, error);
}

static const char *judge_invited(enum end end)
{
	int64_t until = invited_until();

	return until == SOON + 60 || (until == SOON && end != DONE) ? NULL : complain("until %lld", (long long)until);
}

static enum otp_status enroll_invited(struct otp_error *error)
{
	struct otp_seed seed = seed_of(BROUGHT);
	const struct otp_enrolment enrolment = {.user = "bob", .uid = BOB, .seed = &seed, .pair = pair_at(BROUGHT, 0)};
	struct otp_judgement judgement;

	return otp_enroll(vault, &limits, &enrolment, &judgement, error);
}

/* Who is not enrolled is invited still; who is has no use for it, and once all is done it is gone. */
static const char *judge_enrolled_invited(enum end end)
{
	const char *wrong = tokens_are_whole();
	int64_t until = invited_until();

	if (wrong != NULL)
		return wrong;
	if (has("bob", BROUGHT) == 1 ? until < 0 : end == DONE || until != SOON)
		return complain("bob's invitation: %lld", (long long)until);
	return has("bob", BROUGHT) == 1 ? serves("bob", BROUGHT, 2) : NULL;
}

/* ---- remembered logins ---------------------------------------------------------------------------------------------
 */

static struct otp_recurrent from_host(const char *host)
{
	return (struct otp_recurrent){.user = "alice",
	                              .uid = ALICE,
	                              .service = "sshd",
	                              .reach = OTP_REMOTE,
	                              .host = host,
	                              .proof = "ssh-ed25519 AAAA\n"};
}

static const struct otp_moment moment = {.epoch = NOW, .boot = 100000, .boot_id = "of the first one"};

static enum otp_status remember_host(const char *host, struct otp_error *error)
{
	struct otp_recurrent login = from_host(host);

	return otp_remember(vault, scene_path("run"), &login, given->generation, &moment, 1000, error);
}

static enum otp_status look_for_host(const char *host, int64_t *since, struct otp_error *error)
{
	struct otp_recurrent login = from_host(host);

	return otp_remembered(vault, scene_path("run"), &login, &moment, 1000, since, error);
}

static void alice_gives_a_code(void)
{
	struct otp_attempt attempt;
	struct otp_outcome outcome;

	add_token(EVENT_0);
	enroll("alice", EVENT_0, 0);
	attempt = attempt_of("alice", code_at(EVENT_0, 2), NOW);
	assert_int_equal(otp_login(vault, &limits, &attempt, &outcome, NULL), OTP_OK);
	assert_int_equal(outcome.verdict, OTP_ACCEPTED);
	memcpy(given->generation, outcome.generation, sizeof given->generation);
}

static void alice_is_remembered(void)
{
	alice_gives_a_code();
	assert_int_equal(remember_host("192.0.2.1", NULL), OTP_OK);
}

/* 1: a login from there needs no code; 0: it does; -1: it cannot be told. */
static int remembers(const char *host)
{
	int64_t since;

	return look_for_host(host, &since, NULL) != OTP_OK ? -1 : since != -1;
}

static enum otp_status remember_one(struct otp_error *error)
{
	return remember_host("192.0.2.1", error);
}

static const char *judge_remembered(enum end end)
{
	int first = remembers("192.0.2.1"), other = remembers("192.0.2.2");

	if (first < 0 || other != 0 || (first == 0 && end == DONE))
		return complain("remembered: %d, another host: %d", first, other);
	return serves("alice", EVENT_0, 3);
}

static enum otp_status remember_another(struct otp_error *error)
{
	return remember_host("192.0.2.2", error);
}

/* What was remembered before stays. */
static const char *judge_another_remembered(enum end end)
{
	int first = remembers("192.0.2.1"), other = remembers("192.0.2.2");

	if (first != 1 || other < 0 || (other == 0 && end == DONE))
		return complain("remembered: %d, another host: %d", first, other);
	return serves("alice", EVENT_0, 3);
}

static enum otp_status forget(struct otp_error *error)
{
	return otp_forget(vault, scene_path("run"), "alice", error);
}

static const char *judge_forgotten(enum end end)
{
	int first = remembers("192.0.2.1");

	if (first < 0 || (first == 1 && end == DONE))
		return complain("remembered: %d", first);
	return serves("alice", EVENT_0, 3);
}

/* Whatever happens, the answer is never that it is. */
static enum otp_status look(struct otp_error *error)
{
	given->since = -2;
	return look_for_host("192.0.2.2", &given->since, error);
}

static const char *judge_not_remembered(enum end end)
{
	(void)end;
	if (given->since != -1 && given->since != -2)
		return complain("remembered since %lld", (long long)given->since);
	return remembers("192.0.2.2") == 0 ? NULL : "the look made it remembered";
}

static void alice_was_remembered(void)
{
	alice_is_remembered();
	assert_int_equal(remember_host("192.0.2.2", NULL), OTP_OK);
	assert_int_equal(otp_codes_renew(vault, "alice", given->fresh, NULL), OTP_OK);
}

const struct change changes[CHANGES] = {
    {"release of one of two tokens", alice_with_two, release_one, judge_release_one},
    {"release of all, one of them disabled", alice_with_a_disabled_one, release_all, judge_release_all},
    {"replacement by a token of the inventory", alice_with_a_disabled_one, replace_by_stocked,
     judge_replaced_by_stocked},
    {"replacement by a token that is brought", alice_with_a_disabled_one, replace_by_brought,
     judge_replaced_by_brought},
    {"migration with scratch codes", alice_with_two, migrate, judge_migrated},
    {"rename", alice_with_a_disabled_one, follow, judge_renamed},
    {"new recovery codes", alice_with_two, renew, judge_renewed},
    {"a temporary code", alice_with_a_temporary_code, lend, judge_lent},
    {"end of a temporary code", alice_with_a_temporary_code, end_it, judge_ended},
    {"lock", alice_with_two, lock, judge_locked},
    {"disable", alice_with_two, disable, judge_disabled},
    {"disable of a locked token", alice_locked, disable, judge_disabled_locked},
    {"unlock", alice_locked, unlock, judge_unlocked},
    {"reservation", alice_with_two, assign, judge_assigned},
    {"disable in the inventory", alice_with_two, disable_stocked, judge_disabled_stocked},
    {"removal from the inventory", alice_with_two, discard, judge_discarded},
    {"another invitation", bob_invited, invite_anew, judge_invited},
    {"enrolment of who is invited", bob_invited, enroll_invited, judge_enrolled_invited},
    {"a first remembered login", alice_gives_a_code, remember_one, judge_remembered},
    {"a further one", alice_is_remembered, remember_another, judge_another_remembered},
    {"forgetting them", alice_is_remembered, forget, judge_forgotten},
    {"looking for one that is not remembered", alice_is_remembered, look, judge_not_remembered},
    {"looking for one that was", alice_was_remembered, look, judge_not_remembered},
};

/* ---- before and after
 * ----------------------------------------------------------------------------------------------------- */

void changes_begin(void)
{
	given = mmap(NULL, sizeof *given, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (given == MAP_FAILED)
		abort();
}

void changes_prepare(const struct change *change)
{
	assert_int_equal(scene_end(NULL), 0);
	assert_int_equal(scene_begin(NULL), 0);
	limits.pair_counters = 50; /* to search ten thousand takes longer than all the rest */
	memset(given, 0, sizeof *given);
	change->prepare();
}

const char *changes_judge(const struct change *change, enum end end)
{
	struct otp_error error = {.what = ""};
	const char *wrong;

	scene_reopen();
	if ((wrong = change->judge(end)) != NULL)
		return wrong;
	switch (change->act(&error)) {
	case OTP_OK:
	case OTP_E_NOT_FOUND:
	case OTP_E_EXISTS:
	case OTP_E_BOUND:
	case OTP_E_RESERVED:
	case OTP_E_STATE:
	case OTP_E_INVALID:
		return NULL;
	default:
		return complain("once more: %s", error.what);
	}
}
