/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings.h"

#include "exempt_rules.h"
#include "keys.h"
#include "scan.h"
#include "value.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MODE = 0644, FILE_MAX = 64 * 1024 };

/* A file being understood. */
struct reading {
	const char *file;
	const char *service; /* whose overrides count, or NULL */
	struct settings *settings;
	struct otp_error *error;
};

void settings_normal(struct settings *settings)
{
	struct keys_entry entry;

	memset(settings, 0, sizeof *settings);
	for (size_t i = 0; keys_get(i, &entry); i++)
		value_normal(&entry, settings);
}

/* ---- the bytes ---- */

/* Fill text from fd, as far as there is something; *len is what there was. */
static enum otp_status read_all(int fd, const char *file, char *text, size_t room, size_t *len, struct otp_error *error)
{
	*len = 0;
	while (*len < room) {
		ssize_t n = read(fd, text + *len, room - *len);

		if (n == 0)
			break;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return otp_fail(error, OTP_E_IO, "%s: cannot be read: %s", file, strerrordesc_np(errno));
		*len += (size_t)n;
	}
	return OTP_OK;
}

/* A NUL would end the text before its end. */
static enum otp_status refuse_nul(const char *text, size_t len, const char *file, struct otp_error *error)
{
	const char *nul = memchr(text, '\0', len);
	struct place place = {.file = file, .line = 1};

	if (nul == NULL)
		return OTP_OK;
	for (; text < nul; text++)
		place.line += *text == '\n';
	return place_refuse(&place, error, "holds a NUL byte; this is no text file");
}

/* The file's text, NUL-terminated; the caller frees it. */
static enum otp_status load(const char *file, char **text, size_t *len, struct otp_error *error)
{
	enum otp_status status;
	struct stat st;
	int fd;

	*text = NULL;
	if ((status = otp_safe_open(file, O_RDONLY, FILE_MODE, FILE_MAX, &fd, &st, error)) != OTP_OK)
		return status;
	if ((*text = malloc((size_t)st.st_size + 1)) == NULL) {
		status = otp_fail(error, OTP_E_NOMEM, "%s: out of memory", file);
		goto out;
	}
	if ((status = read_all(fd, file, *text, (size_t)st.st_size, len, error)) == OTP_OK)
		(*text)[*len] = '\0';
out:
	(void)close(fd);
	if (status != OTP_OK) {
		free(*text);
		*text = NULL;
	}
	return status;
}

/* ---- the syntax ---- */

/* Parse into *config, which is the caller's to destroy, whatever is returned. The text loses its comments. */
static enum otp_status parse(char *text, const char *file, config_t *config, struct otp_error *error)
{
	enum otp_status status;
	locale_t locale;
	int parsed;

	config_init(config);
	scan_strip(text);
	if ((status = scan_check(text, file, error)) != OTP_OK)
		return status;
	/* Below a file there is nothing: should libconfig see an @include that we did not, it cannot open it. */
	config_set_include_dir(config, "/dev/null");
	locale = uselocale((locale_t)0);
	parsed = config_read_string(config, text);
	(void)uselocale(locale); /* libconfig leaves LC_GLOBAL_LOCALE */
	if (!parsed)
		return scan_refuse(text, file, (unsigned)config_error_line(config), error);
	return OTP_OK;
}

/* ---- the meaning ---- */

static enum otp_status apply_group(const struct reading *reading, const config_setting_t *setting, unsigned group,
                                   struct settings *settings)
{
	struct keys_entry entry;
	enum otp_status status;

	if (!config_setting_is_group(setting)) {
		struct place place = value_place(setting, reading->file);

		return place_refuse(&place, reading->error, "give a group: %s = { };", value_name(setting));
	}
	for (unsigned i = 0; i < (unsigned)config_setting_length(setting); i++) {
		const config_setting_t *member = config_setting_get_elem(setting, i);

		if (!keys_find(value_name(member), group, &entry))
			return value_refuse_unknown(member, group, reading->file, reading->error);
		if ((status = value_set(&entry, member, reading->file, settings, reading->error)) != OTP_OK)
			return status;
	}
	return OTP_OK;
}

/* The doubling wait must be able to begin (product §5.6). */
static enum otp_status check_waits(const struct reading *reading, const config_setting_t *policy)
{
	const struct otp_limits *limits = &reading->settings->limits;
	const config_setting_t *first = config_setting_get_member(policy, "first_wait");
	struct place place;

	if (limits->first_wait <= limits->longest_wait)
		return OTP_OK;
	place = value_place(first != NULL ? first : config_setting_get_member(policy, "longest_wait"), reading->file);
	return place_refuse(&place, reading->error, "first_wait, %d s, exceeds longest_wait, %d s; change one of them",
	                    (int)(limits->first_wait / 1000), (int)(limits->longest_wait / 1000));
}

/* Linux-PAM turns the service's name into lower case, so any other would override nothing. */
static enum otp_status check_service_name(const struct reading *reading, const config_setting_t *service)
{
	const char *name = value_name(service);
	struct place place;

	if (name[strcspn(name, "*ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0')
		return OTP_OK;
	place = value_place(service, reading->file);
	if (strchr(name, '*') != NULL)
		return place_refuse(&place, reading->error, "no patterns here; name one PAM service");
	return place_refuse(&place, reading->error, "PAM services have lower-case names; write it so");
}

/* Every service is checked; only the one that is asked for counts. */
static enum otp_status apply_services(const struct reading *reading, const config_setting_t *services)
{
	struct settings unused = {.unenrolled = UNENROLLED_DENY};
	enum otp_status status;

	if (!config_setting_is_group(services)) {
		struct place place = value_place(services, reading->file);

		return place_refuse(&place, reading->error, "give a group: services = { };");
	}
	for (unsigned i = 0; i < (unsigned)config_setting_length(services); i++) {
		const config_setting_t *service = config_setting_get_elem(services, i);
		bool asked_for = reading->service != NULL && strcmp(value_name(service), reading->service) == 0;

		if ((status = check_service_name(reading, service)) != OTP_OK ||
		    (status = apply_group(reading, service, KEYS_SERVICE, asked_for ? reading->settings : &unused)) !=
		        OTP_OK)
			return status;
	}
	return OTP_OK;
}

/* The services come last, wherever they stand: they override. */
static enum otp_status apply(const struct reading *reading, const config_setting_t *root,
                             const config_setting_t **services)
{
	enum otp_status status;

	*services = NULL;
	for (unsigned i = 0; i < (unsigned)config_setting_length(root); i++) {
		const config_setting_t *setting = config_setting_get_elem(root, i);
		unsigned group = keys_group(value_name(setting));
		struct keys_entry entry;

		if (group == KEYS_SERVICE) {
			*services = setting;
			status = OTP_OK;
		} else if (group == KEYS_EXEMPT) {
			status = exempt_rules_set(setting, reading->file, &reading->settings->exempt, reading->error);
		} else if (group != KEYS_TOP) {
			status = apply_group(reading, setting, group, reading->settings);
		} else if (keys_find(value_name(setting), KEYS_TOP, &entry)) {
			status = value_set(&entry, setting, reading->file, reading->settings, reading->error);
		} else {
			status = value_refuse_unknown(setting, KEYS_TOP, reading->file, reading->error);
		}
		if (status == OTP_OK && group == KEYS_POLICY)
			status = check_waits(reading, setting);
		if (status != OTP_OK)
			return status;
	}
	return *services == NULL ? OTP_OK : apply_services(reading, *services);
}

/* Understand a text, and show each service in it to visit, unless that is NULL. */
static enum otp_status understand(const struct reading *reading, char *text, size_t len, otp_name_visitor *visit,
                                  void *arg)
{
	const config_setting_t *services = NULL;
	enum otp_status status;
	config_t config;

	if ((status = refuse_nul(text, len, reading->file, reading->error)) != OTP_OK)
		return status;
	if ((status = parse(text, reading->file, &config, reading->error)) == OTP_OK)
		status = apply(reading, config_root_setting(&config), &services);
	if (visit != NULL && services != NULL)
		for (unsigned i = 0; status == OTP_OK && i < (unsigned)config_setting_length(services); i++)
			status = visit(arg, value_name(config_setting_get_elem(services, i)));
	config_destroy(&config);
	return status;
}

static enum otp_status read_settings(const struct reading *reading, bool may_be_absent, otp_name_visitor *visit,
                                     void *arg)
{
	enum otp_status status;
	char *text;
	size_t len;

	settings_normal(reading->settings);
	if ((status = load(reading->file, &text, &len, reading->error)) != OTP_OK)
		return status == OTP_E_NOT_FOUND && may_be_absent ? OTP_OK : status;
	status = understand(reading, text, len, visit, arg);
	free(text);
	return status;
}

enum otp_status settings_read(const char *path, const char *service, struct settings *settings, struct otp_error *error)
{
	struct reading reading = {path != NULL ? path : SETTINGS_FILE, service, settings, error};

	return read_settings(&reading, path == NULL, NULL, NULL);
}

enum otp_status settings_read_text(char *text, size_t len, const char *file, const char *service,
                                   struct settings *settings, struct otp_error *error)
{
	struct reading reading = {file, service, settings, error};

	settings_normal(settings);
	return understand(&reading, text, len, NULL, NULL);
}

enum otp_status settings_each_service(const char *path, otp_name_visitor *visit, void *arg, struct otp_error *error)
{
	struct settings unused;
	struct reading reading = {path != NULL ? path : SETTINGS_FILE, NULL, &unused, error};

	return read_settings(&reading, path == NULL, visit, arg);
}
