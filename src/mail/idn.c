/* SPDX-License-Identifier: ISC */
/* Domains in letters of any language, by libidn2 (RFC 5890, UTS 46). */
#include <idn2.h>
#include <stdlib.h>
#include <string.h>

#include "mail/address.h"
#include "mail/fold.h"
#include "util/ascii.h"

#include "util/banned.h"

/* DNS allows 253 bytes; a letter of UTF-8 has up to four. */
#define DOMAIN_MAX 1024

/* An "@" or "<" of full width becomes one of ASCII, and no domain. */
static bool is_host(const char *ascii)
{
	while (ascii_is_letter(*ascii) || ascii_is_digit(*ascii) ||
	       *ascii == '-' || *ascii == '.' || *ascii == '_')
		ascii++;
	return *ascii == '\0';
}

static bool convert(const char *name, struct buf *out)
{
	char *ascii = NULL;
	bool done =
		idn2_to_ascii_8z(name, &ascii,
				 IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) ==
			IDN2_OK ||
		idn2_to_ascii_8z(name, &ascii, IDN2_TRANSITIONAL) == IDN2_OK;

	done = done && is_host(ascii);
	if (done)
		buf_addstr(out, ascii);
	idn2_free(ascii);
	return done;
}

/* As libidn2 takes it. False: it is too long, or has a NUL. */
static bool to_string(struct slice domain, char name[DOMAIN_MAX])
{
	if (domain.len >= DOMAIN_MAX ||
	    memchr(domain.p, '\0', domain.len) != NULL)
		return false;
	memcpy(name, domain.p, domain.len);
	name[domain.len] = '\0';
	return true;
}

void address_fold_domain(struct slice domain, struct buf *out)
{
	char name[DOMAIN_MAX];

	if (slice_is_ascii(domain) || !to_string(domain, name) ||
	    !convert(name, out))
		buf_addslice(out, domain);
}

bool address_domain_letters(struct slice domain, struct buf *out)
{
	char name[DOMAIN_MAX], *letters = NULL;
	bool done;

	if (!slice_contains_nocase(domain, "xn--") || !to_string(domain, name))
		return false;
	done = idn2_to_unicode_8z8z(name, &letters, 0) == IDN2_OK &&
	       !slice_equal(slice_str(letters), domain);
	if (done)
		buf_addstr(out, letters);
	idn2_free(letters);
	return done;
}

/* No local part has more than 64 bytes (RFC 5321); longer ones are no names. */
#define LOCAL_MAX 1024

void address_fold(struct slice mailbox, struct buf *out)
{
	struct slice domain = address_domain(mailbox);
	struct slice local = mailbox;

	if (domain.len == 0 || slice_is_ascii(mailbox)) {
		buf_addslice(out, mailbox);
		return;
	}
	local.len -= domain.len;
	if (slice_is_ascii(local) || local.len > LOCAL_MAX)
		buf_addslice(out, local);
	else
		fold_case(local, out);
	/* "@.x.org" of a rule has an empty label, which libidn2 refuses. */
	if (domain.p[0] == '.') {
		buf_addch(out, '.');
		domain = slice_skip(domain, 1);
	}
	address_fold_domain(domain, out);
}
