/* SPDX-License-Identifier: ISC */
#include "mail/url_host.h"

#include <stdint.h>
#include <string.h>

#include "mail/entity.h"
#include "mail/url.h"
#include "util/ascii.h"
#include "util/escape.h"

#include "util/banned.h"

/* Labels of an IPv4 address. */
#define LABELS_MAX 4

/* Full-width forms of "!" to "~" lie this far behind them. */
#define WIDE (0xff01U - '!')

static unsigned code_at(struct slice s, size_t *n)
{
	*n = utf8_sequence(s.p, s.len);
	if (*n > 0)
		return utf8_character(s.p, *n);
	*n = 1;
	return 0xfffd;
}

/* The most usual mappings of UTS 46, by which hosts are disguised. */
static unsigned map_code(unsigned code)
{
	if (code == 0xad || (code >= 0x200b && code <= 0x200d) ||
	    code == 0x2060 || code == 0xfeff)
		return 0;
	if (code == 0x3002 || code == 0xff61)
		return '.';
	if (code >= 0xff01 && code <= 0xff5e)
		code -= WIDE;
	return code < 0x80 ? (unsigned char)ascii_lower((char)code) : code;
}

/* Forbidden in a host by the URL standard; also the no-break space. */
static bool is_forbidden(unsigned code)
{
	return code == 0xa0 || code == 0xfffd || code == 0x7f || code <= ' ' ||
	       (code < 0x7f && strchr("#/<>?@\\^|%`\"{}", (int)code) != NULL);
}

/* Only an address in brackets has these: behind a name, it is a bad port. */
static bool is_of_address(unsigned code)
{
	return code == ':' || code == '[' || code == ']';
}

/* "017", "0x1f", "31"; empty is 0. */
static bool read_number(struct slice s, uint64_t *out)
{
	unsigned radix = 10;

	if (s.len > 1 && s.p[0] == '0') {
		radix = s.p[1] == 'x' ? 16 : 8;
		s = radix == 16 ? slice_of(s.p + 2, s.len - 2) : s;
	}
	*out = 0;
	for (size_t i = 0; i < s.len; i++) {
		int digit = ascii_hex_value(s.p[i]);

		if (digit == -1 || (unsigned)digit >= radix ||
		    *out > UINT32_MAX)
			return false;
		*out = *out * radix + (unsigned)digit;
	}
	return *out <= UINT32_MAX;
}

/* The number that an IPv4 host stands for, as inet_aton() and browsers do. */
static bool read_ipv4(struct slice host, uint32_t *out)
{
	uint64_t value, sum = 0;
	struct slice label;
	unsigned n = 0;

	while (slice_split(&host, '.', &label)) {
		if (label.len == 0 || n == LABELS_MAX ||
		    !read_number(label, &value))
			return false;
		n++;
		if (host.p == NULL) {
			unsigned bits = 8 * (LABELS_MAX + 1 - n);

			if (value >> bits != 0)
				return false;
			*out = (uint32_t)(sum << bits | value);
			return true;
		}
		if (value > 255)
			return false;
		sum = sum << 8 | value;
	}
	return false;
}

static void add_percent_decoded(struct slice s, struct buf *out)
{
	while (s.len > 0) {
		int byte = s.len >= 3 && s.p[0] == '%' ? ascii_hex_byte(s.p + 1)
						       : -1;
		size_t n = byte == -1 ? 1 : 3;

		buf_addch(out, byte == -1 ? s.p[0] : (char)byte);
		s = slice_of(s.p + n, s.len - n);
	}
}

bool url_host_add(struct slice host, struct buf *out)
{
	struct buf decoded = BUF_INIT(URL_MAX);
	size_t start = out->len, n;
	struct slice rest;
	uint32_t ipv4;
	bool valid = true, is_address = host.len > 1 && host.p[0] == '[' &&
					host.p[host.len - 1] == ']';

	add_percent_decoded(host, &decoded);
	for (rest = buf_slice(&decoded); rest.len > 0;
	     rest = slice_of(rest.p + n, rest.len - n)) {
		unsigned code = map_code(code_at(rest, &n));

		valid = valid && (code == 0 || !is_forbidden(code)) &&
			(is_address || !is_of_address(code));
		if (code > ' ' && code != 0x7f)
			entity_add_code(out, code);
	}
	buf_release(&decoded);
	while (out->len > start && out->s[out->len - 1] == '.')
		buf_truncate(out, out->len - 1);
	rest = slice_of(out->s + start, out->len - start);
	if (!read_ipv4(rest, &ipv4))
		return valid;
	buf_truncate(out, start);
	buf_addf(out, "%u.%u.%u.%u", ipv4 >> 24, ipv4 >> 16 & 255,
		 ipv4 >> 8 & 255, ipv4 & 255);
	return true;
}

/* The last `n` labels. */
static struct slice last_labels(struct slice host, unsigned n)
{
	size_t at = host.len;

	while (at > 0 && (host.p[at - 1] != '.' || --n > 0))
		at--;
	return slice_of(host.p + at, host.len - at);
}

/* Guess the domain that one owner has registered: "x.org", "x.co.uk". */
static struct slice owner(struct slice host)
{
	static const char *const seconds[] = {"co",  "com", "org", "net", "ac",
					      "gov", "edu", "or",  "ne",  "go"};
	struct slice two = last_labels(host, 2), top = last_labels(host, 1);

	if (top.len == 2 && two.len > 3)
		for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]);
		     i++)
			if (slice_equal_nocase(slice_of(two.p, two.len - 3),
					       slice_str(seconds[i])))
				return last_labels(host, 3);
	return two;
}

bool url_hosts_are_kin(struct slice a, struct slice b)
{
	uint32_t ignored;

	if (read_ipv4(a, &ignored) || read_ipv4(b, &ignored))
		return slice_equal_nocase(a, b);
	return slice_equal_nocase(owner(a), owner(b));
}
