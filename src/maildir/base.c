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

static bool is_info(const char *at)
{
	return (*at == ':' || *at == ';' || *at == '!') && at[1] == '2' &&
	       at[2] == ',';
}

/* Behind ";2," and "!2," only letters may follow: a name may have these, too.
 */
static bool is_certain(const char *at)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz";

	return *at == ':' || at[3 + strspn(at + 3, letters)] == '\0';
}

const char *maildir_info(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *found = NULL;

	for (const char *p = slash == NULL ? path : slash; *p != '\0'; p++) {
		if (!is_info(p) || !is_certain(p))
			continue;
		found = p;
		if (*p == ':')
			break;
	}
	return found;
}

bool maildir_has_base(const char *name, const char *base)
{
	size_t len = strlen(base);

	return strncmp(name, base, len) == 0 &&
	       (name[len] == '\0' || name[len] == ':' || is_info(name + len));
}

/* In ASCII order, as the Maildir info wants it. */
static const struct {
	char letter;
	enum message_flag flag;
} flag_letters[] = {
	{'D', FLAG_DRAFT},    {'F', FLAG_FLAGGED}, {'P', FLAG_PASSED},
	{'R', FLAG_ANSWERED}, {'S', FLAG_SEEN},
};

#define N_FLAGS (sizeof(flag_letters) / sizeof(flag_letters[0]))

void maildir_flag_letters(unsigned flags, char *out)
{
	for (size_t i = 0; i < N_FLAGS; i++)
		if ((flags & flag_letters[i].flag) != 0)
			*out++ = flag_letters[i].letter;
	*out = '\0';
}

unsigned maildir_flags_of(const char *path, bool *trashed_out)
{
	const char *slash = strrchr(path, '/'), *info = maildir_info(path);
	unsigned flags = 0;

	*trashed_out = false;
	for (const char *p = info; p != NULL && *p != '\0'; p++) {
		*trashed_out |= *p == 'T';
		for (size_t i = 0; i < N_FLAGS; i++)
			if (flag_letters[i].letter == *p)
				flags |= flag_letters[i].flag;
	}
	if (slash != NULL && slash - path >= 4 &&
	    memcmp(slash - 4, "/cur", 4) == 0)
		flags |= FLAG_OLD;
	return flags;
}

void maildir_keywords_of(const char *path, char out[KEYWORD_LETTERS])
{
	const char *info = maildir_info(path);
	size_t n = 0;

	for (int c = 'a'; c <= 'z'; c++)
		if (info != NULL && strchr(info, c) != NULL)
			out[n++] = (char)c;
	out[n] = '\0';
}
