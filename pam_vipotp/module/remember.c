/* SPDX-License-Identifier: BSD-2-Clause */
#include "remember.h"

#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <security/pam_modules.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_LEN = 64, WHEN_LEN = 32 };

/* The login as libotp wants it, with the text that it borrows, and the time. Whoever holds one ends it with release. */
struct recurrence {
	struct otp_recurrent login;
	struct otp_moment now;
	char *proof;
};

static void release(struct recurrence *recurrence)
{
	free(recurrence->proof);
	recurrence->proof = NULL;
}

/* The one short line that a file of the kernel's has, without its end; false if it cannot be read. */
static bool read_line(const char *path, char line[LINE_LEN])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;

	if (fd < 0)
		return false;
	do {
		n = read(fd, line, LINE_LEN - 1);
	} while (n < 0 && errno == EINTR);
	(void)close(fd);
	line[n > 0 ? n : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return n > 0 && *line != '\0';
}

/* ---- what binds ---------------------------------------------------------------------------------------------- */

/*
 * The type and the blob of every key in what sshd tells of the user's proofs, a line for each: "publickey TYPE BLOB".
 * What may follow the blob is not the key: the counter of a security key, which changes with every use. NULL: a line is
 * not understood, or memory ran out; "": there is no key.
 */
static char *keys_of(const char *proofs)
{
	static const char method[] = "publickey ";
	char *keys = calloc(1, strlen(proofs) + 2), *end = keys;

	for (const char *line = proofs; keys != NULL && *line != '\0'; line += strspn(line, "\n")) {
		const char *type = line + sizeof method - 1;
		size_t type_len, key_len;

		if (strncmp(line, method, sizeof method - 1) == 0) {
			type_len = strcspn(type, " \n");
			key_len = type_len + strspn(type + type_len, " ");
			key_len += strcspn(type + key_len, " \n");
			if (type_len == 0 || key_len < type_len + 2) {
				free(keys);
				return NULL;
			}
			end = (char *)memcpy(end, type, key_len) + key_len;
			*end++ = '\n';
		}
		line += strcspn(line, "\n");
	}
	return keys;
}

/*
 * The session that the caller logged in with. Only root can begin one, and children inherit it: so a process of root's
 * own may have it from whoever started it, and serve other people's logins. It has none therefore.
 */
static char *session(void)
{
	static const char unset[] = "4294967295";
	char line[LINE_LEN], *text = NULL;

	if (getuid() == 0 || !read_line("/proc/self/sessionid", line) || strcmp(line, unset) == 0 ||
	    line[strspn(line, "0123456789")] != '\0')
		return NULL;
	if ((text = malloc(2 * LINE_LEN)) != NULL)
		(void)snprintf(text, 2 * LINE_LEN, "session %s of uid %u", line, (unsigned)getuid());
	return text;
}

/* ---- when ---------------------------------------------------------------------------------------------------- */

static int64_t now_ms(clockid_t clock)
{
	struct timespec now = {0, 0};

	(void)clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A UUID: 32 hexadecimal digits with hyphens between them. */
static bool read_boot_id(uint8_t boot_id[16])
{
	char line[LINE_LEN];
	size_t digits = 0;

	if (!read_line("/proc/sys/kernel/random/boot_id", line))
		return false;
	for (const char *c = line; *c != '\0'; c++) {
		if (*c == '-')
			continue;
		if (hex_digit(*c) < 0 || digits == 32)
			return false;
		boot_id[digits / 2] = (uint8_t)(boot_id[digits / 2] << 4 | hex_digit(*c));
		digits++;
	}
	return digits == 32;
}

/* ---- both ---------------------------------------------------------------------------------------------------- */

/* False: the login is not one that can be remembered. The caller ends it with release in either case. */
static bool describe(const struct login *login, struct recurrence *recurrence)
{
	bool remote = *login->rhost != '\0';
	const char *proofs = pam_getenv(login->pamh, "SSH_AUTH_INFO_0");

	recurrence->proof = remote ? keys_of(proofs != NULL ? proofs : "") : session();
	recurrence->login = (struct otp_recurrent){
	    .user = login->user,
	    .uid = login->uid,
	    .service = login->service,
	    .reach = remote ? OTP_REMOTE : OTP_LOCAL,
	    .host = login->rhost,
	    .proof = recurrence->proof,
	};
	return recurrence->proof != NULL && *recurrence->proof != '\0';
}

static enum otp_status tell_time(struct recurrence *recurrence, struct otp_error *error)
{
	recurrence->now = (struct otp_moment){.epoch = now_ms(CLOCK_REALTIME), .boot = now_ms(CLOCK_BOOTTIME)};
	if (read_boot_id(recurrence->now.boot_id))
		return OTP_OK;
	return otp_fail(error, OTP_E_IO, "/proc/sys/kernel/random/boot_id: cannot be read or is none");
}

static void print_reason(bool remote, int64_t since, char *reason, size_t size)
{
	char when[WHEN_LEN] = "";
	time_t clock = (time_t)(since / 1000);
	struct tm tm;

	if (gmtime_r(&clock, &tm) != NULL)
		(void)strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S UTC", &tm);
	(void)snprintf(reason, size, "a code was given at %s %s", when,
	               remote ? "from this address with this SSH key" : "in this login session");
}

enum otp_status remember_holds(const struct login *login, struct otp_vault *vault, bool *holds, char *reason,
                               size_t size, struct otp_error *error)
{
	struct recurrence recurrence = {.proof = NULL};
	struct otp_error failure = {.status = OTP_OK};
	int64_t since = -1;
	enum otp_status status;

	(void)error; /* see the header */
	*holds = false;
	if (login->settings.remember == 0 || vault == NULL || !login->known)
		return OTP_OK;
	if (describe(login, &recurrence)) {
		if ((status = tell_time(&recurrence, &failure)) == OTP_OK)
			status = otp_remembered(vault, SETTINGS_RUN_DIR, &recurrence.login, &recurrence.now,
			                        login->settings.remember, &since, &failure);
		if (status != OTP_OK)
			journal_failure(login, "remember", &failure);
		else if (since >= 0)
			*holds = true;
	}
	if (*holds)
		print_reason(recurrence.login.reach == OTP_REMOTE, since, reason, size);
	release(&recurrence);
	return OTP_OK;
}

void remember_keep(const struct login *login, struct otp_vault *vault, const struct otp_outcome *outcome)
{
	struct recurrence recurrence = {.proof = NULL};
	struct otp_error error = {.status = OTP_OK};
	enum otp_status status;

	if (login->settings.remember == 0 || vault == NULL || outcome->verdict != OTP_ACCEPTED ||
	    (outcome->way != OTP_BY_TOKEN && outcome->way != OTP_BY_PAIR))
		return;
	if (describe(login, &recurrence)) {
		if ((status = tell_time(&recurrence, &error)) == OTP_OK)
			status = otp_remember(vault, SETTINGS_RUN_DIR, &recurrence.login, outcome->generation,
			                      &recurrence.now, login->settings.remember, &error);
		if (status != OTP_OK)
			journal_failure(login, "remember", &error);
	}
	release(&recurrence);
}
