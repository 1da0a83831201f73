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
 *   flow/admin.h       reports, inventory, release, unlock
 *   exchange/uri.h     otpauth:// in and out
 *   policy/limits.h    every number the decision depends on
 *   core/base32.h      a key as people read it
 *   store/safe_path.h  open what only root could have changed
 */
#include "core/base32.h"
#include "error.h"
#include "exchange/uri.h"
#include "flow/admin.h"
#include "flow/enroll.h"
#include "flow/login.h"
#include "flow/reset.h"
#include "flow/vault.h"
#include "policy/limits.h"
#include "store/safe_path.h"

#endif
