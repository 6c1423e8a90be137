/* SPDX-License-Identifier: ISC */
/* An account is its mailbox, whatever its name is. */
#include <string.h>

#include "../tap.h"
#include "../tempdir.h"
#include "state/admin.h"
#include "state/mailbox.h"
#include "state/received.h"

static struct state *state;

/* Made from "NAME USER HOST PORT"; the text stays with the account. */
static struct account make(char *text)
{
	struct account a = {.name = strtok(text, " ")};

	a.user = strtok(NULL, " ");
	a.host = strtok(NULL, " ");
	a.port = atoi(strtok(NULL, " "));
	return a;
}

#define ACCOUNTS_MAX 4

/* The ids of the accounts "NAME USER HOST PORT, …", those of new ones in (). */
static const char *ids(const char *config)
{
	static char out[200];
	char text[400], *parts[ACCOUNTS_MAX] = {text};
	struct account accounts[ACCOUNTS_MAX];
	int64_t id[ACCOUNTS_MAX];
	struct error err = ERROR_INIT;
	size_t n = 1, len = 0;

	(void)snprintf(text, sizeof(text), "%s", config);
	for (char *p = text; (p = strchr(p, ',')) != NULL; n++) {
		*p++ = '\0';
		parts[n] = p;
	}
	for (size_t i = 0; i < n; i++)
		accounts[i] = make(parts[i]);
	if (state_name_accounts(state, accounts, n, id, &err) == -1)
		return "an error";
	for (size_t i = 0; i < n; i++) {
		bool is_new = id[i] == 0;

		if (is_new &&
		    state_add_account(state, &accounts[i], &id[i], &err) == -1)
			return "an error";
		len += (size_t)snprintf(out + len, sizeof(out) - len,
					is_new ? "%s(%d)" : "%s%d",
					i == 0 ? "" : " ", (int)id[i]);
	}
	return out;
}

/* The names of all rows: "1 NAME, 2 NAME". */
static const char *names(void)
{
	static char out[400];
	struct state_summary row;
	struct error err = ERROR_INIT;
	int64_t after = 0;
	size_t len = 0;

	out[0] = '\0';
	while (state_next_summary(state, after, &row, &err) == 1) {
		after = row.id;
		len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%d %s",
					len == 0 ? "" : ", ", (int)row.id,
					row.name);
		state_summary_release(&row);
	}
	return out;
}

static int64_t former(int64_t id)
{
	struct error err = ERROR_INIT;
	int64_t out = -1;

	return state_get_former(state, id, &out, &err) == -1 ? -1 : out;
}

static void test_names(void)
{
	is_str("(1) (2)", ids("a u h.example 1, b v h.example 1"), "new ones");
	is_str("1 2", ids("a u h.example 1, b v h.example 1"), "are known");
	is_str("1", ids("A u h.example 1"), "A43: capitals of the name");
	is_str("1 A, 2 b", names(), "which is the new one");
	is_str("1 2", ids("work u h.example 1, home v h.example 1"),
	       "A43: other names");
	is_str("2 1", ids("work v h.example 1, home u h.example 1"),
	       "A43: names that were swapped");
	is_str("1 home, 2 work", names(), "each has that of its mailbox");
	is_str("1", ids("work u h.example 1"),
	       "a name that an account had which has left");
	is_str("1 work, 2 work (v@h.example)", names(),
	       "that one keeps its row");
	is_str("1 2", ids("work u h.example 1, b v h.example 1"),
	       "and gets its name when it comes back");
}

static void test_mailboxes(void)
{
	is_str("1", ids("work u H.Example. 2"),
	       "letters of the host, a dot, another port");
	is_str("(3)", ids("x me@Org.example h.example 1"), "another user");
	is_str("3", ids("x me@org.example h.example 1"), "letters of a domain");
	is_str("(4)", ids("y Me@org.example h.example 1"),
	       "letters of the user count");
	is_str("(5) (6)", ids("t u 127.0.0.1 1, s u 127.0.0.1 2"),
	       "two tunnels");
	is_str("6 5", ids("t u 127.0.0.1 2, s u 127.0.0.1 1"),
	       "are told apart by their ports");
	is_str("(7) 1", ids("nat u h.example 3, work u h.example 1"),
	       "two ports of one host, by their names");
	is_str("7 1", ids("nat u h.example 3, work u h.example 1"),
	       "and again");
	is_str("(8)", ids("v6 u [::1] 5"), "an IPv6 address");
	is_str("8", ids("v6 u ::1 5"), "without brackets");
}

static void test_former(void)
{
	struct error err = ERROR_INIT;
	struct received r = {.account = 3, .uidl = slice_str("u1")};

	(void)state_add_received(state, &r, &err);
	is_int(0, (int)former(3), "nothing had the name of a new account");
	is_str("(9)", ids("x other h.example 1"),
	       "A45: another user, same name");
	is_int(3, (int)former(9), "the former one is known");
	is_int(0, state_begin(state, &err), "(begin)");
	is_int(0,
	       state_end(state, state_merge_account(state, 3, 9, &err), &err),
	       "they are merged");
	is_int(0, (int)former(9), "only once");
	is_str("(10)", ids("x me@org.example h.example 1"),
	       "the former row is deleted");
	is_int(9, (int)former(10), "and it may be the same again");
	is_int(0, state_drop_former(state, 10, &err), "it is not");
	is_int(0, (int)former(10), "which is remembered");
}

/* Rows of older databases have a name only. */
static void test_old_rows(void)
{
	struct error err = ERROR_INIT;
	int64_t id[1];
	char text[] = "renamed u h.example 1";
	struct account a = make(text);
	struct state *reader = NULL;

	is_int(0, state_open(&reader, temp_path("state"), STATE_READ, &err),
	       "a reader");
	is_int(0, state_show_accounts(reader, &a, 1, id, &err),
	       "sees the new name");
	is_int(1, (int)id[0], "of the known mailbox");
	state_close(reader);
	is_str("1", ids("work u h.example 1"), "and has not written it");
}

int main(void)
{
	struct error err = ERROR_INIT;

	(void)tempdir();
	is_int(0, state_open(&state, temp_path("state"), STATE_WRITE, &err),
	       "a database");
	test_names();
	test_mailboxes();
	test_former();
	test_old_rows();
	state_close(state);
	return done_testing();
}
