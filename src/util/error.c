/* SPDX-License-Identifier: ISC */
#include "util/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "util/escape.h"

#include "util/banned.h"

static void ATTR_PRINTF(3, 0) error_vset(struct error *err, const char *suffix,
					 const char *fmt, va_list ap)
{
	char raw[ERROR_TEXT_MAX];
	int len;

	len = vsnprintf(raw, sizeof(raw), fmt, ap);
	if (len < 0)
		len = 0;
	if ((size_t)len >= sizeof(raw))
		len = sizeof(raw) - 1;
	if (suffix != NULL)
		(void)snprintf(raw + len, sizeof(raw) - (size_t)len, ": %s",
			       suffix);
	escape_to(err->text, sizeof(err->text), raw, strlen(raw));
}

int error_set(struct error *err, enum error_kind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	error_vset(err, NULL, fmt, ap);
	va_end(ap);
	err->kind = kind;
	return -1;
}

int error_errno(struct error *err, enum error_kind kind, const char *fmt, ...)
{
	char room[128];
	/* The GNU form: returns the text, which need not be in `room`. */
	const char *reason = strerror_r(errno, room, sizeof(room));
	va_list ap;

	va_start(ap, fmt);
	error_vset(err, reason, fmt, ap);
	va_end(ap);
	err->kind = kind;
	return -1;
}

int error_prefix(struct error *err, const char *fmt, ...)
{
	char inner[ERROR_TEXT_MAX];
	va_list ap;

	memcpy(inner, err->text, sizeof(inner));
	va_start(ap, fmt);
	error_vset(err, inner, fmt, ap);
	va_end(ap);
	return -1;
}

int error_exit_status(enum error_kind kind)
{
	switch (kind) {
	case ERR_NONE:
		return 0;
	case ERR_MESSAGE:
	case ERR_TEMPORARY:
	case ERR_LOCAL:
		return EX_TEMPFAIL;
	case ERR_PERSON:
		return EX_NOPERM;
	case ERR_CONFIG:
		return EX_CONFIG;
	case ERR_USAGE:
		return EX_USAGE;
	}
	return EX_TEMPFAIL;
}

int exit_status_worse(int a, int b)
{
	static const int order[] = {EX_USAGE, EX_CONFIG, EX_NOPERM, EX_TEMPFAIL,
				    1};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return a > b ? a : b;
}
