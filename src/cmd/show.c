/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "config/config.h"
#include "mail/charset.h"
#include "mail/mailing_list.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "util/error.h"
#include "util/escape.h"
#include "util/io.h"
#include "util/json.h"
#include "util/log.h"
#include "util/sandbox.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* The MIME view reads no more either. */
#define SHOW_MAX MIME_INPUT_MAX

#define CHUNK ((size_t)64 * 1024)

/* CPU time for one message: far more than the largest one takes. */
#define SHOW_SECONDS 60

/* A byte becomes at most "\xNN". */
#define ESCAPE_GROWTH 4

/* Charsets of unlabelled bytes where no configuration is found. */
static const char *const default_fallback[] = {"GB18030", "CP1252", NULL};

struct show_terms {
	const char *const *fallback;
	bool best_effort; /* show it even where nothing can be confined */
};

struct shown {
	struct message message;
	struct mime_view mime;
	uint64_t size; /* of the whole message */
	bool is_cut;   /* this is not all of it */
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

/* As in all JSON: an ID, not <ID>. */
static struct slice without_brackets(struct slice id)
{
	if (id.len > 2 && id.p[0] == '<' && id.p[id.len - 1] == '>')
		return slice_of(id.p + 1, id.len - 2);
	return id;
}

static void push_names(const struct mime_attachment *a, struct json *names)
{
	struct slice others = slice_str(a->others), name;

	if (a->name_len > 0)
		json_push(names,
			  json_new_string(slice_of(a->name, a->name_len)));
	while (slice_split(&others, '\n', &name))
		if (name.len > 0)
			json_push(names, json_new_string(name));
}

static struct json *shown_json(struct shown *s)
{
	struct json *object = json_new_object();
	struct json *names = json_new_array(), *links = json_new_array();
	struct json *headers = json_new_array();

	for (size_t i = 0; i < N_ROWS; i++) {
		struct slice value = message_first(&s->message, rows[i].field);

		if (strcmp(rows[i].key, "message_id") == 0)
			value = without_brackets(value);
		json_put(object, rows[i].key, json_new_string(value));
	}
	json_put(object, "list",
		 json_new_string(mailing_list_name(&s->message)));
	json_put(object, "size", json_new_number((int64_t)s->size));
	for (size_t i = 0; i < s->mime.n_attachments; i++)
		push_names(&s->mime.attachments[i], names);
	json_put(object, "attachments", names);
	for (size_t i = 0; i < s->mime.links.n; i++)
		json_push(links, json_new_string(links_url(&s->mime.links, i)));
	json_put(object, "links", links);
	for (size_t i = 0; i < s->message.n_fields; i++) {
		struct json *pair = json_new_array();

		json_push(pair, json_new_string(s->message.fields[i].name));
		json_push(pair, json_new_string(message_text(&s->message, i)));
		json_push(headers, pair);
	}
	json_put(object, "headers", headers);
	json_put(object, "text", json_new_string(buf_slice(&s->mime.text)));
	json_put(object, "cut", json_new_bool(s->is_cut));
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

/* "http://198.51.100.7/x (shown as shop.example)" */
static void print_links(const struct links *links)
{
	for (size_t i = 0; i < links->n; i++) {
		struct slice shown = links_shown(links, i);

		(void)fputs("Link: ", stdout);
		print_escaped(links_url(links, i));
		if (shown.len > 0) {
			(void)fputs(" (shown as ", stdout);
			print_escaped(shown);
			(void)putchar(')');
		}
		(void)putchar('\n');
	}
}

/* "report.pdf (also named report.exe)" */
static void print_names(const struct mime_attachment *a)
{
	struct slice others = slice_str(a->others), name;

	if (a->name_len == 0)
		return;
	(void)fputs("Attachment: ", stdout);
	print_escaped(slice_of(a->name, a->name_len));
	while (slice_split(&others, '\n', &name)) {
		if (name.len == 0)
			continue;
		(void)fputs(" (also named ", stdout);
		print_escaped(name);
		(void)putchar(')');
	}
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
		print_names(&mime->attachments[i]);
	print_links(&mime->links);
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

static int show_bytes(const struct invocation *inv, const char *path,
		      struct slice bytes, const char *const *fallback,
		      uint64_t size)
{
	struct shown shown = {.size = size};
	int rc = 0;

	message_init(&shown.message, bytes, fallback);
	mime_view_init(&shown.mime, bytes, fallback);
	shown.is_cut = shown.mime.text_cut || size > bytes.len;
	if (shown.mime.text_cut)
		log_warning("%s is too large or too deeply nested; this is "
			    "the part that rules see",
			    path);
	if (inv->json)
		rc = json_print(shown_json(&shown), stdout);
	else
		print_shown(&shown);
	mime_view_release(&shown.mime);
	message_release(&shown.message);
	return rc;
}

/* In the child: give up all but standard output. Returns its exit status. */
static int show_confined(const struct invocation *inv, const char *path,
			 struct slice bytes, const struct show_terms *terms,
			 uint64_t size)
{
	const struct sandbox box = {.best_effort = terms->best_effort,
				    .seconds = SHOW_SECONDS};
	struct error err = ERROR_INIT;
	struct sandbox_kept kept;
	enum sandbox_step step = sandbox_enter(&box, &kept);

	if (step != SANDBOX_DONE)
		(void)sandbox_refuse("mail cannot be shown by a process that "
				     "is confined",
				     step, &err);
	else if (show_bytes(inv, path, bytes, terms->fallback, size) == 0 &&
		 fflush(stdout) == 0)
		return EXIT_SUCCESS;
	else
		(void)error_errno(&err, ERR_TEMPORARY,
				  "cannot write to standard output");
	log_error("%s", err.text);
	return error_exit_status(err.kind);
}

/* Mail is hostile: it is read by a process that can do nothing else. */
static int show_in_child(const struct invocation *inv, const char *path,
			 struct slice bytes, const struct show_terms *terms,
			 uint64_t size)
{
	int status = 0;
	pid_t pid;

	charset_prepare_all();
	tzset();
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(show_confined(inv, path, bytes, terms, size));
	while (pid != -1 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (pid != -1 && WIFEXITED(status))
		return WEXITSTATUS(status);
	log_error("%s cannot be shown: the process that reads it %s", path,
		  pid == -1 ? "cannot be started" : "died");
	return EX_TEMPFAIL;
}

static int show_file(const struct invocation *inv, const char *path,
		     const struct show_terms *terms)
{
	struct buf bytes = BUF_INIT(SHOW_MAX);
	struct error err = ERROR_INIT;
	uint64_t size = 0;
	int status;

	if (open_and_read(path, &bytes, &size, &err) == -1) {
		log_error("%s", err.text);
		status = error_exit_status(err.kind);
	} else {
		status = show_in_child(inv, path, buf_slice(&bytes), terms,
				       size);
	}
	if (status == EXIT_SUCCESS && size > bytes.len) {
		log_warning(
			"%s has %llu bytes; only the first %zu MiB are shown",
			path, (unsigned long long)size, SHOW_MAX >> 20);
	}
	buf_release(&bytes);
	return status;
}

/*
 * As the configuration says that is named, or else found. A message can be
 * shown without one.
 */
static int load_terms(const struct invocation *inv, struct config **config_out,
		      struct show_terms *terms)
{
	char *found = inv->config_path == NULL ? config_find() : NULL;

	*config_out = NULL;
	if (inv->config_path != NULL || found != NULL)
		*config_out = cmd_load_config(inv);
	free(found);
	if (*config_out != NULL) {
		config_forget_secrets(*config_out);
		terms->fallback =
			(const char *const *)(*config_out)->charset_fallback;
		terms->best_effort =
			strcmp((*config_out)->sandbox, "best-effort") == 0;
	}
	return inv->config_path != NULL && *config_out == NULL ? -1 : 0;
}

static int run_show(const struct invocation *inv, int argc, char **argv)
{
	struct config *config;
	struct show_terms terms = {.fallback = default_fallback};
	int status = EXIT_SUCCESS;

	if (argc < 2) {
		log_error("show: name a FILE, or - for standard input; see "
			  "postroom help show");
		return EX_USAGE;
	}
	if (load_terms(inv, &config, &terms) == -1)
		return EX_CONFIG;
	for (int i = 1; i < argc; i++) {
		if (argc > 2 && !inv->json) {
			(void)fputs(i > 1 ? "\n==> " : "==> ", stdout);
			print_escaped(slice_str(argv[i]));
			(void)fputs(" <==\n", stdout);
		}
		status = exit_status_worse(status,
					   show_file(inv, argv[i], &terms));
	}
	config_free(config);
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
