/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_H
#define OTP_H

/*
 * libotp: one-time passwords for hosts. The only header that a face includes.
 *
 * It knows nothing of PAM, terminals or settings files. Times are passed in, in ms since the epoch (seconds where a
 * field says so); names are canonical; whoever receives an object ends it with its own _close, _free or _wipe.
 * Not reentrant: one thread per vault.
 *
 *   error.h            the one error type
 *   flow/vault.h       key and stores, opened once
 *   flow/login.h       one answer to the prompt -> verdict, durable
 *   flow/enroll.h      two consecutive codes bind a token to a user
 *   flow/reset.h       two consecutive codes resynchronise it; a test of one code
 *   flow/admin.h       reports
 *   flow/stock.h       the inventory: add, assign, remove, export
 *   flow/states.h      lock, unlock, disable, enable
 *   flow/codes.h       recovery and temporary codes
 *   flow/remember.h    logins that need no code for a while
 *   flow/release.h     unbind; flow/rename.h: follow an account; flow/invitation.h: let a user make his own
 *   exchange/format.h  files of other systems, to be read
 *   exchange/csv.h     a table of tokens, written; exchange/pskc_print.h: the same with its keys encrypted
 *   exchange/uri.h     otpauth:// in and out; exchange/vipaccess.h: .vipaccess files
 *   policy/limits.h    every number the decision depends on
 *   core/base32.h      a key as people read it
 *   core/hotp.h        the code at a position; core/step.h: the position at a time: for the token of our own
 *   store/safe_path.h  open what only root could have changed
 */
#include "core/base32.h"
#include "core/hotp.h"
#include "core/step.h"
#include "error.h"
#include "exchange/csv.h"
#include "exchange/format.h"
#include "exchange/pskc_print.h"
#include "exchange/uri.h"
#include "exchange/vipaccess.h"
#include "flow/admin.h"
#include "flow/codes.h"
#include "flow/enroll.h"
#include "flow/invitation.h"
#include "flow/login.h"
#include "flow/release.h"
#include "flow/remember.h"
#include "flow/rename.h"
#include "flow/reset.h"
#include "flow/states.h"
#include "flow/stock.h"
#include "flow/vault.h"
#include "policy/limits.h"
#include "store/safe_path.h"

#endif
