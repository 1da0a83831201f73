/* SPDX-License-Identifier: BSD-2-Clause */
#include "pskc_walk.h"

#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PSKC_URI "urn:ietf:params:xml:ns:keyprov:pskc"
#define DRAFTS "urn:ietf:params:xml:ns:keyprov:"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static unsigned space_of(const char *uri)
{
	static const struct {
		const char *uri;
		enum otp_pskc_space space;
	} known[] = {
	    {"", OTP_PSKC_NO_SPACE},
	    {PSKC_URI, OTP_PSKC_SPACE},
	    {"http://www.w3.org/2000/09/xmldsig#", OTP_PSKC_XMLDSIG},
	    {"http://www.w3.org/2001/04/xmlenc#", OTP_PSKC_XMLENC},
	    {"http://www.w3.org/2009/xmlenc11#", OTP_PSKC_XMLENC11},
	    {"http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#", OTP_PSKC_PKCS5},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].uri, uri) == 0)
			return known[i].space;
	return 0;
}

static const struct otp_pskc_rule document = {.name = "XML document", .within = OTP_PSKC_IN_DOCUMENT};

void otp_pskc_reading_init(struct otp_pskc_reading *r, const struct otp_foreign *file, otp_seed_visitor *visit,
                           void *arg, struct otp_error *error)
{
	memset(r, 0, sizeof *r);
	r->file = r->crypt.file = file;
	r->error = r->crypt.error = error;
	r->visit = visit;
	r->arg = arg;
	r->crypt.prf = "SHA1"; /* RFC 8018 A.2's default */
	r->frame[0] = (struct otp_pskc_frame){.rule = &document, .line = 1};
}

unsigned long otp_pskc_line(const struct otp_pskc_reading *r)
{
	return r->frame[r->depth].line;
}

void otp_pskc_refuse(struct otp_pskc_reading *r, const char *format, ...)
{
	const struct otp_pskc_frame *frame = &r->frame[r->depth];
	char what[OTP_ERROR_WHAT_MAX];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof what, format, args);
	va_end(args);
	r->status = otp_pskc_fail(r->file, r->error, OTP_E_INVALID, frame->line, frame->rule->name, "%s", what);
}

/* OTP_E_INVALID for what stands in the open element, which has no name of ours. */
static void refuse_within(struct otp_pskc_reading *r, unsigned long line, const char *what)
{
	r->status = otp_pskc_fail(r->file, r->error, OTP_E_INVALID, line, r->frame[r->depth].rule->name, "%s", what);
}

/* ---- start tags -------------------------------------------------------------------------------------------- */

const char *otp_pskc_attribute(const struct otp_pskc_tag *tag, const char *name, char value[OTP_PSKC_ATTRIBUTE_MAX + 1])
{
	value[0] = '\0';
	for (size_t i = 0; i < tag->n; i++) {
		const struct otp_pskc_attribute *a = &tag->attribute[i];
		size_t len = a->len > OTP_PSKC_ATTRIBUTE_MAX ? OTP_PSKC_ATTRIBUTE_MAX : a->len;

		if (a->qualified || strcmp(a->name, name) != 0)
			continue;
		memcpy(value, a->value, len);
		value[len] = '\0';
	}
	return value;
}

static const struct otp_pskc_rule *rule_among(const struct otp_pskc_rules *rules, enum otp_pskc_place where,
                                              const struct otp_pskc_tag *tag, unsigned space, uint64_t *mark)
{
	for (size_t i = 0; i < rules->n; i++) {
		const struct otp_pskc_rule *rule = &rules->rule[i];

		if (rule->where != where || (rule->spaces & space) == 0 || strcmp(rule->name, tag->name) != 0)
			continue;
		*mark = UINT64_C(1) << i;
		return rule;
	}
	return NULL;
}

/* The rule for an element at this place, or NULL; *mark: its bit among those of the place. */
static const struct otp_pskc_rule *rule_for(enum otp_pskc_place where, const struct otp_pskc_tag *tag, unsigned space,
                                            uint64_t *mark)
{
	const struct otp_pskc_rule *rule = rule_among(&otp_pskc_key_rules, where, tag, space, mark);

	return rule != NULL ? rule : rule_among(&otp_pskc_container_rules, where, tag, space, mark);
}

/* Its name is not repeated: it may be anything, a key too. */
static void refuse_unknown(struct otp_pskc_reading *r, unsigned long line, const struct otp_pskc_tag *tag,
                           unsigned space)
{
	enum otp_pskc_place within = r->frame[r->depth].rule->within;

	if (within == OTP_PSKC_IN_DOCUMENT && space != OTP_PSKC_SPACE &&
	    strncmp(tag->uri, DRAFTS, sizeof DRAFTS - 1) == 0)
		refuse_within(r, line,
		              "this is a draft of PSKC, not RFC 6030; convert it first, for instance with pskc2pskc");
	else if (within == OTP_PSKC_IN_DOCUMENT)
		refuse_within(r, line,
		              "the outermost element must be RFC 6030's KeyContainer, with xmlns=\"" PSKC_URI "\"");
	else if (within == OTP_PSKC_LEAF)
		refuse_within(r, line, "another element stands in it where only text belongs");
	else if (within == OTP_PSKC_IN_POLICY)
		refuse_within(
		    r, line,
		    "it holds a rule that is not known here and so would not be kept (RFC 6030 section 5); get "
		    "the token without it");
	else
		refuse_within(r, line,
		              "an element stands in it that RFC 6030 does not put there; take it out, or, where the "
		              "file is a draft of PSKC, convert it");
}

static bool knows_attribute(const struct otp_pskc_rule *rule, const struct otp_pskc_attribute *attribute)
{
	size_t len = strlen(attribute->name);

	if (attribute->qualified || rule->attributes == NULL)
		return true;
	for (const char *known = rule->attributes; *known != '\0'; known += strcspn(known, " ") + 1)
		if (strcspn(known, " ") == len && strncmp(known, attribute->name, len) == 0)
			return true;
	return false;
}

/* Extension points of the schema: an element of somebody else's namespace tells nothing that codes depend on. */
static bool may_be_foreign(const struct otp_pskc_reading *r, unsigned space)
{
	enum otp_pskc_place within = r->frame[r->depth].rule->within;

	return (space & (OTP_PSKC_SPACE | OTP_PSKC_NO_SPACE)) == 0 &&
	       (within == OTP_PSKC_IN_DATA || within == OTP_PSKC_IN_MAC_METHOD);
}

static void push(struct otp_pskc_reading *r, unsigned long line, const struct otp_pskc_rule *rule, uint64_t mark)
{
	bool again = (r->frame[r->depth].seen & mark) != 0 && !rule->many;

	r->frame[r->depth].seen |= mark;
	r->frame[++r->depth] = (struct otp_pskc_frame){.rule = rule, .line = line};
	if (again)
		otp_pskc_refuse(r, "it stands there twice; leave only the right one");
}

void otp_pskc_open(struct otp_pskc_reading *r, unsigned long line, const struct otp_pskc_tag *tag)
{
	unsigned space = space_of(tag->uri);
	uint64_t mark = 0;
	const struct otp_pskc_rule *rule =
	    r->skipped > 0 ? NULL : rule_for(r->frame[r->depth].rule->within, tag, space, &mark);

	if (rule != NULL && !rule->skip) {
		if (r->depth + 1 == OTP_PSKC_DEPTH_MAX) {
			refuse_within(r, line, "elements are nested too deeply");
			return;
		}
		push(r, line, rule, mark);
		for (size_t i = 0; i < tag->n && r->status == OTP_OK; i++)
			if (!knows_attribute(rule, &tag->attribute[i]))
				otp_pskc_refuse(r, "it has an attribute that RFC 6030 does not give it; take it out");
		r->text_len = 0;
		if (r->status == OTP_OK && rule->open != NULL)
			rule->open(r, tag);
		return;
	}
	if (r->skipped == 0 && rule == NULL && !may_be_foreign(r, space)) {
		refuse_unknown(r, line, tag, space);
		return;
	}
	if (++r->skipped > OTP_PSKC_SKIP_DEPTH_MAX)
		refuse_within(r, line, "elements are nested too deeply");
}

/* ---- text and end tags ----------------------------------------------------------------------------------------- */

void otp_pskc_characters(struct otp_pskc_reading *r, unsigned long line, const char *text, size_t len)
{
	if (r->skipped > 0)
		return;
	if (!r->frame[r->depth].rule->text) {
		for (size_t i = 0; i < len; i++)
			if (!is_blank(text[i])) {
				refuse_within(r, line, "text stands in it where only elements belong");
				return;
			}
		return;
	}
	for (size_t i = 0; i < len; i++) {
		if (r->text_len == 0 && is_blank(text[i]))
			continue;
		if (r->text_len == OTP_PSKC_TEXT_MAX) {
			otp_pskc_refuse(r, "its text is longer than %d bytes", OTP_PSKC_TEXT_MAX);
			return;
		}
		r->text[r->text_len++] = text[i];
	}
}

void otp_pskc_close(struct otp_pskc_reading *r)
{
	const struct otp_pskc_rule *rule = r->frame[r->depth].rule;

	if (r->skipped > 0) {
		r->skipped--;
		return;
	}
	while (r->text_len > 0 && is_blank(r->text[r->text_len - 1]))
		r->text_len--;
	r->text[r->text_len] = '\0';
	if (rule->close != NULL)
		rule->close(r);
	OPENSSL_cleanse(r->text, r->text_len);
	r->text_len = 0;
	if (r->status == OTP_OK)
		r->depth--;
}
