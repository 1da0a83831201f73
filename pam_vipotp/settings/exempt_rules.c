/* SPDX-License-Identifier: BSD-2-Clause */
#include "exempt_rules.h"

#include "network.h"
#include "value.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* The rules being understood. */
struct reading {
	const char *file;
	struct exempt_rules *rules;
	struct otp_error *error;
};

/* What is wrong with a name of a user, group or service; NULL: nothing. */
static const char *name_fault(const char *name, enum exempt_kind kind)
{
	if (*name == '\0')
		return "is empty; give a name or take it away";
	if (strlen(name) > EXEMPT_NAME_MAX)
		return "is longer than any name, 127 bytes; shorten it";
	if (!value_is_plain(name))
		return "has a control character or is not UTF-8; write plain text";
	if (strchr(name, '*') != NULL)
		return "no patterns here; give each name in full";
	if (kind == EXEMPT_SERVICE && name[strcspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] != '\0')
		return "PAM services have lower-case names; write it so";
	return NULL;
}

/* The number behind the slash, without a sign or a leading zero; false if it is none or exceeds most. */
static bool read_prefix(const char *text, unsigned most, unsigned *prefix)
{
	size_t len = strspn(text, "0123456789");

	*prefix = 0;
	if (len == 0 || len > 3 || text[len] != '\0' || (*text == '0' && len > 1))
		return false;
	for (; *text != '\0'; text++)
		*prefix = *prefix * 10 + (unsigned)(*text - '0');
	return *prefix <= most;
}

/* "192.0.2.0/24". What is wrong with it goes to fault; "" for nothing. */
static void read_network(const char *text, struct exempt_condition *condition, char *fault, size_t size)
{
	char address[INET6_ADDRSTRLEN] = "", network[NETWORK_TEXT_MAX];
	uint8_t cut[NETWORK_BYTES];
	size_t len = strcspn(text, "/");
	unsigned prefix, most;
	bool v4;

	if (len < sizeof address)
		memcpy(address, text, len);
	if (!network_address(address, condition->address)) {
		(void)snprintf(
		    fault, size,
		    "give a network in numbers, \"192.0.2.0/24\" or \"2001:db8::/32\"; no name is looked up");
		return;
	}
	v4 = network_is_v4(condition->address);
	most = v4 ? NETWORK_BITS - NETWORK_V4_BITS : NETWORK_BITS;
	if (v4 && strchr(address, ':') != NULL) {
		(void)snprintf(fault, size, "is an IPv4 network; write it as one, \"192.0.2.0/24\"");
		return;
	}
	if (text[len] == '\0') {
		(void)snprintf(fault, size, "lacks the length of its prefix; %s/%u is this address alone", address,
		               most);
		return;
	}
	if (!read_prefix(text + len + 1, most, &prefix)) {
		(void)snprintf(fault, size, "the length of its prefix is a number from 0 to %u", most);
		return;
	}
	condition->bits = (uint8_t)(NETWORK_BITS - most + prefix);
	memcpy(cut, condition->address, sizeof cut);
	network_cut(cut, condition->bits);
	network_print(cut, condition->bits, network);
	if (memcmp(cut, condition->address, sizeof cut) != 0)
		(void)snprintf(fault, size, "has bits beyond its prefix; the network is %s", network);
}

static enum otp_status add_condition(const struct reading *reading, const config_setting_t *setting,
                                     enum exempt_kind kind)
{
	struct exempt_rules *rules = reading->rules;
	struct exempt_condition condition = {.rule = (uint8_t)rules->rules, .kind = (uint8_t)kind};
	const char *text = config_setting_get_string(setting);
	struct place place = value_place(setting, reading->file);
	char fault[160] = "";

	if (text == NULL)
		return place_refuse(&place, reading->error, "give names or networks, each in double quotes");
	if (kind == EXEMPT_NETWORK)
		read_network(text, &condition, fault, sizeof fault);
	else if (name_fault(text, kind) != NULL)
		(void)snprintf(fault, sizeof fault, "%s", name_fault(text, kind));
	if (*fault != '\0')
		return place_refuse(&place, reading->error, "%s", fault);
	if (rules->n == EXEMPT_MAX)
		return place_refuse(&place, reading->error,
		                    "is the %dth name or network, and there is room for %d; name a group instead of "
		                    "its users",
		                    EXEMPT_MAX + 1, EXEMPT_MAX);
	(void)snprintf(condition.name, sizeof condition.name, "%s", text);
	rules->condition[rules->n++] = condition;
	return OTP_OK;
}

/* users = [ "NAME" ]; and its like. */
static enum otp_status add_conditions(const struct reading *reading, const config_setting_t *setting,
                                      const struct keys_entry *key)
{
	struct place place = value_place(setting, reading->file);
	enum otp_status status = OTP_OK;

	if (config_setting_type(setting) != CONFIG_TYPE_ARRAY)
		return place_refuse(&place, reading->error, "give a list: %s = [ \"%s\" ];", key->name,
		                    key->kind == EXEMPT_NETWORK ? "192.0.2.0/24" : "NAME");
	if (config_setting_length(setting) == 0)
		return place_refuse(&place, reading->error,
		                    "is empty, which would hold for nobody; name somebody or take the line away");
	for (unsigned i = 0; status == OTP_OK && i < (unsigned)config_setting_length(setting); i++)
		status = add_condition(reading, config_setting_get_elem(setting, i), key->kind);
	return status;
}

static enum otp_status add_rule(const struct reading *reading, const config_setting_t *rule)
{
	struct place place = value_place(rule, reading->file);
	unsigned kinds = 0;
	struct keys_entry key;
	enum otp_status status;

	if (!config_setting_is_group(rule))
		return place_refuse(&place, reading->error, "give groups: exempt = ( { users = [ \"NAME\" ]; } );");
	if (reading->rules->rules == EXEMPT_RULES_MAX)
		return place_refuse(&place, reading->error,
		                    "there is room for %d rules; put what belongs together into one", EXEMPT_RULES_MAX);
	for (unsigned i = 0; i < (unsigned)config_setting_length(rule); i++) {
		const config_setting_t *member = config_setting_get_elem(rule, i);

		if (!keys_find(value_name(member), KEYS_EXEMPT, &key))
			return value_refuse_unknown(member, KEYS_EXEMPT, reading->file, reading->error);
		if ((status = add_conditions(reading, member, &key)) != OTP_OK)
			return status;
		kinds |= 1U << key.kind;
	}
	if ((kinds & (1U << EXEMPT_USER | 1U << EXEMPT_GROUP | 1U << EXEMPT_NETWORK)) == 0)
		return place_refuse(
		    &place, reading->error,
		    "a rule without users, groups and networks would exempt everybody; add one of them");
	reading->rules->rules++;
	return OTP_OK;
}

enum otp_status exempt_rules_set(const config_setting_t *setting, const char *file, struct exempt_rules *rules,
                                 struct otp_error *error)
{
	struct reading reading = {file, rules, error};
	enum otp_status status = OTP_OK;

	if (!config_setting_is_list(setting))
		return add_rule(&reading, setting);
	for (unsigned i = 0; status == OTP_OK && i < (unsigned)config_setting_length(setting); i++)
		status = add_rule(&reading, config_setting_get_elem(setting, i));
	return status;
}
