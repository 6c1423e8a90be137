/* SPDX-License-Identifier: ISC */
/* `state verify`: check the database, and the spool against it. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cmd/state.h"
#include "state/admin.h"
#include "state/dir.h"
#include "state/spool.h"
#include "util/io.h"
#include "util/json.h"
#include "util/log.h"

#include "util/banned.h"

struct verification {
	const struct state_words *words;
	size_t files, troubles;
	struct json *list; /* of the troubles; NULL: print them */
};

static void tell(struct verification *v, const char *text)
{
	v->troubles++;
	if (v->list != NULL)
		json_push(v->list, json_new_string(slice_str(text)));
	else
		(void)printf("%s\n", text);
}

static bool has_digest(int fd, const struct state_file *file, const char *path,
		       struct error *err)
{
	unsigned char digest[HASH_SIZE];
	struct hash *h = hash_new();
	char chunk[65536];
	uint64_t size = 0;
	long n;

	while ((n = io_read(fd, chunk, sizeof(chunk), path, err)) > 0) {
		hash_update(h, chunk, (size_t)n);
		size += (uint64_t)n;
	}
	hash_final(h, digest);
	hash_free(h);
	return n == 0 && size == file->size &&
	       memcmp(digest, file->sha256, HASH_SIZE) == 0;
}

static void check_file(struct verification *v, struct spool *spool,
		       const struct state_file *file)
{
	struct error err = ERROR_INIT;
	char text[ERROR_TEXT_MAX + 100];
	int fd = spool_read(spool, file->name, &err);

	v->files++;
	if (fd == -1) {
		(void)snprintf(text, sizeof(text),
			       "a message that waits cannot be read: %s",
			       err.text);
		tell(v, text);
	} else if (file->is_known && !has_digest(fd, file, file->name, &err)) {
		(void)snprintf(text, sizeof(text),
			       "%s/%s differs from what was received",
			       spool->dir, file->name);
		tell(v, text);
	}
	io_close_quietly(&fd);
}

static int check_files(struct verification *v, struct state *s,
		       struct error *err)
{
	struct spool spool = {NULL, -1};
	struct state_file file;
	int rc = spool_open(&spool, v->words->config->spool_dir, err);

	while (rc == 0 && (rc = state_files_next(s, &file, err)) == 1) {
		check_file(v, &spool, &file);
		rc = 0;
	}
	spool_close(&spool);
	return rc;
}

static int check_all(struct verification *v, struct error *err)
{
	struct state *s = NULL;
	char text[400];
	int rc = state_open(&s, v->words->config->state_dir, STATE_READ, err);

	if (rc == 0)
		rc = state_check(s, text, sizeof(text), err);
	if (rc == 0) {
		tell(v, text);
		tell(v, "the database is damaged: postroom state rebuild makes "
			"a new one");
	} else if (rc == 1) {
		rc = check_files(v, s, err);
	}
	state_close(s);
	return rc;
}

/* With the sorters' locks: they add and remove files. */
static int check_quietly(struct verification *v, struct error *err)
{
	static const char *const names[] = {SORTER_LOCK, COMMANDS_LOCK};
	const char *dir = v->words->config->state_dir;
	int locks[2] = {-1, -1}, rc = 1;

	if (access(dir, F_OK) != 0)
		return 0;
	for (size_t i = 0; rc == 1 && i < 2; i++)
		rc = state_dir_lock(dir, names[i], LOCK_EXCLUSIVE, LOCK_WAIT,
				    &locks[i], err);
	if (rc == 1)
		rc = check_all(v, err);
	io_close_quietly(&locks[0]);
	io_close_quietly(&locks[1]);
	return rc;
}

static void print_end(struct verification *v)
{
	struct json *o;

	if (v->list == NULL) {
		if (v->troubles == 0 && log_get_level() >= LOG_LEVEL_NORMAL)
			(void)printf(
				"sound; %zu files in the spool are as they "
				"were received\n",
				v->files);
		return;
	}
	o = json_new_object();
	json_put(o, "sound", json_new_bool(v->troubles == 0));
	json_put(o, "files", json_new_number((int64_t)v->files));
	json_put(o, "troubles", v->list);
	(void)json_print(o, stdout);
}

int cmd_state_verify(const struct state_words *w)
{
	struct verification v = {.words = w};
	struct error err = ERROR_INIT;

	v.list = w->inv->json ? json_new_array() : NULL;
	if (check_quietly(&v, &err) == -1) {
		log_error("state verify: %s", err.text);
		json_free(v.list);
		return error_exit_status(err.kind);
	}
	print_end(&v);
	return v.troubles > 0 ? EX_NOPERM : 0;
}
