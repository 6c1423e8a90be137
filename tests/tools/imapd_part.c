/* SPDX-License-Identifier: ISC */
/*
 * A message on the wire: its lines end in CRLF, where the file has LF. Files
 * named *.raw are sent as they are.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "imapd.h"

static struct bytes read_file(const struct folder *f, const char *name)
{
	int fd = openat(f->fd, name, O_RDONLY | O_CLOEXEC);
	struct bytes all = {NULL, 0};
	struct stat st;
	ssize_t n;

	if (fd == -1 || fstat(fd, &st) == -1)
		return all;
	all.p = need(malloc((size_t)st.st_size + 1));
	while (all.len < (size_t)st.st_size &&
	       (n = read(fd, all.p + all.len, (size_t)st.st_size - all.len)) >
		       0)
		all.len += (size_t)n;
	(void)close(fd);
	return all;
}

struct bytes mail_read(const struct folder *f, const struct mail *m)
{
	struct bytes file = read_file(f, m->name), out = {NULL, 0};
	size_t len = strlen(m->name), n = 0;

	if (file.p == NULL ||
	    (len > 4 && strcmp(m->name + len - 4, ".raw") == 0))
		return file;
	for (size_t i = 0; i < file.len; i++)
		n += file.p[i] == '\n';
	out.p = need(malloc(file.len + n + 1));
	for (size_t i = 0; i < file.len; i++) {
		if (file.p[i] == '\n')
			out.p[out.len++] = '\r';
		out.p[out.len++] = file.p[i];
	}
	free(file.p);
	return out;
}

size_t head_of(struct bytes message)
{
	const char *end;

	if (message.len >= 2 && memcmp(message.p, "\r\n", 2) == 0)
		return 2;
	end = memmem(message.p, message.len, "\r\n\r\n", 4);
	return end == NULL ? message.len : (size_t)(end - message.p) + 4;
}

/* Is the field at p one of "(FROM TO)"? */
static bool is_wanted(const char *p, size_t len, const char *names)
{
	size_t n = 0;

	while (n < len && p[n] != ':' && p[n] != ' ')
		n++;
	for (names += strspn(names, " ("); *names != '\0' && *names != ')';) {
		size_t k = strcspn(names, " )");
		const char *word = names + (*names == '"');
		size_t bare = k - 2 * (size_t)(*names == '"');

		if (bare == n && strncasecmp(word, p, n) == 0)
			return true;
		names += k + strspn(names + k, " ");
	}
	return false;
}

static void add_fields(struct bytes head, const char *names, bool not,
		       struct bytes *out)
{
	bool taken = false;

	for (size_t at = 0; at < head.len;) {
		const char *p = head.p + at;
		const char *lf = memchr(p, '\n', head.len - at);
		size_t n = lf == NULL ? head.len - at : (size_t)(lf + 1 - p);

		if (n == 2 && *p == '\r')
			break;
		if (*p != ' ' && *p != '\t')
			taken = is_wanted(p, n, names) != not ;
		if (taken) {
			memcpy(out->p + out->len, p, n);
			out->len += n;
		}
		at += n;
	}
	memcpy(out->p + out->len, "\r\n", 2);
	out->len += 2;
}

bool part_of(struct bytes message, const char *section, struct bytes *out)
{
	struct bytes head = {message.p, head_of(message)};
	const char *names = strchr(section, '(');
	struct bytes part = message;

	out->p = need(malloc(message.len + 3));
	out->len = 0;
	if (strncasecmp(section, "HEADER.FIELDS", 13) == 0 && names != NULL) {
		add_fields(head, names,
			   strncasecmp(section + 13, ".NOT", 4) == 0, out);
		return true;
	}
	if (strcasecmp(section, "HEADER") == 0) {
		part = head;
	} else if (strcasecmp(section, "TEXT") == 0 ||
		   strcmp(section, "1") == 0) {
		part.p += head.len;
		part.len -= head.len;
	} else if (*section != '\0') {
		free(out->p);
		out->p = NULL;
		return false;
	}
	memcpy(out->p, part.p, part.len);
	out->len = part.len;
	return true;
}

/* The same for copies of a message, in any folder, and for no other one. */
unsigned long long mail_id(const struct folder *f, const struct mail *m)
{
	struct bytes file = read_file(f, m->name);
	unsigned long long hash = 14695981039346656037ULL;

	for (const char *p = m->name; *p != '\0' && *p != ','; p++)
		hash = (hash ^ (unsigned char)*p) * 1099511628211ULL;
	for (size_t i = 0; i < file.len; i++)
		hash = (hash ^ (unsigned char)file.p[i]) * 1099511628211ULL;
	free(file.p);
	return (hash >> 1) | 1;
}
