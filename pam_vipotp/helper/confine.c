/* SPDX-License-Identifier: BSD-2-Clause */
#include "confine.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * CAP_DAC_READ_SEARCH: /etc/shadow may have mode 0000. CAP_AUDIT_WRITE: libpam lets nobody in whom it cannot report to
 * the audit system.
 */
static const int kept[] = {CAP_DAC_READ_SEARCH, CAP_AUDIT_WRITE};

enum { N_KEPT = sizeof kept / sizeof *kept, WORDS = _LINUX_CAPABILITY_U32S_3 };

/* Bounds of one request's process; the store, libpam's modules and what they load fit many times. */
enum { CPU_SECONDS = 10, MEMORY_MAX = 512 << 20, FILE_MAX = 16 << 20, FILES_MAX = 64 };

static bool is_kept(int capability)
{
	for (size_t i = 0; i < N_KEPT; i++)
		if (kept[i] == capability)
			return true;
	return false;
}

/* Keep of what the process has only these, and let nothing be inherited. */
static bool keep(const uint32_t mask[WORDS])
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[WORDS];

	if (syscall(SYS_capget, &header, data) != 0)
		return false;
	for (size_t i = 0; i < WORDS; i++) {
		data[i].permitted &= mask[i];
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	return syscall(SYS_capset, &header, data) == 0;
}

/* Needs CAP_SETPCAP; a service that systemd started without it has a bounding set already. */
static void bound(void)
{
	for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
		if (!is_kept(capability))
			(void)prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static bool limit(int resource, rlim_t most)
{
	const struct rlimit limits = {most, most};

	return setrlimit((__rlimit_resource_t)resource, &limits) == 0;
}

bool confine_service(void)
{
	uint32_t mask[WORDS] = {0};

	for (size_t i = 0; i < N_KEPT; i++)
		mask[CAP_TO_INDEX(kept[i])] |= CAP_TO_MASK((uint32_t)kept[i]);
	(void)umask(077);
	bound();
	return chdir("/") == 0 && clearenv() == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && limit(RLIMIT_CORE, 0) && keep(mask);
}

bool confine_child(int parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return false;
	errno = ESRCH;
	return getppid() == parent; /* or it died before it could be said */
}

bool confine_request(void)
{
	return setsid() >= 0 && limit(RLIMIT_CPU, CPU_SECONDS) && limit(RLIMIT_AS, MEMORY_MAX) &&
	       limit(RLIMIT_FSIZE, FILE_MAX) && limit(RLIMIT_NOFILE, FILES_MAX);
}

bool confine_powerless(void)
{
	static const uint32_t none[WORDS] = {0};

	return keep(none);
}
