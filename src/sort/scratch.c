/* SPDX-License-Identifier: ISC */
#include "sort/scratch.h"

#include <sys/mman.h>

#include "util/banned.h"

int sort_scratch(struct spool *spool, struct error *err)
{
	char name[SPOOL_NAME_MAX];
	int fd;

	if (spool != NULL) {
		fd = spool_create(spool, "s", name, err);
		if (fd != -1)
			spool_remove(spool, name);
		return fd;
	}
	fd = memfd_create("message", MFD_CLOEXEC);
	if (fd == -1)
		return error_errno(err, ERR_TEMPORARY, "memfd_create");
	return fd;
}
