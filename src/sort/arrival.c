/* SPDX-License-Identifier: ISC */
#include "sort/arrival.h"

#include <string.h>
#include <sys/stat.h>

#include "util/ascii.h"
#include "util/buf.h"

#include "util/banned.h"

/* 1995, when Maildirs were invented: earlier times come from a bad clock. */
#define FIRST_MAILDIR ((int64_t)788918400)

/* "1732400000.M1.host:2,S"; 0: the name has no time. */
static int64_t time_of_name(const char *path, int64_t now)
{
	const char *slash = strrchr(path, '/');
	struct slice name = slice_str(slash == NULL ? path : slash + 1);
	unsigned long long seconds;
	size_t n = 0;

	while (n < name.len && ascii_is_digit(name.p[n]))
		n++;
	if (n == name.len || name.p[n] != '.' || now < 0 ||
	    !slice_number(slice_of(name.p, n), (unsigned long long)now,
			  &seconds))
		return 0;
	return (int64_t)seconds;
}

int64_t arrival_of_file(int fd, const char *path, int64_t now)
{
	int64_t named = time_of_name(path, now), arrival = now;
	struct stat st;

	if (fstat(fd, &st) == 0 && st.st_mtim.tv_sec >= FIRST_MAILDIR &&
	    st.st_mtim.tv_sec < arrival)
		arrival = st.st_mtim.tv_sec;
	if (named >= FIRST_MAILDIR && named < arrival)
		arrival = named;
	return arrival;
}
