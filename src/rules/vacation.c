/* SPDX-License-Identifier: ISC */
/* The action `vacation`: its text, and what the sorter gets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/charset.h"
#include "rules/internal.h"
#include "util/hash.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A letter has a page or two; a file named by mistake is not sent. */
#define TEXT_MAX ((size_t)16 * 1024)

#define BOM "\xef\xbb\xbf"

static int take_text(struct rule_action *action, struct slice text,
		     const char *where, struct error *err)
{
	if (slice_starts_nocase(text, BOM))
		text = slice_of(text.p + 3, text.len - 3);
	if (text.len > TEXT_MAX)
		return error_set(err, ERR_CONFIG,
				 "%s has more than %zu KiB; write a shorter "
				 "answer",
				 where, TEXT_MAX >> 10);
	if (slice_trim(text).len == 0)
		return error_set(err, ERR_CONFIG,
				 "%s is empty; write what the answer says",
				 where);
	if (!charset_is_utf8(text) || memchr(text.p, '\0', text.len) != NULL)
		return error_set(err, ERR_CONFIG, "%s is not text in UTF-8",
				 where);
	free(action->text);
	action->text = xmemdup0(text.p, text.len);
	return 0;
}

int rule_load_vacation(struct rule_action *action, struct error *err)
{
	struct buf bytes = BUF_INIT(TEXT_MAX);
	int rc = rule_file_read(&action->file, "an answer", &bytes, err);

	if (rc == 0)
		rc = take_text(action, buf_slice(&bytes), action->file.path,
			       err);
	buf_release(&bytes);
	return rc;
}

int rule_init_vacation(const struct rule *rule, struct rule_action *action,
		       const char *value, struct error *err)
{
	char *directory;

	if (strncmp(value, "file:", 5) != 0)
		return take_text(action, slice_str(value), "the text", err);
	directory = rule_directory(rule);
	action->file.path = value_path(value + 5, directory, err);
	free(directory);
	return action->file.path == NULL ? -1 : rule_load_vacation(action, err);
}

static void add_number(char ***words, int n)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", n);
	strings_add(words, text);
}

char **rule_vacation_words(const struct rule *rule,
			   const struct rule_action *action)
{
	unsigned char digest[HASH_SIZE];
	char hex[2 * HASH_SIZE + 1], **words = NULL;
	struct hash *h = hash_new();

	hash_update(h, action->text, strlen(action->text));
	hash_final(h, digest);
	hash_free(h);
	hash_hex(digest, HASH_SIZE, hex);
	add_number(&words, rule->days);
	strings_add(&words, hex);
	for (size_t i = 0;
	     rule->addresses != NULL && rule->addresses[i] != NULL; i++)
		strings_add(&words, rule->addresses[i]);
	for (size_t i = 0; i < rule->set->n_me; i++)
		strings_add(&words, rule->set->me[i]);
	return words;
}
