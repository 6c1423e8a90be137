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
	 "&nosuch; & &; &#; &#x; � €\n"},
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
	/* Character references. */
	{"&ccaron;&rcaron;&lstrok;&alpha;&Omega;&infin;&ne;&sum;&NotEqualTilde;",
	 "čřłαΩ∞≠∑≂̸\n"},
	{"a&nbspb &copy 1 &notit; &amp;lt; &ampx &AMP &CounterClockwiseContourIntegral;",
	 "a b © 1 ¬it; &lt; &x & ∳\n"},
	{"&ccaron &zzz; &a; &aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;",
	 "&ccaron &zzz; &a; &aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;\n"},
	{"Don&#146;t &#128;100 &#150; it&#x92;s &#0; &#xD800; &#x110000; &#65",
	 "Don’t €100 – it’s � � � A\n"},
	{"&zwj;&zwnj;&NoBreak;&#129;&#7;a", "a\n"},
	/* Comments, and what browsers read as comments. */
	{"a<!-- b --!>c", "ac\n"},
	{"a<!--->b<!---->c<!-- -- > -->d<!--- - -->e<!--->f", "abcdef\n"},
	{"a<!-- <!-- b -->c", "ac\n"},
	{"a<!x '>b<? \">c</ x>d</>e<![CDATA[f]]>g", "abcdeg\n"},
	{"a<!--[if mso]>b<![endif]-->c<![if !mso]>d<![endif]>e", "acde\n"},
	{"a<!", "a\n"},
	{"a</", "a</\n"},
	/* Tags. */
	{"a<o:p>b</o:p>c<p2>d<h1x>e", "abcde\n"},
	{"<a b='>' c=\">\"d=>x", "x\n"},
	{"<a =\">x", "x\n"},
	{"<a b = '>' >x", "x\n"},
	{"<a b='\">x", ""},
	{"<script>a</scripts>b</script>c", "c\n"},
	{"<script>a</script\f>b", "b\n"},
	/* Blocks and cells. */
	{"<tr><th>Item</th><th>Invoice<td>Total</tr><tr>x",
	 "Item Invoice Total\nx\n"},
	{"<center>a</center><article>b</article><address>c</address>"
	 "<option>d</option><option>e<caption>f</caption><h6>g</h6><li>h<dt>i<dd>j",
	 "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n"},
	{"a<header>b<footer>c<figure>d<figcaption>e<fieldset>f<legend>g<hr>h",
	 "a\nb\nc\nd\ne\nf\ng\nh\n"},
	{"a<pre>\n b  c\r\n\r\n  d\te\n</pre>  f  g",
	 "a\n b  c\n\n  d e\nf g\n"},
	/* Alternative texts. */
	{"in<img alt=''>voice<img alt='a&amp;b &eacute;'>c<img src=x>d",
	 "invoice a&b é cd\n"},
	{"<noscript>a</noscript><template>b<p>c</template>d<iframe>e</iframe>f",
	 "adf\n"},
};

/* Hidden text, and where hiding ends. */
static const struct {
	const char *html;
	const char *want;
} hidden[] = {
	{"a<div style=\"display:none\">b<p>c</p></div>d", "a\nd\n"},
	{"a<span style='DISPLAY : None !important'>b</span>c", "ac\n"},
	{"a<span style='display&#58;none'>b</span>c", "ac\n"},
	{"a<span style='display:none;display:inline'>b</span>c", "abc\n"},
	{"a<span hidden>b</span>c<i hidden=''>d</i>e", "ace\n"},
	{"a<b style='mso-hide:all'>b</b>c<b style='opacity:0.0'>d</b>e",
	 "ace\n"},
	{"a<b style='opacity:0.5'>b</b>", "ab\n"},
	{"a<i style='max-height:0px;overflow:hidden'>b</i>c"
	 "<i style='max-height:0px'>d</i>",
	 "acd\n"},
	{"<u style='visibility:hidden'>a<u style='visibility:visible'>b</u></u>",
	 "b\n"},
	{"<td style='font-size:0'>a<b style='font-size:1.5em'>b</b>"
	 "<b style='font-size:14px'>c</b>",
	 "c\n"},
	{"<b style='font-size:0.5px'>a</b><b style='font-size:0.0pt'>b</b>",
	 "a\n"},
	{"<div hidden><div>a</div>b</div>c", "c\n"},
	{"<div><span hidden>a</div>b", "b\n"},
	{"<p hidden>a<p>b", "b\n"},
	{"<p hidden>a<div>b", "b\n"},
	{"<ul><li hidden>a<ul><li>b</ul><li>c</ul>", "c\n"},
	{"<table><tr><td hidden>a<td>b<tr hidden><td>c<tr><th>d</table>e",
	 "b\nd\ne\n"},
	{"<table><tr><td hidden><table><tr><td>a</table>b</table>c", "c\n"},
	{"<dl><dt hidden>a<dd>b</dl><select><option hidden>c<option>d",
	 "b\nd\n"},
	{"<b hidden><p>a</b>b</p>c", "b\nc\n"},
	{"<div hidden></span></p></b>a</div>b", "b\n"},
	{"<td hidden></div></p>a</td>b", "b\n"},
	{"<br hidden>a<img hidden alt=b>c<input hidden>d", "acd\n"},
	{"<div hidden>never closed", ""},
};

static void test_hidden(void)
{
	struct buf out = BUF_INIT(1024);

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		buf_clear(&out);
		html_to_text(slice_str(hidden[i].html), &out, NULL);
		is_slice(hidden[i].want, buf_slice(&out), hidden[i].html);
	}
	buf_release(&out);
}

/* Each takes milliseconds; a square of their size would take hours. */
static void test_bombs(void)
{
	static const char *const units[] = {
		"<",	  "<a ",      "<!--",	  "<!-", "</", "<i>",
		"<p>",	  "</x>",     "<td>",	  "&",	 "&#", "&notit;",
		"<a b='", "<script>", "<li><ul>", "-"};
	struct buf page = BUF_INIT(4 << 20), out = BUF_INIT(8 << 20);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		buf_clear(&page);
		buf_clear(&out);
		buf_addstr(&page, i % 2 == 0 ? "" : "<i><table><div hidden>");
		while (page.len < 1 << 20)
			buf_addstr(&page, units[i]);
		html_to_text(buf_slice(&page), &out, NULL);
		ok(!out.full && out.len <= page.len + page.len / 5 + 1,
		   "B21: a page of nothing but one piece");
	}
	buf_release(&page);
	buf_release(&out);
}

static void test_pages(void)
{
	struct buf out = BUF_INIT(1024);

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		buf_clear(&out);
		html_to_text(slice_str(pages[i].html), &out, NULL);
		is_slice(pages[i].want, buf_slice(&out), "a page");
	}
	buf_release(&out);
}

int main(void)
{
	test_pages();
	test_hidden();
	test_bombs();
	return done_testing();
}
