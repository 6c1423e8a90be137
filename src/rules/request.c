/* SPDX-License-Identifier: ISC */
#include "rules/request.h"

#include <stdlib.h>
#include <string.h>

#include "util/flat.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Ten years in seconds: `duplicate` takes no longer time. */
#define SECONDS_MAX ((uint64_t)3660 * 24 * 3600)

#define SIZE_LIMIT ((uint64_t)1 << 60)

void content_release(struct content *c)
{
	free(c->header);
	free(c->names);
	memset(c, 0, sizeof(*c));
}

void content_encode(const struct content *c, struct buf *out)
{
	flat_put_number(out, c->source);
	flat_put_number(out, c->skip);
	flat_put_number(out, c->header != NULL);
	flat_put_bytes(out, slice_of(c->header, c->header_len));
}

bool content_decode(struct slice *rest, unsigned n_sources, struct content *out)
{
	uint64_t source, changed;
	struct slice header;

	memset(out, 0, sizeof(*out));
	if (!flat_number(rest, n_sources, &source) ||
	    !flat_number(rest, SIZE_LIMIT, &out->skip) ||
	    !flat_number(rest, 1, &changed) ||
	    !flat_bytes(rest, CONTENT_HEADER_MAX, &header))
		return false;
	out->source = (unsigned)source;
	if (changed == 1) {
		out->header = xmemdup0(header.p, header.len);
		out->header_len = header.len;
	}
	return changed == 1 || (header.len == 0 && out->skip == 0);
}

void request_release(struct request *r)
{
	strings_free(r->argv);
	strings_free(r->environment);
	content_release(&r->content);
	memset(r, 0, sizeof(*r));
}

void request_encode(const struct request *r, struct buf *out)
{
	flat_put_number(out, (uint64_t)r->kind);
	flat_put_number(out, r->rule);
	flat_put_number(out, r->must);
	flat_put_number(out, (uint64_t)r->seconds);
	flat_put_bytes(out, slice_of((const char *)r->key, HASH_SIZE));
	flat_put_strings(out, r->argv);
	flat_put_strings(out, r->environment);
	content_encode(&r->content, out);
}

static bool decode(struct slice rest, unsigned n_rules, unsigned n_sources,
		   struct request *out)
{
	uint64_t kind, rule, must, seconds;
	struct slice key;

	if (!flat_number(&rest, REQUEST_LAST, &kind) ||
	    !flat_number(&rest, n_rules - 1, &rule) ||
	    !flat_number(&rest, 1, &must) ||
	    !flat_number(&rest, SECONDS_MAX, &seconds) ||
	    !flat_bytes(&rest, HASH_SIZE, &key) || key.len != HASH_SIZE ||
	    !flat_strings(&rest, ARGV_MAX, ARGUMENT_MAX, &out->argv) ||
	    !flat_strings(&rest, ARGV_MAX, ARGUMENT_MAX, &out->environment) ||
	    !content_decode(&rest, n_sources, &out->content))
		return false;
	out->kind = (enum request_kind)kind;
	out->rule = (unsigned)rule;
	out->must = must == 1;
	out->seconds = (int64_t)seconds;
	memcpy(out->key, key.p, HASH_SIZE);
	return rest.len == 0 &&
	       (out->kind == REQUEST_DUPLICATE || out->argv[0] != NULL);
}

bool request_decode(struct slice bytes, unsigned n_rules, unsigned n_sources,
		    struct request *out)
{
	memset(out, 0, sizeof(*out));
	if (n_rules > 0 && decode(bytes, n_rules, n_sources, out))
		return true;
	request_release(out);
	return false;
}
