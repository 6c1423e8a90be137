/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "mail/mime_param.h"

static const char *const fallback[] = {"GB18030", "CP1252", NULL};

static const struct {
	const char *raw;
	const char *want; /* of the parameter "name"; NULL: not there */
} params[] = {
	{"text/plain; name=a.txt", "a.txt"},
	{"text/plain;name=\"a b.txt\"; x=y", "a b.txt"},
	{"text/plain; name=This is a test.txt; x=y", "This is a test.txt"},
	{"text/plain; NAME = \"a\"", "a"},
	{"text/plain; name=\"a\\\"b;c.txt\"", "a\"b;c.txt"},
	{"text/plain; name=\"C:\\dir\\a.txt\"", "C:\\dir\\a.txt"},
	{"text/plain; name=\"open", "open"},
	{"text/plain; filename=a", NULL},
	{"text/plain; x=\"name=a\"; y=; name=b", "b"},
	{"text/plain", NULL},
	{"", NULL},
	{"text/plain; name", ""},
	{"text/plain; name=", ""},
	{"name=a", "a"},
	{"a; name=\"=?utf-8?B?w6Q=?=.txt\"", "ä.txt"},
	{"a; name==?gb2312?B?xOM=?=\r\n =?gb2312?B?usM=?=.zip", "你好.zip"},
	{"a; name=\"\xc4\xe3\xba\xc3.zip\"", "你好.zip"},
	{"a; name*=utf-8''%c3%a4%20b.txt", "ä b.txt"},
	{"a; name*=gb2312'zh'%C4%E3%BA%C3.zip", "你好.zip"},
	{"a; name*=x-no''%c3%a4", "ä"},
	{"a; name*=''%C4%E3%BA%C3", "你好"},
	{"a; name*=plain", "plain"},
	{"a; name=old; name*=utf-8''new", "new"},
	{"a; name*=utf-8''new; name=old", "new"},
	{"a; name*0=\"a b\"; name*1=c", "a bc"},
	{"a; name*1=b; name*0=a; name*2=c", "abc"},
	{"a; name*0*=utf-8''%c3; name*1*=%a4; name*2=%41", "ä%41"},
	{"a; name=short; name*0=full; name*1=er", "fuller"},
	{"a; name*0=a; name*0=b", "a"},
	{"a; name*x=a", NULL},
	{"a; name*999999=a", NULL},
	{"a; name*0*=utf-8''%zz%4", "%zz%4"},
	{"a; name*=utf-8''a%0Ab%00c", "a b c"},
	{"a name=b", "b"},
	{"a\n\tname=\"b c\" charset=d", "b c"},
	{"a; charset=d name=b.txt", "b.txt"},
	{"a; name=This is a=b.txt", "This is a=b.txt"},
	{"a; name='b c.exe'; x=y", "b c.exe"},
	{"a; name=it's", "it's"},
	{"a; name=\"b \"c\".exe\"; x=y", "b \"c\".exe"},
	{"a; name=\"b\" (c); x=y", "b"},
	{"a; name=\"b.exe; charset=\"utf-8\"", "b.exe"},
	{"a; name=\"b.exe; x=y", "b.exe"},
	{"a; name=\"b.exe \r\n ", "b.exe"},
	{"a; name=\"b; c=d\"; x=y", "b; c=d"},
	{"a; name=\"b\\", "b\\"},
	{"a; name:\"b=c;d.exe\"; x=y", "b=c;d.exe"},
	{"name: b.exe", "b.exe"},
	{"a name:b.exe; x=y", "b.exe"},
	{"a; no:name=b", NULL},
	{"a; x=http://y; name=b:c", "b:c"},
	{"a;; ; name = b", "b"},
};

/* All that it may be read as, with "|" behind each. */
static const struct {
	const char *raw;
	const char *want;
} several[] = {
	{"a; name=b", "b|"},
	{"a; x=b", ""},
	{"a; name=b; name=\"c d\"; name=e", "b|c d|e|"},
	{"a; name=b; name*=utf-8''%c3%a4", "ä|b|"},
	{"a; name=b; name*1=d; name*0=c", "cd|b|"},
	{"a; name*=e; name=b; name*1=d; name*0=c", "e|b|cd|"},
	{"a; name=b.exe c.pdf", "b.exe c.pdf|b.exe|"},
	{"a; name=b.exe (c.pdf)", "b.exe (c.pdf)|b.exe|"},
	{"a; name=This is a.txt", "This is a.txt|"},
	{"a; name=\"b.exe c.pdf\"", "b.exe c.pdf|"},
	{"a; name==?utf-8?q?b.c?= =?utf-8?q?d?=", "b.cd|"},
	{"a; name*0=b; name*0=c; name*1=d; name*1*=%65", "be|cd|"},
	{"a; name=\"=?utf-8?q?b=00=0A?=c\"", "b\\\\c|"},
};

static void add_reading(void *context, struct slice value)
{
	struct buf *out = context;

	for (size_t i = 0; i < value.len; i++)
		buf_addch(out, value.p[i] == '\0' || value.p[i] == '\n'
				       ? '\\'
				       : value.p[i]);
	buf_addch(out, '|');
}

static void test_several(void)
{
	struct buf out = BUF_INIT(1024);

	for (size_t i = 0; i < sizeof(several) / sizeof(several[0]); i++) {
		buf_clear(&out);
		mime_param_each(slice_str(several[i].raw), "name", fallback,
				add_reading, &out);
		is_slice(several[i].want, buf_slice(&out), several[i].raw);
	}
	buf_release(&out);
}

static void test_params(void)
{
	struct buf out = BUF_INIT(1024);

	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
		bool found;

		buf_clear(&out);
		found = mime_param_get(slice_str(params[i].raw), "name",
				       fallback, &out);
		is_slice(params[i].want,
			 found ? buf_slice(&out) : slice_of(NULL, 0),
			 "a parameter");
	}
	buf_release(&out);
}

/* It takes milliseconds; a square of its size would take hours. */
static void test_linear(void)
{
	struct buf value = BUF_INIT((size_t)8 << 20);
	struct buf out = BUF_INIT(16);

	for (size_t i = 0; i < 500000; i++)
		buf_addstr(&value, "; a= \"x");
	buf_addstr(&value, "; b=\"y\"; name=z");
	(void)mime_param_get(buf_slice(&value), "name", fallback, &out);
	is_slice("z", buf_slice(&out), "many quotes that are not closed");
	buf_release(&value);
	buf_release(&out);
}

int main(void)
{
	test_params();
	test_linear();
	test_several();
	return done_testing();
}
