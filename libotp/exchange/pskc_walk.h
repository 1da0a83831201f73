/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_PSKC_WALK_H
#define OTP_EXCHANGE_PSKC_WALK_H

#include "pskc_crypt.h"
#include "seen.h"

/*
 * The walk through a PSKC file, element by element: what may stand where, and what is kept of it. It knows the tags,
 * and nothing of the XML parser that calls it.
 */

enum { OTP_PSKC_DEPTH_MAX = 24, OTP_PSKC_SKIP_DEPTH_MAX = 64 };

/* The elements of Data. */
enum otp_pskc_datum {
	OTP_PSKC_SECRET,
	OTP_PSKC_COUNTER,
	OTP_PSKC_TIME,
	OTP_PSKC_TIME_INTERVAL,
	OTP_PSKC_TIME_DRIFT,
	OTP_PSKC_DATA,
};

/* What a KeyPackage's DeviceInfo tells of the keys in it. */
struct otp_pskc_device {
	char serial[OTP_TEXT_MAX + 1];
	char user[OTP_USER_MAX + 1];
	int64_t expires;
};

/* A Key as it stands in the file: seed has all but what its data must be decrypted for. */
struct otp_pskc_key {
	unsigned long line;
	char id[OTP_TEXT_MAX + 1];
	bool usage_named, usage_otp; /* a KeyUsage stands there, and one of them is OTP */
	struct otp_seed seed;
	struct otp_pskc_item datum[OTP_PSKC_DATA];
};

/* An attribute of a start tag. */
struct otp_pskc_attribute {
	const char *name;
	bool qualified; /* of another namespace: not ours */
	const char *value;
	size_t len;
};

enum { OTP_PSKC_ATTRIBUTES_MAX = 16 };

struct otp_pskc_tag {
	const char *uri; /* the element's namespace, "" if it has none */
	const char *name;
	size_t n;
	struct otp_pskc_attribute attribute[OTP_PSKC_ATTRIBUTES_MAX];
};

struct otp_pskc_rule;

/* An open element. */
struct otp_pskc_frame {
	const struct otp_pskc_rule *rule;
	unsigned long line;
	uint64_t seen; /* by number, the rules that an element in it followed */
};

/* A file being read. Its owner overwrites all of it. */
struct otp_pskc_reading {
	const struct otp_foreign *file;
	otp_seed_visitor *visit;
	void *arg;
	struct otp_error *error;
	enum otp_status status; /* of the walk: the first that is not OTP_OK stays */
	size_t depth;
	struct otp_pskc_frame frame[OTP_PSKC_DEPTH_MAX]; /* frame[0] is the document */
	unsigned skipped;                                /* open elements of a part that is passed over */
	size_t text_len;
	char text[OTP_PSKC_TEXT_MAX + 1]; /* of the element that is open */
	struct otp_pskc_crypt crypt;
	struct otp_pskc_device device;
	struct otp_pskc_key key;
	struct otp_pskc_item *item; /* the datum or the MACKey that is open */
	bool packages;              /* a KeyPackage began */
	unsigned long keys;         /* given to the visitor */
	struct otp_seen *seen;      /* owned by whoever made the reading */
};

void otp_pskc_reading_init(struct otp_pskc_reading *reading, const struct otp_foreign *file, otp_seed_visitor *visit,
                           void *arg, struct otp_error *error);

/* Each may set reading->status, and must not be called again once it did. */
void otp_pskc_open(struct otp_pskc_reading *reading, unsigned long line, const struct otp_pskc_tag *tag);
void otp_pskc_characters(struct otp_pskc_reading *reading, unsigned long line, const char *text, size_t len);
void otp_pskc_close(struct otp_pskc_reading *reading);

/* ---- between the files of the walk --------------------------------------------------------------------- */

/* What the children of an element are; an element without any is a leaf. */
enum otp_pskc_place {
	OTP_PSKC_LEAF,
	OTP_PSKC_IN_DOCUMENT,
	OTP_PSKC_IN_CONTAINER,
	OTP_PSKC_IN_ENCRYPTION_KEY,
	OTP_PSKC_IN_DERIVED_KEY,
	OTP_PSKC_IN_DERIVATION,
	OTP_PSKC_IN_PBKDF2,
	OTP_PSKC_IN_SALT,
	OTP_PSKC_IN_MAC_METHOD,
	OTP_PSKC_IN_ENCRYPTED,
	OTP_PSKC_IN_CIPHER_DATA,
	OTP_PSKC_IN_PACKAGE,
	OTP_PSKC_IN_DEVICE,
	OTP_PSKC_IN_KEY,
	OTP_PSKC_IN_PARAMETERS,
	OTP_PSKC_IN_DATA,
	OTP_PSKC_IN_DATUM,
	OTP_PSKC_IN_POLICY,
};

/* What may stand at a place, and what is done with it. */
struct otp_pskc_rule {
	enum otp_pskc_place where;
	unsigned spaces; /* the namespaces it may have, a set of enum otp_pskc_space */
	const char *name;
	enum otp_pskc_place within;
	bool many;              /* may stand there more than once */
	bool skip;              /* it and all in it is passed over */
	bool text;              /* its text is kept for close */
	const char *attributes; /* those that are known, each followed by a blank; NULL: all are passed over */
	void (*open)(struct otp_pskc_reading *reading, const struct otp_pskc_tag *tag);
	void (*close)(struct otp_pskc_reading *reading); /* reading->text without the blanks around it */
};

enum otp_pskc_space {
	OTP_PSKC_NO_SPACE = 1,
	OTP_PSKC_SPACE = 2,
	OTP_PSKC_XMLDSIG = 4,
	OTP_PSKC_XMLENC = 8,
	OTP_PSKC_XMLENC11 = 16,
	OTP_PSKC_PKCS5 = 32,
};

struct otp_pskc_rules {
	const struct otp_pskc_rule *rule;
	size_t n; /* at most 64 */
};

/* By rooms: what leads to a KeyPackage and what a value is made of; what is in a KeyPackage. No place has rules in
 * both. */
extern const struct otp_pskc_rules otp_pskc_container_rules;
extern const struct otp_pskc_rules otp_pskc_key_rules;

enum { OTP_PSKC_ATTRIBUTE_MAX = 127 };

/* The value, cut where it is too long to be any that is known; "" where the attribute does not stand. */
const char *otp_pskc_attribute(const struct otp_pskc_tag *tag, const char *name,
                               char value[OTP_PSKC_ATTRIBUTE_MAX + 1]);

/* OTP_E_INVALID at the open element. */
__attribute__((format(printf, 2, 3))) void otp_pskc_refuse(struct otp_pskc_reading *reading, const char *format, ...);

/* The open element's line. */
unsigned long otp_pskc_line(const struct otp_pskc_reading *reading);

/* The key that closed -> visitor; sets reading->status. */
void otp_pskc_give(struct otp_pskc_reading *reading);

#endif
