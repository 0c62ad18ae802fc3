/* Files of environment variables, a line each:
 *
 * - Blank lines and those that begin with # count for nothing.
 * - NAME=value: to the end of the line, blanks at both ends dropped. A # behind a blank begins a
 *   comment. Nothing is escaped.
 * - export NAME=value: `export`, and blanks before the name and around the =, are as if not there.
 * - NAME='value': as it stands, to the next ', over several lines too. A comment may follow.
 * - NAME="value": to the next " that is not escaped, over several lines too; \n \r \t \\ \" \$ \`
 *   and a backslash at the end of a line, which takes the line's end away; others are errors.
 * - NAME=: the empty value.
 *
 * Names are letters, digits and _, with no digit first. Nothing is expanded: a $ is a $. Lines end
 * with LF or CR LF, the file is UTF-8 text, and a mark of that at its beginning is passed over. */
#ifndef DS_DEPLOY_ENV_FILE_H
#define DS_DEPLOY_ENV_FILE_H

#include "deploy/env.h"

/* Reads such a file. In: flags of ds_env_check, whose rules hold too.
 * Out: *set, empty on entry, to be freed; each variable has its line.
 * Returns DS_OK; DS_INVALID, naming the line but showing nothing of it, since it may be a secret;
 * DS_MEMORY. */
ds_status ds_env_file_parse(ds_env_set *set, ds_slice text, unsigned flags,
                            ds_error *err) DS_MUST_CHECK;

#endif
