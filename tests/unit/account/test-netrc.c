/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "account/netrc.h"

/* The password of alice at h.example, or the error. */
static const char *find(const char *text)
{
	static char out[ERROR_TEXT_MAX];
	static const struct netrc_query query = {"n", "h.example", "alice"};
	struct buf copy = BUF_INIT(NETRC_MAX);
	struct error err = ERROR_INIT;
	struct slice password;

	buf_addstr(&copy, text);
	if (netrc_find(&copy, &query, &password, &err) == 0)
		(void)snprintf(out, sizeof(out), "%.*s", (int)password.len,
			       password.p);
	else
		(void)snprintf(out, sizeof(out), "%d: %s",
			       error_exit_status(err.kind), err.text);
	buf_release(&copy);
	return out;
}

#define NONE                                                                   \
	"77: n has no entry for h.example; add: machine h.example login "      \
	"alice password …"
#define STRAY                                                                  \
	"here should be machine, login or password; put a value with blanks "  \
	"in double quotes"
#define ALICE "machine h.example login alice "

static const struct {
	const char *name, *text, *want;
} rows[] = {
	{"one line", ALICE "password p\n", "p"},
	{"several lines", "machine\nh.example\n\tlogin\talice\r\npassword p",
	 "p"},
	{"another order", "machine h.example password p login alice", "p"},
	{"capitals", "MACHINE H.Example. Login alice PASSWORD P", "P"},
	{"no login", "machine h.example password p", "p"},
	{"the entry of the user, not the first",
	 "machine h.example login bob password b\n" ALICE "password p", "p"},
	{"nor one without a login",
	 "machine h.example password b\n" ALICE "password p", "p"},
	{"of two that are alike, the first",
	 ALICE "password p " ALICE "password q", "p"},
	{"but one with a password", ALICE "account x " ALICE "password q", "q"},
	{"default", "machine x login alice password x default password p", "p"},
	{"default of the user", "default login alice password p", "p"},
	{"default is the last choice",
	 "default login alice password d machine h.example password p", "p"},
	{"default of another user", "default login anonymous password p", NONE},
	{"nothing", "", NONE},
	{"another machine", "machine xh.example login alice password p", NONE},
	{"words without a machine", "login alice password p", NONE},
	{"another user", "machine h.example login bob password b",
	 "77: n has no password of alice at h.example, only one of \"bob\" "
	 "(line 1)"},
	{"a login in capitals", "machine h.example login Alice password b",
	 "77: n has no password of alice at h.example, only one of \"Alice\" "
	 "(line 1)"},
	{"quotes", "machine \"h.example\" login \"alice\" password \"two p\"",
	 "two p"},
	{"escapes", ALICE "password \"a\\\"b\\\\c\\ d\\te\\x#\" # no",
	 "a\"b\\c d\tex#"},
	{"no quotes, no escapes", ALICE "password a\\b\"c\"#d", "a\\b\"c\"#d"},
	{"a password like a comment", ALICE "password #p", "#p"},
	{"a password like a keyword", ALICE "password password", "password"},
	{"UTF-8", ALICE "password p\xc3\xb6p", "p\xc3\xb6p"},
	{"comments",
	 "# machine h.example password b\n#\n" ALICE "# x login y\n#\n"
	 "password p #x",
	 "p"},
	{"account and port", ALICE "account machine port 110 password p", "p"},
	{"a macro",
	 "machine x\nmacdef init\n" ALICE "password m\n\t \n" ALICE
	 "password p",
	 "p"},
	{"a macro in CRLF", "macdef x\r\ncd y\r\n\r\n" ALICE "password p", "p"},
	{"a macro without end", ALICE "password p\nmacdef x\npassword q", "p"},
	{"a macro of one line", ALICE "password p\nmacdef", "p"},
	{"no password", "\n" ALICE, "77: n:2: this entry has no password"},
	{"an empty one", ALICE "password \"\"",
	 "77: n:1: this entry has no password"},
	{"a line break in it", ALICE "password \"a\\nb\"",
	 "77: n:1: the password has a NUL or a line break"},
	{"blanks without quotes", ALICE "\npassword two words",
	 "77: n:2: " STRAY},
	{"an open quote", ALICE "password \"p\n",
	 "77: n:1: a quote is not closed"},
	{"an open quote before it",
	 "machine h.example login \"alice password p",
	 "77: n:1: a quote is not closed"},
	{"an escape at the end", ALICE "password \"p\\",
	 "77: n:1: a quote is not closed"},
	{"no blank after a quote", ALICE "password \"p\"q",
	 "77: n:1: text follows a closing quote without a blank"},
	{"a value that is missing", ALICE "password",
	 "77: n:1: the last word has no value"},
	{"a login that is missing", "machine h.example login\npassword p",
	 "77: n:2: " STRAY},
	{"a password that is missing",
	 ALICE "password\nmachine x login y password z", "77: n:2: " STRAY},
	{"faults in other entries",
	 "machine x password \"a b\nmachine h.example login bob password a b\n" ALICE
	 "password p\nmachine y z \"",
	 "p"},
	{"a machine in brackets", "machine [h.example] password p", "p"},
};

int main(void)
{
	struct buf text = BUF_INIT(100);
	const struct netrc_query query = {"n", "::1", "alice"};
	struct error err = ERROR_INIT;
	struct slice password;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		is_str(rows[i].want, find(rows[i].text), rows[i].name);
	buf_addstr(&text, "machine [::1] password p");
	is_int(0, netrc_find(&text, &query, &password, &err), "an address");
	buf_clear(&text);
	buf_add(&text, "machine ::1 password p\0q", 24);
	is_int(-1, netrc_find(&text, &query, &password, &err),
	       "a NUL in a password");
	buf_release(&text);
	return done_testing();
}
