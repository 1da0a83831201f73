/* SPDX-License-Identifier: BSD-2-Clause */
#include "pskc.h"

#include "pskc_walk.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/*
 * The XML of a PSKC file: libxml2 as a stream of tags, so that no tree of keys is built and a file of any size takes
 * little memory. The input is untrusted. MUST, each with a line in tests/exchange/test_pskc.c:
 *  - nothing is fetched, no DOCTYPE is taken, and so no entity is there to be expanded or read from a file;
 *  - it is UTF-8, whatever it says of itself: no converter is reached, and a '<' is a '<';
 *  - depth is bounded, and so is what stands between one '<' and the next: names, attributes, comments, texts. Not
 *    for memory alone: libxml2 compares each attribute of a tag with all before it;
 *  - no message repeats a part of the file, and libxml2 prints none of its own;
 *  - what libxml2 kept in memory of the file is overwritten before it is given back.
 */

enum { RUN_MAX = 65536 };

bool otp_pskc_looks_like(const struct otp_foreign *file)
{
	static const char mark[] = "\xef\xbb\xbf"; /* a byte order mark in UTF-8 */
	const char *text = file->text;

	if (strncmp(text, mark, sizeof mark - 1) == 0)
		text += sizeof mark - 1;
	return text[strspn(text, " \t\r\n")] == '<';
}

/* ---- memory --------------------------------------------------------------------------------------------------- */

static void wiping_free(void *memory)
{
	if (memory != NULL)
		OPENSSL_cleanse(memory, malloc_usable_size(memory));
	free(memory);
}

static void *wiping_realloc(void *memory, size_t size)
{
	size_t old = memory == NULL ? 0 : malloc_usable_size(memory);
	void *moved = malloc(size);

	if (moved == NULL)
		return NULL;
	if (old > 0)
		memcpy(moved, memory, old < size ? old : size);
	wiping_free(memory);
	return moved;
}

/* Any block of malloc's may be given back through either set: it can be changed for the time of a reading. */
struct heap {
	xmlFreeFunc free;
	xmlMallocFunc malloc;
	xmlReallocFunc realloc;
	xmlStrdupFunc strdup;
};

static void wipe_memory(struct heap *before)
{
	(void)xmlMemGet(&before->free, &before->malloc, &before->realloc, &before->strdup);
	(void)xmlMemSetup(wiping_free, malloc, wiping_realloc, strdup);
}

static void restore_memory(const struct heap *before)
{
	(void)xmlMemSetup(before->free, before->malloc, before->realloc, before->strdup);
}

/* ---- the parser's calls ------------------------------------------------------------------------------------------ */

struct document {
	struct otp_pskc_reading reading;
	xmlParserCtxtPtr parser; /* NULL while it is made */
	size_t fed;
	size_t run; /* bytes since the last '<' */
	int fault;  /* of the XML: libxml2's number of the first, at fault_line */
	unsigned long fault_line;
};

static unsigned long line_of(const struct document *doc)
{
	int line = doc->parser == NULL ? 1 : xmlSAX2GetLineNumber(doc->parser);

	return line < 1 ? 1 : (unsigned long)line;
}

/* UTF-8 has no other use for the byte, and XML none within a tag or a text. */
static bool is_long(struct document *doc, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		doc->run = text[i] == '<' ? 0 : doc->run + 1;
		if (doc->run > RUN_MAX)
			return true;
	}
	return false;
}

static int feed(void *context, char *buffer, int size)
{
	struct document *doc = context;
	struct otp_pskc_reading *r = &doc->reading;
	const char *text = r->file->text + doc->fed;
	size_t len = r->file->len - doc->fed;

	if (len > (size_t)size)
		len = (size_t)size;
	if (r->status == OTP_OK && is_long(doc, text, len))
		r->status =
		    otp_pskc_fail(r->file, r->error, OTP_E_INVALID, line_of(doc), "XML",
		                  "more than %d bytes without a tag; this is no PSKC file, or it is damaged", RUN_MAX);
	if (r->status != OTP_OK)
		return -1;
	memcpy(buffer, text, len);
	doc->fed += len;
	return (int)len;
}

/* libxml2 calls on for some tags and texts after a fault. */
static bool is_over(const struct document *doc)
{
	return doc->reading.status != OTP_OK || doc->fault != 0;
}

static void stop_if_failed(struct document *doc)
{
	if (doc->reading.status != OTP_OK)
		xmlStopParser(doc->parser);
}

static void on_start(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
                     const xmlChar **declared, int n, int defaulted, const xmlChar **attributes)
{
	struct document *doc = context;
	struct otp_pskc_tag tag = {.uri = uri == NULL ? "" : (const char *)uri, .name = (const char *)name};

	(void)prefix, (void)namespaces, (void)declared, (void)defaulted;
	if (is_over(doc))
		return;
	/* Five pointers each: name, prefix, namespace, and the value's begin and end. More than fit are not ours. */
	for (int i = 0; i < n && tag.n < OTP_PSKC_ATTRIBUTES_MAX; i++, attributes += 5)
		tag.attribute[tag.n++] = (struct otp_pskc_attribute){
		    .name = (const char *)attributes[0],
		    .qualified = attributes[2] != NULL || attributes[1] != NULL,
		    .value = (const char *)attributes[3],
		    .len = (size_t)(attributes[4] - attributes[3]),
		};
	otp_pskc_open(&doc->reading, line_of(doc), &tag);
	stop_if_failed(doc);
}

static void on_end(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct document *doc = context;

	(void)name, (void)prefix, (void)uri;
	if (is_over(doc))
		return;
	otp_pskc_close(&doc->reading);
	stop_if_failed(doc);
}

static void on_characters(void *context, const xmlChar *text, int len)
{
	struct document *doc = context;

	if (is_over(doc))
		return;
	otp_pskc_characters(&doc->reading, line_of(doc), (const char *)text, (size_t)len);
	stop_if_failed(doc);
}

static void on_doctype(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	struct document *doc = context;

	(void)name, (void)external, (void)system;
	if (doc->reading.status == OTP_OK)
		doc->reading.status =
		    otp_pskc_fail(doc->reading.file, doc->reading.error, OTP_E_INVALID, line_of(doc), "DOCTYPE",
		                  "a PSKC file has none, and what it could define is not expanded; take it out");
	xmlStopParser(doc->parser);
}

#if LIBXML_VERSION < 21200
typedef xmlError *fault_ptr;
#else
typedef const xmlError *fault_ptr;
#endif

/* In place of libxml2's own, which prints. The first is the one to mend: others may be its consequences. */
static void on_fault(void *context, fault_ptr fault)
{
	struct document *doc = context;

	if (fault->level != XML_ERR_FATAL || doc->fault != 0)
		return;
	doc->fault = fault->code;
	doc->fault_line = fault->line < 1 ? 1 : (unsigned long)fault->line;
}

/* ---- the reading ------------------------------------------------------------------------------------------------- */

/* libxml2's own sentence may quote the file. */
static const char *xml_fault(int code)
{
	switch (code) {
	case XML_ERR_DOCUMENT_EMPTY:
		return "it is empty or does not begin with a tag";
	case XML_ERR_DOCUMENT_END:
		return "text follows the end of the KeyContainer";
	case XML_ERR_TAG_NAME_MISMATCH:
		return "an end tag does not match its start tag";
	case XML_ERR_TAG_NOT_FINISHED:
	case XML_ERR_GT_REQUIRED:
	case XML_ERR_LTSLASH_REQUIRED:
		return "a tag is not finished; was the file cut?";
	case XML_ERR_UNDECLARED_ENTITY:
	case XML_ERR_ENTITYREF_SEMICOL_MISSING:
	case XML_ERR_NAME_REQUIRED:
		return "an entity that XML does not define, or a bare & or <; write &amp; or &lt;";
	case XML_ERR_INVALID_CHAR:
	case XML_ERR_INVALID_ENCODING:
	case XML_ERR_UNSUPPORTED_ENCODING:
	case XML_ERR_UNKNOWN_ENCODING:
		return "a character that XML or the file's encoding does not have; save it as UTF-8";
	case XML_ERR_ATTRIBUTE_REDEFINED:
		return "an attribute stands twice in a tag";
	default:
		return "it is not well-formed; get it anew, or see what xmllint says of it";
	}
}

static enum otp_status not_well_formed(const struct document *doc)
{
	if (doc->fault == XML_ERR_NO_MEMORY)
		return otp_foreign_unable(doc->reading.file, doc->reading.error, OTP_E_NOMEM);
	return otp_pskc_fail(doc->reading.file, doc->reading.error, OTP_E_INVALID, doc->fault_line, "XML", "%s",
	                     xml_fault(doc->fault));
}

static enum otp_status parse(struct document *doc)
{
	xmlSAXHandler calls = {
	    .initialized = XML_SAX2_MAGIC,
	    .internalSubset = on_doctype,
	    .startElementNs = on_start,
	    .endElementNs = on_end,
	    .characters = on_characters,
	    .cdataBlock = on_characters,
	    .ignorableWhitespace = on_characters,
	    .serror = on_fault,
	};
	struct otp_pskc_reading *r = &doc->reading;

	/* libxml2 sees by the first four bytes whether a file is in UTF-16 or the like, and then heeds nobody. */
	if (!otp_pskc_looks_like(r->file) || memchr(r->file->text, '\0', r->file->len < 4 ? r->file->len : 4) != NULL)
		return otp_foreign_fail(r->file, 1, r->error, "XML: it does not begin with a tag in UTF-8");
	doc->parser = xmlCreateIOParserCtxt(&calls, doc, feed, NULL, doc, XML_CHAR_ENCODING_UTF8);
	if (doc->parser == NULL)
		return r->status != OTP_OK ? r->status : otp_foreign_unable(r->file, r->error, OTP_E_NOMEM);
	(void)xmlCtxtUseOptions(doc->parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	if (xmlParseDocument(doc->parser) != 0 && r->status == OTP_OK)
		r->status = not_well_formed(doc);
	if (r->status == OTP_OK && r->keys == 0)
		r->status = otp_pskc_fail(r->file, r->error, OTP_E_INVALID, 1, "KeyContainer", "it holds no Key");
	/* Made, without asking us, where a faulty DOCTYPE declares an entity; the parser does not free it. */
	xmlFreeDoc(doc->parser->myDoc);
	xmlFreeParserCtxt(doc->parser);
	doc->parser = NULL;
	return r->status;
}

enum otp_status otp_pskc_read(const struct otp_foreign *file, otp_seed_visitor *visit, void *arg,
                              struct otp_error *error)
{
	struct document *doc = malloc(sizeof *doc);
	struct heap heap;
	enum otp_status status;

	if (doc == NULL)
		return otp_foreign_unable(file, error, OTP_E_NOMEM);
	memset(doc, 0, sizeof *doc);
	doc->fault_line = 1;
	otp_pskc_reading_init(&doc->reading, file, visit, arg, error);
	if ((status = otp_seen_new(&doc->reading.seen)) != OTP_OK) {
		free(doc);
		return otp_foreign_unable(file, error, status);
	}
	wipe_memory(&heap);
	status = parse(doc);
	restore_memory(&heap);
	otp_seen_free(&doc->reading.seen);
	OPENSSL_cleanse(doc, sizeof *doc);
	free(doc);
	return status;
}
