/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_POLICY_RANDOM_H
#define TESTS_POLICY_RANDOM_H

#include <math.h>
#include <stdint.h>

/* Random numbers that are the same on every machine: Steele, Lea and Flood's splitmix64. */

static inline uint64_t random_bits(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* From lowest to highest, both included. */
static inline int64_t random_integer(uint64_t *seed, int64_t lowest, int64_t highest)
{
	return lowest + (int64_t)(random_bits(seed) % (uint64_t)(highest - lowest + 1));
}

/* In [0, 1). */
static inline double random_fraction(uint64_t *seed)
{
	return (double)(random_bits(seed) >> 11) * 0x1p-53;
}

/* Normal, mean 0, variance 1 (Box and Muller). */
static inline double random_normal(uint64_t *seed)
{
	double radius = sqrt(-2 * log(1 - random_fraction(seed)));

	return radius * cos(2 * 3.14159265358979323846 * random_fraction(seed));
}

#endif
