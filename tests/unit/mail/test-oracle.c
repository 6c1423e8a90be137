/* SPDX-License-Identifier: ISC */
/*
 * Real mail and published pairs of encoded and decoded headers, if there are
 * any in $POSTROOM_CORPUS, or in shared/corpus beside the source tree; they
 * are not part of this package. The decoders behind them join blanks, so any
 * number of blanks equals one.
 */
#include <errno.h>
#include <jansson.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tap.h"
#include "mail/message.h"
#include "mail/mime.h"
#include "mail/words.h"
#include "util/error.h"
#include "util/io.h"
#include "util/xalloc.h"

#define LINE_MAX_BYTES (1024 * 1024)
#define FILE_MAX       (64 * 1024 * 1024)

static const char *const fallback[] = {"GB18030", "CP1252", NULL};

/* Wrong pairs, by their line. */
static const struct {
	size_t line;
	const char *reason;
} impossible_pairs[] = {
	{14, "Dovecot gives one U+FFFD for three bytes, others one for each"},
	{64, "jsmime keeps a word in an unknown charset, all others read it"},
	{93, "jsmime drops the last byte when one of two \"=\" is missing"},
};

enum part {
	PART_HEADER = 1,
	PART_FILES = 2,
	PART_TEXT = 4,
};

/* Messages that the oracle could not read itself, or only in part. */
static const struct misread {
	const char *path;
	unsigned parts; /* enum part */
	const char *reason;
} misread[] = {
	{"mime4j/mimetools-testmsgs_multi-2gifs-base64.msg.eml",
	 PART_FILES | PART_TEXT, "the message within is in base64"},
	{"mimekit/messages_feedback-report.txt.eml", PART_HEADER | PART_TEXT,
	 "a byte order mark stands before the header"},
	{"msgreader/MsgReaderTests_SampleFiles_TestWithAttachmentsAndInlines.eml",
	 PART_TEXT, "the oracle could not read its text"},
};

static bool is_misread(const char *path, enum part part)
{
	for (size_t i = 0; i < sizeof(misread) / sizeof(misread[0]); i++)
		if (strcmp(misread[i].path, path) == 0 &&
		    (misread[i].parts & part) != 0) {
			skip_test(path, misread[i].reason);
			return true;
		}
	return false;
}

struct totals {
	size_t parts, found;
};

static char *join_path(const char *dir, const char *name)
{
	struct buf path = BUF_INIT(LINE_MAX_BYTES);

	buf_addf(&path, "%s/%s", dir, name);
	return buf_detach(&path);
}

static bool run(const char *const *argv)
{
	char **args = xcalloc(8, sizeof(*args));
	pid_t pid;
	int status = -1;

	for (size_t i = 0; argv[i] != NULL; i++)
		args[i] = xstrdup(argv[i]);
	if (posix_spawnp(&pid, args[0], NULL, NULL, args, environ) == 0)
		while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
			continue;
	for (size_t i = 0; args[i] != NULL; i++)
		free(args[i]);
	free(args);
	return status == 0;
}

/* One blank for any number of them, none at the ends. */
static char *squeeze(struct slice s)
{
	struct buf out = BUF_INIT(s.len + 1);
	bool wants_blank = false;

	s = slice_trim(s);
	for (size_t i = 0; i < s.len; i++) {
		if (memchr(" \t\r\n", s.p[i], 4) != NULL) {
			wants_blank = true;
			continue;
		}
		if (wants_blank)
			buf_addch(&out, ' ');
		wants_blank = false;
		buf_addch(&out, s.p[i]);
	}
	return buf_detach(&out);
}

static bool is_usable(const json_t *value)
{
	const char *s = json_string_value(value);

	return s != NULL && strstr(s, "\xef\xbf\xbd") == NULL;
}

static bool is_high(const json_t *entry)
{
	const char *conf = json_string_value(json_object_get(entry, "conf"));

	return conf != NULL && strcmp(conf, "high") == 0;
}

static void check_field(struct message *m, const char *name,
			const json_t *entry, const char *path)
{
	const json_t *best = json_object_get(entry, "best");
	char *want, *got;

	if (!is_high(entry) || !is_usable(best))
		return;
	want = squeeze(slice_str(json_string_value(best)));
	got = squeeze(message_first(m, name));
	is_str(want, got, path);
	free(want);
	free(got);
}

static bool has_name(const struct mime_view *view, const char *name)
{
	char *want = squeeze(slice_str(name));
	bool found = false;

	for (size_t i = 0; i < view->n_attachments && !found; i++) {
		char *got = squeeze(slice_of(view->attachments[i].name,
					     view->attachments[i].name_len));

		found = strcmp(want, got) == 0;
		free(got);
	}
	free(want);
	return found;
}

static size_t count_named(const struct mime_view *view)
{
	size_t n = 0;

	for (size_t i = 0; i < view->n_attachments; i++)
		n += view->attachments[i].name_len > 0;
	return n;
}

static void check_files(const struct mime_view *view, const json_t *entry,
			const char *path)
{
	const json_t *best = json_object_get(entry, "best"), *name;
	bool all = true;
	size_t i;

	if (!is_high(entry))
		return;
	json_array_foreach(best, i, name)
	{
		if (!is_usable(name))
			return;
		all = all && has_name(view, json_string_value(name));
	}
	if (!ok(all && json_array_size(best) == count_named(view), path))
		for (i = 0; i < view->n_attachments; i++)
			printf("# got %s\n", view->attachments[i].name);
}

/* The starts of the text parts that are not HTML. */
static void count_texts(const struct mime_view *view, const json_t *texts,
			const char *path, struct totals *totals)
{
	char *text = squeeze(buf_slice(&view->text));
	const json_t *part;
	size_t i;

	json_array_foreach(texts, i, part)
	{
		const json_t *head = json_object_get(part, "head");
		const char *type =
			json_string_value(json_object_get(part, "type"));
		char *want;

		if (!is_usable(head) || strstr(type, "html") != NULL)
			continue;
		want = squeeze(slice_str(json_string_value(head)));
		totals->parts++;
		if (strstr(text, want) != NULL)
			totals->found++;
		else
			printf("# not found in %s: %.60s\n", path, want);
		free(want);
	}
	free(text);
}

static void check_message(const json_t *row, const char *dir,
			  struct totals *totals)
{
	const char *path = json_string_value(json_object_get(row, "path"));
	const json_t *subject = json_object_get(row, "subject"),
		     *from = json_object_get(row, "from"),
		     *files = json_object_get(row, "files");
	struct buf bytes = BUF_INIT(FILE_MAX);
	struct error err = ERROR_INIT;
	char *full = join_path(dir, path);
	struct mime_view view;
	struct message m;

	if (io_read_file(full, &bytes, &err) == -1) {
		ok(false, err.text);
	} else {
		message_init(&m, buf_slice(&bytes), fallback);
		mime_view_init(&view, buf_slice(&bytes), fallback);
		if (!is_misread(path, PART_HEADER)) {
			check_field(&m, "Subject", subject, path);
			check_field(&m, "From", from, path);
		}
		if (!is_misread(path, PART_FILES))
			check_files(&view, files, path);
		if (is_high(subject) && is_high(from) && is_high(files) &&
		    !is_misread(path, PART_TEXT))
			count_texts(&view, json_object_get(row, "text"), path,
				    totals);
		mime_view_release(&view);
		message_release(&m);
	}
	buf_release(&bytes);
	free(full);
}

static const char *pair_problem(size_t line)
{
	for (size_t i = 0;
	     i < sizeof(impossible_pairs) / sizeof(impossible_pairs[0]); i++)
		if (impossible_pairs[i].line == line)
			return impossible_pairs[i].reason;
	return NULL;
}

static void check_pair(const json_t *pair, size_t line)
{
	const char *raw = json_string_value(json_object_get(pair, "raw"));
	const char *expect = json_string_value(json_object_get(pair, "expect"));
	struct buf out = BUF_INIT(LINE_MAX_BYTES);
	struct slice want = slice_trim(slice_str(expect)), got;
	char name[32];

	(void)snprintf(name, sizeof(name), "pair %zu", line);
	if (pair_problem(line) != NULL) {
		skip_test(name, pair_problem(line));
		return;
	}
	words_decode(slice_str(raw), fallback, &out);
	got = slice_trim(buf_slice(&out));
	if (!ok(slice_equal(want, got), name)) {
		tap_show("wanted", want.p, want.len);
		tap_show("got   ", got.p, got.len);
	}
	buf_release(&out);
}

/* Returns the number of lines. */
static size_t read_lines(const char *corpus, const char *file, const char *dir,
			 struct totals *totals)
{
	char *path = join_path(corpus, file);
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t size = 0, n = 0;

	free(path);
	while (f != NULL && getline(&line, &size, f) != -1) {
		json_t *row = json_loads(line, JSON_ALLOW_NUL, NULL);

		n++;
		if (row == NULL)
			ok(false, "a line of JSON");
		else if (totals != NULL)
			check_message(row, dir, totals);
		else
			check_pair(row, n);
		json_decref(row);
	}
	free(line);
	if (f != NULL)
		(void)fclose(f);
	return n;
}

static void check_sample(const char *corpus)
{
	char dir[] = "/tmp/postroom-oracle-XXXXXX";
	char *tgz = join_path(corpus, "sample.tgz");
	struct totals totals = {0, 0};

	if (mkdtemp(dir) == NULL) {
		ok(false, "a temporary directory");
	} else if (ok(run((const char *const[]){"tar", "xzf", tgz, "-C", dir,
						NULL}),
		      "the sample is unpacked")) {
		ok(read_lines(corpus, "sample-oracle.jsonl", dir, &totals) > 0,
		   "there are rows");
		printf("# %zu of %zu text parts found\n", totals.found,
		       totals.parts);
		ok(totals.found * 100 >= totals.parts * 99,
		   "99 % of the text parts");
	}
	(void)run((const char *const[]){"rm", "-rf", dir, NULL});
	free(tgz);
}

static char *find_corpus(void)
{
	const char *named = getenv("POSTROOM_CORPUS");
	const char *srcdir = getenv("srcdir");
	char *corpus = named != NULL ? xstrdup(named)
				     : join_path(srcdir == NULL ? "." : srcdir,
						 "../shared/corpus");
	char *probe = join_path(corpus, "sample-oracle.jsonl");

	if (access(probe, R_OK) != 0) {
		free(corpus);
		corpus = NULL;
	}
	free(probe);
	return corpus;
}

int main(void)
{
	char *corpus = find_corpus();

	if (corpus == NULL) {
		printf("1..0 # SKIP no corpus of real mail here\n");
		return EXIT_SUCCESS;
	}
	ok(read_lines(corpus, "rfc2047-pairs.jsonl", "", NULL) > 0,
	   "there are pairs");
	check_sample(corpus);
	free(corpus);
	return done_testing();
}
