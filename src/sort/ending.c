/* SPDX-License-Identifier: ISC */
#include "sort/ending.h"

#include <stdio.h>

#include "util/banned.h"

void ending_fail(struct ending *ending, const struct error *err)
{
	ending->how = err->kind == ERR_MESSAGE ? ENDED_BADLY : ENDED_LATER;
	(void)snprintf(ending->why, sizeof(ending->why), "%.*s",
		       (int)sizeof(ending->why) - 1, err->text);
}
