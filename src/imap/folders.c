/* SPDX-License-Identifier: ISC */
#include "imap/folders.h"

#include <inttypes.h>
#include <string.h>

#include "imap/ask.h"
#include "imap/command.h"
#include "imap/internal.h"

#include "util/banned.h"

_Static_assert(IMAP_TEXT_MAX == ASK_TEXT_MAX, "both are words of a refusal");

/* Folders, on their way to the caller. */
struct listing {
	imap_take_folder *take;
	void *context;
	size_t n; /* folders and counts so far */
};

static int take_folder(void *context, struct imap *i,
		       const struct response *response, struct error *err)
{
	struct listing *listing = context;
	bool is_counts = response->kind == RESPONSE_STATUS;

	(void)i;
	if (!is_counts && response->kind != RESPONSE_FOLDER)
		return 0;
	if (++listing->n > 2 * IMAP_FOLDERS_MAX)
		return error_set(err, ERR_TEMPORARY,
				 "the server lists more than %d folders",
				 IMAP_FOLDERS_MAX);
	return listing->take(listing->context, &response->folder,
			     is_counts ? &response->counts : NULL, err);
}

const char *imap_counts(const struct imap *i)
{
	return capability(&i->capabilities, CAPABILITY_CONDSTORE)
		       ? "(MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)"
		       : "(MESSAGES UIDNEXT UIDVALIDITY)";
}

/* Returns 1, 0 if it was refused, or -1. */
static int list(struct imap *i, const char *command, bool counts,
		struct listing *listing, struct error *err)
{
	struct response done;
	struct buf out;
	uint32_t tag = ask_start(i, &out, command);

	command_add(&out, "\"\" \"*\"");
	if (counts) {
		command_add(&out, "RETURN (STATUS");
		command_add(&out, imap_counts(i));
		buf_addch(&out, ')');
	}
	if (ask_send(i, &out, err) == -1 ||
	    ask_wait(i, tag, take_folder, listing, &done, err) == -1)
		return -1;
	if (done.status == STATUS_OK)
		return 1;
	(void)error_set(err, ERR_TEMPORARY,
			"the server refuses to list its folders: \"%.*s\"",
			(int)(done.text.len > 200 ? 200 : done.text.len),
			done.text.p);
	return 0;
}

/*
 * Strato lists nothing if it is asked for counts, and other servers refuse
 * that: ask without them.
 */
int imap_list(struct imap *i, bool counts, imap_take_folder *take,
	      void *context, struct error *err)
{
	struct listing listing = {take, context, 0};
	const struct capabilities *c = &i->capabilities;
	bool xlist = capability(c, CAPABILITY_XLIST) &&
		     !capability(c, CAPABILITY_SPECIAL_USE);
	int rc = 0;

	if (counts && capability(c, CAPABILITY_LIST_STATUS))
		rc = list(i, "LIST", true, &listing, err);
	if (rc == 0 || (rc == 1 && listing.n == 0))
		rc = list(i, xlist ? "XLIST" : "LIST", false, &listing, err);
	return rc == 1 ? 0 : -1;
}

static int take_counts(void *context, struct imap *i,
		       const struct response *response, struct error *err)
{
	(void)i;
	(void)err;
	if (response->kind == RESPONSE_STATUS)
		*(struct counts *)context = response->counts;
	return 0;
}

/* A command with the name of a folder. False: it cannot be sent. */
static bool start_with_name(struct imap *i, const char *words,
			    struct slice name, struct buf *out, uint32_t *tag,
			    char text[IMAP_TEXT_MAX])
{
	struct response none = {.text = slice_str("its name cannot be sent")};

	*tag = ask_start(i, out, words);
	if (command_add_string(out, name, command_literals(&i->capabilities)))
		return true;
	buf_release(out);
	ask_text(&none, text);
	return false;
}

int imap_status(struct imap *i, struct slice name, struct counts *out,
		char text[IMAP_TEXT_MAX], struct error *err)
{
	struct response done;
	struct buf command;
	uint32_t tag;

	memset(out, 0, sizeof(*out));
	if (!start_with_name(i, "STATUS", name, &command, &tag, text))
		return 0;
	command_add(&command, imap_counts(i));
	if (ask_send(i, &command, err) == -1 ||
	    ask_wait(i, tag, take_counts, out, &done, err) == -1)
		return -1;
	ask_text(&done, text);
	return done.status == STATUS_OK;
}

static int take_selected(void *context, struct imap *i,
			 const struct response *response, struct error *err)
{
	struct imap_selected *out = context;

	(void)i;
	(void)err;
	if (response->kind == RESPONSE_EXISTS)
		out->messages = response->number;
	if (response->kind != RESPONSE_CONDITION)
		return 0;
	if (response->code.kind == CODE_UIDVALIDITY)
		out->uid_validity = (uint32_t)response->code.number;
	if (response->code.kind == CODE_UIDNEXT)
		out->uid_next = (uint32_t)response->code.number;
	if (response->code.kind == CODE_HIGHESTMODSEQ)
		out->highest_modseq = response->code.number;
	if (response->code.kind == CODE_UIDNOTSTICKY)
		out->not_sticky = true;
	return 0;
}

static void end_select(void *context, struct imap *i,
		       const struct response *done)
{
	struct imap_selected *out = context;

	if (out->not_sticky)
		out->uid_validity = 0;
	out->read_only |= done->code.kind == CODE_READ_ONLY;
	out->is_open = done->status == STATUS_OK;
	if (out->is_open)
		i->uid_validity = out->uid_validity;
	ask_text(done, out->text);
}

static bool start_select(struct imap *i, struct slice name, bool read_only,
			 struct imap_selected *out, struct buf *command,
			 uint32_t *tag)
{
	memset(out, 0, sizeof(*out));
	i->uid_validity = 0;
	out->read_only = read_only;
	return start_with_name(i, read_only ? "EXAMINE" : "SELECT", name,
			       command, tag, out->text);
}

int imap_select(struct imap *i, struct slice name, bool read_only,
		struct imap_selected *out, struct error *err)
{
	struct response done;
	struct buf command;
	uint32_t tag;

	if (!start_select(i, name, read_only, out, &command, &tag))
		return 0;
	if (ask_send(i, &command, err) == -1 ||
	    ask_wait(i, tag, take_selected, out, &done, err) == -1)
		return -1;
	end_select(out, i, &done);
	return out->is_open;
}

int imap_select_ahead(struct imap *i, struct slice name, bool read_only,
		      struct imap_selected *out, struct error *err)
{
	struct buf command;
	uint32_t tag;

	if (!i->pipelining)
		return imap_select(i, name, read_only, out, err);
	if (!start_select(i, name, read_only, out, &command, &tag))
		return 0;
	ask_lead(i, &command, take_selected, end_select, out);
	return 1;
}
