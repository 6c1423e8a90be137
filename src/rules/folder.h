/* SPDX-License-Identifier: ISC */
/*
 * Names of folders, from the configuration or made of a message's text. A
 * slash separates the components; none may be empty, start with ".", "-" or
 * "~", be longer than 100 bytes, hold control characters or not be UTF-8.
 */
#ifndef RULES_FOLDER_H
#define RULES_FOLDER_H

#include "util/buf.h"
#include "util/error.h"

/*
 * Bytes of one component. File systems allow 255; modified UTF-7, which some
 * Maildirs use, makes non-ASCII names longer.
 */
#define FOLDER_COMPONENT_MAX 100

/* -1 with ERR_MESSAGE and the reason when the name cannot be used. */
int folder_check(struct slice name, struct error *err);

/* Only the reason; NULL: it can. */
const char *folder_fault(struct slice name);

#endif
