/* SPDX-License-Identifier: BSD-2-Clause */
#include "held.h"

#include "language/language.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000, PAUSE_MS = 2 };

#define TEMPORARY ".new" /* one for all: whoever writes it holds its lock */

/* ---- open and lock ---------------------------------------------------------------------------------- */

static enum otp_status judge(int fd, struct stat *st, const char *where, struct otp_error *error)
{
	if (fstat(fd, st) != 0)
		return otp_fail(error, OTP_E_IO, _("%s: cannot open: %s"), where, strerror(errno));
	if (!S_ISREG(st->st_mode))
		return otp_fail(error, OTP_E_UNSAFE, _("%s is no regular file."), where);
	if (st->st_uid != geteuid())
		return otp_fail(error, OTP_E_UNSAFE, _("%s belongs to another user."), where);
	if ((st->st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return otp_fail(error, OTP_E_UNSAFE,
		                _("Others can read %s. Close it with \"chmod 600\" if nobody did; otherwise have the "
		                  "token released, and make another."),
		                where);
	if (st->st_size > SOFT_TOKEN_TEXT_MAX)
		return otp_fail(error, OTP_E_CORRUPT, _("%s: no token file"), where);
	return OTP_OK;
}

/* An open-file-description lock: it ends with the descriptor, also by death. */
static enum otp_status lock(int fd, short kind, const char *where, struct otp_error *error)
{
	const struct timespec pause = {0, PAUSE_MS * 1000000L};
	struct flock wanted = {.l_type = kind, .l_whence = SEEK_SET};

	for (int waited = 0; fcntl(fd, F_OFD_SETLK, &wanted) != 0; waited += PAUSE_MS) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return otp_fail(error, OTP_E_IO, _("%s: cannot lock: %s"), where, strerror(errno));
		if (waited >= PATIENCE_MS)
			return otp_fail(error, OTP_E_BUSY, _("%s: another process is at work on it. Try again."),
			                where);
		(void)nanosleep(&pause, NULL);
	}
	return OTP_OK;
}

/* Open a file of the wallet, judge and lock it, until what is locked is what the name leads to. */
static enum otp_status open_locked(const struct wallet *wallet, const char *file, int flags, const char *where, int *fd,
                                   struct otp_error *error)
{
	short kind = (flags & O_ACCMODE) == O_RDONLY ? F_RDLCK : F_WRLCK;
	struct stat st, now;
	enum otp_status status;

	for (;;) {
		*fd = openat(wallet->dir, file, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		             S_IRUSR | S_IWUSR);
		if (*fd < 0 && errno == ELOOP)
			return otp_fail(error, OTP_E_UNSAFE, _("%s is a symbolic link."), where);
		if (*fd < 0)
			return otp_fail(error, errno == ENOENT ? OTP_E_NOT_FOUND : OTP_E_IO, _("%s: cannot open: %s"),
			                where, strerror(errno));
		if ((status = judge(*fd, &st, where, error)) == OTP_OK)
			status = lock(*fd, kind, where, error);
		if (status == OTP_OK && fstatat(wallet->dir, file, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
		    now.st_ino == st.st_ino && now.st_dev == st.st_dev)
			return OTP_OK;
		(void)close(*fd);
		if (status != OTP_OK)
			return status;
	}
}

static void name_file(const struct wallet *wallet, const char *file, char *where, size_t size)
{
	(void)snprintf(where, size, "%s/%s", wallet->path, file);
}

static enum otp_status no_such_token(const struct otp_token_id *id, struct otp_error *error)
{
	return otp_fail(error, OTP_E_NOT_FOUND,
	                _("There is no token %s here. \"vipotp-token list\" shows those that there are."), id->text);
}

static enum otp_status read_token(struct held *held, const struct otp_token_id *id, struct otp_error *error)
{
	char text[SOFT_TOKEN_TEXT_MAX + 1];
	ssize_t len = pread(held->fd, text, sizeof text, 0);
	enum otp_status status;

	if (len < 0)
		status = otp_fail(error, OTP_E_IO, _("%s: cannot read: %s"), held->where, strerror(errno));
	else
		status = soft_token_parse(text, (size_t)len, held->where, &held->token, error);
	if (status == OTP_OK && !otp_token_id_equal(&held->token.seed.id, id))
		status =
		    otp_fail(error, OTP_E_CORRUPT, _("%s holds the token %s."), held->where, held->token.seed.id.text);
	explicit_bzero(text, sizeof text);
	return status;
}

enum otp_status held_open(const struct wallet *wallet, const struct otp_token_id *id, enum held_purpose purpose,
                          struct held *held, struct otp_error *error)
{
	char file[WALLET_FILE_MAX];
	enum otp_status status = OTP_E_NOT_FOUND;

	wallet_file(id, file);
	name_file(wallet, file, held->where, sizeof held->where);
	if (wallet->dir >= 0)
		status = open_locked(wallet, file, purpose == HELD_TO_CHANGE ? O_RDWR : O_RDONLY, held->where,
		                     &held->fd, error);
	if (status == OTP_E_NOT_FOUND)
		return no_such_token(id, error);
	if (status == OTP_OK && (status = read_token(held, id, error)) != OTP_OK)
		held_close(held);
	return status;
}

void held_close(struct held *held)
{
	(void)close(held->fd);
	held->fd = -1;
	soft_token_wipe(&held->token);
}

/* ---- change ----------------------------------------------------------------------------------------- */

/* All of it or an error; a short write is a full disk. */
static enum otp_status write_at(int fd, const char *text, size_t len, off_t at, const char *where,
                                struct otp_error *error)
{
	ssize_t written;

	do
		written = pwrite(fd, text, len, at);
	while (written < 0 && errno == EINTR);
	if (written >= 0 && (size_t)written != len) {
		written = -1;
		errno = ENOSPC;
	}
	if (written < 0)
		return otp_fail(error, OTP_E_IO, _("%s: cannot write: %s"), where, strerror(errno));
	return OTP_OK;
}

static enum otp_status sync_names(const struct wallet *wallet, struct otp_error *error)
{
	if (fsync(wallet->dir) != 0)
		return otp_fail(error, OTP_E_IO, _("%s: cannot make this directory durable: %s"), wallet->path,
		                strerror(errno));
	return OTP_OK;
}

enum otp_status held_save(const struct held *held, struct otp_error *error)
{
	char state[SOFT_TOKEN_STATE_MAX + 1];
	enum otp_status status;
	off_t at;

	soft_token_state(&held->token, state, &at);
	if ((status = write_at(held->fd, state, strlen(state), at, held->where, error)) != OTP_OK)
		return status;
	if (fdatasync(held->fd) != 0)
		return otp_fail(error, OTP_E_IO, _("%s: cannot make it durable: %s"), held->where, strerror(errno));
	return OTP_OK;
}

enum otp_status held_remove(const struct wallet *wallet, const struct held *held, struct otp_error *error)
{
	char file[WALLET_FILE_MAX];

	wallet_file(&held->token.seed.id, file);
	if (unlinkat(wallet->dir, file, 0) != 0)
		return otp_fail(error, OTP_E_IO, _("%s: cannot remove: %s"), held->where, strerror(errno));
	return sync_names(wallet, error);
}

/* ---- add -------------------------------------------------------------------------------------------- */

/* Under the temporary's lock, which everybody takes who adds: nobody else can give a file this name meanwhile. */
static enum otp_status give_name(const struct wallet *wallet, const struct otp_token_id *id, const char *where,
                                 struct otp_error *error)
{
	char file[WALLET_FILE_MAX];
	struct stat st;

	wallet_file(id, file);
	if (fstatat(wallet->dir, file, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return otp_fail(error, OTP_E_EXISTS, _("There is a token %s already."), id->text);
	if (errno != ENOENT || renameat(wallet->dir, TEMPORARY, wallet->dir, file) != 0)
		return otp_fail(error, OTP_E_IO, _("%s: cannot rename: %s"), where, strerror(errno));
	return OTP_OK;
}

static enum otp_status fill(int fd, const char *text, size_t len, const char *where, struct otp_error *error)
{
	enum otp_status status;

	if (ftruncate(fd, 0) != 0)
		return otp_fail(error, OTP_E_IO, _("%s: cannot write: %s"), where, strerror(errno));
	if ((status = write_at(fd, text, len, 0, where, error)) != OTP_OK)
		return status;
	if (fsync(fd) != 0)
		return otp_fail(error, OTP_E_IO, _("%s: cannot make it durable: %s"), where, strerror(errno));
	return OTP_OK;
}

enum otp_status held_add(const struct wallet *wallet, const struct soft_token *token, struct otp_error *error)
{
	char text[SOFT_TOKEN_TEXT_MAX], where[PATH_MAX + WALLET_FILE_MAX];
	size_t len;
	int fd = -1;
	enum otp_status status = soft_token_print(token, text, &len);

	if (status != OTP_OK)
		return otp_fail(error, status, _("Label and issuer are too long for a token file."));
	name_file(wallet, TEMPORARY, where, sizeof where);
	if ((status = open_locked(wallet, TEMPORARY, O_RDWR | O_CREAT, where, &fd, error)) == OTP_OK) {
		if ((status = fill(fd, text, len, where, error)) == OTP_OK)
			status = give_name(wallet, &token->seed.id, where, error);
		if (status == OTP_OK)
			status = sync_names(wallet, error);
		else
			(void)unlinkat(wallet->dir, TEMPORARY, 0); /* ours: it is locked, and not renamed */
		(void)close(fd);
	}
	explicit_bzero(text, sizeof text);
	return status;
}
