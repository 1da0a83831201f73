/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * knock: goes to the module's door as sshd or sudo would, through the real libpam, and tells what happened there.
 *
 *   knock [OPTION...] -u USER [ANSWER...]     one transaction
 *   knock [OPTION...] -u USER -n N ANSWER     N processes at once with one answer
 *   knock [OPTION...] -i                      lines "USER ANSWER" on standard input: a process per user, which does
 *                                             the user's lines one after another; all users at once
 *
 *   -o ARGUMENTS  what stands behind the module's path in the PAM file ("config=/run/x/vipotp.conf debug")
 *   -s SERVICE    the PAM service (vipotp-test)
 *   -r RHOST, -t TTY, -R RUSER
 *   -U UID        the real user ID, under root's effective one, as in a set-user-ID program; not with -n and -i
 *   -p AUTHTOK    what an earlier module left in PAM_AUTHTOK; implies -w
 *   -e NAME=VALUE a PAM variable, as sshd sets SSH_AUTH_INFO_0
 *   -w            tell what PAM_AUTHTOK holds after the module
 *   -q            with PAM_SILENT
 *   -a            with PAM_DISALLOW_NULL_AUTHTOK, as sshd calls
 *   -c CALLS      functions of libpam, separated by commas: authenticate, acct_mgmt, setcred, chauthtok, and
 *                 chauthtok_expired, which is the one that follows PAM_NEW_AUTHTOK_REQD (authenticate)
 *   -m MODULE     the module's absolute path (else the environment's PAM_VIPOTP)
 *   -d DIR        take the PAM files from DIR, and write none; -m, -o, -p and -w are without meaning then
 *
 * The PAM file is written into a directory of its own under TMPDIR. Its control words let every code of the module
 * through, PAM_IGNORE too; a stack of `required` would turn that into PAM_PERM_DENIED.
 *
 * Prompts are answered in order. An answer may be empty; %abort fails the conversation, %null answers without a text,
 * %none without a response, %huge with 1 MiB of digits; %kill dies there of SIGKILL; "%sh COMMAND" with what a shell's
 * command prints that reads the prompt. A prompt without an answer is aborted, too.
 *
 * Printed, when all is over, one line each; what is quoted has C's escapes for '"', '\' and control characters:
 *   hidden "PROMPT"            shown "PROMPT" if what is typed may be seen
 *   info "TEXT"                error "TEXT"
 *   authenticate PAM_AUTH_ERR  for each call
 *   delay 2000000              after authenticate: the microseconds that libpam wanted to wait; knock does not
 *   authtok "TEXT"             after that, with -w; or: authtok none
 * With -n and -i only the number of each result: "PAM_SUCCESS 1", "PAM_AUTH_ERR 63", and "killed 2" for processes
 * that did not live to tell. Processes wait with their first answer until every other one has been asked. Before they
 * are forked, the user nobody is asked and says nothing: modules and libraries are ready then.
 *
 * Exit status: 0 if all that was called succeeded, 1 if not, 2 if nothing could be called. Around each call of libpam
 * stands a getppid(), by which a trace can tell the module's system calls from ours.
 */
#include "crowd.h"

#include <libgen.h>
#include <limits.h>
#include <security/pam_appl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the command line asks for. */
struct order {
	struct plan plan;
	const char *module, *arguments, *user, *real_uid;
	char *own_confdir; /* NULL: it was given */
	bool queue;
	unsigned long together; /* 0: one transaction that is told of */
};

/* Told in one piece at the end, so that nothing of ours mixes with the module's system calls. */
static bool knock(const struct order *order, char *const *answers, int n_answers)
{
	char *text = NULL;
	size_t len = 0;
	struct visit one = {.plan = &order->plan, .user = order->user, .answers = answers, .n_answers = n_answers};
	int result;

	if (order->real_uid != NULL && setresuid((uid_t)strtoul(order->real_uid, NULL, 10), (uid_t)-1, (uid_t)-1) != 0)
		visit_unable("the real user ID");
	if ((one.told = open_memstream(&text, &len)) == NULL)
		visit_unable("memory");
	result = visit(&one);
	if (fclose(one.told) != 0 || fwrite(text, 1, len, stdout) != len || fflush(stdout) != 0)
		visit_unable("standard output");
	free(text);
	return result == PAM_SUCCESS;
}

/* ---- the PAM file ---- */

static void write_service(const struct order *order, FILE *file, const char *witness)
{
	static const char control[] = "[success=ok ignore=ok default=bad]";
	static const char account[] = "[success=ok new_authtok_reqd=ok ignore=ok default=bad]";

	if (order->plan.authtok != NULL)
		(void)fprintf(file, "auth required %s set\n", witness);
	(void)fprintf(file, "auth %s %s %s\n", control, order->module, order->arguments);
	if (order->plan.witness)
		(void)fprintf(file, "auth required %s see\n", witness);
	(void)fprintf(file, "account %s %s %s\n", account, order->module, order->arguments);
	(void)fprintf(file, "password %s %s %s\n", control, order->module, order->arguments);
}

static FILE *create(const struct order *order, const char *service)
{
	char path[PATH_MAX];
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/%s", order->own_confdir, service);
	if ((file = fopen(path, "we")) == NULL)
		visit_unable(path);
	return file;
}

static void make_confdir(struct order *order)
{
	const char *tmpdir = getenv("TMPDIR");
	char self[PATH_MAX] = "", witness[PATH_MAX + sizeof "/.libs/witness.so"];
	FILE *service, *other;

	if (asprintf(&order->own_confdir, "%s/knock.XXXXXX", tmpdir != NULL ? tmpdir : "/tmp") < 0 ||
	    mkdtemp(order->own_confdir) == NULL || readlink("/proc/self/exe", self, sizeof self - 1) < 0)
		visit_unable("a place for the PAM file");
	(void)snprintf(witness, sizeof witness, "%s/.libs/witness.so", dirname(self));
	service = create(order, order->plan.service);
	write_service(order, service, witness);
	other = create(order, "other"); /* libpam misses it otherwise, in the log */
	if (fclose(service) != 0 || fclose(other) != 0)
		visit_unable("the PAM file");
	order->plan.confdir = order->own_confdir;
}

static void remove_confdir(struct order *order)
{
	const char *const services[] = {order->plan.service, "other"};
	char path[PATH_MAX];

	if (order->own_confdir == NULL)
		return;
	for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", order->own_confdir, services[i]);
		(void)unlink(path);
	}
	(void)rmdir(order->own_confdir);
	free(order->own_confdir);
}

/* ---- the command line ---- */

static void read_option(struct order *order, int option)
{
	const struct {
		char option;
		const char **text;
	} texts[] = {
	    {'o', &order->arguments},     {'s', &order->plan.service}, {'u', &order->user},
	    {'r', &order->plan.rhost},    {'t', &order->plan.tty},     {'p', &order->plan.authtok},
	    {'c', &order->plan.calls},    {'m', &order->module},       {'d', &order->plan.confdir},
	    {'e', &order->plan.variable}, {'R', &order->plan.ruser},   {'U', &order->real_uid},
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (texts[i].option == option)
			*texts[i].text = optarg;
	if (option == 'p' || option == 'w')
		order->plan.witness = true;
	if (option == 'q')
		order->plan.flags |= (int)PAM_SILENT;
	if (option == 'a')
		order->plan.flags |= (int)PAM_DISALLOW_NULL_AUTHTOK;
	if (option == 'n')
		order->together = strtoul(optarg, NULL, 10);
	if (option == 'i')
		order->queue = true;
}

static bool is_whole(const struct order *order, int operands)
{
	if (order->module == NULL && order->plan.confdir == NULL)
		return false;
	if (order->queue)
		return order->user == NULL && order->together == 0 && operands == 0;
	return order->user != NULL && (order->together == 0 || operands == 1);
}

int main(int argc, char **argv)
{
	struct order order = {.plan = {.service = "vipotp-test", .calls = "authenticate"},
	                      .module = getenv("PAM_VIPOTP"),
	                      .arguments = ""};
	int option;
	bool good;

	while ((option = getopt(argc, argv, "+o:s:u:r:t:R:U:p:e:c:m:d:n:wqai")) != -1 && option != '?')
		read_option(&order, option);
	if (option == '?' || !is_whole(&order, argc - optind)) {
		(void)fputs("knock: what is wanted is not clear; the head of knock.c tells how to use it\n", stderr);
		return VISIT_UNABLE;
	}
	if (order.plan.confdir == NULL)
		make_confdir(&order);
	if (order.queue)
		good = crowd_queue(&order.plan);
	else if (order.together > 0)
		good = crowd_together(&order.plan, order.user, argv[optind], order.together);
	else
		good = knock(&order, argv + optind, argc - optind);
	remove_confdir(&order);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
