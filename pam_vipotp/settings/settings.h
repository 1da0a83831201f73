/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_SETTINGS_H
#define VIPOTP_SETTINGS_H

#include "otp.h"

#define SETTINGS_FILE SYSCONFDIR "/vipotp/vipotp.conf"

/* What a user without a credential meets (product §6.2). */
enum unenrolled {
	UNENROLLED_DENY = 0, /* the same prompt, then a refusal */
	UNENROLLED_IGNORE,   /* PAM_IGNORE without a prompt, logged */
	UNENROLLED_ENROLL,   /* the login itself enrols (product §6.4) */
};

/* What follows an enrolment inside a login. */
enum after_enroll {
	AFTER_CONTINUE = 0, /* the two codes were proof enough: the login goes on */
	AFTER_LOGOUT,       /* it ends; the next one asks for a code */
};

/* Whose token is asked for (product §6.7). */
enum identity {
	IDENTITY_USER = 0, /* PAM_USER's */
	IDENTITY_CALLER,   /* the invoking user's: PAM_RUSER, if his uid is the process's real one */
};

/* What lets an enrolled user have another token in the place of his (product §7.1). */
enum replace {
	REPLACE_RELEASE = 0, /* an administrator releases the old one first */
	REPLACE_CODE,        /* a code of the old one */
};

/* How a token that has run out of its window comes back (product §5.3). */
enum resync {
	RESYNC_LOGIN = 0, /* two codes at the login */
	RESYNC_COMMAND,   /* `vipotp reset`; a miss ends the attempt */
};

enum { SETTINGS_TEXT_MAX = 255, SETTINGS_PATH_MAX = 1023 };

/* Where what dies with the boot is kept, and the helper's socket (product §6.6, §6.8). */
#define SETTINGS_RUN_DIR "/run/vipotp"

/*
 * Who is exempt from codes (product §6.5). A rule holds for a login that meets each kind of condition in it; of one
 * kind, one is enough. One rule that holds is enough. A rule without users, groups and networks is refused.
 */
enum exempt_kind {
	EXEMPT_USER = 1, /* a user's canonical name */
	EXEMPT_GROUP,    /* of which the user is a member, by primary group or otherwise */
	EXEMPT_NETWORK,  /* that holds the address in PAM_RHOST */
	EXEMPT_SERVICE,  /* the PAM service's name */
};

enum { EXEMPT_MAX = 64, EXEMPT_RULES_MAX = 16, EXEMPT_NAME_MAX = 127 };

struct exempt_condition {
	uint8_t rule;                   /* from 0 */
	uint8_t kind;                   /* enum exempt_kind */
	uint8_t bits;                   /* network: length of its prefix, of 128; IPv4 lies in ::ffff:0:0/96 */
	uint8_t address[16];            /* network */
	char name[EXEMPT_NAME_MAX + 1]; /* the others; of a network, as it was written, for the log */
};

struct exempt_rules {
	size_t rules, n;
	struct exempt_condition condition[EXEMPT_MAX]; /* n, by rule */
};

/* The effective values for one service: no pointers, copied freely, nothing to free. */
struct settings {
	struct otp_limits limits;
	int unenrolled;                       /* enum unenrolled; all choices are of one type, see keys.h */
	int resync;                           /* enum resync */
	int replace;                          /* enum replace */
	int after_enroll;                     /* enum after_enroll */
	int identity;                         /* enum identity */
	bool enroll_open;                     /* a new soft token without an invitation: trust on first use */
	bool require_at_account;              /* the account phase sends the unenrolled to chauthtok */
	int64_t enroll_by;                    /* s since the epoch: until then the unenrolled pass; 0: no such time */
	int64_t remember;                     /* ms for which a login is remembered; 0: it is not */
	int language;                         /* enum language, for the module; see vipotp.conf(5) */
	int64_t fail_delay;                   /* ms, for pam_fail_delay */
	char prompt[SETTINGS_TEXT_MAX + 1];   /* what the user is asked */
	char contact[SETTINGS_TEXT_MAX + 1];  /* shown in refusals; "" for none */
	char key_file[SETTINGS_PATH_MAX + 1]; /* absolute */
	char store_dir[SETTINGS_PATH_MAX + 1];
	struct exempt_rules exempt;
};

/* Every value at its default: what an absent or empty file gives. */
void settings_normal(struct settings *settings);

/*
 * Read the file at an absolute path (SETTINGS_FILE if NULL) and give the effective values for a service: those of
 * `policy`, overridden by those under its name in `services`; service NULL: without overrides. An absent file gives
 * the defaults if path is NULL; an absent file that was named is OTP_E_NOT_FOUND. OTP_E_INVALID: *error names file,
 * line and key and says how to mend it. OTP_E_UNSAFE (owner, mode, links), OTP_E_IO, OTP_E_NOMEM. On any failure
 * *settings is not to be used. The locale of the calling thread is as before.
 */
OTP_MUST_CHECK enum otp_status settings_read(const char *path, const char *service, struct settings *settings,
                                             struct otp_error *error);

/*
 * The same of a file's bytes, wherever they come from; file is how errors name them. text[len] is NUL, and the text
 * loses its comments. OTP_E_INVALID, OTP_E_NOMEM.
 */
OTP_MUST_CHECK enum otp_status settings_read_text(char *text, size_t len, const char *file, const char *service,
                                                  struct settings *settings, struct otp_error *error);

/*
 * The names of the services with overrides in the file, one after the other; visit returns OTP_OK to go on.
 * For `vipotp config`, which prints the effective values of each.
 */
OTP_MUST_CHECK enum otp_status settings_each_service(const char *path, otp_name_visitor *visit, void *arg,
                                                     struct otp_error *error);

#endif
