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
};

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
	is_slice("text/plain",
		 mime_param_main(slice_str(" text/plain ; charset=x")),
		 "the main value");
	buf_release(&out);
}

int main(void)
{
	test_params();
	return done_testing();
}
