/* SPDX-License-Identifier: ISC */
#include "mail/url.h"

#include <string.h>

#include "mail/url_host.h"
#include "util/ascii.h"
#include "util/escape.h"

#include "util/banned.h"

/* Schemes whose URLs have a host, whatever stands behind the colon. */
static const char *const with_host[] = {"http", "https", "ftp",
					"ws",	"wss",	 NULL};

/* Schemes of links to a part of the message itself. */
static const char *const inside[] = {"cid", "mid", NULL};

static bool is_slash(char c)
{
	return c == '/' || c == '\\';
}

/* Browsers drop blanks at the ends, and line ends and tabs anywhere. */
static void clean(struct slice target, struct buf *out)
{
	while (target.len > 0 && (unsigned char)target.p[0] <= ' ')
		target = slice_skip(target, 1);
	while (target.len > 0 && (unsigned char)target.p[target.len - 1] <= ' ')
		target.len--;
	target = slice_cut_utf8(target, URL_MAX);
	for (size_t i = 0; i < target.len; i++)
		if ((unsigned char)target.p[i] >= ' ' && target.p[i] != 0x7f)
			buf_addch(out, target.p[i]);
}

/* The scheme before the first colon; empty when there is none. */
static struct slice scheme_of(struct slice s)
{
	size_t n = 0;

	while (n < s.len &&
	       (ascii_is_letter(s.p[n]) ||
		(n > 0 && (ascii_is_digit(s.p[n]) || s.p[n] == '+' ||
			   s.p[n] == '-' || s.p[n] == '.'))))
		n++;
	return n > 0 && n < s.len && s.p[n] == ':' ? slice_of(s.p, n)
						   : SLICE_EMPTY;
}

/* The visible character that percent forms stand for: its bytes, or 0. */
static size_t read_percent(struct slice s, char bytes[4], size_t *used)
{
	size_t n = 0, len;

	memset(bytes, 0, 4);
	while (n < 4 && s.len >= 3 * (n + 1) && s.p[3 * n] == '%') {
		int byte = ascii_hex_byte(s.p + 3 * n + 1);

		if (byte == -1)
			break;
		bytes[n++] = (char)byte;
	}
	len = n == 0 ? 0 : utf8_sequence(bytes, n);
	*used = 3 * len;
	if (len == 1)
		return bytes[0] > ' ' && bytes[0] < 0x7f && bytes[0] != '%';
	/* U+0080 to U+009F are control characters. */
	if (len == 2 && bytes[0] == '\xc2' && (unsigned char)bytes[1] < 0xa0)
		return 0;
	return len;
}

/* Decode a part of the URL beside the host. `all`: also syntax characters. */
static void add_decoded(struct slice s, bool all, struct buf *out)
{
	while (s.len > 0) {
		char bytes[4];
		size_t used, n = read_percent(s, bytes, &used);

		if (n > 0 && (all || n > 1 || ascii_is_letter(bytes[0]) ||
			      ascii_is_digit(bytes[0]) || bytes[0] == '.' ||
			      bytes[0] == '-' || bytes[0] == '_')) {
			buf_add(out, bytes, n);
			s = slice_skip(s, used);
			continue;
		}
		if (s.p[0] == ' ')
			buf_addstr(out, "%20");
		else
			buf_addch(out, s.p[0]);
		s = slice_skip(s, 1);
	}
}

static void add_lower(struct slice s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++)
		buf_addch(out, ascii_lower(s.p[i]));
}

/* "user@host:port" and what follows it. */
static bool add_authority(struct slice s, struct buf *out, struct url *parts)
{
	size_t end = 0, at, host, port, host_len;
	bool is_host;

	while (end < s.len && !is_slash(s.p[end]) && s.p[end] != '?' &&
	       s.p[end] != '#')
		end++;
	for (at = end; at > 0 && s.p[at - 1] != '@'; at--)
		;
	if (at > 1) {
		parts->user_at = out->len;
		add_decoded(slice_of(s.p, at - 1), false, out);
		parts->user_len = out->len - parts->user_at;
		buf_addch(out, '@');
	}
	host = at;
	for (port = end; port > host && ascii_is_digit(s.p[port - 1]); port--)
		;
	if (port == host || s.p[port - 1] != ':')
		port = end;
	else
		port--;
	parts->host_at = out->len;
	is_host = url_host_add(slice_of(s.p + host, port - host), out);
	host_len = out->len - parts->host_at;
	parts->host_len = is_host ? host_len : 0;
	buf_add(out, s.p + port, end - port);
	for (; end < s.len && s.p[end] != '?' && s.p[end] != '#' &&
	       s.p[end] != '%' && s.p[end] != ' ';
	     end++)
		buf_addch(out, s.p[end] == '\\' ? '/' : s.p[end]);
	add_decoded(slice_skip(s, end), true, out);
	return host_len > 0;
}

/* "mailto:bob@example.org?subject=x": the host is that of the mailbox. */
static void find_mailbox(const struct buf *out, size_t start, struct url *parts)
{
	struct slice s = slice_skip(buf_slice(out), start);
	const char *end = s.p, *at;

	while (end < s.p + s.len && *end != '?' && *end != ',')
		end++;
	at = memrchr(s.p, '@', (size_t)(end - s.p));
	if (at == NULL)
		return;
	parts->user_at = start;
	parts->user_len = (size_t)(at - s.p);
	parts->host_at = start + parts->user_len + 1;
	parts->host_len = (size_t)(end - at) - 1;
}

static bool add_absolute(struct slice scheme, struct slice s, struct buf *out,
			 struct url *parts)
{
	struct slice rest = slice_skip(s, scheme.len + 1);

	if (slice_is_one_of_nocase(scheme, inside))
		return false;
	add_lower(scheme, out);
	buf_addch(out, ':');
	if (slice_is_one_of_nocase(scheme, with_host)) {
		while (rest.len > 0 && is_slash(rest.p[0]))
			rest = slice_skip(rest, 1);
		buf_addstr(out, "//");
		return add_authority(rest, out, parts);
	}
	if (slice_equal_nocase(scheme, slice_str("data"))) {
		const char *comma = memchr(rest.p, ',', rest.len);

		if (comma != NULL)
			rest.len = (size_t)(comma - rest.p);
	}
	add_decoded(rest, true, out);
	if (slice_equal_nocase(scheme, slice_str("mailto")))
		find_mailbox(out, scheme.len + 1, parts);
	return out->len > scheme.len + 1;
}

/* Where the path of a base begins, behind its host. */
static size_t path_at(struct slice base)
{
	const char *p = memmem(base.p, base.len, "//", 2);
	size_t n = p == NULL ? base.len : (size_t)(p - base.p) + 2;

	while (n < base.len && base.p[n] != '/' && base.p[n] != '?' &&
	       base.p[n] != '#')
		n++;
	return n;
}

/* Put a relative target behind its base. */
static void join(struct slice base, struct slice s, struct buf *out)
{
	size_t start = path_at(base), end = start;

	if (s.len > 1 && is_slash(s.p[0]) && is_slash(s.p[1])) {
		struct slice scheme = scheme_of(base);

		buf_addslice(out, scheme);
		buf_addstr(out, scheme.len > 0 ? ":" : "");
		buf_addslice(out, s);
		return;
	}
	for (size_t i = start; i < base.len && base.p[i] != '?' &&
			       base.p[i] != '#' && !is_slash(s.p[0]);
	     i++)
		if (base.p[i] == '/' || s.p[0] == '?')
			end = i + 1;
	buf_add(out, base.p, end);
	if (end == start && !is_slash(s.p[0]))
		buf_addch(out, '/');
	buf_addslice(out, s);
}

/* Without a scheme: "//host/path", or nothing but a path. */
static bool add_bare(struct slice s, struct buf *out, struct url *parts)
{
	if (s.len < 3 || !is_slash(s.p[0]) || !is_slash(s.p[1])) {
		add_decoded(s, true, out);
		return out->len > 0;
	}
	buf_addstr(out, "//");
	return add_authority(slice_skip(s, 2), out, parts);
}

/* A base may be without a scheme, too. */
static bool add_relative(struct slice s, struct slice base, struct buf *out,
			 struct url *parts)
{
	struct buf joined = BUF_INIT(2 * URL_READ_MAX);
	struct slice scheme;
	bool rc;

	if (base.len == 0)
		return add_bare(s, out, parts);
	join(base, s, &joined);
	scheme = scheme_of(buf_slice(&joined));
	rc = scheme.len > 0
		     ? add_absolute(scheme, buf_slice(&joined), out, parts)
		     : add_bare(buf_slice(&joined), out, parts);
	buf_release(&joined);
	return rc;
}

bool url_read(struct slice target, struct slice base, struct buf *out,
	      struct url *parts)
{
	struct buf clear = BUF_INIT(URL_MAX);
	struct slice s, scheme;
	bool rc = false;

	memset(parts, 0, sizeof(*parts));
	buf_clear(out);
	clean(target, &clear);
	s = buf_slice(&clear);
	scheme = scheme_of(s);
	if (s.len > 0 && s.p[0] != '#')
		rc = scheme.len > 0 ? add_absolute(scheme, s, out, parts)
				    : add_relative(s, base, out, parts);
	buf_release(&clear);
	return rc && !out->full;
}
