/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "mail/charset.h"
#include "mail/html.h"
#include "mail/links.h"

/* Links with blanks between; "(x)" is the host that a reader sees. */
static const struct {
	const char *in;
	const char *want;
} texts[] = {
	{"no link: a:b http:// www. ww.x C://x http:/", ""},
	{"See https://example.org/a_(b), (http://x.example/c). HTTP://D.example",
	 "https://example.org/a_(b) http://x.example/c http://d.example"},
	{"<https://a.example/b>;\"ftp://c.example/d\"'http://e.example'",
	 "https://a.example/b ftp://c.example/d http://e.example"},
	{"www.example.org/x, WWW.b.example! x.www.c.example @www.d.example",
	 "http://www.example.org/x http://www.b.example"},
	{"http://a.example/?u=http://b.example/ http://a.example/?u=http://b.example/",
	 "http://a.example/?u=http://b.example/"},
	{"请看http://a.example/x。还有https://b.example查看，http://例子.example/路（c）",
	 "http://a.example/x https://b.example http://例子.example/路"},
	{"[http://[2001:db8::1]] http://[2001:db8::1]/. [http://a.example/]",
	 "http://[2001:db8::1] http://[2001:db8::1]/ http://a.example/"},
	{"mailto:bob@example.org? and mailto:", "mailto:bob@example.org"},
	{"http://shop.example@198.51.100.7/x",
	 "http://shop.example@198.51.100.7/x(shop.example)"},
	{"http://198.51.100.7/ http://3325256711/ http://0xC6.0x33.0x64.7/ "
	 "http://0306.063.0144.07/ http://198.51.25607/",
	 "http://198.51.100.7/"},
	{"http://1.2.3.4.5/ http://256.1.1.1/ http://a.1/ http://[::1]:80/",
	 "http://1.2.3.4.5/ http://256.1.1.1/ http://a.1/ http://[::1]:80/"},
	{"http://ex%61mple.org%2Ex/%41%2f%20%0a%25%c3%a4%ff%C2%80?%3D#%7e",
	 "http://example.org.x/A/%20%0a%25ä%ff%C2%80?=#~"},
	{"http://a%2Fb%40@c.example/", "http://a%2Fb%40@c.example/"},
};

static const struct {
	const char *in;
	const char *want;
} pages[] = {
	{"<a href=\"https://a.example/?b=1&amp;copy=2&c\">x</a>",
	 "https://a.example/?b=1&copy=2&c"},
	{"<A HREF = ' http://a.ex\nample/b\tc d\x01 '>x</A>",
	 "http://a.example/bc%20d"},
	{"<a href=h&#116;tp&colon;&sol;/a.example>x</a>", "http://a.example"},
	{"<a href='HTTPS:\\\\A.Example\\b?c\\d'>x<a href='http:a.example'>"
	 "<a href='http:////b.example/'>",
	 "https://a.example/b?c\\d http://a.example http://b.example/"},
	{"<a href='http://ｓｈｏｐ。example/'><a href='http://sh\u00ad\u200bop.example./a'>",
	 "http://shop.example/ http://shop.example/a"},
	{"<img src=cid:1><img src='https://t.example/p.gif'><form action='//f.example/'>"
	 "<button formaction=javascript:x()><td background='http://b.example/'>"
	 "<area href='http://m.example/'><object data='data:text/html,<x>'><i data=1>",
	 "https://t.example/p.gif //f.example/ javascript:x() "
	 "http://b.example/ http://m.example/ data:text/html"},
	{"<meta http-equiv=Refresh content=\"0; URL='http://a.example/b'\">"
	 "<meta http-equiv=refresh content='5,http://c.example/'>"
	 "<meta http-equiv=refresh content=5><meta name=x content='0;url=y'>",
	 "http://a.example/b http://c.example/"},
	{"<base href='https://a.example/b/c?d'><base href='https://no.example/'>"
	 "<a href='e'><a href='/f'><a href='//g.example/h'><a href='?i'>"
	 "<a href='#j'><a href=''><a href='http://k.example'>",
	 "https://a.example/b/e https://a.example/f https://g.example/h "
	 "https://a.example/b/c?i http://k.example"},
	{"<base href=x><a href=y>", "y"},
	{"<a href='http://a.example../x'>", "http://a.example/x"},
	{"<base href='//a.example/b/c'><a href=d><a href=/e><a href='//f.example'>",
	 "//a.example/b/d //a.example/e //f.example"},
	{"<div hidden><a href='http://a.example/'>x</div><!-- <a href=no> -->"
	 "<script src='http://s.example/'>'<a href=no>'</script>",
	 "http://a.example/ http://s.example/"},
	{"<a href=MAILTO:Bob@Example.org?subject=a%20b>",
	 "mailto:Bob@Example.org?subject=a%20b"},
	{"at <b>http://a.ex</b>ample/ and <a href=http://b.example/>"
	 "http://b.example/</a> or www.c.example",
	 "http://a.example/ http://b.example/ http://www.c.example"},
	{"<img srcset='http://a.example/1 1x,http://b.example/2,3 2x, //c.example,"
	 " http://d.example/'><source srcset=' , http://e.example'>"
	 "<link imagesrcset='http://f.example/ 10w'><img srcset=','><img srcset>",
	 "http://a.example/1 http://b.example/2,3 //c.example "
	 "http://d.example/ http://e.example http://f.example/"},
	{"<a ping=' http://a.example/  http://b.example/' href='http://c.example/'>",
	 "http://c.example/ http://a.example/ http://b.example/"},
	{"<p style='background: URL( \"http://a.example/(1)\" ), url(http://b.example)'>"
	 "<p style=\"b:url('http://c.ex\\61mple/')\"><p style='b:url&#40;//d.example)'>"
	 "<p style='b:u\\72 l(http\\3a//e.example)'><p style='curl(no) url (no)'>"
	 "<p style='url(#x) url(cid:1) url( url('>",
	 "http://a.example/(1) http://b.example http://c.example/ "
	 "//d.example http://e.example"},
	{"<style>@import 'http://a.example/'; @import url(http://b.example);"
	 "/* url(no) */ p { content: 'url(no)'; src: url('http://c.example')} "
	 "@namespace x url(http://no.example); 'no' "
	 "p{b:image-set('http://d.example' type('no'), url(http://e.example));"
	 "c:'no'} </style> url(no)",
	 "http://a.example/ http://b.example http://c.example "
	 "http://d.example http://e.example"},
	{"<svg><image xlink:href='http://a.example/'/><use href='http://b.example/'/>"
	 "<video poster='http://c.example/'><a cite='http://no.example'>",
	 "http://a.example/ http://b.example/ http://c.example/"},
	{"<!--[if mso]><v:roundrect href='http://a.example/'>http://b.example</v:roundrect>"
	 "<![endif]--><!--[if !mso]><!--><a href='http://c.example/'><!--<![endif]-->"
	 "<![if !mso]><a href='http://d.example/'><![endif]>"
	 "<!-- [if mso]><a href=no> --><!--[IF gte mso 9]><a href='http://evil.example/'>"
	 "www.shop.test</a>-->",
	 "http://a.example/ http://b.example http://c.example/ "
	 "http://d.example/ http://evil.example/(www.shop.test)"},
	{"<!--[if mso]><!--[if mso]><a href='http://a.example/'>", ""},
	/* The host that a reader sees. */
	{"<a href='http://evil.example/'>https://shop.test/login</a>",
	 "http://evil.example/(shop.test)"},
	{"<a href='http://evil.example/'>Log in at <b>www.sh</b>op.test</a>",
	 "http://evil.example/(www.shop.test)"},
	{"<a href='http://evil.example/'>shop.com</a>"
	 "<a href='http://evil.example/2'>a.shop.uk/x</a>",
	 "http://evil.example/(shop.com) http://evil.example/2(a.shop.uk)"},
	{"<a href='http://evil.example/'><img alt='http://shop.test/'></a>",
	 "http://evil.example/(shop.test)"},
	{"<a href='http://198.51.100.7/'>http://198.51.100.8/</a>",
	 "http://198.51.100.7/(198.51.100.8)"},
	{"<a href='http://a.b.co.uk/'>http://c.co.uk/</a>",
	 "http://a.b.co.uk/(c.co.uk)"},
	{"<a href='http://a.shop.co.uk/'>http://shop.co.uk/</a>"
	 "<a href='http://click.shop.test/'>www.shop.test</a>"
	 "<a href='http://x.test/'>report.pdf</a><a href='/y'>http://z.test</a>"
	 "<a href='http://x.test/1'>shop.com is here</a>"
	 "<a href='mailto:a@b.test'>http://b.example/</a>",
	 "http://a.shop.co.uk/ http://click.shop.test/ http://x.test/ /y "
	 "http://x.test/1 mailto:a@b.test(b.example)"},
	{"<a href='https://x.protection.outlook.com/?url=http%3A%2F%2Fa.test/'>"
	 "http://a.test</a><a href='http://a.test b.test/'>http://c.test</a>",
	 "https://x.protection.outlook.com/?url=http://a.test/ "
	 "http://a.testb.test/"},
	{"<a href='http://xn--bcher-kva.test/'>http://www.bücher.test</a>"
	 "<a href='http://bücher.test/'>xn--bcher-kva.test</a>"
	 "<a href='http://bücher.test/1'>http://bu\u0308cher.test</a>"
	 "<a href='http://bücher.test/2'>http://bücker.test</a>"
	 "<a href='https://urldefense.com/xn--bcher-kva.test'>http://bücher.test</a>",
	 "http://xn--bcher-kva.test/ http://bücher.test/ http://bücher.test/1 "
	 "http://bücher.test/2(bücker.test) "
	 "https://urldefense.com/xn--bcher-kva.test"},
	{"<a href='https://myurldefense.com/?a.test'>http://a.test</a>"
	 "<a href='https://eu.urldefense.com/?a.test'>http://a.test</a>",
	 "https://myurldefense.com/?a.test(a.test) "
	 "https://eu.urldefense.com/?a.test"},
	{"<td><a href='http://a.test/'>x<td>http://b.test/",
	 "http://a.test/ http://b.test/"},
};

static void describe(const struct links *links, struct buf *out)
{
	for (size_t i = 0; i < links->n; i++) {
		buf_addstr(out, i > 0 ? " " : "");
		buf_addslice(out, links_url(links, i));
		if (links_shown(links, i).len == 0)
			continue;
		buf_addch(out, '(');
		buf_addslice(out, links_shown(links, i));
		buf_addch(out, ')');
	}
}

static void test_links(const char *in, bool is_html, const char *want)
{
	struct buf out = BUF_INIT(4096), text = BUF_INIT(4096);
	struct links links;

	links_init(&links);
	if (is_html)
		html_to_text(slice_str(in), &text, &links);
	else
		links_add_text(&links, slice_str(in));
	describe(&links, &out);
	is_slice(want, buf_slice(&out), is_html ? "a page" : in);
	links_release(&links);
	links_release(&links);
	buf_release(&out);
	buf_release(&text);
}

static void test_mailboxes(void)
{
	struct links links;

	links_init(&links);
	links_add_text(
		&links,
		slice_str(
			"http://A.example:80/ http://u:p@b.example/ "
			"mailto:bob%40x@c.example,d http://BU\u0308CHER.test/"));
	is_slice("@a.example", links_mailbox(&links, 0), "a host");
	is_slice("u:p@b.example", links_mailbox(&links, 1), "user and host");
	is_slice("bob@x@c.example", links_mailbox(&links, 2), "a mailbox");
	is_slice("@xn--bcher-kva.test", links_mailbox(&links, 3), "letters");
	links_release(&links);
}

static void test_letters(void)
{
	struct links links;

	links_init(&links);
	links_add_text(&links, slice_str("http://u@xn--bcher-kva.x:1/xn--a "
					 "http://a.x/xn--bcher-kva "
					 "http://xn--/ http://xn--99999.x"));
	is_slice("http://u@bücher.x:1/xn--a", links_letters(&links, 0),
		 "a host in letters");
	for (size_t i = 1; i < links.n; i++)
		is_slice("", links_letters(&links, i), "none in it");
	links_release(&links);
}

static void test_hosts(void)
{
	static const char *const in[] = {"http://a.example:9x/", "http://[::1/",
					 "http://[::1]:9/"};
	struct links links;

	links_init(&links);
	for (size_t i = 0; i < sizeof(in) / sizeof(in[0]); i++)
		(void)links_add(&links, slice_str(in[i]));
	is_slice("", links_mailbox(&links, 0), "a port that is none");
	is_slice("", links_mailbox(&links, 1), "a bracket that is not closed");
	is_slice("@[::1]", links_mailbox(&links, 2), "an address in brackets");
	links_release(&links);
}

/* Each takes milliseconds; a square of their size would take hours. */
static void test_bombs(void)
{
	static const char *const units[] = {":",
					    "http://",
					    "www.a ",
					    "http://a ",
					    "w",
					    "<a href=x>",
					    "h",
					    "http://%",
					    "mailto:",
					    "<a href='//x'",
					    "@",
					    "http://a@",
					    "(",
					    "<base href=x>",
					    "://",
					    "<a href=//a>//b",
					    "<!--[if]>",
					    "<!--[if mso]><a href=x>-->",
					    "<style>@import '",
					    "<p style='url(\\",
					    "<style>url(a)image-set(",
					    "<img srcset=',",
					    "<style>/*",
					    "<style>\\",
					    "<a ping='a "};
	struct buf page = BUF_INIT(4 << 20), out = BUF_INIT(8 << 20);
	struct links links;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		buf_clear(&page);
		buf_clear(&out);
		links_init(&links);
		while (page.len < 1 << 20)
			buf_addstr(&page, units[i]);
		links_add_text(&links, buf_slice(&page));
		html_to_text(buf_slice(&page), &out, &links);
		ok(links.n <= LINKS_MAX && !links.urls.full, units[i]);
		links_release(&links);
	}
	buf_release(&page);
	buf_release(&out);
}

/* A browser reads all of it. */
static void test_long_style(void)
{
	struct buf page = BUF_INIT(1 << 20), out = BUF_INIT(1 << 20);
	struct links links;

	links_init(&links);
	buf_addstr(&page, "<p style='/*");
	while (page.len < 200000)
		buf_addch(&page, ' ');
	buf_addstr(&page, "*/b:url(//a.example)'>");
	html_to_text(buf_slice(&page), &out, &links);
	ok(links.n == 1, "the end of a long style");
	is_slice("//a.example", links_url(&links, 0), "the link in it");
	links_release(&links);
	buf_release(&page);
	buf_release(&out);
}

static void test_limit(void)
{
	struct buf text = BUF_INIT(4 << 20);
	struct links links;

	links_init(&links);
	for (unsigned i = 0; i < LINKS_MAX + 10; i++)
		buf_addf(&text, "http://a.example/%u\n", i);
	links_add_text(&links, buf_slice(&text));
	ok(links.n == LINKS_MAX && links.cut, "no more than 1,000");
	links_release(&links);
	links_init(&links);
	buf_clear(&text);
	buf_addstr(&text, "http://a.example/");
	while (text.len < 3 << 20)
		buf_addch(&text, 'a');
	links_add_text(&links, buf_slice(&text));
	ok(links.n == 1 && links_url(&links, 0).len <= 4096 && !links.cut,
	   "B22: a link of 3 MiB is cut");
	links_release(&links);
	links_init(&links);
	buf_clear(&text);
	for (int i = 0; i < 3; i++) {
		buf_addf(&text, " http://%.*s.example/", i + 1, "abc");
		for (int k = 0; k < 2000; k++)
			buf_addstr(&text, "€");
	}
	links_add_text(&links, buf_slice(&text));
	ok(links.n == 3 && charset_is_utf8(buf_slice(&links.urls)),
	   "B22: and not within a character");
	links_release(&links);
	buf_release(&text);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		test_links(texts[i].in, false, texts[i].want);
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		test_links(pages[i].in, true, pages[i].want);
	test_mailboxes();
	test_letters();
	test_hosts();
	test_bombs();
	test_long_style();
	test_limit();
	return done_testing();
}
