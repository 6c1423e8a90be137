/* SPDX-License-Identifier: ISC */
/*
 * The named character references of the HTML standard, sorted by bytes, some
 * in a row with a blank between: "name=CODE", or "name*CODE" for a name that
 * may stand without ";". CODE is hexadecimal; "a+b" means two characters.
 */
#ifndef MAIL_ENTITY_TABLE_H
#define MAIL_ENTITY_TABLE_H

#include <stddef.h>

extern const char *const entity_rows[];
extern const size_t entity_n_rows;

#endif
