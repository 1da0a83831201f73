/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OTP_EXCHANGE_PSKC_H
#define OTP_EXCHANGE_PSKC_H

#include "foreign.h"

/*
 * PSKC, RFC 6030: the XML container in which makers of tokens deliver keys, in the clear, under a pre-shared key, or
 * under a passphrase.
 *
 * Read are the algorithms hotp and totp, AES-128/192/256-CBC with a ValueMAC (HMAC-SHA1, -SHA256, -SHA384, -SHA512)
 * that is checked before anything is decrypted, AES key wrap (RFC 3394, RFC 5649), and PBKDF2 of at most 10,000,000
 * iterations. The file must be UTF-8 and have no DOCTYPE. RFC 6030 §6.1.1 demands a MAC beside a cipher that has no
 * integrity of its own: AES-CBC without one is refused. Without a MACKey the encryption key serves, as in the drafts.
 *
 *   Key/@Id, SerialNo        the token ID, the first of the two that is one; else SerialNo or Id goes into the label
 *   FriendlyName, Issuer     label, issuer
 *   Counter                  the counter to be used next (RFC 4226's moving factor), 0 where there is none
 *   Time                     the number of TimeIntervals since 1970 that had passed: no earlier step is accepted
 *   TimeInterval             the period, 30 s where there is none
 *   TimeDrift                token time - host time in TimeIntervals
 *   ResponseFormat, Suite    6 to 8 decimal digits (6 where nothing is said), HMAC-SHA1 (the default), -SHA256, -SHA512
 *   ExpiryDate               of the Policy, else of the device. A StartDate must be a date and is not kept
 *   UserId                   of the key, else of the device: an account name, or a distinguished name that begins with
 *                            UID=, or with CN= and an account name, reserves the token; another one does not
 *
 * What would have to be honoured and cannot be is refused: another algorithm, challenges, check digits, a PINPolicy,
 * NumberOfTransactions, a KeyUsage without OTP, a key that is only referred to, encryption for a certificate. A
 * signature is not checked; Extensions are passed over. Drafts of the format are refused, not guessed at.
 *
 * A line in an error is the one on which the element's start tag ends.
 */
otp_foreign_reader otp_pskc_read;

/* XML of any kind: no other format begins with '<', and the reader says best what is wrong with it. */
bool otp_pskc_looks_like(const struct otp_foreign *file);

#endif
