/* SPDX-License-Identifier: ISC */
/* When did a message that is on disk arrive? */
#ifndef SORT_ARRIVAL_H
#define SORT_ARRIVAL_H

#include <stdint.h>

/*
 * Seconds since 1970: the modification time of the file, which IMAP servers
 * show as time of arrival, or the time at the start of its name in the Maildir
 * when that is earlier, because copies often get a new modification time. A
 * time before the first Maildir or after `now` is not used; without any, it
 * is `now`. `path` may be any path.
 */
int64_t arrival_of_file(int fd, const char *path, int64_t now);

#endif
