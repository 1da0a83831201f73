/* SPDX-License-Identifier: BSD-2-Clause */
#include "scene.h"

#include "../settings/scratch.h"
#include "core/code.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cmocka.h>

enum { KEYS = 10, CODES = 1500, CODE_LEN = 6, STEPS_BEFORE = 300 };

struct otp_vault *vault;
struct otp_limits limits;

static char place[SCRATCH_PATH_MAX];

/* ---- codes ------------------------------------------------------------------------------------------------ */

/* The key whose digit is k: twenty bytes, no two keys alike. */
static void key_of(unsigned k, struct otp_secret *secret)
{
	secret->len = OTP_SECRET_DEFAULT;
	for (size_t i = 0; i < secret->len; i++)
		secret->bytes[i] = (uint8_t)(i * 11 + k * 29 + 7);
}

static void ask_oathtool(unsigned k, bool event, char codes[CODES][CODE_LEN + 1])
{
	struct otp_secret secret;
	char command[256], line[32];
	int len;
	FILE *tool;

	key_of(k, &secret);
	len = event ? snprintf(command, sizeof command, "oathtool --hotp -c 0 -w %d ", CODES - 1)
	            : snprintf(command, sizeof command, "oathtool --totp -N @%lld -w %d ",
	                       (long long)(FIRST_STEP - STEPS_BEFORE) * 30, CODES - 1);
	for (size_t i = 0; i < secret.len; i++)
		len += snprintf(command + len, sizeof command - (size_t)len, "%02x", secret.bytes[i]);
	tool = popen(command, "re"); /* NOLINT(cert-env33-c): the codes must not be our own arithmetic's */
	assert_non_null(tool);
	for (size_t i = 0; i < CODES; i++) {
		assert_non_null(fgets(line, sizeof line, tool));
		assert_int_equal(strcspn(line, "\n"), CODE_LEN);
		memcpy(codes[i], line, CODE_LEN);
	}
	assert_int_equal(pclose(tool), 0);
}

const char *code_at(const char *id, int64_t position)
{
	static char codes[2][KEYS][CODES][CODE_LEN + 1];
	bool event = *id == 'U';
	unsigned k = (unsigned)(id[OTP_TOKEN_ID_LEN - 1] - '0');
	int64_t index = event ? position : position - FIRST_STEP + STEPS_BEFORE;

	assert_true(k < KEYS && index >= 0 && index < CODES);
	if (*codes[event][k][0] == '\0')
		ask_oathtool(k, event, codes[event][k]);
	return codes[event][k][index];
}

/* ---- the place -------------------------------------------------------------------------------------------- */

/* No test here cuts the power, so memory is as good a disk, and a sync costs nothing. Without the right to it: a disk.
 */
static void put_memory_on_run(void)
{
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", "/run", "tmpfs", 0, "mode=0755") != 0)
		(void)printf("# on the disk under /run\n");
}

void scene_prepare(void)
{
	if (system("oathtool --version >/dev/null 2>&1") != 0) { /* NOLINT(cert-env33-c) */
		(void)printf("1..0 # SKIP oathtool is not installed\n");
		exit(0);
	}
	put_memory_on_run();
	scratch_begin();
}

void scene_clear(void)
{
	scratch_end();
}

const char *scene_path(const char *name)
{
	static char path[2 * SCRATCH_PATH_MAX];

	(void)snprintf(path, sizeof path, "%s/%s", place, name);
	return path;
}

struct otp_places scene_places(void)
{
	static char key_file[2 * SCRATCH_PATH_MAX], store_dir[2 * SCRATCH_PATH_MAX];

	(void)snprintf(key_file, sizeof key_file, "%s", scene_path("key"));
	(void)snprintf(store_dir, sizeof store_dir, "%s", scene_path("store"));
	return (struct otp_places){key_file, store_dir};
}

void scene_reopen(void)
{
	struct otp_places places = scene_places();
	struct otp_error error = {0};

	otp_vault_close(&vault);
	if (otp_vault_open(&places, OTP_TO_ADMINISTER, &vault, &error) != OTP_OK)
		fail_msg("%s", error.what);
}

int scene_begin(void **state)
{
	static unsigned tests;
	char name[16];

	(void)state;
	(void)snprintf(name, sizeof name, "test-%u", ++tests);
	(void)snprintf(place, sizeof place, "%s", scratch_path(name));
	if (otp_safe_make_dir(place, NULL) != OTP_OK)
		return -1;
	limits = otp_limits_normal();
	if (getenv("SPARSE") != NULL)
		limits.pair_counters = CODES; /* to search ten thousand is most of the work, thirty times as slow */
	scene_reopen();
	return 0;
}

int scene_end(void **state)
{
	(void)state;
	otp_vault_close(&vault);
	return 0;
}

/* ---- what people do ---------------------------------------------------------------------------------------- */

struct otp_token_id id_of(const char *text)
{
	struct otp_token_id id;

	assert_int_equal(otp_token_id_parse(text, &id), OTP_OK);
	return id;
}

struct otp_seed seed_of(const char *id)
{
	struct otp_seed seed = {.id = id_of(id), .digest = OTP_SHA1, .digits = CODE_LEN};

	seed.kind = otp_token_id_kind(&seed.id);
	seed.period = seed.kind == OTP_TIME ? 30 : 0;
	key_of((unsigned)(id[OTP_TOKEN_ID_LEN - 1] - '0'), &seed.secret);
	return seed;
}

struct otp_pair pair_of(const char *first, int64_t first_at, const char *second, int64_t second_at)
{
	struct otp_pair pair = {.first_at = first_at, .second_at = second_at};

	assert_int_equal(otp_code_parse(first, &pair.first), OTP_CODE_WELL_FORMED);
	assert_int_equal(otp_code_parse(second, &pair.second), OTP_CODE_WELL_FORMED);
	return pair;
}

struct otp_pair pair_at(const char *id, int64_t position)
{
	int64_t shown = *id == 'U' ? NOW : NOW + (position - FIRST_STEP) * 30000;

	return pair_of(code_at(id, position), shown, code_at(id, position + 1), *id == 'U' ? NOW : shown + 30000);
}

void add_token(const char *id)
{
	struct otp_seed seed = seed_of(id);

	assert_int_equal(otp_token_add(vault, &seed, NOW, NULL), OTP_OK);
}

enum otp_status try_enroll_how(const char *user, const char *id, enum otp_enroll_how how, struct otp_pair pair,
                               enum otp_verdict *verdict)
{
	const struct otp_enrolment enrolment = {
	    .user = user, .uid = *user == 'a' ? ALICE : BOB, .token = id_of(id), .how = how, .pair = pair};
	struct otp_judgement judgement;
	enum otp_status status = otp_enroll(vault, &limits, &enrolment, &judgement, NULL);

	*verdict = judgement.verdict;
	return status;
}

enum otp_status try_enroll(const char *user, const char *id, bool add, struct otp_pair pair, enum otp_verdict *verdict)
{
	return try_enroll_how(user, id, add ? OTP_ENROLL_ADD : OTP_ENROLL_FIRST, pair, verdict);
}

struct otp_token_report stocked(const char *id)
{
	struct otp_token_id token = id_of(id);
	struct otp_token_report report;

	assert_int_equal(otp_token_report(vault, &token, &report, NULL), OTP_OK);
	return report;
}

enum otp_status could_enroll(const char *user, const char *id)
{
	const struct otp_enrolment enrolment = {.user = user,
	                                        .uid = *user == 'a' ? ALICE : BOB,
	                                        .token = id_of(id),
	                                        .how = is_enrolled(user) ? OTP_ENROLL_ADD : OTP_ENROLL_FIRST};
	enum otp_kind kind;
	uint8_t digits;

	return otp_enroll_check(vault, &enrolment, &digits, &kind, NULL);
}

void assert_fails(enum otp_status status, enum otp_status expected, const struct otp_error *error)
{
	if (status != expected)
		fail_msg("status %d instead of %d: %s", (int)status, (int)expected, error->what);
	assert_int_equal(error->status, expected);
	assert_string_not_equal(error->what, "");
}

void enroll(const char *user, const char *id, int64_t position)
{
	enum otp_verdict verdict;

	assert_int_equal(try_enroll(user, id, is_enrolled(user), pair_at(id, position), &verdict), OTP_OK);
	assert_int_equal(verdict, OTP_ACCEPTED);
}

struct otp_attempt attempt_of(const char *user, const char *typed, int64_t now)
{
	return (struct otp_attempt){
	    .user = user, .uid = *user == 'a' ? ALICE : BOB, .typed = typed, .origin = "tty1", .now = now};
}

enum otp_verdict login_at(const char *user, const char *typed, int64_t now)
{
	struct otp_attempt attempt = attempt_of(user, typed, now);
	struct otp_outcome outcome;
	struct otp_error error = {0};

	if (otp_login(vault, &limits, &attempt, &outcome, &error) != OTP_OK)
		fail_msg("%s: %s", user, error.what);
	return outcome.verdict;
}

enum otp_verdict login(const char *user, const char *typed)
{
	return login_at(user, typed, NOW);
}

bool is_enrolled(const char *user)
{
	bool enrolled;

	assert_int_equal(otp_login_enrolled(vault, user, &enrolled, NULL), OTP_OK);
	return enrolled;
}

struct otp_user_report report_of(const char *user)
{
	struct otp_user_report report;

	assert_int_equal(otp_user_report(vault, &limits, user, NOW, &report, NULL), OTP_OK);
	return report;
}
