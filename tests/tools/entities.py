#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
# usage: entities.py >src/mail/entity_table.c
#
# The named character references of the HTML standard, as Python's library has
# them. Names that may stand without ";" are there in both forms.
from html.entities import html5

WIDTH = 68

print('''/* SPDX-License-Identifier: ISC */
/* Made by tests/tools/entities.py; do not edit. */
#include "mail/entity_table.h"

#include "util/banned.h"

const char *const entity_rows[] = {''')
row = ''
for name in sorted(name[:-1] for name in html5 if name.endswith(';')):
    codes = '+'.join('%x' % ord(c) for c in html5[name + ';'])
    entry = name + ('*' if name in html5 else '=') + codes
    if row and len(row) + 1 + len(entry) > WIDTH:
        print('\t"%s",' % row)
        row = entry
    else:
        row = (row + ' ' + entry).strip()
print('\t"%s",' % row)
print('''};

const size_t entity_n_rows = sizeof(entity_rows) / sizeof(entity_rows[0]);''')
