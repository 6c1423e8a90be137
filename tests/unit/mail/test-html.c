/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "mail/html.h"

static const struct {
	const char *html;
	const char *want;
} pages[] = {
	{"plain", "plain\n"},
	{"", ""},
	{"<p>a</p>\n<p>b", "a\nb\n"},
	{"a<br>b<BR/>c", "a\nb\nc\n"},
	{"<b>in</b>voice", "invoice\n"},
	{"in<!-- x -->voice", "invoice\n"},
	{"in\xc2\xadvo\xe2\x80\x8bice&shy;&#8203;&zwnj;.", "invoice.\n"},
	{"a &amp; b &lt;c&gt; &#228;&#xe4;&auml;", "a & b <c> äää\n"},
	{"&nosuch; & &; &#; &#x; &#xfffffffff; &#128;",
	 "&nosuch; & &; &#; &#x; �\n"},
	{"a\n\n  b&nbsp;&nbsp;c", "a b c\n"},
	{"<style>x{}</style>a<script>if (a</b>c)</script>b<title>t</title>",
	 "ab\n"},
	{"a<SCRIPT src=x>y</Script >b", "ab\n"},
	{"<script>never closed", ""},
	{"a<!-- never closed", "a\n"},
	{"a<!-->b", "ab\n"},
	{"<!DOCTYPE html><?xml?>a", "a\n"},
	{"<a title=\"x>y\">b</a>", "b\n"},
	{"<a href=unclosed", ""},
	{"1 < 2 <3 a<", "1 < 2 <3 a<\n"},
	{"<td>a</td><td>b</td>", "a b\n"},
	{"\xff\xc3", "\xef\xbf\xbd\xef\xbf\xbd\n"},
};

static void test_pages(void)
{
	struct buf out = BUF_INIT(1024);

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		buf_clear(&out);
		html_to_text(slice_str(pages[i].html), &out);
		is_slice(pages[i].want, buf_slice(&out), "a page");
	}
	buf_release(&out);
}

int main(void)
{
	test_pages();
	return done_testing();
}
