/* SPDX-License-Identifier: ISC */
/* The steps that tell notmuch the tags of what was filed, as one batch. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/notmuch.h"
#include "sort/scratch.h"
#include "sort/step.h"
#include "util/command.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * `notmuch new` reads all new mail, also of other programs: it may take long.
 */
#define NOTMUCH_SECONDS 600
#define NOTMUCH_BYTES	((size_t)64 * 1024 * 1024)

void notmuch_add(struct notmuch *notmuch, struct delivery *step)
{
	xgrow(&notmuch->steps, notmuch->n, sizeof(*notmuch->steps));
	notmuch->steps[notmuch->n++] = *step;
	memset(step, 0, sizeof(*step));
}

void notmuch_release(struct notmuch *notmuch)
{
	for (size_t i = 0; i < notmuch->n; i++)
		delivery_release(&notmuch->steps[i]);
	free(notmuch->steps);
}

static bool run_notmuch(const char *option, int input, struct ending *ending)
{
	struct command command = {
		.input = input, .output = -1, .seconds = NOTMUCH_SECONDS};
	struct command_result result = {.end = COMMAND_EXITED};
	struct error err = ERROR_INIT;
	char **argv = NULL;
	int rc;

	strings_add(&argv, "notmuch");
	strings_add(&argv, input == -1 ? "new" : "tag");
	strings_add(&argv, option);
	command.argv = argv;
	rc = command_run(&command, &result, &err);
	strings_free(argv);
	if (rc == -1) {
		ending_fail(ending, &err);
		return false;
	}
	if (result.end == COMMAND_EXITED && result.status == 0)
		return true;
	ending->how = ENDED_LATER;
	(void)snprintf(ending->why, sizeof(ending->why), "notmuch %.400s",
		       result.text);
	return false;
}

void notmuch_run(const struct notmuch *notmuch, struct ending *ending)
{
	struct buf lines = BUF_INIT(NOTMUCH_BYTES);
	struct error err = ERROR_INIT;
	int fd;

	for (size_t i = 0; i < notmuch->n; i++) {
		const struct delivery *step = &notmuch->steps[i];

		notmuch_line(slice_str(step->tags), slice_str(step->folder),
			     &lines);
	}
	fd = sort_scratch(NULL, &err);
	if (fd == -1 || io_write(fd, lines.s, lines.len, "", &err) == -1)
		ending_fail(ending, &err);
	else if (run_notmuch("--quiet", -1, ending))
		(void)run_notmuch("--batch", fd, ending);
	io_close_quietly(&fd);
	buf_release(&lines);
}

const struct step_kind step_notmuch = {
	.number = 7,
	.action = STEP_WITHOUT_ACTION,
	.name = "tag",
	.text = "notmuch tags",
	.is_batched = true,
};
