/* SPDX-License-Identifier: ISC */
#include "mail/mime_tnef.h"

#include <stdint.h>
#include <string.h>

#include "util/banned.h"

#define SIGNATURE 0x223e9f78

/* A level, an id, a length before the data, and a checksum behind it. */
#define ATTRIBUTE_HEAD 9
#define CHECKSUM       2

#define LEVEL_ATTACHMENT 2

#define ATTR_CODEPAGE 0x00069007

#define ATTR_TITLE 0x00018010
#define ATTR_DATA  0x0006800f
#define ATTR_BEGIN 0x00069002
#define ATTR_PROPS 0x00069005

/* A name for systems that know short ones only, and the long one. */
#define PROP_NAME      0x3704
#define PROP_LONG_NAME 0x3707

#define TYPE_MULTIPLE 0x1000
#define TYPE_WIDE     0x001f

static uint32_t number(const char *p, size_t n)
{
	uint32_t value = 0;

	while (n-- > 0)
		value = value << 8 | (unsigned char)p[n];
	return value;
}

/* Take n bytes off *rest. False: there are less. */
static bool take(struct slice *rest, size_t n, struct slice *taken)
{
	if (n > rest->len)
		return false;
	*taken = slice_of(rest->p, n);
	*rest = slice_of(rest->p + n, rest->len - n);
	return true;
}

static bool take_number(struct slice *rest, size_t n, uint32_t *value)
{
	struct slice bytes;

	if (!take(rest, n, &bytes))
		return false;
	*value = number(bytes.p, n);
	return true;
}

/* A length and so many bytes, filled up to whole groups of four. */
static bool take_sized(struct slice *rest, struct slice *taken)
{
	uint32_t n;
	struct slice ignored;

	if (!take_number(rest, 4, &n) || !take(rest, n, taken))
		return false;
	return (n % 4 == 0 || take(rest, 4 - n % 4, &ignored));
}

/* Bytes of a value whose length follows from its type; 0: it has its own. */
static size_t fixed_size(uint32_t type)
{
	switch (type & 0xfff) {
	case 0x0d:  /* object */
	case 0x1e:  /* string */
	case 0x1f:  /* wide string */
	case 0x102: /* binary */
		return 0;
	case 0x05: /* double */
	case 0x06: /* currency */
	case 0x07: /* time of an application */
	case 0x14: /* 64 bits */
	case 0x40: /* time of the system */
		return 8;
	case 0x48: /* class */
		return 16;
	default:
		return 4;
	}
}

/* Named properties have a GUID, and a number or a name. */
static bool skip_name(struct slice *rest)
{
	struct slice ignored;
	uint32_t kind;

	if (!take(rest, 16, &ignored) || !take_number(rest, 4, &kind))
		return false;
	return kind == 0 ? take(rest, 4, &ignored) : take_sized(rest, &ignored);
}

/* Take a property; *value: the last of its values. */
static bool take_property(struct slice *rest, uint32_t *type, uint32_t *id,
			  struct slice *value)
{
	uint32_t n = 1;
	size_t size;
	bool ok = true;

	if (!take_number(rest, 2, type) || !take_number(rest, 2, id))
		return false;
	if (*id >= 0x8000 && !skip_name(rest))
		return false;
	size = fixed_size(*type);
	if ((size == 0 || (*type & TYPE_MULTIPLE) != 0) &&
	    !take_number(rest, 4, &n))
		return false;
	*value = SLICE_EMPTY;
	/* Each takes bytes, so a false count ends with them. */
	for (; n > 0 && ok; n--)
		ok = size == 0 ? take_sized(rest, value)
			       : take(rest, size, value);
	return ok;
}

static void find_names(struct slice props, struct tnef_file *file)
{
	uint32_t n, type, id;
	bool has_long = false;
	struct slice value;

	if (!take_number(&props, 4, &n))
		return;
	while (n-- > 0 && take_property(&props, &type, &id, &value)) {
		struct slice *name =
			type == TYPE_WIDE ? &file->wide : &file->name;

		if (id == PROP_LONG_NAME ||
		    (id == PROP_NAME && !has_long && name->len == 0))
			*name = value;
		has_long = has_long || id == PROP_LONG_NAME;
	}
}

/* Strings end with a NUL. */
static void drop_nuls(struct tnef_file *file)
{
	const char *nul = file->name.len == 0
				  ? NULL
				  : memchr(file->name.p, '\0', file->name.len);

	if (nul != NULL)
		file->name.len = (size_t)(nul - file->name.p);
	file->wide.len -= file->wide.len % 2;
	while (file->wide.len >= 2 &&
	       number(file->wide.p + file->wide.len - 2, 2) == 0)
		file->wide.len -= 2;
}

struct attribute {
	uint32_t id;
	bool in_file;
	struct slice data;
};

/* Take an attribute; the last one may lack its end. */
static bool take_attribute(struct slice *rest, struct attribute *a)
{
	struct slice after, checksum;

	if (rest->len < ATTRIBUTE_HEAD)
		return false;
	a->in_file = rest->p[0] == LEVEL_ATTACHMENT;
	a->id = number(rest->p + 1, 4);
	after = slice_skip(*rest, ATTRIBUTE_HEAD);
	if (!take(&after, number(rest->p + 5, 4), &a->data)) {
		a->data = after;
		after = slice_skip(after, after.len);
	}
	(void)take(&after, CHECKSUM, &checksum);
	*rest = after;
	return true;
}

bool tnef_begin(struct slice *rest)
{
	struct slice s = *rest, key;
	uint32_t signature;

	if (!take_number(&s, 4, &signature) || signature != SIGNATURE ||
	    !take(&s, 2, &key))
		return false;
	*rest = s;
	return true;
}

unsigned tnef_codepage(struct slice rest)
{
	struct attribute a;

	while (take_attribute(&rest, &a) && !a.in_file)
		if (a.id == ATTR_CODEPAGE && a.data.len >= 4)
			return number(a.data.p, 4);
	return 0;
}

bool tnef_next(struct slice *rest, struct tnef_file *file)
{
	struct slice after = *rest;
	struct attribute a;
	bool begun = false;

	*file = (struct tnef_file){SLICE_EMPTY, SLICE_EMPTY, SLICE_EMPTY};
	while (take_attribute(&after, &a)) {
		/* Each file begins with this one. */
		if (begun && a.id == ATTR_BEGIN)
			break;
		*rest = after;
		if (!a.in_file)
			continue;
		begun = true;
		if (a.id == ATTR_TITLE && file->name.len == 0)
			file->name = a.data;
		else if (a.id == ATTR_DATA)
			file->bytes = a.data;
		else if (a.id == ATTR_PROPS)
			find_names(a.data, file);
	}
	drop_nuls(file);
	return begun;
}
