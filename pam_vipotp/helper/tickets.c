/* SPDX-License-Identifier: BSD-2-Clause */
#include "tickets.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

enum { TICKETS_MAX = 128 };

/*
 * The uid in the upper half, in the lower one the lower half of the time, which repeats after 49 days; 0: free. One
 * word, so that no process can die with half of it written and none needs a lock.
 */
struct tickets {
	_Atomic uint64_t ticket[TICKETS_MAX];
	_Atomic uint32_t next; /* to give up for another where none is free */
};

static uint64_t ticket_of(uint32_t uid, int64_t at)
{
	return (uint64_t)uid << 32 | (uint32_t)at;
}

static bool is_fresh(uint64_t ticket, int64_t now)
{
	return ticket != 0 && (uint32_t)now - (uint32_t)ticket <= TICKET_LIFE;
}

struct tickets *tickets_new(void)
{
	void *shared = mmap(NULL, sizeof(struct tickets), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return shared == MAP_FAILED ? NULL : shared;
}

void tickets_leave(struct tickets *tickets, uint32_t uid, int64_t at)
{
	_Atomic uint64_t *place = NULL;

	for (size_t i = 0; i < TICKETS_MAX; i++) {
		uint64_t seen = atomic_load(&tickets->ticket[i]);

		if (seen != 0 && seen >> 32 == uid) {
			(void)atomic_compare_exchange_strong(&tickets->ticket[i], &seen, ticket_of(uid, at));
			return;
		}
		if (place == NULL && !is_fresh(seen, at))
			place = &tickets->ticket[i];
	}
	if (place == NULL)
		place = &tickets->ticket[atomic_fetch_add(&tickets->next, 1) % TICKETS_MAX];
	atomic_store(place, ticket_of(uid, at));
}

bool tickets_take(struct tickets *tickets, uint32_t uid, int64_t at, int64_t now)
{
	uint64_t wanted = ticket_of(uid, at);
	bool taken = false;

	if (at > now || now - at > TICKET_LIFE)
		return false;
	for (size_t i = 0; i < TICKETS_MAX; i++) {
		uint64_t seen = wanted;

		if (atomic_compare_exchange_strong(&tickets->ticket[i], &seen, 0))
			taken = true;
	}
	return taken;
}

bool tickets_any(const struct tickets *tickets, int64_t now)
{
	for (size_t i = 0; i < TICKETS_MAX; i++)
		if (is_fresh(atomic_load(&tickets->ticket[i]), now))
			return true;
	return false;
}
