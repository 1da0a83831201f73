/* SPDX-License-Identifier: BSD-2-Clause */
#include "network.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

_Static_assert(NETWORK_TEXT_MAX >= INET6_ADDRSTRLEN + sizeof "/128" - 1, "every network can be printed");

static const uint8_t v4_prefix[NETWORK_V4_BITS / 8] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool network_address(const char *text, uint8_t address[NETWORK_BYTES])
{
	if (inet_pton(AF_INET6, text, address) == 1)
		return true;
	memcpy(address, v4_prefix, sizeof v4_prefix);
	return inet_pton(AF_INET, text, address + sizeof v4_prefix) == 1;
}

bool network_is_v4(const uint8_t address[NETWORK_BYTES])
{
	return memcmp(address, v4_prefix, sizeof v4_prefix) == 0;
}

void network_cut(uint8_t address[NETWORK_BYTES], unsigned bits)
{
	for (unsigned i = 0; i < NETWORK_BYTES; i++) {
		unsigned kept = bits > i * 8 ? bits - i * 8 : 0;

		if (kept < 8)
			address[i] &= (uint8_t)(0xff00U >> kept);
	}
}

bool network_holds(const uint8_t network[NETWORK_BYTES], unsigned bits, const uint8_t address[NETWORK_BYTES])
{
	uint8_t cut[NETWORK_BYTES];

	if (network_is_v4(address) && bits < NETWORK_V4_BITS)
		return false;
	memcpy(cut, address, sizeof cut);
	network_cut(cut, bits);
	return memcmp(cut, network, sizeof cut) == 0;
}

void network_print(const uint8_t network[NETWORK_BYTES], unsigned bits, char text[NETWORK_TEXT_MAX])
{
	char address[INET6_ADDRSTRLEN] = "";
	bool v4 = network_is_v4(network);

	(void)inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? network + sizeof v4_prefix : network, address, sizeof address);
	(void)snprintf(text, NETWORK_TEXT_MAX, "%s/%u", address, v4 ? bits - NETWORK_V4_BITS : bits);
}
