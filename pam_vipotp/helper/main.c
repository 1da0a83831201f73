/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * vipotp-helper: answers processes that are not root's (product §6.8). MUST, each with a test in tests/helper:
 *  - nobody gets at another account than that of the uid which the kernel names;
 *  - nothing judges a code before the caller's password was right;
 *  - every request ends within its deadline, whatever the caller or a PAM module does, and leaves nothing;
 *  - one user's requests shut out neither another user nor root;
 *  - the process that listens reads nothing that callers send.
 */

#include "channel.h"
#include "confine.h"
#include "gate.h"
#include "language/language.h"
#include "listen.h"
#include "terminal/terminal.h"
#include "verb/speech.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <unistd.h>

struct order {
	const char *config; /* NULL: the default */
	const char *socket;
	bool listen;
};

static void tell_usage(void)
{
	(void)printf(_("Usage: %s [--listen [--socket PATH]] [--config FILE]\n"), "vipotp-helper");
	(void)puts(_("Answer processes of users about their one-time passwords, as root. systemd starts it."));
	(void)puts("");
	(void)puts(_("  --listen       make the socket, and listen at it until SIGTERM"));
	(void)printf(_("  --socket PATH  where; %s if it is not given\n"), PROTOCOL_SOCKET);
	(void)puts(_("  --config FILE  another settings file"));
	(void)puts(_("  --help         print this and exit"));
	(void)puts(_("  --version      print the version and exit"));
}

static enum command_exit misunderstood(void)
{
	terminal_error(_("See \"%s --help\"."), "vipotp-helper");
	return COMMAND_USAGE;
}

/* *ready: there is something to do. */
static enum command_exit read_options(int argc, char **argv, struct order *order, bool *ready)
{
	enum { LISTEN = 1, SOCKET, CONFIG, HELP, VERSION };
	static const struct option options[] = {
	    {"listen", no_argument, NULL, LISTEN},       {"socket", required_argument, NULL, SOCKET},
	    {"config", required_argument, NULL, CONFIG}, {"help", no_argument, NULL, HELP},
	    {"version", no_argument, NULL, VERSION},     {NULL, 0, NULL, 0},
	};
	int option;

	*order = (struct order){.socket = NULL};
	*ready = false;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option) {
		case LISTEN:
			order->listen = true;
			break;
		case SOCKET:
			order->socket = optarg;
			break;
		case CONFIG:
			order->config = optarg;
			break;
		case HELP:
			tell_usage();
			return COMMAND_DONE;
		case VERSION:
			(void)printf("vipotp-helper (%s) %s\n", PACKAGE_NAME, PACKAGE_VERSION);
			return COMMAND_DONE;
		default:
			return misunderstood();
		}
	if (optind < argc || (order->socket != NULL && !order->listen)) {
		terminal_error(optind < argc ? _("It takes no operands.") : _("--socket needs --listen."));
		return misunderstood();
	}
	*ready = true;
	return COMMAND_DONE;
}

/*
 * Mistakes in the settings are told now, to whoever starts it by hand; each request reads them again. systemd would
 * give the socket up after some starts that fail, and the service would stay away when the mistake is mended.
 */
static enum command_exit check_settings(const struct order *order)
{
	struct settings settings;
	struct otp_error error;

	if (order->config != NULL && *order->config != '/') {
		terminal_error(_("The path of the settings file must be absolute."));
		return COMMAND_USAGE;
	}
	if (!order->listen || settings_read(order->config, NULL, &settings, &error) == OTP_OK)
		return COMMAND_DONE;
	terminal_error("%s", error.what);
	return COMMAND_UNAVAILABLE;
}

/* What whoever starts it has left open is none of its requests' business. */
static void close_inherited(int last)
{
	(void)syscall(SYS_close_range, (unsigned)last + 1, ~0U, 0U);
}

/* What a request's process or a PAM module prints goes nowhere. */
static bool let_go_of_streams(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	bool gone = fd >= 0;

	for (int i = STDIN_FILENO; gone && i <= STDERR_FILENO; i++)
		gone = dup2(fd, i) == i;
	if (fd > STDERR_FILENO)
		(void)close(fd);
	return gone;
}

static enum command_exit serve_callers(const struct order *order, struct gate *gate)
{
	struct service service = {.config = order->config, .tickets = tickets_new()};
	enum command_exit result = COMMAND_DONE;

	if (service.tickets == NULL || !confine_service() || !let_go_of_streams()) {
		terminal_error(_("Cannot begin: %s."), strerror(errno));
		result = COMMAND_UNAVAILABLE;
	} else if (!listen_serve(&service, gate->fd, !order->listen)) {
		syslog(LOG_ERR, "event=helper uid=0 user=- verdict=failed reason=\"%s\"", strerror(errno));
		result = COMMAND_UNAVAILABLE;
	}
	gate_close(gate);
	return result;
}

int main(int argc, char **argv)
{
	struct order order;
	struct gate gate;
	bool ready;
	enum command_exit result;

	speech_choose(LANGUAGE_AUTO);
	terminal_program("vipotp-helper");
	if ((result = read_options(argc, argv, &order, &ready)) != COMMAND_DONE || !ready)
		return (int)result;
	if (geteuid() != 0) {
		terminal_error(_("Only root may do this. Run it as root, for instance through sudo."));
		return COMMAND_UNAVAILABLE;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	close_inherited(order.listen ? STDERR_FILENO : GATE_INHERITED);
	openlog("vipotp-helper", LOG_PID | LOG_NDELAY, LOG_AUTHPRIV);
	if ((result = check_settings(&order)) != COMMAND_DONE)
		return (int)result;
	if (order.listen)
		result = gate_make(order.socket != NULL ? order.socket : PROTOCOL_SOCKET, &gate);
	else
		result = gate_inherit(&gate);
	return (int)(result == COMMAND_DONE ? serve_callers(&order, &gate) : result);
}
