/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIPOTP_HELPER_TICKETS_H
#define VIPOTP_HELPER_TICKETS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Which first answers may make a pair (product §5.3). In a root's process the prompt for the next code follows a miss
 * that was counted, once. Here the caller says what his first answer was and when, and a caller without a token could
 * try any number of pairs during the wait that one miss has earned. So a miss leaves a ticket in memory that all
 * processes of the service share: the uid and when it was judged. A pair takes it, and each uid has but one.
 */
struct tickets;

enum { TICKET_LIFE = 120 * 1000 }; /* ms that the owner has for the next code */

/* Before the first process is forked. NULL: out of memory. It lives as long as the service. */
struct tickets *tickets_new(void);

/* at: ms since the epoch. */
void tickets_leave(struct tickets *tickets, uint32_t uid, int64_t at);

/* Whether there was this one, and it is not too old. */
bool tickets_take(struct tickets *tickets, uint32_t uid, int64_t at, int64_t now);

/* Whether any may still be taken: a service that ends forgets them. */
bool tickets_any(const struct tickets *tickets, int64_t now);

#endif
