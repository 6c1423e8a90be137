/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "maildir/name.h"

struct name_example {
	enum layout layout;
	enum folder_encoding encoding;
	const char *name;
	const char *path;
};

static const struct name_example names[] = {
	{LAYOUT_FS, ENCODING_UTF8, "Inbox", "Inbox"},
	{LAYOUT_FS, ENCODING_UTF8, "Lists/x", "Lists/x"},
	{LAYOUT_FS, ENCODING_UTF8, "发票", "发票"},
	{LAYOUT_FS, ENCODING_UTF7, "发票", "&U9F5aA-"},
	{LAYOUT_FS, ENCODING_UTF8, "a/new", "a/new_"},
	{LAYOUT_FS, ENCODING_UTF8, "cur", "cur_"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "Inbox", "."},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "INBOX", "."},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "Lists/x", ".Lists.x"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "Lists/a.b", ".Lists.a_b"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "发票", ".&U9F5aA-"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "a&b", ".a&-b"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "Entwürfe", ".Entw&APw-rfe"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "~peter/mail/台北/日本語",
	 ".~peter.mail.&U,BTFw-.&ZeVnLIqe-"}, /* RFC 3501 5.1.3 */
	{LAYOUT_MAILDIRPP, ENCODING_UTF7, "😀", ".&2D3eAA-"},
	{LAYOUT_MAILDIRPP, ENCODING_UTF8, "发票", ".发票"},
};

static void test_names(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buf path = BUF_INIT(1024);

		maildir_name_path(names[i].layout, names[i].encoding,
				  names[i].name, &path);
		is_str(names[i].path, path.s, names[i].name);
		buf_release(&path);
	}
}

int main(void)
{
	test_names();
	return done_testing();
}
