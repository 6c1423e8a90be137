/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../tap.h"
#include "mail/charset.h"
#include "mail/mime.h"

static const char *const fallback[] = {"GB18030", "CP1252", NULL};

/*
 * Names of attachments with "|" between and "+" before other names, then "#",
 * then the text.
 */
static const struct {
	const char *name;
	const char *raw;
	const char *want;
} messages[] = {
	{"no MIME", "A: b\n\nhello\n", "#hello\n"},
	{"no body", "A: b\n\n", "#"},
	{"nothing", "", "#"},
	{"no header", "hello there\n\nyou", "#hello there\n\nyou\n"},
	{"no line end", "A: b\n\nhello", "#hello\n"},
	{"CRLF", "A: b\r\n\r\na\r\n\r\nb\rc\r\n", "#a\n\nb\rc\n"},
	{"base64 and a charset",
	 "Content-Type: text/plain; charset=gb2312\n"
	 "Content-Transfer-Encoding: base64\n\nxOO6ww==\n",
	 "#你好\n"},
	{"quoted-printable",
	 "Content-Type: text/plain; charset=utf-8\n"
	 "Content-Transfer-Encoding: quoted-printable\n\na=C3=A4=\nb=\n",
	 "#aäb\n"},
	{"uuencode",
	 "Content-Transfer-Encoding: x-uuencode\n\n"
	 "begin 644 a\n#86)C\n`\nend\n",
	 "#abc\n"},
	{"B11: an unknown charset is guessed",
	 "Content-Type: text/plain; charset=x\n\n\xc4\xe3\xba\xc3\n",
	 "#你好\n"},
	{"8-bit without a label", "A: b\n\n\xc4\xe3\xba\xc3\n", "#你好\n"},
	{"a duplicate field: the first counts",
	 "Content-Type: text/html\nContent-Type: text/plain\n\n<b>a</b>",
	 "#a\n"},
	{"HTML", "Content-Type: text/html; charset=utf-8\n\n<p>a&amp;b</p>",
	 "#a&b\n"},
	{"HTML that names its charset",
	 "Content-Type: text/html\n\n<meta charset='koi8-r'>\xf0\xd2", "#Пр\n"},
	{"HTML that names its charset the old way",
	 "Content-Type: text/html\n\n<meta content=\"text/html; "
	 "charset=koi8-r\">\xf0\xd2",
	 "#Пр\n"},
	{"alternatives and attachments",
	 "Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n"
	 "Content-Type: multipart/alternative; boundary=c\n\n--c\n\none\n"
	 "--c\nContent-Type: text/html\n\n<i>two</i>\n--c--\n--b\n"
	 "Content-Type: application/pdf; name=\"x.pdf\"\n"
	 "Content-Disposition: attachment; filename*=utf-8''%c3%a4.pdf\n"
	 "Content-Transfer-Encoding: base64\n\nAAAA\n--b\n"
	 "Content-Type: application/zip; name=y.zip\n\nz\n--b--\nepilogue\n",
	 "ä.pdf+x.pdf|y.zip#one\ntwo\n"},
	{"a message in a message",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	 "Content-Type: message/rfc822; name=m.eml\n\nSubject: x\n"
	 "Content-Type: multipart/mixed; boundary=c\n\n--c\n"
	 "Content-Disposition: inline; filename=n.txt\n\ninner\n--c--\n--b--\n",
	 "m.eml|n.txt#inner\n"},
	{"B8: no boundary",
	 "Content-Type: multipart/mixed\n\n--b\n\na\n--b--\n", "#a\n"},
	{"boundary that never comes",
	 "Content-Type: multipart/mixed; boundary=b\n\nhello\n", "#hello\n"},
	{"not closed",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n", "#a\n"},
	{"B8: one boundary begins like the other",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	 "Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\na\n--bb--\n"
	 "--b\n\nc\n--b--\n",
	 "#a\nc\n"},
	{"B10: broken base64",
	 "Content-Transfer-Encoding: base64\n\n!!!aGVsb*G8\n=\n", "#hello\n"},
};

/* Structure that is written wrongly, or seldom. */
static const struct {
	const char *name;
	const char *raw;
	const char *want;
} odd[] = {
	{"base64 in padded pieces",
	 "Content-Transfer-Encoding: base64\n\naGU=\nbA==bG8=\n", "#hello\n"},
	{"base64 without padding",
	 "Content-Transfer-Encoding: BASE64 \n\naGVsbG8\n", "#hello\n"},
	{"base64 with a footer",
	 "Content-Transfer-Encoding: base64\n\naGVsbG8=\n\n-- \nA list!\n",
	 "#hello\n"},
	{"base64 with a footer of words",
	 "Content-Transfer-Encoding: base64\n\n"
	 "YWJjZA==\n____\nfoo mailing list\n  ZQ==\n",
	 "#abcde\n"},
	{"quoted-printable that is none",
	 "Content-Type: text/plain; charset=utf-8\n"
	 "Content-Transfer-Encoding: Quoted-Printable;\n\n"
	 "1=2 =3d = \t \nx=c3=a4 = y=\r\nz \t\nend=",
	 "#1=2 = xä = yz\nend\n"},
	{"type without subtype", "Content-Type: text\n\nhello\n", "#hello\n"},
	{"only a subtype",
	 "Content-Type: html; charset=koi8-r\n\n<b>\xf0\xd2</b>", "#Пр\n"},
	{"with parameters", "Content-Type: plain; charset=koi8-r\n\n<\xf0\xd2",
	 "#<Пр\n"},
	{"text/htm", "Content-Type: text/htm\n\n<b>a</b>", "#a\n"},
	{"text/xhtml", "Content-Type: Text/XHTML\n\n<b>a</b>", "#a\n"},
	{"XHTML", "Content-Type: application/xhtml+xml\n\n<b>a</b>", "#a\n"},
	{"XHTML as a file",
	 "Content-Type: application/xhtml+xml; name=x.html\n\n<b>a</b>",
	 "x.html#a\n"},
	{"empty type", "Content-Type:\n\nhello\n", "#hello\n"},
	{"half a type", "Content-Type: text/; charset=koi8-r\n\n\xf0\xd2",
	 "#Пр\n"},
	{"quoted type", "Content-Type: \"text/html\"\n\n<b>a</b>", "#a\n"},
	{"type without semicolon",
	 "Content-Type: Text/HTML charset=koi8-r\n\n<b>\xf0\xd2", "#Пр\n"},
	{"multipart and no more",
	 "Content-Type: multipart; boundary=b\n\n--b\n\na\n--b--\n", "#a\n"},
	{"boundary folded within its quotes",
	 "Content-Type: multipart/mixed; boundary=\"ab\n\tcd\"\n\n"
	 "--abcd\n\na\n--ab cd\n\nb\n--abcd--\n",
	 "#a\nb\n"},
	{"boundary with blanks at its end",
	 "Content-Type: multipart/mixed; boundary=\" b \"\n\n"
	 "-- b\n\na\n--b \t\r\n\nb\n--b--\n",
	 "#a\nb\n"},
	{"boundary without its indentation",
	 "Content-Type: multipart/mixed;\nboundary=\"b:c\"\n\n"
	 "--b:c\nContent-Type: a/b;\nname=\"c.d\"\n\na\n--b:c--\n",
	 "c.d#"},
	{"boundary without semicolon",
	 "Content-Type: multipart/mixed charset=x\n boundary='b'\n\n"
	 "--b\n\na\n--b--\n",
	 "#a\n"},
	{"boundary whose quote is open",
	 "Content-Type: multipart/mixed; boundary=\"b\n\n--b\n\na\n--b--\n",
	 "#a\n"},
	{"and a parameter follows",
	 "Content-Type: multipart/mixed; boundary=\"b; charset=\"x\"\n\n"
	 "--b\n\na\n--b--\n",
	 "#a\n"},
	{"another boundary in a multipart",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	 "Content-Type: multipart/alternative; boundary=x\n\n"
	 "--------\n--y\nContent-Type: text/plain\n\none\n--y--\n"
	 "--b\n\ntwo\n--b--\n",
	 "#one\ntwo\n"},
	{"multipart in base64",
	 "Content-Type: multipart/mixed; boundary=b\n"
	 "Content-Transfer-Encoding: base64\n\n"
	 "LS1iCgpvbmUKLS1iCkNvbnRlbnQtVHlwZTogYS9iOyBuYW1lPWMuZAoKeAotLWItLQo=",
	 "c.d#one\n"},
	{"multipart in quoted-printable",
	 "Content-Type: multipart/mixed; boundary=\"=_b\"\n"
	 "Content-Transfer-Encoding: quoted-printable\n\n"
	 "--=3D_b\nContent-Type: a/b; =\nname=3Dc.d\n\nx\n--=3D_b--\n",
	 "c.d#"},
	{"multipart whose boundary looks the same in it",
	 "Content-Type: multipart/mixed; boundary=b\n"
	 "Content-Transfer-Encoding: quoted-printable\n\n--b\n"
	 "Content-Type: text/plain; charset=3Dutf-8\n\n=C3=A4=3D\n--b--\n",
	 "#ä=\n"},
	{"multipart in quoted-printable, seen in its second part",
	 "Content-Type: multipart/mixed; boundary=\"b\"\n"
	 "Content-Transfer-Encoding: quoted-printable\n\n--b\n"
	 "Content-Type: text/plain\n\na=3Db =E4\n--b\n"
	 "Content-Type: a/b; name=3D\"x.pdf\"\n\nx\n--b--\n",
	 "x.pdf#a=b ä\n"},
	{"multipart that is labelled so, with an encoded name",
	 "Content-Type: multipart/mixed; boundary=\"b\"\n"
	 "Content-Transfer-Encoding: quoted-printable\n\n--b\n\na=3Db\n"
	 "--b\nContent-Type: a/b; name=\"=?utf-8?q?=3Dx.pdf?=\"\n\nx\n"
	 "--b--\n",
	 "=x.pdf#a=3Db\n"},
	{"multipart that is labelled quoted-printable",
	 "Content-Type: multipart/mixed; boundary=b\n"
	 "Content-Transfer-Encoding: quoted-printable\n\n--b\n"
	 "Content-Type: text/plain; charset=utf-8\n\n=3D\n--b--\n",
	 "#=3D\n"},
	{"multipart that is only labelled so",
	 "Content-Type: multipart/mixed; boundary=b\n"
	 "Content-Transfer-Encoding: base64\n\n--b\n\none\n--b--\n",
	 "#one\n"},
	{"message in base64",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	 "Content-Type: message/rfc822\n"
	 "Content-Transfer-Encoding: base64\n\n"
	 "U3ViamVjdDogeAoKb25lCg==\n--b\n\ntwo\n--b--\n",
	 "#one\ntwo\n"},
	{"message that is only labelled so",
	 "Content-Type: message/rfc822\n"
	 "Content-Transfer-Encoding: base64\n\nSubject: x\n\none\n",
	 "#one\n"},
	{"message in base64 in a multipart in base64",
	 "Content-Type: multipart/mixed; boundary=b\n"
	 "Content-Transfer-Encoding: base64\n\n"
	 "LS1iCkNvbnRlbnQtVHlwZTogbWVzc2FnZS9yZmM4MjIKQ29udGVudC1UcmFuc2Zlci1F"
	 "bmNvZGluZzogYmFzZTY0CgpVM1ZpYW1WamREb2dlQW9LYjI1bENnPT0KLS1iCgp0d28K"
	 "LS1iLS0K",
	 "#one\ntwo\n"},
	{"digest",
	 "Content-Type: multipart/digest; boundary=b\n\n--b\n\n"
	 "Subject: x\n\none\n--b\n\nSubject: y\n\ntwo\n--b--\n",
	 "#one\ntwo\n"},
	{"part behind the end",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b--\n"
	 "--b\nContent-Type: a/b; name=c.d\n\nx\n",
	 "c.d#a\n"},
	{"end of an outer part ends the inner ones",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	 "Content-Type: multipart/mixed; boundary=c\n\n--c\n\na\n--b\n\nb\n"
	 "--b--\n",
	 "#a\nb\n"},
	{"no empty line behind a header",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	 "Content-Type: text/plain;\n charset=utf-8\nhello you\n--b--\n",
	 "#hello you\n"},
	{"no empty line before the first part",
	 "Content-Type: multipart/mixed; boundary=b\n--b\n"
	 "Content-Type: text/html\n\n<b>a</b>\n--b--\n",
	 "#a\n"},
	{"blanks before the first part",
	 "Content-Type: multipart/mixed; boundary=\"-b:c\"\n \n---b:c\n"
	 "Content-Type: text/html\n \n<b>a</b>\n---b:c--\n",
	 "#a\n"},
	{"no header in a part",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\nhello you\n"
	 "--b--\n",
	 "#hello you\n"},
	{"line of blanks behind a header",
	 "Content-Type: multipart/mixed; boundary=b\n \n--b\n"
	 "Content-Type: text/plain\n \nhello you\n\n--b--\n",
	 "#hello you\n"},
	{"byte order mark",
	 "\xef\xbb\xbf"
	 "Content-Type: text/html\n\n<b>a</b>\n",
	 "#a\n"},
	{"winmail.dat",
	 "Content-Type: application/ms-tnef; name=winmail.dat\n"
	 "Content-Transfer-Encoding: base64\n\n"
	 "eJ8+IgEAAQaQCAAEAAAAAAABAAEAAgKQBgAOAAAAAAAAAAAAAAAAAAAAAAAA"
	 "AAIQgAEADQAAAEFOR1NURX4xLlBERgB5AwIPgAYABAAAAFBERiH7AAIFkAYA"
	 "XAAAAAMAAAADAAU3AQAAAB4AAYBHR0dHR0dHR0dHR0dHR0dHAQAAAAQAAABh"
	 "AGIAAQAAAAMAAAB4eQAAHwAHNwEAAAAWAAAAxABuAGcAcwB0AGUALgBwAGQA"
	 "ZgAAAAAA0AsCApAGAA4AAAAAAAAAAAAAAAAAAAAAAAAAAhCAAQAGAAAAYi5l"
	 "eGUA0gECD4AGAAIAAABNWqcA",
	 "winmail.dat|Ängste.pdf+ANGSTE~1.PDF|b.exe#"},
	{"winmail.dat of another name, in another charset",
	 "Content-Type: application/octet-stream; name=a.dat\n"
	 "Content-Transfer-Encoding: base64\n\n"
	 "eJ8+IgEAAQaQCAAEAAAAAAABAAEAAQeQBgAIAAAA4wQAAAAAAADnAAICkAYA"
	 "DgAAAAEA//////////8AAAAA+QcCD4AGAAEAAAB4eAACEIABAAkAAADx9+Xy"
	 "LnBkZgAnBQ==",
	 "a.dat|счет.pdf#"},
	{"winmail.dat without a title",
	 "Content-Type: application/ms-tnef\n"
	 "Content-Transfer-Encoding: base64\n\n"
	 "eJ8+IgEAAQaQCAAEAAAAAAABAAEAAQeQBgAIAAAA5AQAAAAAAADoAAICkAYA"
	 "DgAAAAEA//////////8AAAAA+QcCD4AGAAEAAAB4eAACBZAGABwAAAABAAAA"
	 "HwAENwEAAAAMAAAAcgAuAHAAZABmAAAAQgI=",
	 "r.pdf#"},
	{"signed mail",
	 "Content-Type: application/pkcs7-mime; name=smime.p7m\n"
	 "Content-Transfer-Encoding: base64\n\n"
	 "MIIAXwYJKoZIhvcNAQcCoIIAUDCCAEwCAQExBTADBgFgMD4GCSqGSIb3DQEH"
	 "AaAxBC9Db250ZW50LVR5cGU6IHRleHQvaHRtbA0KDQo8Yj5zaWduZWQ8L2I+"
	 "IHRleHQNCjEA",
	 "smime.p7m#signed text\n"},
	{"signed mail in pieces, of a lost type",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	 "Content-Type: application/octet-stream; name=smime.p7m\n"
	 "Content-Transfer-Encoding: base64\n\n"
	 "MIAGCSqGSIb3DQEHAqCAMIACAQExBTADBgFgMIAGCSqGSIb3DQEHAaCAJIAE"
	 "FENvbnRlbnQtVHlwZTogdGV4dC9oBBt0bWwNCg0KPGI+c2lnbmVkPC9iPiB0"
	 "ZXh0DQoAAAAAAAAxAAAAAAAAAA=="
	 "\n--b\n\ntwo\n--b--\n",
	 "smime.p7m#signed text\ntwo\n"},
	{"signed mail that is broken",
	 "Content-Type: application/pkcs7-mime; name=smime.p7m\n\n0\n",
	 "smime.p7m#"},
	{"dots at the end of a name",
	 "Content-Type: a/b; name=\"x.exe. .\t\"\n\n", "x.exe#"},
	{"two fields with names",
	 "Content-Type: a/b; name=\"x.exe\"\n"
	 "Content-Disposition: attachment; filename=\"x.pdf\"\n\n",
	 "x.pdf+x.exe#"},
	{"the same name twice",
	 "Content-Type: a/b; name=\"x.pdf\"\n"
	 "Content-Disposition: attachment; filename=\"x.pdf\"\n\n",
	 "x.pdf#"},
	{"the wrong field", "Content-Disposition: attachment; name=x.exe\n\n",
	 "x.exe#"},
	{"two names in a field, two fields",
	 "Content-Disposition: attachment; filename=a; filename=b\n"
	 "Content-Disposition: attachment; filename=c\n\n",
	 "a+b+c#"},
	{"a NUL in a name", "Content-Type: a/b; name*=''x.exe%00.pdf\n\n",
	 "x.exe .pdf+x.exe#"},
	{"the same name twice, with a line end",
	 "Content-Type: a/b; name=\"=?utf-8?q?x=0Ay.?=\"\n"
	 "Content-Disposition: inline; filename=\"=?utf-8?q?x=0Ay.?=\"\n\n",
	 "x y#"},
	{"typographic quotes", "Content-Type: a/b; name=“x.exe”\n\n", "x.exe#"},
	{"the same in another charset",
	 "Content-Type: a/b; name=\"=?cp1252?q?=93x.exe=94?=\"\n\n", "x.exe#"},
	{"quotes within a name",
	 "Content-Type: a/b; name=\"=?utf-8?q?“a” b?=\"\n\n", "“a” b#"},
	{"nothing but quotes", "Content-Type: a/b; name=“”\n\n", "“”#"},
	{"text without a label, beside one with",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	 "Content-Type: text/plain; charset=koi8-r\n\n\xf0\xd2\n--b\n"
	 "Content-Type: text/plain; name=\xf0\xd2\xc9\n\n"
	 "\xf0\xd2\xc9\xd7\xc5\xd4\n--b--\n",
	 "При#Пр\nПривет\n"},
	{"a name without a label in a second field",
	 "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
	 "Content-Type: text/plain; charset=koi8-r\n\n\xf0\xd2\n--b\n"
	 "Content-Type: a/b; name=x\n"
	 "Content-Type: a/b; name=\xf0\xd2\xc9\n\n--b--\n",
	 "x+При#Пр\n"},
	{"text without a label below a word",
	 "Subject: =?windows-1251?b?zw==?=\n\n\xcf\xf0\xe8\xe2\xe5\xf2\n",
	 "#Привет\n"},
	{"other text than the label of another part says",
	 "Subject: =?iso-8859-1?q?M=FCller?=\n\n\xc4\xe3\xba\xc3\xa1\xa3\n",
	 "#你好。\n"},
	{"nothing but dots", "Content-Type: a/b; name=\"...\"\n\n", "...#"},
};

/* Lines of text in format=flowed. */
static const struct {
	const char *name;
	const char *parameters;
	const char *raw;
	const char *want;
} flowed[] = {
	{"soft line ends", "format=flowed", "a \nb \nc\nd\n", "a b c\nd\n"},
	{"in CRLF, quoted", "Format=\"Flowed\"", "a \r\nb\r\n\r\nc\r\n",
	 "a b\n\nc\n"},
	{"fixed text", "format=fixed", "a \nb\n", "a \nb\n"},
	{"delsp", "format=flowed; delsp=Yes", "你 \n好 \n a\n", "你好a\n"},
	{"delsp with a blank", "format=flowed; delsp=yes", "a  \nb\n", "a b\n"},
	{"stuffed", "format=flowed", " From a \n  b\n >c\n", "From a  b\n>c\n"},
	{"quotes", "format=flowed", ">> a \n>> b \n> c \nd\n",
	 ">> a b \n> c \nd\n"},
	{"quotes without blanks", "format=flowed", ">a \n>b\n", ">a b\n"},
	{"a signature", "format=flowed", "a \n-- \nb \nc\n", "a \n-- \nb c\n"},
	{"a quoted one", "format=flowed", "> a \n> -- \n> b\n",
	 "> a \n> -- \n> b\n"},
	{"soft to the end", "format=flowed", "a \n", "a \n"},
	{"no line end", "format=flowed", "a \nb", "a b\n"},
	{"nothing", "format=flowed", "", ""},
	{"blanks", "format=flowed", "  \n \n\nx", " \n\nx\n"},
};

static void test_flowed(void)
{
	for (size_t i = 0; i < sizeof(flowed) / sizeof(flowed[0]); i++) {
		struct buf raw = BUF_INIT(4096);
		struct mime_view view;

		buf_addf(&raw, "Content-Type: text/plain; %s\n\n%s",
			 flowed[i].parameters, flowed[i].raw);
		mime_view_init(&view, buf_slice(&raw), fallback);
		is_slice(flowed[i].want, buf_slice(&view.text), flowed[i].name);
		mime_view_release(&view);
		buf_release(&raw);
	}
}

static void describe(const struct mime_view *view, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < view->n_attachments; i++) {
		struct slice others = slice_str(view->attachments[i].others),
			     other;

		if (view->attachments[i].name_len == 0)
			continue;
		if (n++ > 0)
			buf_addch(out, '|');
		buf_add(out, view->attachments[i].name,
			view->attachments[i].name_len);
		while (slice_split(&others, '\n', &other))
			if (other.len > 0)
				buf_addf(out, "+%.*s", (int)other.len, other.p);
	}
	buf_addch(out, '#');
	buf_addslice(out, buf_slice(&view->text));
}

static void is_seen(const char *want, const char *raw, const char *name)
{
	struct buf out = BUF_INIT(4096);
	struct mime_view view;

	mime_view_init(&view, slice_str(raw), fallback);
	describe(&view, &out);
	is_slice(want, buf_slice(&out), name);
	mime_view_release(&view);
	buf_release(&out);
}

static void test_messages(void)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		is_seen(messages[i].want, messages[i].raw, messages[i].name);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		is_seen(odd[i].want, odd[i].raw, odd[i].name);
}

/* Attachments that are none: "i" for each such, "a" for each other one. */
static void test_inline(void)
{
	struct mime_view view;
	char got[16] = "";

	mime_view_init(
		&view,
		slice_str(
			"Content-Type: multipart/related; boundary=b\n\n--b\n"
			"Content-Type: text/html\n\n<img src=\"cid:a%401\">"
			"<img src=CID:b><img src='cid:c'><img src='cid:d'>\n"
			"--b\nContent-Type: image/png; name=a.PNG\n"
			"Content-ID: <a@1>\n\nx\n"
			"--b\nContent-Type: image/png\nContent-ID: b\n\nx\n"
			"--b\nContent-Type: image/png; name=c.exe\n"
			"Content-ID: <c>\n\nx\n"
			"--b\nContent-Type: image/png; name=d.png\n"
			"Content-Disposition: attachment\n"
			"Content-ID: <d>\n\nx\n"
			"--b\nContent-Type: image/png; name=d.png\n"
			"Content-Disposition: \"attachment\"\n"
			"Content-ID: <d>\n\nx\n"
			"--b\nContent-Type: image/png; name=a.png; name=b.exe\n"
			"Content-ID: <c>\n\nx\n"
			"--b\nContent-Type: image/png; name=e.png\n"
			"Content-ID: <e>\n\nx\n"
			"--b\nContent-Type: application/octet-stream; "
			"name=a.png\nContent-ID: <a@1>\n\nx\n"
			"--b\nContent-Type: application/octet-stream; "
			"name=a\nContent-ID: <a@1>\n\nx\n"
			"--b\nContent-Type: image/png; name=a\n"
			"Content-ID: <a@1>\n\nx\n"
			"--b\nContent-Type: application/pgp-signature; "
			"name=OpenPGP_signature\n\nx\n"
			"--b\nContent-Type: application/pgp-signature; "
			"name=signature.asc\n\nx\n--b--\n"),
		fallback);
	for (size_t i = 0; i < view.n_attachments && i < 15; i++)
		got[i] = view.attachments[i].is_inline ? 'i' : 'a';
	is_str("iiaaaaaiaiii", got,
	       "images that the text shows, and a signature");
	mime_view_release(&view);
}

static void test_opened(void)
{
	static const char signed_text[] =
		"Content-Transfer-Encoding: base64\n\n"
		"MIIAXwYJKoZIhvcNAQcCoIIAUDCCAEwCAQExBTADBgFgMD4GCSqGSIb3DQEH"
		"AaAxBC9Db250ZW50LVR5cGU6IHRleHQvaHRtbA0KDQo8Yj5zaWduZWQ8L2I+"
		"IHRleHQNCjEA";

	static const struct {
		const char *type;
		bool is_opened;
	} cases[] = {
		{"application/pkcs7-mime; name=smime.p7m", true},
		{"application/octet-stream; name=signed.P7M", true},
		{"application/pkcs7-mime; name=x.exe", false},
		{"application/octet-stream; name=x.dat", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf message = BUF_INIT(1000);
		struct mime_view view;

		buf_addf(&message, "Content-Type: %s\n%s", cases[i].type,
			 signed_text);
		mime_view_init(&view, buf_slice(&message), NULL);
		ok(view.n_attachments == 1 &&
			   view.attachments[0].is_inline == cases[i].is_opened,
		   cases[i].type);
		mime_view_release(&view);
		buf_release(&message);
	}
}

static void test_types(void)
{
	struct mime_view view;

	mime_view_init(&view,
		       slice_str("Content-Type: Application/PDF; name=a\n\nx"),
		       NULL);
	ok(view.n_attachments == 1 &&
		   strcmp(view.attachments[0].type, "application/pdf") == 0,
	   "the type of an attachment, in lower case");
	mime_view_release(&view);
	mime_view_release(&view);
	mime_view_init(&view, slice_of(NULL, 0), NULL);
	ok(view.text.len == 0 && !view.cut, "no bytes at all");
	mime_view_release(&view);
}

struct bomb {
	const char *name;
	const char *start;
	const char *unit;
	size_t n;
	bool is_cut, is_text_cut;
};

static const struct bomb bombs[] = {
	{"B8 B19: nested multiparts",
	 "Content-Type: multipart/mixed; boundary=b\n\n",
	 "--b\nContent-Type: multipart/mixed; boundary=b\n\n", 20000, true,
	 true},
	{"nested messages", "", "Content-Type: message/rfc822\n\n", 20000, true,
	 true},
	{"200,000 parts", "Content-Type: multipart/mixed; boundary=b\n\n",
	 "--b\n\nx\n", 200000, true, true},
	{"1,500 attachments", "Content-Type: multipart/mixed; boundary=b\n\n",
	 "--b\nContent-Type: a/b; name=c\n\nx\n", 1500, true, true},
	{"B8: a long boundary", "Content-Type: multipart/mixed; boundary=b",
	 "bbbbbbbbbb", 100000, true, true},
	{"300,000 parameters", "Content-Type: text/plain", "; a=b", 300000,
	 true, true},
	{"B9: 100,000 segments", "Content-Disposition: attachment",
	 "; filename*1*=%41", 100000, true, true},
	{"B9: 15,000 segments", "Content-Disposition: attachment",
	 "; filename*1*=%41", 15000, false, false},
	{"B7: groups in an inner message",
	 "Content-Type: message/rfc822\n\nTo: ", "a:;", 300000, false, false},
	{"fields in an inner message", "Content-Type: message/rfc822\n\n",
	 "A: b\n", 300000, true, true},
	{"6 MB of text", "A: b\n\n", "\xe4\xbd\xa0\n", 1500000, false, true},
	{"8-bit text", "Content-Type: text/plain; charset=big5\n\n", "\xff",
	 300000, false, false},
	{"tags", "Content-Type: text/html\n\n", "<", 3000000, false, false},
	{"comments", "Content-Type: text/html\n\n", "<!--", 1000000, false,
	 false},
	{"scripts", "Content-Type: text/html\n\n", "<script>", 500000, false,
	 false},
	{"ends of scripts", "Content-Type: text/html\n\n<script>", "</",
	 1500000, false, false},
	{"entities", "Content-Type: text/html\n\n", "&#", 1500000, false,
	 false},
	{"encoded in itself",
	 "Content-Type: message/rfc822\n"
	 "Content-Transfer-Encoding: quoted-printable\n\n",
	 "Content-Type: message/rfc822\n"
	 "Content-Transfer-Encoding: quoted-printable\n\n",
	 20000, true, true},
	{"lost boundaries", "Content-Type: multipart/mixed\n\n",
	 "--b\nContent-Type: multipart/mixed; boundary=x\n\n", 20000, true,
	 true},
	{"lines like boundaries",
	 "Content-Type: multipart/mixed; boundary=b\n\n", "--x\n", 1000000,
	 false, false},
	{"1,500 names", "Content-Type: a/b", "; name=c; name=d", 1500, true,
	 true},
	{"30,000 names in encoded words", "Content-Type: a/b",
	 ";name==?utf-8?q?=00?=x", 12000, true, true},
	{"quotes", "Content-Type: a/b; name=\"", "\" ; a=\\", 100000, true,
	 true},
	{"blanks in quoted-printable",
	 "Content-Transfer-Encoding: quoted-printable\n\n", "= \t", 1000000,
	 false, false},
	{"soft line ends", "Content-Type: text/plain; format=flowed\n\n",
	 "> \n", 2000000, false, true},
	{"paddings", "Content-Transfer-Encoding: base64\n\n", "QQ=\n", 1000000,
	 false, false},
	{"70 MB", "A: b\n\n", "0123456789abcdef0123456789abcde\n", 2300000,
	 true, true},
	{"a long field that is no matter of MIME", "Subject: ", "x", 300000,
	 false, false},
};

static void test_bomb(const struct bomb *bomb)
{
	struct buf raw = BUF_INIT(80 * 1024 * 1024);
	clock_t began = clock();
	struct mime_view view;

	buf_addstr(&raw, bomb->start);
	for (size_t i = 0; i < bomb->n; i++)
		buf_addstr(&raw, bomb->unit);
	mime_view_init(&view, buf_slice(&raw), fallback);
	ok(view.cut == bomb->is_cut && view.text_cut == bomb->is_text_cut &&
		   charset_is_utf8(buf_slice(&view.text)) &&
		   view.text.len <= MIME_TEXT_MAX &&
		   view.n_attachments <= MIME_PARTS_MAX,
	   bomb->name);
	ok(clock() - began < 60 * CLOCKS_PER_SEC, "in time");
	mime_view_release(&view);
	buf_release(&raw);
}

/* A line without an end where a header is expected, in quoted-printable. */
static void test_long_line(void)
{
	struct buf raw = BUF_INIT(8 << 20);
	clock_t began = clock();
	struct mime_view view;

	buf_addstr(&raw,
		   "Content-Type: multipart/mixed; boundary=b\n"
		   "Content-Transfer-Encoding: quoted-printable\n\n--b\n");
	for (size_t i = 0; i < 1000000; i++)
		buf_addstr(&raw, "=41");
	while (raw.len < 7 << 20)
		buf_addch(&raw, ' ');
	mime_view_init(&view, buf_slice(&raw), fallback);
	ok(clock() - began < 60 * CLOCKS_PER_SEC, "a long line, in time");
	mime_view_release(&view);
	buf_release(&raw);
}

static void test_bombs(void)
{
	for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++)
		test_bomb(&bombs[i]);
}

/* Names behind much else in their field, and in many pieces. */
static void test_far_names(void)
{
	struct mime_view view;
	struct buf raw = BUF_INIT(1 << 20), want = BUF_INIT(4096);

	buf_addstr(&raw, "Content-Disposition: attachment; x=\"");
	for (int i = 0; i < 100000; i++)
		buf_addch(&raw, 'x');
	buf_addstr(&raw, "\"");
	for (int i = 999; i >= 0; i--)
		buf_addf(&raw, ";\n filename*%d=%d", i, i % 10);
	for (int i = 0; i < 1000; i++)
		buf_addf(&want, "%d", i % 10);
	buf_addstr(&raw, "\n\nx\n");
	mime_view_init(&view, buf_slice(&raw), fallback);
	is_int(1, (long)view.n_attachments, "an attachment");
	is_str(want.s, view.attachments[0].name, "with its name");
	ok(!view.cut && !view.text_cut, "all of which was read");
	mime_view_release(&view);
	buf_release(&raw);
	buf_release(&want);
}

int main(void)
{
	test_messages();
	test_types();
	test_far_names();
	test_flowed();
	test_inline();
	test_opened();
	test_bombs();
	test_long_line();
	return done_testing();
}
