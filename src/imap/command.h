/* SPDX-License-Identifier: ISC */
/*
 * Commands in the making, for conn_queue():
 *
 *	struct buf out = BUF_INIT(COMMANDS_MAX);
 *
 *	command_start(&out, tag, "SELECT");
 *	if (!command_add_string(&out, name, literals))
 *		…				// it cannot be said
 *	command_end(&out);
 *
 * No line has a blank at its end: Coremail refuses such a command.
 */
#ifndef IMAP_COMMAND_H
#define IMAP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "imap/capability.h"
#include "util/buf.h"

/*
 * Octets of a line: RFC 2683, 3.2.1.5, advises 1,000 to clients, and Yahoo and
 * UW take no longer one; it advises servers to take 8,000. A name or password
 * that is longer is sent all the same: the server has it, so it can read it.
 */
#define COMMAND_LINE_MAX      1000
#define COMMAND_LINE_MAX_LONG 8000

size_t command_line_max(const struct capabilities *c);

/* Bytes of commands that are sent together: as conn_queue() takes them. */
#define COMMANDS_MAX (32 * 1024)

/* Literals without a wait for the server's consent (RFC 7888). */
enum literals {
	LITERALS_NONE,
	LITERALS_SHORT, /* LITERAL- */
	LITERALS_ALL,	/* LITERAL+ */
};

enum literals command_literals(const struct capabilities *c);

bool command_may_use_literal(struct slice s, enum literals literals);

/* "P12 UID FETCH" */
void command_start(struct buf *out, uint32_t tag, const char *words);

/* A blank and these words. */
void command_add(struct buf *out, const char *words);

/*
 * A blank and a string: quoted, or a literal for bytes that are not ASCII, if
 * the server takes it. False, with nothing added, for a NUL, or a line's end
 * that no literal can carry.
 */
bool command_add_string(struct buf *out, struct slice s,
			enum literals literals);

void command_end(struct buf *out);

/* UIDs in ascending order, as a set: "3:7,9". */
struct uid_set {
	struct buf *out;
	size_t end; /* bytes that the buffer may have behind it */
	size_t at;  /* of its last range, in *out */
	uint32_t first, last;
};

/* A blank and a set, which has nothing yet. */
void uid_set_start(struct uid_set *set, struct buf *out, size_t end);

/*
 * Add a UID that is larger than the last one. False: there is no room for it;
 * there is always room for the first one.
 */
bool uid_set_add(struct uid_set *set, uint32_t uid);

/* Add it and all larger ones, up to `last` (0: all): "9:*". Nothing follows. */
bool uid_set_add_rest(struct uid_set *set, uint32_t uid, uint32_t last);

#endif
