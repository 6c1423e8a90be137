/* SPDX-License-Identifier: ISC */
/* strace(1), of a command that stays dumpable: see dumpable.h. */
#include <stdio.h>

#include "dumpable.h"

int main(int argc, char **argv)
{
	static char name[] = "strace";

	if (argc < 1)
		return 1;
	argv[0] = name;
	stay_dumpable();
	(void)execvp(name, argv);
	perror(name);
	return 127;
}
