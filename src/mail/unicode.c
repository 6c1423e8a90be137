/* SPDX-License-Identifier: ISC */
#include "mail/unicode.h"

#include <stdlib.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "mail/fold.h"
#include "util/ascii.h"

#include "util/banned.h"

struct range {
	uint32_t first, last;
};

static bool is_in(const struct range *ranges, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n && c >= ranges[i].first; i++)
		if (c <= ranges[i].last)
			return true;
	return false;
}

#define IS_IN(ranges, c)                                                       \
	is_in((ranges), sizeof(ranges) / sizeof((ranges)[0]), (c))

bool unicode_is_plain(uint32_t c)
{
	static const struct range plain[] = {
		{0x0388, 0x0482}, {0x048a, 0x0559},   {0x05d0, 0x05ea},
		{0x0620, 0x064a}, {0x0e01, 0x0e37},   {0x0e3f, 0x0e47},
		{0x1e00, 0x1f6f}, {0x2012, 0x2027},   {0x2030, 0x205e},
		{0x20a0, 0x20bf}, {0x2190, 0x2328},   {0x2500, 0x27ff},
		{0x2801, 0x2adb}, {0x3001, 0x3029},   {0x3041, 0x3096},
		{0x309b, 0x30ff}, {0x3131, 0x3163},   {0x3165, 0x318e},
		{0x3400, 0x9fff}, {0xac00, 0xd7a3},   {0xe000, 0xf8ff},
		{0xfffd, 0xfffd}, {0x1f300, 0x1faff}, {0x20000, 0x2a6df},
	};

	if (c < 0x300)
		return c != 0xa0 && c != 0xad;
	return IS_IN(plain, c);
}

/* With the empty pattern of Braille. */
static bool is_blank(uint32_t c)
{
	static const struct range blanks[] = {
		{0xa0, 0xa0},	  {0x1680, 0x1680}, {0x2000, 0x200a},
		{0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f},
		{0x2800, 0x2800}, {0x3000, 0x3000},
	};

	return IS_IN(blanks, c);
}

uint32_t unicode_fold(uint32_t c)
{
	ucs4_t wide[UC_DECOMPOSITION_MAX_LENGTH];
	int tag;

	if (unicode_is_plain(c))
		return c;
	if (uc_is_property_default_ignorable_code_point(c))
		return UNICODE_DROPPED;
	if (is_blank(c))
		return ' ';
	if (c == 0x2010 || c == 0x2011)
		return '-';
	if (c < 0xff00 || c > 0xffef || uc_decomposition(c, &tag, wide) != 1 ||
	    (tag != UC_DECOMP_WIDE && tag != UC_DECOMP_NARROW))
		return c;
	return wide[0];
}

bool unicode_is_joined(uint32_t c)
{
	int joining = uc_joining_type(c);

	return joining == UC_JOINING_TYPE_D || joining == UC_JOINING_TYPE_R ||
	       joining == UC_JOINING_TYPE_L ||
	       uc_combining_class(c) == UC_CCC_VR ||
	       (c >= 0x2190 && c <= 0x2bff) || (c >= 0x1f000 && c <= 0x1faff);
}

uint32_t *unicode_compose(const uint32_t *text, size_t len, uint32_t *room,
			  size_t *n)
{
	uint32_t *result = u32_normalize(UNINORM_NFC, text, len, room, n);

	if (result == NULL)
		abort(); /* out of memory */
	return result;
}

void unicode_add_composed(struct slice text, struct buf *out)
{
	size_t len = 0;
	uint8_t *result = u8_normalize(UNINORM_NFC, (const uint8_t *)text.p,
				       text.len, NULL, &len);

	if (result == NULL)
		buf_addslice(out, text);
	else
		buf_add(out, result, len);
	free(result);
}

/* `form`: NULL, or a normal form of Unicode. */
static void add_lower(struct slice text, uninorm_t form, struct buf *out)
{
	size_t len = 0;
	uint8_t *lower = u8_tolower((const uint8_t *)text.p, text.len, NULL,
				    form, NULL, &len);

	for (size_t i = 0; lower == NULL && i < text.len; i++)
		buf_addch(out, ascii_lower(text.p[i]));
	if (lower != NULL)
		buf_add(out, lower, len);
	free(lower);
}

void fold_lower(struct slice text, struct buf *out)
{
	add_lower(text, NULL, out);
}

void fold_case(struct slice text, struct buf *out)
{
	add_lower(text, UNINORM_NFC, out);
}
