/* SPDX-License-Identifier: BSD-2-Clause */
#include "progress.h"

#include "text.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WORTH_IT = 100, BAR_MAX = 50, COLUMNS = 80, BESIDE = sizeof " [] 100 %" };

static int columns(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : COLUMNS;
}

static void draw(struct progress *progress, size_t done)
{
	int left = columns() - text_width(progress->what) - (int)BESIDE;
	int bar = left > BAR_MAX ? BAR_MAX : left;
	double part = (double)done / (double)progress->total;

	progress->drawn = done;
	if (bar < 1)
		return;
	(void)fprintf(stderr, "\r%s [", progress->what);
	for (int i = 0; i < bar; i++)
		(void)fputc(i < (int)(part * bar) ? '#' : ' ', stderr);
	(void)fprintf(stderr, "] %3d %%", (int)(part * 100));
	(void)fflush(stderr);
	progress->width = text_width(progress->what) + bar + (int)BESIDE;
}

void progress_begin(struct progress *progress, const char *what, size_t total)
{
	*progress =
	    (struct progress){.what = what, .total = total, .wanted = total >= WORTH_IT && isatty(STDERR_FILENO) == 1};
	if (progress->wanted)
		draw(progress, 0);
}

void progress_at(struct progress *progress, size_t done)
{
	size_t least = progress->total / 100; /* what does not move the number by one is not worth a line */

	if (progress->wanted && done >= progress->drawn + least)
		draw(progress, done < progress->total ? done : progress->total);
}

void progress_hide(struct progress *progress)
{
	if (progress->width == 0)
		return;
	(void)fprintf(stderr, "\r%*s\r", progress->width, "");
	(void)fflush(stderr);
	progress->width = 0;
}
