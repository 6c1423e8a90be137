/* SPDX-License-Identifier: ISC */
#include "state/seal.h"

#include <string.h>
#include <sys/mman.h>

#include "util/hash.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A command and the other texts of a row; see COMMAND_MAX in plan.c. */
#define SEALED_MAX ((size_t)8 * 1024 * 1024)

/* Most rows have less. */
#define USUAL_SIZE ((size_t)1024)

/* Bytes that SHA-256 takes at a time: HMAC fills its key up to them. */
#define BLOCK_SIZE 64

/* A page of its own: forked children get an empty one. */
struct key {
	unsigned char bytes[KEY_SIZE];
	bool is_ready; /* false in a child */
};

struct key *key_new(void)
{
	void *page = mmap(NULL, sizeof(struct key), PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		xalloc_fail();
	/*
	 * Linux before 4.14 cannot do this; the children that read mail have no
	 * database there, either.
	 */
	(void)madvise(page, sizeof(struct key), MADV_WIPEONFORK);
	(void)madvise(page, sizeof(struct key), MADV_DONTDUMP);
	return page;
}

void key_free(struct key *key)
{
	if (key == NULL)
		return;
	explicit_bzero(key, sizeof(*key));
	(void)munmap(key, sizeof(*key));
}

unsigned char *key_bytes(struct key *key)
{
	return key->bytes;
}

void key_is_ready(struct key *key)
{
	key->is_ready = true;
}

static void add_pad(struct hash *h, const struct key *key, unsigned char pad)
{
	unsigned char block[BLOCK_SIZE];

	memset(block, pad, sizeof(block));
	for (size_t i = 0; i < KEY_SIZE; i++)
		block[i] ^= key->bytes[i];
	hash_update(h, block, sizeof(block));
	explicit_bzero(block, sizeof(block));
}

/*
 * As hash_hmac() does it, which looks for its algorithm each time: a sorter
 * seals each step twice.
 */
static bool make_seal(const struct state *s, const struct buf *text,
		      unsigned char out[HASH_SIZE])
{
	if (s->key == NULL || !s->key->is_ready || text->full)
		return false;
	add_pad(s->hash, s->key, 0x36);
	hash_update(s->hash, text->s, text->len);
	hash_final(s->hash, out);
	add_pad(s->hash, s->key, 0x5c);
	hash_update(s->hash, out, HASH_SIZE);
	hash_final(s->hash, out);
	return true;
}

/* Its length and a byte more, or 0: an absent text is not an empty one. */
static void put_text(struct buf *out, const char *text)
{
	size_t len = text == NULL ? 0 : strlen(text);
	uint64_t size = text == NULL ? 0 : len + 1;

	buf_add(out, &size, sizeof(size));
	buf_add(out, text == NULL ? "" : text, len);
}

static bool seal_text(const struct state *s, struct buf *text,
		      unsigned char out[HASH_SIZE])
{
	bool made = make_seal(s, text, out);

	buf_release(text);
	return made;
}

bool seal_step(const struct state *s, enum seal_kind kind,
	       const struct sealed_step *step, unsigned char out[HASH_SIZE])
{
	const int64_t numbers[] = {kind,
				   step->message,
				   step->n,
				   step->kind,
				   step->flags,
				   step->line,
				   (int64_t)step->command.len};
	const char *const texts[] = {step->folder,
				     step->base,
				     kind == SEAL_DONE ? NULL : step->spool,
				     step->keywords,
				     step->tags,
				     step->rule,
				     step->file,
				     step->reason};
	struct buf text = BUF_INIT(SEALED_MAX);

	(void)buf_reserve(&text, USUAL_SIZE);
	buf_add(&text, numbers, sizeof(numbers));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		put_text(&text, texts[i]);
	buf_addslice(&text, step->command);
	return seal_text(s, &text, out);
}

bool seal_origin(const struct state *s, enum seal_kind kind,
		 const struct sealed_origin *origin,
		 unsigned char out[HASH_SIZE])
{
	const int64_t numbers[] = {kind, origin->message, origin->size,
				   (int64_t)origin->sha256.len};
	struct buf text = BUF_INIT(SEALED_MAX);

	buf_add(&text, numbers, sizeof(numbers));
	buf_addslice(&text, origin->sha256);
	put_text(&text, origin->path);
	return seal_text(s, &text, out);
}

static bool is_same(const unsigned char made[HASH_SIZE], struct slice seal)
{
	return seal.len == HASH_SIZE &&
	       hash_equal(made, (const unsigned char *)seal.p, HASH_SIZE);
}

bool seal_fits_step(const struct state *s, enum seal_kind kind,
		    const struct sealed_step *step, struct slice seal)
{
	unsigned char made[HASH_SIZE];

	return s->trusts_rows ||
	       (seal_step(s, kind, step, made) && is_same(made, seal));
}

bool seal_fits_origin(const struct state *s, enum seal_kind kind,
		      const struct sealed_origin *origin, struct slice seal)
{
	unsigned char made[HASH_SIZE];

	return s->trusts_rows ||
	       (seal_origin(s, kind, origin, made) && is_same(made, seal));
}

static void bind(struct query *q, int i, bool made,
		 const unsigned char seal[HASH_SIZE])
{
	if (made)
		query_bind_digest(q, i, seal);
	else
		query_bind_blob(q, i, slice_of(NULL, 0));
}

void seal_bind_step(const struct state *s, struct query *q, int i,
		    enum seal_kind kind, const struct sealed_step *step)
{
	unsigned char seal[HASH_SIZE] = {0};

	bind(q, i, seal_step(s, kind, step, seal), seal);
}

void seal_bind_origin(const struct state *s, struct query *q, int i,
		      enum seal_kind kind, const struct sealed_origin *origin)
{
	unsigned char seal[HASH_SIZE] = {0};

	bind(q, i, seal_origin(s, kind, origin, seal), seal);
}
