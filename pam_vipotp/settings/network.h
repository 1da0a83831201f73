/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_SETTINGS_NETWORK_H
#define VIPOTP_SETTINGS_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Addresses and networks as numbers; no name is ever looked up (product §6.5). An IPv4 address lies in ::ffff:0:0/96,
 * so that it is the same one whether a daemon listens on IPv4 or, as most do, on IPv6 for both.
 */

enum { NETWORK_BYTES = 16, NETWORK_BITS = 128, NETWORK_V4_BITS = 96, NETWORK_TEXT_MAX = 52 };

/*
 * A numeric address, and nothing beside it: no name, no blank, no scope ("fe80::1%eth0"), no number of an IPv4 address
 * left out, hexadecimal, or with a leading zero, which some programs take for octal.
 */
bool network_address(const char *text, uint8_t address[NETWORK_BYTES]);

bool network_is_v4(const uint8_t address[NETWORK_BYTES]);

/* Whether the network of the first bits of 128 holds the address. One of IPv6 holds none of IPv4, ::/0 neither. */
bool network_holds(const uint8_t network[NETWORK_BYTES], unsigned bits, const uint8_t address[NETWORK_BYTES]);

/* Clear what is beyond the first bits. */
void network_cut(uint8_t address[NETWORK_BYTES], unsigned bits);

/* "192.0.2.0/24", "2001:db8::/32" */
void network_print(const uint8_t network[NETWORK_BYTES], unsigned bits, char text[NETWORK_TEXT_MAX]);

#endif
