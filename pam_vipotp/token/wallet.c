/* SPDX-License-Identifier: BSD-2-Clause */
#include "wallet.h"

#include "language/language.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".vipaccess"

/* ---- the way to it ---------------------------------------------------------------------------------- */

/* XDG Base Directory Specification: a relative path is as good as none. */
static const char *absolute(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && *value == '/' ? value : NULL;
}

static enum otp_status locate(char path[PATH_MAX], struct otp_error *error)
{
	const char *base = absolute("XDG_DATA_HOME");
	const char *rest = "/vipotp";

	if (base == NULL) {
		base = absolute("HOME");
		rest = "/.local/share/vipotp";
	}
	if (base == NULL)
		return otp_fail(
		    error, OTP_E_INVALID,
		    _("Tokens are kept in the home directory, and HOME names none. Set HOME or XDG_DATA_HOME "
		      "to an absolute path."));
	if (snprintf(path, PATH_MAX, "%s%s", base, rest) >= PATH_MAX)
		return otp_fail(error, OTP_E_LIMIT, _("The path of the tokens' directory is too long."));
	return OTP_OK;
}

/* root must leave nothing behind in directories of others (product §10 rule 5). */
static enum otp_status may_make_in(int parent, const char *path, struct otp_error *error)
{
	struct stat st;

	if (fstat(parent, &st) != 0)
		return otp_fail(error, OTP_E_IO, _("%s: cannot look at the directory above: %s"), path,
		                strerror(errno));
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return otp_fail(
		    error, OTP_E_UNSAFE,
		    _("%s is not made: the directory above belongs to another user. With sudo, use sudo -H."), path);
	return OTP_OK;
}

static enum otp_status make(int parent, const char *name, const char *path, struct otp_error *error)
{
	enum otp_status status;
	int readable;

	if ((status = may_make_in(parent, path, error)) != OTP_OK)
		return status;
	if (mkdirat(parent, name, S_IRWXU) != 0 && errno != EEXIST)
		return otp_fail(error, OTP_E_IO, _("%s: cannot make this directory: %s"), path, strerror(errno));
	readable = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (readable < 0 || fsync(readable) != 0)
		status =
		    otp_fail(error, OTP_E_IO, _("%s: cannot make this directory durable: %s"), path, strerror(errno));
	if (readable >= 0)
		(void)close(readable);
	return status;
}

/* One step down from *dir, which is closed. OTP_E_NOT_FOUND where name is missing and is not to be made. */
static enum otp_status step(int *dir, const char *name, enum wallet_purpose purpose, const char *path,
                            struct otp_error *error)
{
	enum otp_status status = OTP_OK;
	int next = openat(*dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (next < 0 && errno == ENOENT) {
		status = purpose == WALLET_TO_ADD ? make(*dir, name, path, error) : OTP_E_NOT_FOUND;
		next = status == OTP_OK ? openat(*dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	}
	if (status == OTP_OK && next < 0)
		status = otp_fail(error, OTP_E_IO, _("%s: cannot open this directory: %s"), path, strerror(errno));
	(void)close(*dir);
	*dir = next;
	return status;
}

/* Open the directory at path, whose components are walked one by one, for reading its names. */
static enum otp_status walk(const char *path, enum wallet_purpose purpose, int *dir, struct otp_error *error)
{
	char part[PATH_MAX];
	enum otp_status status = OTP_OK;
	int way = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	*dir = -1;
	if (way < 0)
		return otp_fail(error, OTP_E_IO, _("%s: cannot open this directory: %s"), "/", strerror(errno));
	for (size_t done = 0; status == OTP_OK && path[done] != '\0';) {
		size_t start = done + strspn(path + done, "/");
		size_t len = strcspn(path + start, "/");

		done = start + len;
		if (len == 0)
			break;
		memcpy(part, path, done);
		part[done] = '\0';
		status = step(&way, part + start, purpose, part, error);
	}
	if (status == OTP_OK && (*dir = openat(way, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		status = otp_fail(error, OTP_E_IO, _("%s: cannot open this directory: %s"), path, strerror(errno));
	if (way >= 0)
		(void)close(way);
	return status;
}

static enum otp_status judge(const struct wallet *wallet, struct otp_error *error)
{
	struct stat st;

	if (fstat(wallet->dir, &st) != 0)
		return otp_fail(error, OTP_E_IO, _("%s: cannot open this directory: %s"), wallet->path,
		                strerror(errno));
	if (st.st_uid != geteuid())
		return otp_fail(error, OTP_E_UNSAFE, _("%s belongs to another user."), wallet->path);
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return otp_fail(error, OTP_E_UNSAFE,
		                _("Others can look into %s. Close it with \"chmod 700\" if nobody did."), wallet->path);
	return OTP_OK;
}

enum otp_status wallet_open(enum wallet_purpose purpose, struct wallet *wallet, struct otp_error *error)
{
	enum otp_status status;

	wallet->dir = -1;
	if ((status = locate(wallet->path, error)) != OTP_OK)
		return status;
	status = walk(wallet->path, purpose, &wallet->dir, error);
	if (status == OTP_E_NOT_FOUND && purpose == WALLET_TO_READ)
		return OTP_OK;
	return status == OTP_OK ? judge(wallet, error) : status;
}

void wallet_close(struct wallet *wallet)
{
	if (wallet->dir >= 0)
		(void)close(wallet->dir);
	wallet->dir = -1;
}

/* ---- what is in it ---------------------------------------------------------------------------------- */

void wallet_file(const struct otp_token_id *id, char file[WALLET_FILE_MAX])
{
	(void)snprintf(file, WALLET_FILE_MAX, "%s%s", id->text, SUFFIX);
}

/* Whether this is the name that wallet_file gives a token. */
static bool read_file_name(const char *name, struct otp_token_id *id)
{
	char text[OTP_TOKEN_ID_LEN + 1], file[WALLET_FILE_MAX];

	if (strlen(name) != OTP_TOKEN_ID_LEN + strlen(SUFFIX))
		return false;
	memcpy(text, name, OTP_TOKEN_ID_LEN);
	text[OTP_TOKEN_ID_LEN] = '\0';
	if (otp_token_id_parse(text, id) != OTP_OK)
		return false;
	wallet_file(id, file);
	return strcmp(file, name) == 0;
}

static int is_token(const struct dirent *entry)
{
	struct otp_token_id id;

	return read_file_name(entry->d_name, &id);
}

enum otp_status wallet_each(const struct wallet *wallet, wallet_visitor *visit, void *arg, struct otp_error *error)
{
	struct dirent **entries = NULL;
	enum otp_status status = OTP_OK;
	int n = 0;

	if (wallet->dir < 0)
		return OTP_OK;
	if ((n = scandirat(wallet->dir, ".", &entries, is_token, alphasort)) < 0)
		return otp_fail(error, OTP_E_IO, _("%s: cannot read this directory: %s"), wallet->path,
		                strerror(errno));
	for (int i = 0; i < n; i++) {
		struct otp_token_id id;

		if (status == OTP_OK && read_file_name(entries[i]->d_name, &id))
			status = visit(arg, &id);
		free(entries[i]);
	}
	free(entries);
	return status;
}
