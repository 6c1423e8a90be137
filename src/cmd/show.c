/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "mail/mailing_list.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "mail/mime_limit.h"
#include "util/error.h"
#include "util/escape.h"
#include "util/io.h"
#include "util/json.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* The MIME view reads no more either. */
#define SHOW_MAX MIME_INPUT_MAX

#define CHUNK ((size_t)64 * 1024)

/* A byte becomes at most "\xNN". */
#define ESCAPE_GROWTH 4

/* Charsets of unlabelled bytes: show reads no configuration. */
static const char *const default_fallback[] = {"GB18030", "CP1252", NULL};

struct shown {
	struct message message;
	struct mime_view mime;
	uint64_t size; /* of the whole message */
};

/* Field, its key in JSON, its label for people. */
static const struct row {
	const char *field;
	const char *key;
	const char *label;
} rows[] = {
	{"From", "from", "From"}, {"To", "to", "To"},
	{"Cc", "cc", "Cc"},	  {"Subject", "subject", "Subject"},
	{"Date", "date", "Date"}, {"Message-ID", "message_id", "Message-ID"},
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static struct json *shown_json(struct shown *s)
{
	struct json *object = json_new_object();
	struct json *names = json_new_array(), *headers = json_new_array();

	for (size_t i = 0; i < N_ROWS; i++)
		json_put(object, rows[i].key,
			 json_new_string(
				 message_first(&s->message, rows[i].field)));
	json_put(object, "list", json_new_string(mailing_list_name(&s->message)));
	json_put(object, "size", json_new_number((int64_t)s->size));
	for (size_t i = 0; i < s->mime.n_attachments; i++)
		if (s->mime.attachments[i].name_len > 0)
			json_push(names,
				  json_new_string(slice_of(
					  s->mime.attachments[i].name,
					  s->mime.attachments[i].name_len)));
	json_put(object, "attachments", names);
	for (size_t i = 0; i < s->message.n_fields; i++) {
		struct json *pair = json_new_array();

		json_push(pair, json_new_string(s->message.fields[i].name));
		json_push(pair, json_new_string(message_text(&s->message, i)));
		json_push(headers, pair);
	}
	json_put(object, "headers", headers);
	json_put(object, "text", json_new_string(buf_slice(&s->mime.text)));
	return object;
}

static void print_escaped(struct slice s)
{
	size_t size = s.len * ESCAPE_GROWTH + 1;
	char *line = xmalloc(size);

	escape_to(line, size, s.p, s.len);
	(void)fputs(line, stdout);
	free(line);
}

/* Line ends and tabs are kept; other control characters are escaped. */
static void print_text(struct slice text)
{
	struct slice line, cell;

	while (slice_split(&text, '\n', &line)) {
		bool is_first = true;

		if (line.len == 0 && text.p == NULL)
			break;
		while (slice_split(&line, '\t', &cell)) {
			if (!is_first)
				(void)putchar('\t');
			is_first = false;
			print_escaped(cell);
		}
		(void)putchar('\n');
	}
}

static void print_row(const char *label, struct slice value)
{
	if (value.p == NULL)
		return;
	(void)printf("%s: ", label);
	print_escaped(value);
	(void)putchar('\n');
}

static void print_shown(struct shown *s)
{
	struct mime_view *mime = &s->mime;

	for (size_t i = 0; i < N_ROWS; i++)
		print_row(rows[i].label,
			  message_first(&s->message, rows[i].field));
	print_row("List", mailing_list_name(&s->message));
	for (size_t i = 0; i < mime->n_attachments; i++)
		if (mime->attachments[i].name_len > 0)
			print_row("Attachment",
				  slice_of(mime->attachments[i].name,
					   mime->attachments[i].name_len));
	(void)putchar('\n');
	print_text(buf_slice(&mime->text));
}

/* Read up to SHOW_MAX bytes into `out` and count the others. */
static int read_message(int fd, const char *path, struct buf *out,
			uint64_t *size_out, struct error *err)
{
	char *chunk = xmalloc(CHUNK);
	uint64_t size = 0;
	long n;

	while ((n = io_read(fd, chunk, CHUNK, path, err)) > 0) {
		size_t room = out->max - out->len;

		buf_add(out, chunk, (size_t)n < room ? (size_t)n : room);
		size += (uint64_t)n;
	}
	free(chunk);
	*size_out = size;
	return n < 0 ? -1 : 0;
}

static int open_and_read(const char *path, struct buf *out, uint64_t *size_out,
			 struct error *err)
{
	int fd, rc;

	if (strcmp(path, "-") == 0)
		return read_message(STDIN_FILENO, "standard input", out,
				    size_out, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot open %s", path);
	rc = read_message(fd, path, out, size_out, err);
	io_close_quietly(&fd);
	return rc;
}

static int show_bytes(const struct invocation *inv, struct slice bytes,
		      uint64_t size)
{
	struct shown shown = {.size = size};
	int rc = 0;

	message_init(&shown.message, bytes, default_fallback);
	mime_view_init(&shown.mime, bytes, default_fallback);
	if (inv->json)
		rc = json_print(shown_json(&shown), stdout);
	else
		print_shown(&shown);
	mime_view_release(&shown.mime);
	message_release(&shown.message);
	return rc;
}

static int show_file(const struct invocation *inv, const char *path)
{
	struct buf bytes = BUF_INIT(SHOW_MAX);
	struct error err = ERROR_INIT;
	uint64_t size = 0;
	int status = EXIT_SUCCESS;

	if (open_and_read(path, &bytes, &size, &err) == -1) {
		log_error("%s", err.text);
		status = error_exit_status(err.kind);
	} else if (show_bytes(inv, buf_slice(&bytes), size) != 0 ||
		   fflush(stdout) != 0) {
		(void)error_errno(&err, ERR_TEMPORARY,
				  "cannot write to standard output");
		log_error("%s", err.text);
		status = error_exit_status(err.kind);
	} else if (size > bytes.len) {
		log_warning(
			"%s has %llu bytes; only the first %zu MiB are shown",
			path, (unsigned long long)size, SHOW_MAX >> 20);
	}
	buf_release(&bytes);
	return status;
}

static int run_show(const struct invocation *inv, int argc, char **argv)
{
	int status = EXIT_SUCCESS;

	if (argc < 2) {
		log_error("show: name a FILE, or - for standard input; see "
			  "postroom help show");
		return EX_USAGE;
	}
	for (int i = 1; i < argc; i++) {
		if (argc > 2 && !inv->json) {
			(void)fputs(i > 1 ? "\n==> " : "==> ", stdout);
			print_escaped(slice_str(argv[i]));
			(void)fputs(" <==\n", stdout);
		}
		status = exit_status_worse(status, show_file(inv, argv[i]));
	}
	return status;
}

const struct cmd cmd_show = {
	.name = "show",
	.summary = "show a message as the rules see it",
	.help = "usage: postroom show [--json] FILE...\n"
		"\n"
		"Prints the decoded fields, the names of attachments and the text of a message,\n"
		"exactly as the conditions of rules see them. FILE may be - for standard input.\n"
		"With --json, each message is one object on one line; a field that is missing\n"
		"is null.\n"
		"\n"
		"examples:\n"
		"  postroom show ~/Mail/Inbox/new/*\n"
		"  postroom show --json - < message.eml | jq -r .subject\n",
	.run = run_show,
};
