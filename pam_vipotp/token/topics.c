/* SPDX-License-Identifier: BSD-2-Clause */
#include "language/language.h"
#include "verbs.h"

/* The menu of VIP Access Desktop (product §3), as texts. */
const struct verb_topic topics[TOPICS] = {
    {"getting-started", N_("from a new token to the first login"),
     N_("1. Make a token: \"vipotp-token new\" prints its token ID.\n"
        "2. Give the administrator the token with its key. \"vipotp-token uri\" prints it; on a host that has\n"
        "   pam_vipotp he reads it with \"vipotp enroll USER --uri\". Send it so that nobody else can read it.\n"
        "   Or he makes the token with \"vipotp enroll USER --new time\", and you take its URI in with\n"
        "   \"vipotp-token import\".\n"
        "3. Watch it: \"vipotp-token watch\" shows the code and how long it is valid. The administrator asks for\n"
        "   two codes in a row: type the one that is shown, wait until it changes, and type the next.\n"
        "4. From then on a login asks for the password and then for the code that is shown.")},
    {"where", N_("where a token can be used"),
     N_("At every service of a host where the token is enrolled: sshd, sudo, su, the console and others that ask\n"
        "pam_vipotp. The administrator knows which. The codes are those of RFC 6238 (time tokens) and RFC 4226\n"
        "(event tokens), so that other systems take the token as well: give them its URI, or its QR code with\n"
        "\"vipotp-token uri --qr\".\n"
        "A token that VIP issued comes in with \"vipotp-token import\", from a .vipaccess file or a URI.")},
    {"faq", N_("frequent questions"),
     N_("My codes are refused.\n"
        "    Is the clock of this computer right? Run NTP. If it cannot be set, correct the token with + and -\n"
        "    in \"vipotp-token watch\". The administrator sees what is wrong with \"vipotp test\" and mends it with\n"
        "    \"vipotp reset\", which asks for two codes in a row.\n"
        "The code changed while I typed it.\n"
        "    Type it all the same: it is good for a little longer. If it is refused, type the next one.\n"
        "A code worked once and does not work again.\n"
        "    It never does: every code is good for one login. Wait for the next one.\n"
        "I got a new computer.\n"
        "    Have the token released, make another there, and remove the old one with \"vipotp-token remove\".\n"
        "I lost the computer.\n"
        "    Tell the administrator at once: he releases the token, and its codes are worth nothing.\n"
        "May I have the same token on two computers?\n"
        "    A time token yes, although two tokens are better: one of them can be released. An event token no.")},
    {"updates", N_("whether this program is up to date"),
     N_("This program never looks for updates by itself and connects to nothing. It is updated together with\n"
        "the other packages of this computer; \"vipotp-token --version\" says which version it is.")},
    {"about", N_("about this program"),
     N_("vipotp-token makes one-time passwords on this computer. It belongs to pam_vipotp, which demands them at\n"
        "logins. The tokens lie in your home directory, readable by you alone, and in no other place: make a\n"
        "copy only where it is as safe. A program is no fob: whoever can read your files can copy its tokens.\n"
        "Licence: BSD-2-Clause. Manual: vipotp-token(1).")},
};
