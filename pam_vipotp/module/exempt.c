/* SPDX-License-Identifier: BSD-2-Clause */
#include "exempt.h"

#include "settings/network.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a group's entry, and of the groups of one user: what Linux and any directory have, and not more. */
enum { ENTRY_FIRST = 4096, ENTRY_MAX = 16 * 1024 * 1024, GROUPS_FIRST = 64, GROUPS_MAX = 65536 };

/* What the rules are held against. The groups are asked for when the first rule needs them. */
struct candidate {
	const struct login *login;
	uint8_t address[NETWORK_BYTES];
	bool has_address;
	gid_t *groups; /* n_groups; NULL: not asked for yet */
	int n_groups;
};

/* ---- groups ---- */

/*
 * All groups of the user, as a login gives them to him. glibc does not say if one of several databases failed to
 * answer: its groups are missing then, and with them an exemption, never a demand for a code.
 */
static enum otp_status list_groups(struct candidate *candidate, struct otp_error *error)
{
	int room = GROUPS_FIRST;

	if (candidate->groups != NULL)
		return OTP_OK;
	while (room <= GROUPS_MAX) {
		gid_t *groups = calloc((size_t)room, sizeof *groups);
		int found = room;

		if (groups == NULL)
			return otp_fail(error, OTP_E_NOMEM, "out of memory");
		if (getgrouplist(candidate->login->user, candidate->login->gid, groups, &found) >= 0) {
			candidate->groups = groups;
			candidate->n_groups = found;
			return OTP_OK;
		}
		free(groups);
		room = found > room ? found : room * 2;
	}
	return otp_fail(error, OTP_E_NOMEM, "the groups of the user are too many to be told");
}

/* *exists: whether there is such a group. Large ones, whose entry names all members, need a large buffer. */
static enum otp_status find_group(const char *name, bool *exists, gid_t *gid, struct otp_error *error)
{
	struct group entry, *found = NULL;
	int failed = ERANGE;

	*exists = false;
	for (size_t size = ENTRY_FIRST; failed == ERANGE && size <= ENTRY_MAX; size *= 4) {
		char *buffer = malloc(size);

		if (buffer == NULL)
			return otp_fail(error, OTP_E_NOMEM, "out of memory");
		failed = getgrnam_r(name, &entry, buffer, size, &found);
		if (failed == 0 && found != NULL) {
			*exists = true;
			*gid = found->gr_gid;
		}
		free(buffer);
	}
	/* A group that nobody has is no failure for glibc; whatever is one might hide a group. */
	errno = failed;
	if (failed != 0)
		return otp_fail(error, failed == ENOMEM ? OTP_E_NOMEM : OTP_E_IO,
		                "exempt: the group database cannot be asked: %s", strerrordesc_np(failed));
	return OTP_OK;
}

static enum otp_status is_member(struct candidate *candidate, const char *group, bool *holds, struct otp_error *error)
{
	enum otp_status status;
	bool exists;
	gid_t gid;

	if ((status = find_group(group, &exists, &gid, error)) != OTP_OK || !exists)
		return status;
	if ((status = list_groups(candidate, error)) != OTP_OK)
		return status;
	for (int i = 0; i < candidate->n_groups; i++)
		*holds = *holds || candidate->groups[i] == gid;
	return OTP_OK;
}

/* ---- rules ---- */

static enum otp_status condition_holds(struct candidate *candidate, const struct exempt_condition *condition,
                                       bool *holds, struct otp_error *error)
{
	const struct login *login = candidate->login;

	*holds = false;
	switch ((enum exempt_kind)condition->kind) {
	case EXEMPT_USER:
		*holds = strcmp(condition->name, login->user) == 0;
		break;
	case EXEMPT_SERVICE:
		*holds = strcmp(condition->name, login->service) == 0;
		break;
	case EXEMPT_NETWORK:
		*holds =
		    candidate->has_address && network_holds(condition->address, condition->bits, candidate->address);
		break;
	case EXEMPT_GROUP:
		return is_member(candidate, condition->name, holds, error);
	}
	return OTP_OK;
}

/*
 * The first condition of one kind that holds. None of that kind in the rule: *asked is false. A group that cannot be
 * told is a failure, unless another one holds.
 */
static enum otp_status kind_holds(struct candidate *candidate, size_t rule, enum exempt_kind kind, bool *asked,
                                  const struct exempt_condition **by, struct otp_error *error)
{
	const struct exempt_rules *rules = &candidate->login->settings.exempt;
	enum otp_status failed = OTP_OK;

	*asked = false;
	*by = NULL;
	for (size_t i = 0; i < rules->n && *by == NULL; i++) {
		const struct exempt_condition *condition = &rules->condition[i];
		enum otp_status status;
		bool holds;

		if (condition->rule != rule || condition->kind != kind)
			continue;
		*asked = true;
		if ((status = condition_holds(candidate, condition, &holds, error)) != OTP_OK)
			failed = status;
		else if (holds)
			*by = condition;
	}
	return *by != NULL ? OTP_OK : failed;
}

static void append(char *reason, size_t size, const char *kind, const char *name)
{
	size_t used = strlen(reason);

	(void)snprintf(reason + used, size - used, ", %s %s", kind, name);
}

/* The groups come last: where the rest of the rule does not hold they do not count, and are not asked for. */
static enum otp_status rule_holds(struct candidate *candidate, size_t rule, bool *holds, char *reason, size_t size,
                                  struct otp_error *error)
{
	static const struct {
		enum exempt_kind kind;
		const char *word;
	} kinds[] = {
	    {EXEMPT_USER, "user"}, {EXEMPT_NETWORK, "network"}, {EXEMPT_SERVICE, "service"}, {EXEMPT_GROUP, "group"}};

	*holds = false;
	(void)snprintf(reason, size, "exempt by rule %zu", rule + 1);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const struct exempt_condition *by;
		bool asked;
		enum otp_status status = kind_holds(candidate, rule, kinds[i].kind, &asked, &by, error);

		if (status != OTP_OK || (asked && by == NULL))
			return status;
		if (by != NULL)
			append(reason, size, kinds[i].word, by->name);
	}
	*holds = true;
	return OTP_OK;
}

/* A rule that holds settles it, whatever could not be told for another one. */
enum otp_status exempt_holds(const struct login *login, bool *holds, char *reason, size_t size, struct otp_error *error)
{
	struct candidate candidate = {.login = login};
	enum otp_status failed = OTP_OK;

	*holds = false;
	if (!login->known)
		return OTP_OK;
	candidate.has_address = network_address(login->rhost, candidate.address);
	for (size_t rule = 0; rule < login->settings.exempt.rules && !*holds; rule++) {
		enum otp_status status = rule_holds(&candidate, rule, holds, reason, size, error);

		if (status != OTP_OK)
			failed = status;
	}
	free(candidate.groups);
	return *holds ? OTP_OK : failed;
}
