/* SPDX-License-Identifier: ISC */
#include "maildir/base.h"

#include <string.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/hash.h"

#include "util/banned.h"

/* Host names in file names; RFC 1123 allows 255, file systems do not. */
#define HOST_MAX 64

/* The Maildir specification wants "/" and ":" in host names escaped. */
static void put_host(struct buf *out)
{
	char host[256] = "localhost";

	(void)gethostname(host, sizeof(host) - 1);
	for (size_t i = 0; i < HOST_MAX && host[i] != '\0'; i++) {
		unsigned char c = (unsigned char)host[i];

		if (c == '/')
			buf_addstr(out, "\\057");
		else if (c == ':')
			buf_addstr(out, "\\072");
		else if (c > 0x20 && c < 0x7f && c != ',')
			buf_addch(out, (char)c);
	}
}

void maildir_base(char out[MAILDIR_BASE_MAX], int64_t calendar_us,
		  const unsigned char *q_key, const unsigned char *c_key,
		  unsigned delivery, uint64_t size)
{
	struct buf base = BUF_INIT(MAILDIR_BASE_MAX - 1);
	char q[17], c[17];

	hash_hex(q_key, 8, q);
	hash_hex(c_key, 8, c);
	buf_addf(&base, "%lld.M%06lldQ%sC%sA%u.",
		 (long long)(calendar_us / 1000000),
		 (long long)(calendar_us % 1000000), q, c, delivery);
	put_host(&base);
	buf_addf(&base, ",S=%llu", (unsigned long long)size);
	memcpy(out, base.s, base.len + 1);
	buf_release(&base);
}

/* "SECONDS.MUSECQ<16 digits>C<16 digits>A…" */
bool maildir_read_base(const char *name, struct maildir_keys *out)
{
	static const char digits[] = "0123456789";
	size_t n = strspn(name, digits);

	if (n == 0 || name[n] != '.' || name[n + 1] != 'M')
		return false;
	name += n + 2;
	name += strspn(name, digits);
	if (name[0] != 'Q' || !hash_from_hex(name + 1, sizeof(out->q), out->q))
		return false;
	name += 1 + 2 * sizeof(out->q);
	return name[0] == 'C' &&
	       hash_from_hex(name + 1, sizeof(out->c), out->c) &&
	       name[1 + 2 * sizeof(out->c)] == 'A';
}

void maildir_flag_letters(unsigned flags, char *out)
{
	/* In ASCII order, as the Maildir info wants it: bit i is letter i. */
	static const char letters[] = "DFRS";

	for (size_t i = 0; i < sizeof(letters) - 1; i++)
		if ((flags & 1U << i) != 0)
			*out++ = letters[i];
	*out = '\0';
}

unsigned maildir_flags_of(const char *path, bool *trashed_out)
{
	static const char letters[] = "DFRS";
	const char *slash = strrchr(path, '/'), *info = strstr(path, ":2,");
	unsigned flags = 0;

	*trashed_out = false;
	for (const char *p = info; p != NULL && *p != '\0'; p++) {
		const char *at = strchr(letters, *p);

		*trashed_out |= *p == 'T';
		if (at != NULL)
			flags |= 1U << (at - letters);
	}
	if (slash != NULL && slash - path >= 4 &&
	    memcmp(slash - 4, "/cur", 4) == 0)
		flags |= FLAG_OLD;
	return flags;
}
